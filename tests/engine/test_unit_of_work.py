"""The world of a call: running numbers, ids, and documents as they are given out."""

import pytest

from mockserver.language.scope import ExpressionError
from tests.engine.desk import refused


def test_numbers_run_by_year_and_a_refused_call_takes_none(desk):
    desk.run("addBook", {"title": "A", "published": "2023-05-01"})
    refused(desk, "addBook", {"title": "B", "isbn": "123"})
    assert desk.run("addBook", {"title": "B", "published": "2023-06-01"})["number"] == "B-2023-002"
    assert desk.run("addBook", {"title": "C"})["number"] == "B-2024-001"


def test_a_field_computed_when_given_out_is_not_stored_but_can_be_asked_for(desk):
    desk.run("addShelf", {"code": "X"})
    book = desk.run("addBook", {"title": "A", "shelfCode": "X"})
    assert book["shelfLabel"] == "Shelf X"
    assert "shelfLabel" not in desk.engine.store.get("branch_a", "books", book["id"])
    assert [one["id"] for one in desk.run("listBooks", filters={"shelfLabel": {"": "shelf x"}})] == [book["id"]]


def test_an_id_is_never_given_twice(desk):
    state = desk.engine.state.random.getstate()
    first = desk.run("addBook", {"title": "A"})
    desk.engine.state.random.setstate(state)
    second = desk.run("addBook", {"title": "B"})
    assert first["id"] != second["id"]
    assert desk.run("getBook", bookId=first["id"])["title"] == "A"


@pytest.fixture
def work(desk):
    for title, tags, published in (("Emma", ["a", "b"], None), ("Camilla", ["b"], "2023-05-01"), ("emma", [], None)):
        desk.run("addBook", {"title": title, "tags": tags, "published": published, "price": len(title)})
    return desk.engine.state.work(desk.tenant)


@pytest.mark.parametrize(
    ("equal", "titles"),
    [
        pytest.param({}, ["Emma", "Camilla", "emma"], id="all"),
        pytest.param({"title": "Emma"}, ["Emma"], id="letters-count"),
        pytest.param({"title": ["emma", "Camilla"]}, ["Camilla", "emma"], id="one-of"),
        pytest.param({"tags": "b"}, ["Emma", "Camilla"], id="in-a-list"),
        pytest.param({"published": None}, ["Emma", "emma"], id="null"),
        pytest.param({"published": [None, "2023-05-01"]}, ["Emma", "Camilla", "emma"], id="null-or"),
        pytest.param({"price": {"gt": 4}}, ["Camilla"], id="operator"),
        pytest.param({"author__name": "Jane"}, [], id="inside-an-object"),
    ],
)
def test_documents_are_found_by_exact_values(work, equal, titles):
    assert [book["title"] for book in work.find("Book", **equal)] == titles


def test_a_resource_that_there_is_not_is_named(work):
    with pytest.raises(ExpressionError, match="there is no resource Bok"):
        work.find("Bok")


def test_a_document_is_got_anew_after_each_change(desk, work):
    shelf = desk.run("addShelf", {"code": "X"})
    assert (work.get("Shelf", None), work.get("Shelf", "none"), work.get("Shelf", shelf["id"])["label"]) == (
        None,
        None,
        "Shelf X",
    )
    work.transaction.put("shelves", shelf["id"], {**shelf, "label": "Y"})
    assert work.get("Shelf", shelf["id"])["label"] == "Y"
    work.transaction.drop("shelves", shelf["id"])
    assert work.get("Shelf", shelf["id"]) is None


@pytest.mark.parametrize(
    ("channel", "events"),
    [
        ("book.added", ["book.added"]),
        ("book.news", ["book.added"]),
        ("loan.returned", ["loan.closed"]),
        ("none", []),
        (None, []),
        (3, []),
    ],
)
def test_a_channel_carries_the_events_of_its_name(work, channel, events):
    assert work.events_of(channel) == events


def test_days_are_counted_to_today_or_to_another_date(work):
    assert [work.days_since("2024-01-10"), work.days_since("2024-01-10", "2024-01-09")] == [5, -1]
