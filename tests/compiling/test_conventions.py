"""Conventions: what holds for every call, and what does where a contract does not say."""

import pytest

from mockserver.compiling.conventions import conventions
from mockserver.language.scope import Scope
from mockserver.plan import Conventions
from tests.compiling.small import context, mistakes, plan, told


def test_a_contract_that_says_nothing_has_the_defaults():
    assert plan().conventions == Conventions()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timezone", "Asia/Tokyo"),
        ("locales", ("en_US",)),
        ("base_paths", ("/v1", "/library/v1")),
        ("request_header", "X-Request-ID"),
        ("request_prefix", "call_"),
        ("event_prefix", "note_"),
        ("body_bytes", 65536),
        ("depth", 12),
    ],
)
def test_a_contract_says_otherwise(library_plan, name, value):
    assert getattr(library_plan.conventions, name) == value


def test_a_repetition_is_known_by_a_header(library_plan):
    idempotency = library_plan.conventions.idempotency
    assert (idempotency.header, idempotency.hours, idempotency.replayed) == ("Once", 2, "Again")


def test_headers_of_every_answer_are_filled_in(library_plan):
    scope = Scope({"request": {"id": "call_1"}})
    assert {name: fill(scope) for name, fill in library_plan.conventions.headers.items()} == {
        "X-Request-ID": "call_1",
        "Cache-Control": "no-store",
    }


@pytest.mark.parametrize(
    ("sandbox", "mistake"),
    [
        ("{timezone: Asia/Tokio}", "#/x-sandbox/timezone: there is no time zone Asia/Tokio: did you mean Asia/Tokyo?"),
        ("{timezone: ../etc}", "#/x-sandbox/timezone: there is no time zone ../etc"),
        ("{headers: {X: '{{ requst.id }}'}}", "#/x-sandbox/headers/X: there is no name requst: did you mean request?"),
    ],
)
def test_what_a_convention_names_is_there(sandbox, mistake):
    compiling = context("x-sandbox: " + sandbox)
    conventions(compiling, {})
    assert told(compiling) == [mistake]


def test_a_header_of_repetition_that_no_operation_takes_is_noted():
    (line,) = mistakes("x-sandbox: {idempotency: {header: Once, hours: 1}}")
    assert line == "#/x-sandbox/idempotency/header: no operation declares a header parameter Once"
