"""Effects the library has no use for: removing, changing what is not there, and telling of nothing in particular."""

import pytest

from mockserver.store.base import Query
from tests.engine.desk import refused
from tests.revision import operation, revised


def effects(name, *effects, **more):
    """A change that gives an operation these effects."""

    def change(document):
        operation(document, name)["x-action"] = {"effects": list(effects), **more}

    return change


def texts(desk):
    return [row["text"] for row in desk.engine.store.find(desk.tenant, "notes", Query()).rows]


@pytest.fixture
def noted():
    def make(desk):
        book, other = (desk.run("addBook", {"title": title})["id"] for title in ("Emma", "Camilla"))
        notes = [desk.run("addNote", {"text": text}, bookId=book)["id"] for text in ("a", "b")]
        desk.run("addNote", {"text": "c"}, bookId=other)
        return book, notes

    return make


KEEP = {"rule": "it.text != 'keep'", "code": "BOOK_IS_OUT", "field": "text", "message": "{{ was.text }} stays"}


def test_an_effect_removes_what_it_finds_and_what_hangs_on_it(tmp_path, noted):
    desk = revised(tmp_path, effects("changeBook", {"delete": "Note", "where": {"bookId": "{{ id }}"}, "require": [KEEP]}))
    book, _ = noted(desk)
    desk.run("changeBook", {"price": 6}, bookId=book)
    assert texts(desk) == ["c"]
    desk.run("addNote", {"text": "keep"}, bookId=book)
    refusal = refused(desk, "changeBook", {"price": 7}, bookId=book)
    assert (refusal.code, refusal.message) == ("BOOK_IS_OUT", "keep stays")
    assert (texts(desk), desk.run("getBook", bookId=book)["price"]) == (["c", "keep"], 6)


def test_an_effect_removes_one_document_by_its_id(tmp_path, noted):
    desk = revised(tmp_path, effects("changeBook", {"delete": "Note", "id": "{{ input.title }}"}))
    book, notes = noted(desk)
    desk.run("changeBook", {"title": notes[0]}, bookId=book)
    assert texts(desk) == ["b", "c"]
    refusal = refused(desk, "changeBook", {"title": notes[0]}, bookId=book)
    assert (refusal.status, refusal.details[0]["id"]) == (404, notes[0])
    assert desk.run("getBook", bookId=book)["title"] == notes[0]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        pytest.param({"or_create": {"code": "{{ input.title }}"}, "set": {"label": "set"}}, "set", id="and-changed"),
        pytest.param({"or_create": {"code": "{{ input.title }}"}}, "Shelf X", id="as-it-is"),
    ],
)
def test_what_an_effect_does_not_find_it_may_make(tmp_path, said, wanted):
    update = {"update": "Shelf", "where": {"code": "{{ input.title }}"}, "as": "shelf", **said}
    desk = revised(tmp_path, effects("changeBook", update, reply={"title": "{{ shelf.label }}"}))
    book = desk.run("addBook", {"title": "Emma"})["id"]
    assert desk.run("changeBook", {"title": "X"}, bookId=book) == {"title": wanted}
    first = desk.run("getShelf", code="X")
    assert desk.run("changeBook", {"title": "X"}, bookId=book) == {"title": wanted}
    assert desk.run("getShelf", code="X") == first


def test_an_action_without_a_document_tells_of_what_it_says(tmp_path):
    def change(document):
        document["paths"]["/announce"] = {
            "post": {
                "operationId": "announce",
                "x-action": {
                    "require": [{"rule": "input.amount > 0", "message": "too little"}],
                    "emit": [{"event": "fine.due", "with": {"amount": "{{ input.amount }}"}, "when": "input.amount > 1"}],
                },
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"type": "object", "properties": {"amount": {"type": "number"}}}}
                    },
                },
                "responses": {
                    "200": {"description": "Told", "content": {"application/json": {"schema": {"type": "object"}}}}
                },
            }
        }

    desk, told = revised(tmp_path, change), []
    desk.engine.commit.after_commit.append(lambda _, records: told.extend((one["event"], one["data"]) for one in records))
    assert desk.run("announce", {"amount": 3}) is None
    desk.run("announce", {"amount": 1})
    assert refused(desk, "announce", {"amount": 0}).message == "too little"
    assert told == [("fine.due", {"amount": 3})]


def test_a_transition_whose_condition_does_not_hold_is_not_possible(tmp_path):
    def change(document):
        operation(document, "giveBack")["x-action"] |= {"transition": ["bring_late"], "effects": []}

    desk = revised(tmp_path, change)
    member, book = desk.run("enrol", {"name": "Ann"})["id"], desk.run("addBook", {"title": "Emma"})["id"]
    loan = desk.run("lend", {"bookId": book, "memberId": member})
    refusal = refused(desk, "giveBack", loanId=loan["id"])
    assert (refusal.code, refusal.details[0]["current"]) == ("STATE", "out")
    assert desk.run("getLoan", loanId=loan["id"]) == loan


def test_what_an_effect_would_make_is_asked_first(tmp_path):
    """`require` sees the document as it would be before `set`."""
    rule = {"rule": "it.label != 'Shelf none'", "code": "BOOK_IS_OUT", "message": "{{ was.code }} is no shelf"}
    update = {"update": "Shelf", "where": {"code": "{{ input.title }}"}, "or_create": {"code": "{{ input.title }}"}}
    desk = revised(tmp_path, effects("changeBook", {**update, "require": [rule], "set": {"label": "set"}}))
    book = desk.run("addBook", {"title": "Emma"})["id"]
    assert refused(desk, "changeBook", {"title": "none"}, bookId=book).message == "none is no shelf"
    assert desk.engine.store.find(desk.tenant, "shelves", Query()).total == 0
    desk.run("changeBook", {"title": "some"}, bookId=book)
    assert desk.run("getShelf", code="some")["label"] == "set"
