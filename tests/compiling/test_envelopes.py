"""Envelopes: what an answer is wrapped in, and where its result goes."""

import pytest

from mockserver.compiling.envelopes import envelope
from mockserver.language.scope import Scope
from tests.compiling.small import context, node, plan, told

SCOPE = Scope({"result": ["r"], "request": {"id": "req_1"}})
BOOK = "{$ref: '#/components/schemas/Book'}"
BOOKS = "{type: array, items: " + BOOK + "}"

FORMS = {
    "a resource": (BOOK, ("Book", False), ["r"]),
    "a list of them": (BOOKS, ("Book", True), ["r"]),
    "something else": ("{type: object, properties: {a: {type: string}, b: {type: string}}}", (None, False), ["r"]),
    "wrapped": ("{properties: {book: " + BOOK + ", at: {x-value: '{{ request.id }}'}}}", ("Book", False), None),
    "a page": (
        "{properties: {books: " + BOOKS + ", meta: {properties: {id: {x-value: '{{ request.id }}'}}}}}",
        ("Book", True),
        None,
    ),
}
FILLED = {
    "wrapped": {"book": ["r"], "at": "req_1"},
    "a page": {"books": ["r"], "meta": {"id": "req_1"}},
}


@pytest.mark.parametrize("name", FORMS)
def test_an_answer_holds_its_result(name):
    schema, about, filled = FORMS[name]
    compiling = context()
    compiled = envelope(compiling, node(schema), plan().resources, "#/x")
    assert (compiled.resource, compiled.many) == about
    assert compiled.fill(SCOPE) == (filled or FILLED[name])
    assert told(compiling) == []


def test_an_answer_without_a_schema_is_the_result():
    compiled = envelope(context(), None, {}, "#/x")
    assert (compiled.fill(SCOPE), compiled.resource, compiled.result.kind) == (["r"], None, "any")


def test_an_answer_of_templates_alone_has_no_result():
    compiled = envelope(context(), node("{properties: {id: {x-value: '{{ request.id }}'}}}"), {}, "#/x")
    assert (compiled.fill(SCOPE), compiled.resource) == ({"id": "req_1"}, None)


@pytest.mark.parametrize(
    ("schema", "mistake"),
    [
        (
            "{properties: {a: {}, b: {}, c: {x-value: 1}}}",
            "#/x: where does the result go: a or b? Give the others an x-value",
        ),
        ("{properties: {a: {}, c: {x-value: '{{ reqest.id }}'}}}", "#/x/properties/c/x-value: there is no name reqest"),
    ],
)
def test_a_result_has_one_place_and_templates_are_checked(schema, mistake):
    compiling = context()
    envelope(compiling, node(schema), {}, "#/x")
    assert [line.startswith(mistake) for line in told(compiling)] == [True]
