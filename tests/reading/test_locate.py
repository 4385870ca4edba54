"""Where a contract says something that is known by another pointer."""

import pytest

from mockserver.reading.document import Document
from mockserver.reading.locate import locate
from tests.compiling.small import node

CONTRACT = Document(
    node("""
paths:
  /books:
    get:
      parameters: [{name: sort, in: query}, {$ref: '#/components/parameters/Limit'}]
      responses: {'200': {$ref: '#/components/responses/Books'}}
components:
  parameters: {Limit: {name: limit, schema: {default: 3}}}
  responses: {Books: {content: {application/json: {schema: {}}}}}
  schemas:
    Fields: {properties: {title: {type: string}, author: {properties: {name: {type: string}}}}}
    Part: {properties: {pages: {type: array, items: {properties: {no: {}}}}}}
    Book: {allOf: [{$ref: '#/components/schemas/Fields'}, {$ref: '#/components/schemas/Part'}], properties: {id: {}}}
""")
)
GET = "#/paths/~1books/get"


@pytest.mark.parametrize(
    ("where", "written"),
    [
        (f"{GET}/parameters/0/name", f"{GET}/parameters/0/name"),
        (f"{GET}/parameters/sort/name", f"{GET}/parameters/0/name"),
        (f"{GET}/parameters/limit/schema/default", "#/components/parameters/Limit/schema/default"),
        (f"{GET}/responses/200/content", "#/components/responses/Books/content"),
        ("#/components/schemas/Book/properties/id", "#/components/schemas/Book/properties/id"),
        ("#/components/schemas/Book/properties/title/type", "#/components/schemas/Fields/properties/title/type"),
        (
            "#/components/schemas/Book/properties/author.name/type",
            "#/components/schemas/Fields/properties/author/properties/name/type",
        ),
        (
            "#/components/schemas/Book/properties/pages.no/x-ref",
            "#/components/schemas/Part/properties/pages/items/properties/no/x-ref",
        ),
        (f"{GET}/x-action/set", f"{GET}/x-action/set"),
        ("#/nowhere/at/all", "#/nowhere/at/all"),
    ],
)
def test_a_pointer_leads_to_where_its_words_are_written(where, written):
    assert locate(CONTRACT, where) == written
