"""Bulk calls: each entry as if called alone, in order, one refusal not stopping the others."""

import pytest

from mockserver.engine import event_log
from mockserver.engine.problems import Problem, worded


def test_entries_run_in_order_and_later_ones_see_earlier_ones(desk):
    book = desk.run("addBook", {"title": "Old", "isbn": "abcd"})
    answer = desk.run(
        "manyBooks",
        {
            "books": [
                {"do": "add", "book": {"title": "New", "isbn": "efgh"}},
                {"do": "add", "book": {"title": "Twice", "isbn": "EFGH"}},
                {"do": "change", "id": book["id"], "book": {"title": "Changed"}},
                {"do": "drop", "id": "book_none"},
                {"do": "drop", "id": book["id"]},
            ]
        },
    )
    assert answer["done"] == 3
    assert [entry.get("trouble") for entry in answer["results"]] == [None, "UNFIT", None, "NOT_FOUND", None]
    assert answer["results"][2]["book"]["title"] == "Changed"
    assert [one["title"] for one in desk.run("listBooks")] == ["New"]


def test_each_entry_tells_the_events_of_its_single_call(desk):
    desk.run(
        "manyBooks",
        {"books": [{"do": "add", "book": {"title": "A"}}, {"do": "add", "book": {}}, {"do": "add", "book": {"title": "B"}}]},
    )
    assert [one["data"]["title"] for one in event_log.read_log(desk.engine.store, "branch_a")] == ["A", "B"]


@pytest.mark.parametrize(
    "entry",
    [{"do": "burn"}, {"do": "add"}, {"do": "change", "book": {}}, {"do": "change", "id": "book_x", "book": {"price": "x"}}],
)
def test_an_entry_that_is_not_complete_fails_alone(desk, entry):
    answer = desk.run("manyBooks", {"books": [entry, {"do": "add", "book": {"title": "A"}}]})
    assert answer["done"] == 1
    assert answer["results"][0]["trouble"] in ("UNFIT", "NOT_FOUND")


def test_more_entries_than_allowed_run_none(desk):
    with pytest.raises(Problem) as caught:
        desk.run("manyBooks", {"books": [{"do": "add", "book": {"title": "A"}}] * 6})
    said = worded(desk.engine.plan.errors, caught.value)
    assert (said.code, said.message) == ("TOO_MANY_OPERATIONS", "At most 5 operations, not 6")
    assert desk.run("listBooks") == []


@pytest.mark.parametrize("body", [{}, {"books": []}, {"books": 3}, {"books": [3]}])
def test_a_body_that_is_no_bulk_call_is_refused_whole(desk, body):
    with pytest.raises(Problem) as caught:
        desk.run("manyBooks", body)
    assert caught.value.kind == "validation"
