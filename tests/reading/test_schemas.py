"""Schemas that agree with themselves."""

import pytest

from mockserver.reading.errors import Mistakes
from mockserver.reading.schemas import check_schemas
from mockserver.reading.structure import Structure
from tests.compiling.small import document, node


def noted(text: str) -> list[str]:
    """What does not agree within a schema."""
    mistakes = Mistakes()
    structure = Structure(mistakes)
    structure.read(node(text), "schema", "#")
    check_schemas(document(), structure.parts, mistakes)
    return [str(mistake) for mistake in mistakes]


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("{type: string, maxLength: 3, pattern: a, format: date}", []),
        ("{type: integer, maxLength: 3}", ["#/maxLength: maxLength is about the type string, and this is of type integer"]),
        (
            "{type: string, minimum: 3}",
            ["#/minimum: minimum is about the type number or integer, and this is of type string"],
        ),
        ("{minimum: 3, maxLength: 3}", []),
        ("{type: integer, enum: [1, a]}", ["#/enum/1: a is not of type integer"]),
        ("{type: integer, enum: [1, true]}", ["#/enum/1: True is not of type integer"]),
        ("{type: string, nullable: true, enum: [a, null]}", []),
        ("{type: string, enum: [a, null]}", ["#/enum/1: None is not of type string"]),
        ("{type: string, enum: [a, b, a]}", ["#/enum/2: a stands twice"]),
        ("{type: string, format: dat-time}", ["#/format: there is no format dat-time: did you mean date-time?"]),
        ("{type: string, format: isbn}", []),
        ("{type: string, format: int32}", ["#/format: int32 is a format of the type number or integer, not string"]),
        ("{minimum: 3, maximum: 2}", ["#/minimum: 3 is more than maximum, 2"]),
        ("{minLength: 3, maxLength: 3}", []),
        ("{properties: {a: {}}, required: [a]}", []),
        ("{properties: {title: {}}, required: [titel]}", ["#/required/0: there is no property titel: did you mean title?"]),
        ("{required: [anything]}", []),
        ("{allOf: [{properties: {a: {}}}, {required: [a]}]}", []),
        ("{allOf: [{properties: {a: {}}}], required: [b]}", ["#/required/0: there is no property b"]),
        (
            "{properties: {a: {}}, anyOf: [{required: [a]}, {required: [b]}]}",
            ["#/anyOf/1/required/0: there is no property b"],
        ),
        ("{allOf: [{$ref: '#/components/schemas/Book'}], required: [title]}", []),
    ],
)
def test_a_schema_agrees_with_itself(text, flaws):
    assert noted(text) == flaws
