"""Orders of rows that are mended when rows change, and stretches of them."""

import pytest

from mockserver.store import sorted_index
from mockserver.store.base import After, Condition, Query, Row
from mockserver.store.sorted_index import SortedIndexes

PAGES = (("pages", False),)
DESCENDING = (("pages", True),)


@pytest.fixture
def rows():
    values = [30, 10, None, 20, 10, [5, 40], "20"]
    return {position: Row({"pages": value}, position) for position, value in enumerate(values, 1)}


def test_rows_are_ordered_and_equals_stand_in_its_direction(rows):
    indexes = SortedIndexes(rows)
    assert indexes.positions(()) == [1, 2, 3, 4, 5, 6, 7]
    assert indexes.positions(PAGES) == [3, 2, 5, 4, 1, 7, 6]
    assert indexes.positions(DESCENDING) == [6, 7, 1, 4, 5, 2, 3]


@pytest.mark.parametrize("mendable", [0, 200], ids=["made anew", "mended"])
def test_what_is_new_other_or_gone_is_in_the_next_order(rows, monkeypatch, mendable):
    monkeypatch.setattr(sorted_index, "MAX_MENDED", mendable)
    indexes = SortedIndexes(rows)
    assert indexes.positions(PAGES) == [3, 2, 5, 4, 1, 7, 6]
    rows[1] = Row({"pages": 5}, 1)
    rows[8] = Row({"pages": 20}, 8)
    del rows[5]
    for position in (1, 5, 8):
        indexes.changed(position)
    assert indexes.positions(PAGES) == [3, 1, 2, 4, 8, 7, 6]


def test_an_order_is_not_made_again_while_nothing_changes(rows):
    indexes = SortedIndexes(rows)
    assert indexes.positions(PAGES) is indexes.positions(PAGES)


def test_the_order_asked_for_first_gives_way_where_there_are_too_many(rows, monkeypatch):
    monkeypatch.setattr(sorted_index, "CACHED_ORDERS", 2)
    indexes = SortedIndexes(rows)
    first, second = indexes.positions(PAGES), indexes.positions(DESCENDING)
    indexes.positions((("title", False),))
    assert indexes.positions(DESCENDING) is second
    assert indexes.positions(PAGES) is not first


@pytest.mark.parametrize(
    ("operator", "value", "positions"),
    [
        ("gt", 10, {4, 1, 6}),
        ("gte", 10, {2, 5, 4, 1, 6}),
        ("lt", 20, {2, 5, 6}),
        ("lte", 20, {2, 5, 4, 6}),
        ("gt", 30, {6}),
        ("gt", 40, set()),
        ("lt", 5, set()),
        ("gte", "2", {7}),
    ],
)
def test_a_stretch_has_values_of_the_same_kind_and_lists_with_such_an_entry(rows, operator, value, positions):
    assert set(SortedIndexes(rows).within("pages", Condition(("pages",), operator, value))) == positions


@pytest.mark.parametrize(
    ("after", "limit", "among", "positions", "total", "more"),
    [
        (None, None, None, [3, 2, 5, 4, 1, 7, 6], 7, False),
        (None, 2, None, [3, 2], 7, True),
        (None, 7, None, [3, 2, 5, 4, 1, 7, 6], 7, False),
        (After(2, (10,)), 2, None, [5, 4], 7, True),
        (After(1, (30,)), 2, None, [7, 6], 7, False),
        (None, 2, {1, 5, 6}, [5, 1], 3, True),
        (After(5, (10,)), 2, {1, 5, 6}, [1, 6], 3, False),
        (None, 2, set(), [], 0, False),
        (None, 0, None, [], 7, True),
    ],
)
def test_a_page_is_cut_from_an_order(rows, after, limit, among, positions, total, more):
    page = SortedIndexes(rows).page(Query(order=PAGES, after=after, limit=limit), among)
    assert ([row.position for row in page.rows], page.total, page.more) == (positions, total, more)
