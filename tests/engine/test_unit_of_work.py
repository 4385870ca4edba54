"""The world of a call: running numbers, ids, and documents as they are given out."""

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
