"""What a path leads to: the documents above are asked first, and are what a new one belongs to."""

import pytest

from mockserver.store.base import Query
from tests.engine.test_engine import refused


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
