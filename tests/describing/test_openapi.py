"""The document as it is served: OpenAPI's own words, without the vocabulary."""

import pytest
import yaml

from mockserver.describing.openapi import served, yaml_text
from mockserver.reading.document import Document, read
from tests.compiling.small import node
from tests.conftest import LIBRARY


def shown(text: str):
    """A document as it is served."""
    return served(Document(node(text)))


def keys(value):
    """Every key of a tree that is written as JSON."""
    if isinstance(value, list):
        return {key for member in value for key in keys(member)}
    return set(value) | {key for member in value.values() for key in keys(member)} if isinstance(value, dict) else set()


def test_no_key_of_the_vocabulary_is_left():
    document = read(LIBRARY)
    assert {key for key in keys(document.root) if key.startswith("x-")} > {"x-sandbox", "x-resource", "x-value", "x-ref"}
    assert {key for key in keys(served(document)) if key.startswith("x-")} == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{headers: {x-total: {x-value: 1}}}", {"headers": {"x-total": {}}}, id="names"),
        pytest.param("{schemas: {x-part: {x-resource: {}}}}", {"schemas": {"x-part": {}}}, id="names of schemas"),
        pytest.param(
            "{properties: {parameters: {type: object, x-unique: true}}}",
            {"properties": {"parameters": {"type": "object"}}},
            id="a property that is called like a member of OpenAPI",
        ),
        pytest.param("{example: {x-a: 1}}", {"example": {"x-a": 1}}, id="examples"),
        pytest.param("{enum: [{x-a: 1}]}", {"enum": [{"x-a": 1}]}, id="enums"),
        pytest.param("{tags: [{x-a: 1, name: A}]}", {"tags": [{"name": "A"}]}, id="entries"),
    ],
)
def test_names_of_the_contracts_own_stay(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("{type: string, x-default: novel}", "Default: novel."),
        ("{type: boolean, x-default: true, description: Out.}", "Out. Default: true."),
        ("{type: string, x-default: '{{ now() }}'}", None),
        ("{type: array, x-default: []}", None),
        ("{type: number, x-decimals: 2}", "At most 2 decimal places."),
        ("{type: number, x-decimals: 1, x-default: 3}", "Default: 3. At most 1 decimal place."),
        ("{type: number, description: Price.}", "Price."),
    ],
)
def test_what_was_said_by_a_key_is_said_in_words(text, description):
    assert shown(text).get("description") == description


def test_yaml_says_the_same_in_the_order_written():
    whole = shown("{openapi: 3.0.3, info: {title: Bücher}, paths: {}}")
    assert yaml.safe_load(yaml_text(whole)) == whole
    assert yaml_text(whole).splitlines() == ["openapi: 3.0.3", "info:", "  title: Bücher", "paths: {}"]
