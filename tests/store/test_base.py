"""Pure functions over rows: what a path reaches, how values are ordered, where a page begins."""

import pytest

from mockserver.store.base import After, Condition, Query, Row, arranged, order_key, page, rank, value_at

ROWS = [
    Row({"id": "a", "title": "emma", "pages": 3}, 1),
    Row({"id": "b", "title": "Dune", "pages": 5}, 2),
    Row({"id": "c", "title": "EMMA", "pages": 5}, 3),
    Row({"id": "d", "title": None, "pages": 1}, 4),
]


def ids(rows):
    return "".join(row["id"] for row in rows)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("shelf", {"room": "east"}),
        ("shelf.room", "east"),
        ("shelf.room.wall", None),
        ("copies.id", ["1", "2"]),
        ("copies.loans.to", [["ann", "bo"], None]),
        ("nothing", None),
        ("nothing.at.all", None),
    ],
)
def test_a_path_reaches_into_members_and_into_each_entry_of_lists(path, value):
    document = {"shelf": {"room": "east"}, "copies": [{"id": "1", "loans": [{"to": "ann"}, {"to": "bo"}]}, {"id": "2"}]}
    assert value_at(document, path) == value


def test_values_of_all_kinds_have_one_order_and_text_has_no_case():
    values = [{}, "b", 2, None, "A", [], 1]
    assert sorted(values, key=rank) == [None, 1, 2, "A", "b", {}, []]
    assert rank("Emma") == rank("eMMA")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((), "abcd"),
        ((("title", False),), "dbac"),
        ((("title", True),), "cabd"),
        ((("pages", True),), "cbad"),
        ((("pages", False), ("title", True)), "dacb"),
        ((("pages", True), ("nothing", False)), "bcad"),
    ],
)
def test_rows_stand_in_the_order_asked_for_and_equals_in_the_direction_of_the_last_key(order, expected):
    assert ids(arranged(reversed(ROWS), order)) == expected


@pytest.mark.parametrize("fields", [("title",), ("pages",), ("pages", "title"), ("nothing",)])
def test_descending_is_the_exact_reverse_of_ascending(fields):
    ascending, descending = (tuple((field, down) for field in fields) for down in (False, True))
    assert arranged(ROWS, descending) == arranged(ROWS, ascending)[::-1]
    assert sorted(ROWS, key=order_key(descending)) == arranged(ROWS, descending)


@pytest.mark.parametrize(
    ("after", "limit", "expected", "more"),
    [
        (None, None, "dbac", False),
        (None, 4, "dbac", False),
        (None, 3, "dba", True),
        (None, 0, "", True),
        (After(1, ("emma",)), 2, "c", False),
        (After(0, ("emma",)), 1, "a", True),
        (After(9, ("zzz",)), 2, "", False),
        (After(0, (None,)), 1, "d", True),
    ],
)
def test_a_page_begins_behind_values_and_a_position_and_says_whether_more_follow(after, limit, expected, more):
    order = (("title", False),)
    result = page(arranged(ROWS, order), Query(order=order, after=after, limit=limit))
    assert (ids(result.rows), result.total, result.more) == (expected, 4, more)


def test_a_page_of_a_descending_order_begins_behind_its_mark_too():
    order = (("pages", True),)
    result = page(arranged(ROWS, order), Query(order=order, after=After(3, (5,)), limit=2))
    assert ids(result.rows) == "ba"


@pytest.mark.parametrize(
    ("fields", "value", "expected"),
    [
        (("title",), "EMMA", "ac"),
        (("id", "title"), "b", "b"),
        (("id", "title"), "dune", "b"),
        (("pages",), 5, "bc"),
        (("nothing",), "x", ""),
    ],
)
def test_a_condition_holds_where_any_of_its_fields_fulfils_it(fields, value, expected):
    condition = Condition(fields, "eq", value)
    assert ids(row for row in ROWS if condition.holds(row)) == expected
