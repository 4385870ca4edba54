"""What is too many is said first, and of large values no more is looked at than it takes to say what is wrong."""

import pytest

from mockserver.flaws import MOST_FLAWS
from mockserver.reading import schema as schemas
from mockserver.reading.document import Document

LINE = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "n": {"type": "integer"}}}
ORDER = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string"},
        "lines": {"type": "array", "maxItems": 3, "items": {"type": "object", "properties": {"tags": {"maxItems": 1}}}},
        "notes": {"type": "object", "maxProperties": 2, "additionalProperties": {"type": "string"}},
        "rows": {"type": "array", "items": LINE},
        "set": {"type": "array", "uniqueItems": True, "items": {"type": "integer"}},
        "map": {"type": "object", "required": ["a"], "additionalProperties": {"type": "array", "maxItems": 1}},
        "free": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
GOOD = {"title": "Emma"}
ROWS = [{"id": str(number)} for number in range(1000)]


def flaws(value, schema=ORDER):
    check = schemas.validator(Document({}, ()), schema)
    return [(flaw.field, flaw.keyword) for flaw in check(value)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"lines": [{}] * 4}, [("lines", "maxItems")]),
        ({"lines": [1] * 100_000, "notes": dict.fromkeys("abc", 1)}, [("lines", "maxItems"), ("notes", "maxProperties")]),
        ({"lines": [{}, {"tags": [1, 2]}]}, [("lines[1].tags", "maxItems")]),
        ({"map": {"a": [], "b": [1, 2]}, **GOOD}, [("map.b", "maxItems")]),
        ({"lines": [{}] * 3}, [("title", "required")]),
    ],
)
def test_what_is_too_many_is_said_before_anything_else(value, expected):
    assert flaws(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({**GOOD, "rows": ROWS}, []),
        ({**GOOD, "rows": [*ROWS, {}]}, [("rows[1000].id", "required")]),
        ({**GOOD, "rows": [*ROWS, {"id": 1}, *ROWS]}, [("rows[1000].id", "type")]),
        ({"rows": [*ROWS, {"id": 1}]}, [("title", "required"), ("rows[1000].id", "type")]),
        ({**GOOD, "set": [*range(1000), 7]}, [("set", "uniqueItems")]),
        ({**GOOD, "free": {**{str(n): "x" for n in range(1000)}, "z": 1}}, [("free.z", "type")]),
        ({**GOOD, "map": {str(n): [] for n in range(1000)}}, [("map.a", "required")]),
    ],
)
def test_what_is_wrong_far_within_is_found_where_it_is(value, expected):
    assert sorted(flaws(value)) == sorted(expected)


def test_of_many_flaws_some_more_than_are_reported_are_listed():
    found = flaws({**GOOD, "rows": [{}] * 100_000})
    assert len(found) == MOST_FLAWS + 1
    assert found[:2] == [("rows[0].id", "required"), ("rows[1].id", "required")]


@pytest.mark.parametrize("name", ["titel", "Title", "zzz"])
def test_a_member_that_is_not_known_is_a_flaw_where_the_schema_is_closed(name):
    closed = {"type": "object", "additionalProperties": False, "properties": {"title": {"type": "string"}}}
    (flaw,) = schemas.validator(Document({}, ()), closed)({name: 1})
    assert (flaw.field, flaw.keyword) == (name, "additionalProperties")
    assert ("did you mean title?" in flaw.message) == (name != "zzz")
