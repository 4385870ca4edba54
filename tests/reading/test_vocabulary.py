"""The vocabulary: each key where it belongs, and in its form."""

import pytest

from mockserver.reading.errors import Mistakes
from mockserver.reading.structure import Part
from mockserver.reading.vocabulary import check, definitions, keys, on
from tests.compiling.small import node


def noted(kind: str, text: str) -> list[str]:
    """What is wrong with the keys of an object."""
    mistakes = Mistakes()
    check([Part(kind, node(text), "#")], mistakes)
    return [str(mistake) for mistake in mistakes]


@pytest.mark.parametrize(
    ("kind", "text", "flaws"),
    [
        ("schema", "{type: string, x-unique: true}", []),
        ("schema", "{x-uniqe: true}", ["#/x-uniqe: x-uniqe is not a known key: did you mean x-unique?"]),
        ("operation", "{x-unique: true}", ["#/x-unique: x-unique belongs on property, not here"]),
        ("document", "{x-scope: a}", ["#/x-scope: x-scope belongs on operation, not here"]),
        ("schema", "{x-ref: {to: Book, delet: clear}}", ["#/x-ref/delet: there is no delet here: did you mean delete?"]),
        ("schema", "{x-resource: {id: b_}}", ['#/x-resource: "collection" is a required property']),
        ("schema", "{x-resource: {collection: 3}}", ['#/x-resource/collection: 3 is not of type "string"']),
        ("schema", "{x-ref: {}}", ["#/x-ref: needs to or choose"]),
        ("operation", "{x-action: {emit: [{of: a}]}}", ['#/x-action/emit/0: "event" is a required property']),
        (
            "operation",
            "{x-action: {effects: [{updat: Book}]}}",
            ["#/x-action/effects/0/updat: there is no updat here", '#/x-action/effects/0: "effects" is a required property'],
        ),
    ],
)
def test_a_key_has_its_place_and_form(kind, text, flaws):
    assert noted(kind, text) == flaws


def test_each_key_stands_on_an_object_of_openapi():
    assert {key: on(key) for key in ("x-sandbox", "x-unique", "x-scope", "x-resource")} == {
        "x-sandbox": "document",
        "x-unique": "schema",
        "x-scope": "operation",
        "x-resource": "schema",
    }
    assert all(facts["schema"] for facts in keys().values())
    assert definitions()
