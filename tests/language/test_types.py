"""Types: what fits, what is known of one of two, and what schemas and paths say."""

import pytest

from mockserver.language.types import (
    ANY,
    BOOLEAN,
    FILE,
    NULL,
    NUMBER,
    OBJECT,
    TEXT,
    Type,
    at_path,
    fits,
    join,
    laid_over,
    object_,
    schema_type,
)
from mockserver.reading.document import Document

AB, BC = Type("text", choices=("a", "b")), Type("text", choices=("b", "c"))


@pytest.mark.parametrize(
    ("type_", "expected", "is_possible"),
    [
        (TEXT, TEXT, True),
        (TEXT, NUMBER, False),
        (NULL, NUMBER, True),
        (ANY, BOOLEAN, True),
        (NUMBER, ANY, True),
        (TEXT.listed(), NUMBER.listed(), False),
        (ANY.listed(), NUMBER.listed(), True),
        (TEXT.listed(), Type("list"), True),
        (object_(a=TEXT), object_(b=TEXT), True),
    ],
)
def test_what_fits(type_, expected, is_possible):
    assert fits(type_, expected) is is_possible


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        (TEXT, TEXT, TEXT),
        (TEXT, NUMBER, ANY),
        (NULL, AB, AB),
        (NUMBER, NULL, NUMBER),
        (AB, BC, Type("text", choices=("a", "b", "c"))),
        (AB, TEXT, TEXT),
        (ANY, TEXT, ANY),
        (TEXT.listed(), NUMBER.listed(), ANY.listed()),
        (object_(a=TEXT), object_(b=NUMBER), object_(b=NUMBER, a=TEXT)),
        (object_(a=TEXT), OBJECT, OBJECT),
    ],
)
def test_what_is_known_of_one_of_two(left, right, joined):
    assert join(left, right) == joined


def test_an_object_laid_over_another_has_its_members_first():
    assert laid_over(object_(a=TEXT, b=TEXT), object_(b=NUMBER)) == object_(a=TEXT, b=NUMBER)
    assert laid_over(object_(a=TEXT), NULL) == OBJECT


@pytest.mark.parametrize(
    ("schema", "type_"),
    [
        ({"type": "string"}, TEXT),
        ({"type": "string", "enum": ["a", "b"]}, AB),
        ({"type": "integer", "nullable": True}, NUMBER),
        ({"type": "array", "items": {"type": "boolean"}}, BOOLEAN.listed()),
        ({"properties": {"a": {"type": "string"}}}, object_(a=TEXT)),
        ({"type": "object"}, OBJECT),
        ({"type": "string", "format": "binary"}, FILE),
        ({"$ref": "#/components/schemas/A"}, object_(a=TEXT)),
        (
            {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "number"}}}]},
            object_(a=TEXT, b=NUMBER),
        ),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, ANY),
    ],
)
def test_the_type_of_a_schema(schema, type_):
    schemas = {"A": {"type": "object", "properties": {"a": {"type": "string"}}}}
    assert schema_type(Document({"components": {"schemas": schemas}}), schema) == type_


def test_a_schema_that_contains_itself_ends_with_anything():
    schemas = {"Node": {"type": "object", "properties": {"inner": {"$ref": "#/components/schemas/Node"}}}}
    type_ = schema_type(Document({"components": {"schemas": schemas}}), {"$ref": "#/components/schemas/Node"})
    assert at_path(type_, ".".join(["inner"] * 50)) == ANY


@pytest.mark.parametrize(
    ("path", "type_"),
    [("a", TEXT), ("rows.n", NUMBER), ("rows.m", None), ("a.b", None), ("open.b.c", ANY), ("input.x", ANY)],
)
def test_the_type_at_a_path(path, type_):
    owner = object_(a=TEXT, rows=object_(n=NUMBER).listed(), open=OBJECT, input=ANY)
    assert at_path(owner, path) == type_
