"""A document on its way: what null does to a field, and what is not asked again."""

import pytest

from mockserver.engine.call import Call, Caller
from mockserver.engine.edit import Edit
from tests.engine.desk import loan, refused


def changed(desk, resource, id, changes):
    """Lay changes over a document as `set` does, whatever a client may write."""
    work, kind = desk.engine.state.work(desk.tenant), desk.engine.plan.resources[resource]
    edit = Edit(work, kind, work.transaction.get(kind.collection, id), work.call_scope)
    edit.set(changes)
    edit.settle()
    edit.check()
    edit.store()
    desk.engine.commit(work)
    return desk.engine.store.get(desk.tenant, kind.collection, id)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        pytest.param({"published": None, "isbn": None}, {"published": None, "isbn": None}, id="nullable-stays-null"),
        pytest.param({"copies": None, "tags": None}, {"copies": 1, "tags": []}, id="not-nullable-gets-its-default"),
        pytest.param({"author": {"name": None}}, {"author": {"name": None, "born": 1775}}, id="inside-an-object"),
        pytest.param({"author": None}, {"author": {"name": None, "born": None}}, id="an-object"),
    ],
)
def test_null_clears_a_field_that_may_be_null_and_takes_away_one_that_may_not(desk, changes, wanted):
    values = {"title": "Emma", "copies": 3, "tags": ["a"], "published": "1815-12-23", "author": {"name": "J", "born": 1775}}
    book = desk.run("addBook", values)
    stored = changed(desk, "Book", book["id"], changes)
    assert {name: stored[name] for name in wanted} == wanted


def test_null_takes_away_a_field_that_has_no_default(desk):
    shelf = desk.run("addShelf", {"code": "X"})
    book = desk.run("addBook", {"title": "Emma"})
    note = desk.run("addNote", {"text": "good"}, bookId=book["id"])
    assert changed(desk, "Note", note["id"], {"text": None}) == {"id": note["id"], "bookId": book["id"]}
    assert "code" not in changed(desk, "Shelf", shelf["id"], {"code": None})


def test_a_reference_is_asked_again_only_when_it_has_changed(desk):
    """What it names may no longer be fit to be named anew: a shelf that was closed keeps its books."""
    for code in "XY":
        desk.run("addShelf", {"code": code})
    book = desk.run("addBook", {"title": "Emma", "shelfCode": "X"})
    for code in "XY":
        changed(desk, "Shelf", desk.run("getShelf", code=code)["id"], {"open": False})
    assert desk.run("changeBook", {"title": "Emma I", "shelfCode": "X"}, bookId=book["id"])["shelfCode"] == "X"
    assert refused(desk, "changeBook", {"shelfCode": "Y"}, bookId=book["id"]).details[0]["rule"] == "SHELF_CLOSED"
    desk.run("changeBook", {"shelfCode": None}, bookId=book["id"])
    assert refused(desk, "changeBook", {"shelfCode": "X"}, bookId=book["id"]).details[0]["rule"] == "SHELF_CLOSED"


def test_null_is_a_value_of_its_own_where_there_is_a_default(desk):
    listener = desk.run("listen", {"url": "http://one/", "about": ["book.added"]})
    letter = desk.run("ring", listenerId=listener["id"])
    assert changed(desk, "Letter", letter["id"], {"due": "2024-02-01T00:00:00Z"})["due"] == "2024-02-01T00:00:00Z"
    assert changed(desk, "Letter", letter["id"], {"due": None})["due"] is None


def test_an_id_that_is_taken_is_not_given_to_another(desk):
    """Fixtures say the ids of what they make."""
    operation = desk.engine.plan.operations["addBook"]
    call = Call(operation, Caller(desk.tenant), input={"title": "Emma"}, id="book_1")
    assert desk.engine.calls.run(call).result["id"] == "book_1"
    with pytest.raises(ValueError, match="there is a Book book_1 already"):
        desk.engine.calls.run(call)
    assert desk.reply("listBooks").page["total"] == 1


def test_an_impossible_transition_tells_what_stands_in_its_way(desk):
    lent, *_ = loan(desk)
    desk.run("giveBack", loanId=lent["id"])
    problem = refused(desk, "giveBack", loanId=lent["id"])
    wanted = f"Loan {lent['id']} is back: return needs out, overdue. It came back on 2024-01-15"
    assert (problem.message, problem.details[0]["reason"]) == (wanted, "It came back on 2024-01-15")
    changed(desk, "Loan", lent["id"], {"returnedOn": None})
    assert refused(desk, "giveBack", loanId=lent["id"]).message == wanted.partition(".")[0]
