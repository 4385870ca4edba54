"""The table of routes finds what the router finds."""

import pytest

from mockserver.web.routes import Routes


@pytest.fixture(scope="module")
def routes(library_plan):
    return Routes(library_plan)


@pytest.mark.parametrize(
    ("method", "path", "operation", "segments"),
    [
        ("GET", "/books", "listBooks", {}),
        ("POST", "/books", "addBook", {}),
        ("GET", "/books/b1", "getBook", {"bookId": "b1"}),
        ("GET", "/books/b1/notes", "listNotes", {"bookId": "b1"}),
        ("POST", "/lendings", "lend", {}),
    ],
)
def test_an_operation_is_found_by_its_address_or_an_alias(routes, method, path, operation, segments):
    found, texts = routes.find(method, path)
    assert (found.id, texts) == (operation, segments)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", ""), ("GET", "/books/"), ("GET", "//books"), ("GET", "/books/b1/nothing"), ("PATCH", "/books")],
)
def test_what_is_not_there_is_not_found(routes, method, path):
    assert routes.find(method, path) is None


def test_a_fixed_segment_counts_before_a_parameter_where_it_has_the_method(demo):
    routes = Routes(demo.sandbox.plan)
    assert routes.find("POST", "/einvoice/create")[0].id == "createEInvoice"
    operation, segments = routes.find("GET", "/einvoice/create")
    assert (operation.id, list(segments.values())) == ("getEInvoice", ["create"])


def test_all_addresses_are_found(demo):
    plan = demo.sandbox.plan
    routes = Routes(plan)
    for method, path, operation_id in plan.addresses():
        assert routes.find(method, path.replace("{", "x").replace("}", ""))[0].id == operation_id, (method, path)
