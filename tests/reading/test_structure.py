"""The objects of OpenAPI: a member that is misspelt, misplaced or of another form is found."""

import pytest

from mockserver.reading.document import Document
from mockserver.reading.errors import Mistakes
from mockserver.reading.structure import Structure, check_structure
from tests.compiling.small import BOOKS, document, node


def noted(form: str, text: str) -> list[str]:
    """What is wrong with a part of a document that should have a form."""
    mistakes = Mistakes()
    Structure(mistakes).read(node(text), form, "#")
    return [str(mistake) for mistake in mistakes]


@pytest.mark.parametrize(
    ("form", "text", "flaws"),
    [
        ("info", "{title: A, version: '1'}", []),
        ("info", "{title: A}", ["#: an info needs version"]),
        ("info", "{title: 1, version: '1'}", ["#/title: must be a text, not 1"]),
        (
            "info",
            "{title: A, version: '1', licence: {name: MIT}}",
            ["#/licence: an info has no licence: did you mean license?"],
        ),
        ("info", "[]", ["#: must be an object, not a list"]),
        ("info", "{title: A, version: '1', x-anything: 1}", []),
        ("[tag]", "[{name: A}, {}]", ["#/1: a tag needs name"]),
        ("[tag]", "{}", ["#: must be a list, not an object"]),
        ("parameter", "{name: a, in: qeury}", ["#/in: there is no in qeury: did you mean query?"]),
        ("parameter", "{name: a, in: q}", ["#/in: there is no in q: use query or header or path or cookie"]),
        (
            "schema",
            "{type: text}",
            ["#/type: there is no type text: use string or number or integer or boolean or array or object"],
        ),
        ("schema", "{nullable: 1}", ["#/nullable: must be true or false, not 1"]),
        ("schema", "{maxLength: -1}", ["#/maxLength: must be a whole number from 0, not -1"]),
        ("schema", "{maximum: true}", ["#/maximum: must be a number, not true"]),
        ("schema", "{pattern: '('}", ["#/pattern: must be a regular expression, not ("]),
        ("schema", "{properties: {a: {tpye: string}}}", ["#/properties/a/tpye: a schema has no tpye: did you mean type?"]),
        ("schema", "{properties: {a/b: 1}}", ["#/properties/a~1b: must be an object, not 1"]),
        ("schema", "{$ref: '#/a', tpye: string}", []),
        ("schema", "{$ref: 1}", ["#/$ref: must be a text, not 1"]),
        ("paths", "{books: {}}", ["#/books: a path begins with /, not books"]),
        ("paths", "{/books: {gte: {}}}", ["#/~1books/gte: a path item has no gte: did you mean get?"]),
        (
            "responses",
            "{'600': {description: A}}",
            ["#/600: a response has a status such as 200 or 4XX, or is the default, not 600"],
        ),
        ("responses", "{4XX: {description: A}, default: {description: A}}", []),
        ("flag|schema", "true", []),
        ("flag|schema", "{}", []),
        ("flag|schema", "[]", ["#: must be true or false or an object, not a list"]),
    ],
)
def test_each_object_has_its_members(form, text, flaws):
    assert noted(form, text) == flaws


def test_every_object_is_met_with_its_kind_and_place():
    mistakes = Mistakes()
    parts = {part.at: part.kind for part in check_structure(document(), mistakes)}
    assert mistakes == []
    assert parts["#"] == "document"
    assert parts["#/paths/~1books~1{bookId}/get"] == "operation"
    assert parts["#/paths/~1books~1{bookId}/get/responses/200/content/application~1json"] == "mediaType"
    assert parts["#/components/schemas/Book/properties/title"] == "schema"


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ("{x-events: {a: {payload: {tpye: object}}}}", "#/x-events/a/payload/tpye"),
        (
            "{paths: {/n: {get: {responses: {}, x-stream: {sends: {ping: {tpye: object}}}}}}}",
            "#/paths/~1n/get/x-stream/sends/ping/tpye",
        ),
        (
            "{paths: {/n: {get: {responses: {}, x-stream: {receives: {ping: {schema: {tpye: object}}}}}}}}",
            "#/paths/~1n/get/x-stream/receives/ping/schema/tpye",
        ),
    ],
)
def test_schemas_beyond_openapi_are_read_too(more, at):
    mistakes = Mistakes()
    check_structure(document(more), mistakes)
    assert [str(mistake) for mistake in mistakes] == [f"{at}: a schema has no tpye: did you mean type?"]


def test_a_document_that_is_something_else_is_one_mistake():
    mistakes = Mistakes()
    check_structure(Document({**node(BOOKS), "paths": []}), mistakes)
    assert [str(mistake) for mistake in mistakes] == ["#/paths: must be an object, not a list"]
