"""What schemas inside others are called."""

import pytest

from mockserver.reading.naming import essence, inline_schemas
from tests.compiling.small import node


def names(schemas: str) -> list[str]:
    """The names of what stands inside these components."""
    return [inline.name for inline in inline_schemas({"components": {"schemas": node(schemas)}})]


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ("{Book: {properties: {author: {properties: {}}}}}", ["BookAuthor"]),
        ("{Book: {properties: {author: {properties: {born: {properties: {}}}}}}}", ["BookAuthorBorn", "BookAuthor"]),
        ("{Book: {properties: {loans: {items: {properties: {}}}}}}", ["BookLoansEntry"]),
        ("{Book: {properties: {by-year: {additionalProperties: {properties: {}}}}}}", ["BookByYearValue"]),
        ("{Book: {allOf: [{properties: {author: {properties: {}}}}]}}", ["BookAuthor"]),
        ("{Filter: {anyOf: [{type: string}, {properties: {}}]}}", ["FilterOption2"]),
        ("{Filter: {anyOf: [{title: filter operators, properties: {}}]}}", ["FilterOperators"]),
        ("{Book: {properties: {state: {type: string, enum: [out]}}}}", ["BookState"]),
        ("{Book: {properties: {state: {type: string, nullable: true, enum: [out, null]}}}}", []),
        ("{Book: {properties: {author: {$ref: '#/components/schemas/Author'}, price: {type: number}}}}", []),
        ("{Book: {properties: {author: {allOf: [{$ref: '#/components/schemas/Author'}]}}}}", []),
        ("{Book: {properties: {author: {allOf: [{$ref: '#/components/schemas/Author'}, {type: object}]}}}}", ["BookAuthor"]),
    ],
)
def test_objects_and_choices_are_named_after_where_they_stand(schemas, expected):
    assert names(schemas) == expected


def test_what_stands_in_bodies_is_named_after_the_operation():
    body = "{content: {application/json: {schema: {type: array, items: {properties: {}}}}}}"
    operation = f"{{operationId: lend, requestBody: {body}, responses: {{'200': {body}}}}}"
    root = node(f"{{paths: {{/books: {{post: {operation}}}}}, components: {{responses: {{Lent: {body}}}}}}}")
    assert [inline.name for inline in inline_schemas(root)] == [
        "LentResponseEntry",
        "LendRequestEntry",
        "Lend200ResponseEntry",
    ]


def test_what_a_schema_allows_is_compared_without_what_it_says():
    one = node("{description: One, x-a: 1, properties: {title: {type: string, enum: [a, b], example: a}}}")
    same = node("{properties: {title: {enum: [b, a], type: string, title: T}}}")
    other = node("{properties: {name: {type: string, enum: [a, b]}}}")
    assert essence(one) == essence(same) != essence(other)
