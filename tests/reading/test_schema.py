"""Schemas of OpenAPI 3.0 as validators: what each keyword lets through, and where and how a flaw is told."""

from decimal import Decimal

import pytest

from mockserver.reading.document import read
from mockserver.reading.schema import validator
from tests.conftest import LIBRARY


@pytest.fixture(scope="module")
def document():
    return read(LIBRARY)


CHOICE = {
    "anyOf": [
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 3}}},
        {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "string", "maxLength": 1}}}},
    ]
}


@pytest.mark.parametrize(
    ("schema", "value", "flaws"),
    [
        pytest.param({"type": "integer", "nullable": True}, None, [], id="null"),
        pytest.param({"type": "integer"}, None, [("", "type")], id="no-null"),
        pytest.param({"type": "string", "enum": ["a"], "nullable": True}, None, [], id="null-beside-an-enum"),
        pytest.param({"type": "string", "enum": ["a", None], "nullable": True}, "b", [("", "enum")], id="null-in-an-enum"),
        pytest.param({"nullable": True, "anyOf": [{"type": "string"}]}, None, [], id="null-beside-a-choice"),
        pytest.param({"not": {"type": "string"}}, 1, [], id="not"),
        pytest.param({"not": {"type": "string"}}, "a", [("", "not")], id="not-not"),
        pytest.param(
            {"type": "object", "properties": {"b": {}}, "additionalProperties": False},
            {"a": 1},
            [("a", "additionalProperties")],
            id="more",
        ),
        pytest.param({"type": "object", "additionalProperties": True}, {"a": 1}, [], id="any-more"),
        pytest.param(
            {"type": "object", "additionalProperties": {"type": "string"}}, {"a": 1}, [("a", "type")], id="such-more"
        ),
        pytest.param({"minimum": 3}, 3, [], id="minimum"),
        pytest.param({"minimum": 3, "exclusiveMinimum": True}, 3, [("", "exclusiveMinimum")], id="above"),
        pytest.param({"minimum": 3, "exclusiveMinimum": False}, 3, [], id="not-above"),
        pytest.param({"exclusiveMaximum": True}, 3, [], id="below-nothing"),
        pytest.param({"maximum": 3, "exclusiveMaximum": True}, Decimal("2.9"), [], id="below"),
        pytest.param({"maximum": 3, "exclusiveMaximum": True}, 3, [("", "exclusiveMaximum")], id="not-below"),
        pytest.param({"type": "number", "x-decimals": 2}, Decimal("1.250"), [], id="decimals"),
        pytest.param({"type": "number", "x-decimals": 2}, Decimal("1.251"), [("", "x-decimals")], id="too-fine"),
        pytest.param({"type": "string", "format": "date"}, "2023-02-29", [("", "format")], id="no-date"),
        pytest.param(CHOICE, {"a": 2}, [("a", "minimum")], id="the-only-choice-of-its-sort"),
        pytest.param(CHOICE, {}, [("a", "required")], id="what-that-choice-needs"),
        pytest.param(CHOICE, [{"b": "x"}, {"b": "xy"}], [("[1].b", "maxLength")], id="the-other-sort"),
        pytest.param(CHOICE, "x", [("", "anyOf")], id="no-choice-of-its-sort"),
        pytest.param({"type": "object", "properties": {"c": CHOICE}}, {"c": {"a": 2}}, [("c.a", "minimum")], id="inside"),
        pytest.param({"oneOf": [{"minimum": 3}, {"maximum": 5}]}, 4, [("", "oneOf")], id="both"),
        pytest.param(
            {"properties": {"a": {"readOnly": True, "type": "string"}}, "required": ["a"], "type": "object"},
            {"a": 3},
            [],
            id="what-clients-cannot-write",
        ),
    ],
)
def test_a_value_fits_or_each_flaw_has_its_field(document, schema, value, flaws):
    assert [(flaw.field, flaw.keyword) for flaw in validator(document, schema)(value)] == flaws


def test_an_answer_lacks_what_clients_may_only_write(document):
    schema = {"type": "object", "properties": {"a": {"writeOnly": True, "type": "string"}}, "required": ["a"]}
    assert validator(document, schema, "response")({}) == []
    assert [flaw.field for flaw in validator(document, schema, "request")({})] == ["a"]
