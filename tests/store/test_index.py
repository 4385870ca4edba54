"""The values of one field and the positions they stand at."""

import pytest

from mockserver.store.base import Condition
from mockserver.store.index import Index, keys, union

VALUES = {1: "Poetry", 2: "poetry", 3: ["Prose", "Poetry"], 4: None, 5: "drama", 6: [], 7: {"of": "poetry"}}


@pytest.fixture
def index():
    index = Index()
    for position, value in VALUES.items():
        index.add(position, value)
    return index


@pytest.mark.parametrize(
    ("operator", "value", "positions"),
    [
        ("eq", "POETRY", {1, 2, 3}),
        ("eq", "drama", {5}),
        ("eq", "none such", set()),
        ("in", ["prose", "Drama"], {3, 5}),
        ("in", ["prose"], {3}),
        ("contains", "o", {1, 2, 3}),
        ("contains", "ram", {5}),
    ],
)
def test_a_condition_is_answered_by_each_value_that_fulfils_it(index, operator, value, positions):
    assert index.matching(Condition(("genre",), operator, value)) == positions


def test_a_value_that_goes_takes_its_own_position_alone(index):
    index.remove(2, VALUES[2])
    assert index.equal("poetry") == {1, 3}
    index.remove(3, VALUES[3])
    assert (index.equal("poetry"), index.equal("prose")) == ({1}, set())


def test_a_value_that_no_document_has_any_more_is_not_asked_again(index):
    index.remove(5, "drama")
    index.remove(5, "drama")
    assert "drama" not in index.positions
    assert index.matching(Condition(("genre",), "contains", "ram")) == set()


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Kopi", ["kopi"]), (None, []), ({"a": 1}, []), ([["A"], None, "b"], ["a", "b"]), (3, [3]), ([], [])],
)
def test_a_document_stands_under_each_entry_of_its_list(value, expected):
    assert keys(value) == expected


@pytest.mark.parametrize(("sets", "expected"), [([], set()), ([{1}], {1}), ([{1, 2}, {2, 3}], {1, 2, 3})])
def test_the_union_of_sets_leaves_them_as_they_are(sets, expected):
    before = [set(positions) for positions in sets]
    assert union(sets) == expected
    assert sets == before
