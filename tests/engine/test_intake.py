"""What a path leads to: the documents above are asked first, and are what a new one belongs to."""

import pytest

from mockserver.store.base import Query
from tests.engine.desk import refused


@pytest.mark.parametrize(
    ("operation", "input"),
    [
        pytest.param("addNote", {"text": "good"}, id="create"),
        pytest.param("addNote", {}, id="before-the-body"),
        pytest.param("listNotes", None, id="list"),
    ],
)
def test_below_what_there_is_not_nothing_is_found_and_nothing_made(desk, operation, input):
    refusal = refused(desk, operation, input, bookId="book_none")
    assert (refusal.status, refusal.code) == (404, "NOT_FOUND")
    assert desk.engine.store.find(desk.tenant, "notes", Query()).total == 0


def test_what_is_made_below_a_document_belongs_to_it(desk):
    first, second = (desk.run("addBook", {"title": title})["id"] for title in "AB")
    note = desk.run("addNote", {"text": "good", "bookId": first}, bookId=second)
    assert note["bookId"] == second
    assert [row["id"] for row in desk.run("listNotes", bookId=second)] == [note["id"]]
    assert desk.run("listNotes", bookId=first) == []


def test_what_a_body_does_not_declare_is_not_stored(desk):
    book = desk.run("addBook", {"title": "Emma", "number": "mine", "colour": "red"})
    assert book["number"] == "B-2024-001"
    assert "colour" not in book


def test_a_document_can_be_addressed_by_a_unique_field(desk):
    blob_references = desk.run("addShelf", {"code": "X"})
    assert desk.run("getShelf", code="X") == blob_references
    assert refused(desk, "getShelf", code="x").code == "NOT_FOUND"
