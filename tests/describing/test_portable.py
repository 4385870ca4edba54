"""What is changed in a document so that the tools of others can take it."""

import pytest

from mockserver.describing.openapi import served
from mockserver.reading.document import Document
from tests.compiling.small import node

ADDRESS = "Address: {type: object, nullable: true, properties: {city: {type: string}}}"


def schemas(text: str):
    """The components of a document with these schemas, all of which an operation answers with."""
    components = node(f"{{{text}}}")
    answers = [{"$ref": f"#/components/schemas/{name}"} for name in components]
    content = {"application/json": {"schema": {"anyOf": answers}}}
    responses = {"200": {"description": "Good", "content": content}}
    root = {"paths": {"/books": {"get": {"responses": responses}}}, "components": {"schemas": components}}
    return served(Document(root))["components"]["schemas"]


def test_the_type_stands_beside_nullable():
    shown = schemas(f"Loan: {{type: object, properties: {{to: {{nullable: true, allOf: [{REF}]}}}}}}, {ADDRESS}")
    assert shown["Loan"]["properties"]["to"] == {"nullable": True, "type": "object", "allOf": [node(REF)]}


REF = "{$ref: '#/components/schemas/Address'}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{allOf: [{type: object, maxProperties: 1}]}", {"type": "object", "maxProperties": 1}),
        (f"{{allOf: [{REF}]}}", node(REF)),
        (f"{{type: object, allOf: [{REF}]}}", {"type": "object", "allOf": [node(REF)]}),
        ("{type: object, allOf: [{type: string}]}", {"type": "object", "allOf": [{"type": "string"}]}),
    ],
)
def test_a_composition_of_one_is_that_one(written, expected):
    assert (
        schemas(f"Loan: {{type: object, properties: {{to: {written}}}}}, {ADDRESS}")["Loan"]["properties"]["to"] == expected
    )


def test_objects_inside_others_become_components_and_keep_what_is_said_of_their_place():
    shown = schemas(
        "Book: {type: object, properties: {author: {type: object, nullable: true, readOnly: true, description: Who wrote it,"
        " properties: {born: {type: object, properties: {year: {type: integer}}}}}}}"
    )
    assert shown["Book"]["properties"]["author"] == {
        "type": "object",
        "nullable": True,
        "readOnly": True,
        "description": "Who wrote it",
        "allOf": [{"$ref": "#/components/schemas/BookAuthor"}],
    }
    assert shown["BookAuthor"] == {
        "description": "Who wrote it",
        "type": "object",
        "nullable": True,
        "properties": {"born": {"$ref": "#/components/schemas/BookAuthorBorn"}},
    }
    assert shown["BookAuthorBorn"] == {"type": "object", "properties": {"year": {"type": "integer"}}}


def test_equal_schemas_of_one_name_are_one_component_and_others_are_numbered():
    state = "{title: State, type: string, enum: [out, back]}"
    shown = schemas(
        f"Filter: {{anyOf: [{state}, {{title: Operators, type: object, properties: {{eq: {state}, ne: {state}}}}}]}},"
        " Book: {type: object, properties: {state: {title: State, type: string, enum: [new, worn]}}}"
    )
    reference = {"$ref": "#/components/schemas/State"}
    assert shown["Filter"] == {"anyOf": [reference, {"$ref": "#/components/schemas/Operators"}]}
    assert shown["Operators"]["properties"] == {"eq": reference, "ne": reference}
    assert shown["Book"]["properties"]["state"] == {"$ref": "#/components/schemas/State2"}
    assert (shown["State"]["enum"], shown["State2"]["enum"]) == (["out", "back"], ["new", "worn"])


def test_a_body_of_a_link_that_is_no_text_is_told_in_words():
    links = "{A: {operationId: lend, requestBody: {book: '$response.body#/id'}, description: Lend it.},"
    links += " B: {operationId: lend, requestBody: '$response.body'}}"
    root = node(f"{{paths: {{/a: {{get: {{responses: {{'200': {{description: Good, links: {links}}}}}}}}}}}}}")
    assert served(Document(root))["paths"]["/a"]["get"]["responses"]["200"]["links"] == {
        "A": {"operationId": "lend", "description": 'Lend it. The body: `{"book":"$response.body#/id"}`.'},
        "B": {"operationId": "lend", "requestBody": "$response.body"},
    }


def test_components_that_no_operation_leads_to_are_left_out():
    root = node(
        "{paths: {/a: {get: {parameters: [{$ref: '#/components/parameters/A'}], responses: {}}}}, components: {"
        "parameters: {A: {name: a, in: query, schema: {$ref: '#/components/schemas/Pet'}}, B: {name: b, in: query}},"
        "securitySchemes: {Key: {type: http}}, headers: {H: {}}, schemas: {Unused: {$ref: '#/components/schemas/Other'},"
        "Other: {type: string}, Cat: {type: object}, Pet: {discriminator: {propertyName: is,"
        " mapping: {cat: '#/components/schemas/Cat'}}}}}}"
    )
    components = served(Document(root))["components"]
    assert {section: list(members) for section, members in components.items()} == {
        "parameters": ["A"],
        "securitySchemes": ["Key"],
        "schemas": ["Cat", "Pet"],
    }


def test_each_alternative_has_a_type():
    shown = schemas(f"Loan: {{type: string, anyOf: [{{format: date}}, {{type: integer}}, {REF}]}}, {ADDRESS}")
    assert shown["Loan"]["anyOf"] == [{"format": "date", "type": "string"}, {"type": "integer"}, node(REF)]
    shown = schemas("Loan: {type: string, nullable: true, oneOf: [{format: date}]}")
    assert shown["Loan"]["oneOf"] == [{"format": "date", "type": "string", "nullable": True}]


def test_each_alternative_of_what_may_be_null_may_be_null():
    shown = schemas("Loan: {type: string, nullable: true, anyOf: [{format: date}, {type: integer}]}")
    assert shown["Loan"]["anyOf"] == [{"type": "string", "nullable": True, "format": "date"}, {"type": "integer"}]
