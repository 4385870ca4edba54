"""The commit: who hears of it and when, and what stays when the store refuses."""

import pytest

from mockserver.engine.event_log import read_log
from mockserver.store.base import Query, WriteFailed
from tests.engine.test_files import hang, kept


def titles(desk):
    return [book["title"] for book in desk.engine.store.find(desk.tenant, "books", Query()).rows]


def refuse(tenant, changes):
    raise WriteFailed("the disk is full")


def test_what_is_added_before_a_commit_is_stored_in_the_same_transaction(desk, monkeypatch):
    applied, apply = [], desk.engine.store.apply

    def add(work, records):
        assert [record["event"] for record in records] == ["book.added"]
        work.transaction.put("notes", "note_1", {"id": "note_1", "text": records[0]["id"]})

    desk.engine.commit.before_commit.append(add)
    monkeypatch.setattr(
        desk.engine.store, "apply", lambda tenant, changes: (applied.append(changes), apply(tenant, changes))
    )
    desk.run("addBook", {"title": "Emma"})
    assert len(applied) == 1
    assert {"books", "_events", "notes"} <= {change.collection for change in applied[0]}
    assert desk.engine.store.get(desk.tenant, "notes", "note_1")["text"] == read_log(desk.engine.store, desk.tenant)[0]["id"]


def test_those_who_look_at_changes_and_those_who_hear_events_find_them_stored(desk):
    order = []
    desk.engine.commit.before_commit.append(lambda work, records: order.append(("before", titles(desk))))
    desk.engine.commit.on_changes.append(lambda work, changes: order.append(("changes", titles(desk))))
    desk.engine.commit.after_commit.append(lambda tenant, records: order.append(("after", tenant, titles(desk))))
    desk.run("addBook", {"title": "Emma"})
    assert order == [("before", []), ("changes", ["Emma"]), ("after", "branch_a", ["Emma"])]


def test_without_events_only_changes_are_shown_and_without_changes_nothing(desk):
    heard = []
    desk.engine.commit.before_commit.append(lambda work, records: heard.append("before"))
    desk.engine.commit.on_changes.append(lambda work, changes: heard.extend(change.collection for change in changes))
    desk.engine.commit.after_commit.append(lambda tenant, records: heard.append("after"))
    desk.run("enrol", {"name": "Ann"})
    desk.run("listBooks")
    assert heard == ["members"]


def test_of_what_could_not_be_stored_nobody_hears_and_nothing_is_left(desk, monkeypatch):
    book, heard = desk.run("addBook", {"title": "Emma"})["id"], []
    desk.engine.commit.on_changes.append(lambda work, changes: heard.append("changes"))
    desk.engine.commit.after_commit.append(lambda tenant, records: heard.append("after"))
    with monkeypatch.context() as full:
        full.setattr(desk.engine.store, "apply", refuse)
        with pytest.raises(WriteFailed):
            desk.run("addBook", {"title": "Camilla"})
        with pytest.raises(WriteFailed):
            hang(desk, about="book", aboutId=book)
    assert (heard, titles(desk), kept(desk)) == ([], ["Emma"], set())
    assert len(read_log(desk.engine.store, desk.tenant)) == 1


def test_in_silence_events_are_stored_and_unheard_also_when_it_ends_in_an_error(desk):
    def fail():
        desk.run("addBook", {"title": "Emma"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), desk.engine.commit.silent():
        fail()
    assert (desk.happened, len(read_log(desk.engine.store, desk.tenant))) == ([], 1)
    desk.run("addBook", {"title": "Camilla"})
    assert desk.happened == ["book.added"]
