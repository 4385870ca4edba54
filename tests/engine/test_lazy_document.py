"""Documents whose computed members wait until they are looked at."""

import pytest

from mockserver import json
from mockserver.engine.lazy_document import LazyDocument

LOOKS = {
    "one": lambda given: given["label"],
    "get": lambda given: given.get("label"),
    "spread": lambda given: {**given}["label"],
    "merge": lambda given: ({"a": 1} | given)["label"],
    "dict": lambda given: dict(given)["label"],
    "items": lambda given: dict(given.items())["label"],
    "values": lambda given: next(reversed(given.values())),
    "iteration": lambda given: given[next(name for name in given if name == "label")],
    "copy": lambda given: json.copy(given)["label"],
}


@pytest.mark.parametrize("look", LOOKS)
def test_whoever_looks_sees_the_value_and_it_is_computed_once(look):
    asked = []
    given = LazyDocument({"id": "b1", "label": "stale"}, {"label": lambda: asked.append(1) or "fresh"})
    assert (LOOKS[look](given), LOOKS[look](given)) == ("fresh", "fresh")
    assert asked == [1]


def test_nothing_is_computed_for_those_who_look_elsewhere():
    given = LazyDocument({"id": "b1"}, {"label": lambda: 1 / 0})
    assert (given["id"], given.get("id"), "label" in given, "x" in given, len(given)) == ("b1", "b1", True, False, 2)


def test_it_equals_the_document_it_stands_for():
    assert LazyDocument({"id": "b1"}, {"label": lambda: "x"}) == {"id": "b1", "label": "x"}


def test_a_copy_is_an_ordinary_document():
    assert type(json.copy([LazyDocument({"id": "b1"}, {"label": lambda: "x"})])[0]) is dict
