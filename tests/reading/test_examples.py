"""Examples and defaults that fit their own schemas."""

import pytest

from mockserver.reading.errors import Mistakes
from mockserver.reading.examples import check_examples
from mockserver.reading.structure import Part
from tests.compiling.small import document, node


def noted(kind: str, text: str) -> list[str]:
    """What does not fit in the examples of a part."""
    mistakes = Mistakes()
    check_examples(document("components: {examples: {Three: {value: three}}}"), [Part(kind, node(text), "#")], mistakes)
    return [str(mistake) for mistake in mistakes]


REFUSED = "its own schema refuses it: it"
BOOK = "schema: {$ref: '#/components/schemas/Book'}"


@pytest.mark.parametrize(
    ("kind", "text", "flaws"),
    [
        ("schema", "{type: integer, default: 3, example: 4}", []),
        ("schema", "{type: integer, default: three}", [f"#/default: {REFUSED} must be a whole number"]),
        ("schema", "{type: string, example: '{{ now() }}', maxLength: 3}", []),
        (
            "schema",
            "{type: array, items: {type: integer}, example: [1, x]}",
            [f"#/example/1: {REFUSED} must be a whole number"],
        ),
        ("mediaType", "{" + BOOK + ", example: {id: b, title: Emma}}", []),
        (
            "mediaType",
            "{" + BOOK + ", example: {titel: Emma}}",
            ["#/example/titel: its own schema has no titel: did you mean title?"],
        ),
        ("mediaType", "{" + BOOK + ", example: {price: x}}", [f"#/example/price: {REFUSED} must be a number"]),
        (
            "mediaType",
            "{" + BOOK + ", examples: {a: {value: {price: x}}}}",
            [f"#/examples/a/value/price: {REFUSED} must be a number"],
        ),
        (
            "parameter",
            "{schema: {type: integer}, examples: {a: {$ref: '#/components/examples/Three'}}}",
            [f"#/examples/a/value: {REFUSED} must be a whole number"],
        ),
        ("mediaType", "{example: anything}", []),
        ("schema", "{properties: {a: {}}, additionalProperties: true, example: {b: 1}}", []),
        ("schema", "{properties: {a: {writeOnly: true}}, required: [a], example: {}}", []),
    ],
)
def test_an_example_is_one(kind, text, flaws):
    assert noted(kind, text) == flaws
