"""Cursors: what they hold, and what another list does with them."""

from decimal import Decimal

import pytest

from mockserver.engine.cursors import LARGEST, page_start, tie, written
from mockserver.engine.problems import Problem
from mockserver.store.base import After

ORDER = (("title", False),)


@pytest.mark.parametrize(
    ("position", "values", "mark"),
    [
        pytest.param(1, [], "", id="plain"),
        pytest.param(LARGEST - 1, [], "", id="the-last-position"),
        pytest.param(7, ["Emma", None, 3], tie([], [], ORDER), id="sorted"),
        pytest.param(7, [Decimal("123456789012345.123456789012")], tie([], [], ORDER), id="sorted-by-an-exact-number"),
        pytest.param(7, [], tie([("price", "gt", "3")], [], ()), id="filtered"),
    ],
)
def test_a_cursor_leads_back_to_its_row(position, values, mark):
    cursor = written(position, values, mark)
    assert page_start(cursor, mark, len(values)) == After(position, tuple(values))
    assert "=" not in cursor


def test_every_list_begins_after_the_position_0():
    beginning = written(0, [], "")
    assert beginning == "eyJpZCI6MH0"
    assert page_start(beginning, "", 0) is page_start(beginning, tie(["any"]), 2) is None


def test_a_plain_list_has_no_mark_and_every_other_its_own():
    lists = [([], [], ORDER), ([], [], (("title", True),)), ([("price",)], [], ORDER), ([], [("cheap", True)], ORDER)]
    assert tie([], [], ()) == ""
    assert len({tie(*told) for told in lists}) == len(lists)


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        pytest.param({"sort": "title:desc"}, {}, id="another-direction"),
        pytest.param({"sort": "price"}, {}, id="another-field"),
        pytest.param({}, {}, id="no-order"),
        pytest.param({"sort": "title"}, {"price": {"gt": "1"}}, id="another-filter"),
        pytest.param({"sort": "title"}, {"cheap": {"": "true"}}, id="another-rule"),
    ],
)
def test_a_cursor_is_refused_by_a_list_of_another_order_or_filter(desk, query, filters):
    for title in "ABC":
        desk.run("addBook", {"title": title})
    cursor = desk.reply("listBooks", None, {"limit": 1, "sort": "title"}).page["nextCursor"]
    with pytest.raises(Problem) as caught:
        desk.reply("listBooks", None, {"limit": 1, "cursor": cursor, **query}, filters)
    assert (caught.value.kind, caught.value.facts["reason"]) == (
        "cursor",
        "belongs to a list with other filters or another order",
    )
    assert [book["title"] for book in desk.run("listBooks", None, {"limit": 1, "cursor": cursor, "sort": "title"})] == ["B"]
