"""The order in which a document is settled: what is computed uses what is written above it."""

import pytest

from tests.compiling.small import mistakes

NUMBER = "type: number"
BOOK = "#/components/schemas/Book/properties"


def noted(properties: str) -> list[str]:
    """What is wrong with a book that has these properties too."""
    return mistakes("components: {schemas: {Book: {properties: {" + properties + "}}}}")


SOUND = {
    "what stands above": "a: {type: number, x-computed: price * 2}, b: {type: number, x-computed: a * 2}",
    "what is stored, wherever it stands": "a: {type: number, x-computed: b * 2}, b: {type: number}",
    "itself, where it may be null": "a: {type: number, nullable: true, x-computed: a if a != none else price}",
    "a name of its own": "a: {type: number, x-computed: {let: {b: 2}, value: b}}, b: {type: number, x-computed: price}",
    "an entry's own": "a: {type: array, items: {type: object, properties: {n: {type: number}, m: {type: number, x-computed: n}}}}",
}
WRONG = {
    "itself": ("a: {type: number, x-computed: a + 1}", "a/x-computed: a reads itself"),
    "what stands below": (
        "a: {type: number, x-computed: b + 1}, b: {type: number, x-computed: price}",
        "a/x-computed: b is computed after a: write it above",
    ),
    "below, with names": (
        "a: {type: number, x-computed: {let: {c: 1}, value: b + c}}, b: {type: number, x-computed: price}",
        "a/x-computed/value: b is computed after a: write it above",
    ),
    "below, as a default": (
        "a: {type: string, x-default: '{{ b }}'}, b: {type: string, x-computed: title}",
        "a/x-default: b is computed after a: write it above",
    ),
    "below, in an object": (
        "a: {type: number, x-computed: o.b}, o: {type: object, properties: {b: {type: number, x-computed: price}}}",
        "a/x-computed: o.b is computed after a: write it above",
    ),
    "below, in an entry": (
        "a: {type: array, items: {type: object, properties: {n: {type: number, x-computed: m}, m: {type: number, x-computed: 1}}}}",
        "a/items/properties/n/x-computed: m is computed after n: write it above",
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_field_may_read(name):
    assert noted(SOUND[name]) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_field_may_not_read(name):
    properties, mistake = WRONG[name]
    assert noted(properties) == [f"{BOOK}/{mistake}"]
