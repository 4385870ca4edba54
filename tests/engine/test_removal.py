"""What goes with what: a removal goes on to what refers to the documents it takes along, and lets go of the rest."""

import pytest

from mockserver.engine.problems import Problem
from mockserver.engine.removal import remove
from mockserver.store.base import Query
from tests.engine.desk import loan, refused
from tests.engine.test_files import hang, kept


def ids(desk, collection):
    return [row["id"] for row in desk.engine.store.find(desk.tenant, collection, Query()).rows]


def removed(desk, resource, id):
    """Remove a document as an operation would."""
    work, kind = desk.engine.state.work(desk.tenant), desk.engine.plan.resources[resource]
    remove(work, kind, work.transaction.get(kind.collection, id))
    desk.engine.commit(work)


def test_what_hangs_on_a_document_that_is_taken_along_goes_too(desk):
    books = [desk.run("addBook", {"title": title})["id"] for title in ("Emma", "Camilla")]
    notes = [desk.run("addNote", {"text": "good"}, bookId=book)["id"] for book in (books[0], books[1], books[0])]
    pictures = [hang(desk, note.encode(), about="note", aboutId=note)["id"] for note in notes]
    desk.run("dropBook", bookId=books[0])
    assert ids(desk, "notes") == [notes[1]]
    assert ids(desk, "pictures") == [pictures[1]]
    assert len(kept(desk)) == 1


def test_what_a_reference_lets_go_of_is_cleared_and_computed_again(desk):
    shelf = desk.run("addShelf", {"code": "X"})
    shelved, other = (desk.run("addBook", {"title": title, "shelfCode": code}) for title, code in (("A", "X"), ("B", None)))
    removed(desk, "Shelf", shelf["id"])
    assert desk.run("getBook", bookId=shelved["id"]) == {**shelved, "shelfCode": None, "shelfLabel": None}
    assert desk.run("getBook", bookId=other["id"]) == other


def test_what_stands_in_the_way_is_counted_and_nothing_goes(desk):
    book, member = desk.run("addBook", {"title": "Emma", "copies": 2})["id"], desk.run("enrol", {"name": "Ann"})["id"]
    desk.run("addNote", {"text": "good"}, bookId=book)
    loans = [desk.run("lend", {"bookId": book, "memberId": member})["id"] for _ in range(2)]
    with pytest.raises(Problem) as caught:
        desk.run("dropBook", bookId=book)
    assert caught.value.kind == "in_use"
    assert {name: caught.value.facts[name] for name in ("resource", "id", "count", "by")} == {
        "resource": "Book",
        "id": book,
        "count": 2,
        "by": "Loan",
    }
    assert (ids(desk, "books"), ids(desk, "loans"), len(ids(desk, "notes"))) == ([book], loans, 1)


def test_deleting_is_restricted_cascades_or_clears_as_references_say(desk):
    _, book, member = loan(desk)
    assert refused(desk, "dropBook", bookId=book["id"]).details[0]["by"] == "Loan"
    assert refused(desk, "dismiss", memberId=member["id"]).status == 422
    other = desk.run("addBook", {"title": "B"})
    desk.run("addNote", {"text": "good"}, bookId=other["id"])
    assert desk.run("dropBook", bookId=other["id"]) == {"id": other["id"], "deleted": True}
    assert desk.engine.store.find("branch_a", "notes", Query()).total == 0
