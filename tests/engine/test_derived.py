"""What nobody sent follows what it was derived from, and what was sent stays."""

import pytest

from mockserver.engine.derived import RECORDS
from mockserver.engine.edit import Edit
from mockserver.store.base import Query
from tests.engine.desk import refused

READ_ONLY = ("id", "number", "pages", "shelfLabel", "createdAt")


def add(desk, **members):
    return desk.run("addBook", {"title": "Emma", **members})


def change(desk, book, **members):
    return desk.run("changeBook", members, bookId=book["id"])


def sent_back(book, **members):
    """A book as a client sends it that read it, changed something and sends it back."""
    return {**{name: value for name, value in book.items() if name not in READ_ONLY}, **members}


def chapter(book):
    return book["chapters"][0]


def records(desk):
    return [row["id"] for row in desk.engine.store.find(desk.tenant, RECORDS, Query()).rows]


def test_a_default_that_nobody_sent_is_derived_again_when_its_source_changes(desk):
    book = add(desk)
    assert book["spine"] == "Emma"
    assert change(desk, book, title="Persuasion")["spine"] == "Persuasion"
    assert change(desk, book, title="Sanditon")["spine"] == "Sanditon"


@pytest.mark.parametrize("value", ["E.", "Emma", None], ids=["another", "what-it-would-have-been", "null"])
def test_what_was_sent_stays(desk, value):
    assert change(desk, add(desk, spine=value), title="Persuasion")["spine"] == value


@pytest.mark.parametrize("value", ["E.", "Emma", None], ids=["another", "what-it-was", "null"])
def test_what_is_sent_later_or_with_its_source_stays(desk, value):
    later = change(desk, add(desk), spine=value)
    assert change(desk, later, title="Persuasion")["spine"] == value
    at_once = change(desk, add(desk), spine=value, title="Persuasion")
    assert at_once["spine"] == value
    assert change(desk, at_once, title="Sanditon")["spine"] == value


def test_it_is_derived_only_from_what_has_changed(desk):
    """A default that reads the rest of the world stays while its own source does, as a price that was agreed."""
    book = add(desk, author={"name": "Jane"})
    assert change(desk, book, price=7)["spine"] == "Emma"
    assert change(desk, book, price=8)["createdAt"] == book["createdAt"]


def test_within_an_object(desk):
    book = add(desk, author={"name": "Jane"})
    assert book["imprint"]["line"] == "Jane"
    changed = change(desk, book, author={"name": "Mary"})
    assert changed["imprint"] == {"line": "Mary", "place": None}
    assert change(desk, book, imprint={"place": "Bath"}, author={"name": "Ann"})["imprint"] == {
        "line": "Ann",
        "place": "Bath",
    }
    assert change(desk, book, imprint={"line": "J.A."})["imprint"]["line"] == "J.A."
    assert change(desk, book, author={"name": "Zoë"})["imprint"]["line"] == "J.A."


def test_who_sends_the_whole_document_back_repeats_what_was_derived_and_does_not_fix_it(desk):
    book = add(desk, author={"name": "Jane"}, tags=["a"])
    changed = change(desk, book, **sent_back(book, title="Persuasion"))
    assert changed["spine"] == "Persuasion"
    assert change(desk, changed, **sent_back(changed, price=9))["spine"] == "Persuasion"
    assert change(desk, changed, title="Sanditon")["spine"] == "Sanditon"


def test_nulls_may_be_left_out_of_what_is_sent_back(desk):
    book = add(desk)
    whole = {name: value for name, value in sent_back(book, title="Persuasion").items() if value is not None}
    assert change(desk, book, **whole)["spine"] == "Persuasion"


def test_what_differs_in_a_document_that_is_sent_back_was_sent(desk):
    book = add(desk)
    changed = change(desk, book, **sent_back(book, title="Persuasion", spine="P."))
    assert changed["spine"] == "P."
    assert change(desk, changed, **sent_back(changed, title="Sanditon"))["spine"] == "P."


def test_an_entry_that_keeps_its_id_is_derived_again(desk):
    book = add(desk, chapters=[{"title": "I", "pages": 10}, {"title": "II", "pages": 20, "heading": "The second"}])
    assert [part["heading"] for part in book["chapters"]] == ["Emma, I", "The second"]
    parts = [{"id": part["id"], "title": part["title"] + "!", "pages": part["pages"]} for part in book["chapters"]]
    changed = change(desk, book, chapters=parts)
    assert [part["heading"] for part in changed["chapters"]] == ["Emma, I!", "Emma, II!"]  # entries are replaced
    assert [part["entry"] for part in changed["chapters"]] == ["Emma, I!: 10", "Emma, II!: 20"]


def test_entries_that_are_sent_back_keep_what_was_sent_and_follow_with_the_rest(desk):
    book = add(desk, chapters=[{"title": "I", "pages": 10}, {"title": "II", "pages": 20, "heading": "The second"}])
    parts = [{**part, "title": part["title"] + "!"} for part in book["chapters"]]
    changed = change(desk, book, chapters=parts)
    assert [part["heading"] for part in changed["chapters"]] == ["Emma, I!", "The second"]
    turned = change(desk, changed, chapters=list(reversed(changed["chapters"])), title="Persuasion")
    assert [part["heading"] for part in turned["chapters"]] == ["The second", "Persuasion, I!"]


def test_an_entry_follows_what_is_around_it_though_no_entry_was_sent(desk):
    book = add(desk, chapters=[{"title": "I", "pages": 10}])
    changed = change(desk, book, title="Persuasion")
    assert (chapter(changed)["heading"], chapter(changed)["entry"]) == ("Persuasion, I", "Persuasion, I: 10")


def test_an_entry_without_its_id_is_a_new_one_of_which_all_was_sent(desk):
    book = add(desk, chapters=[{"title": "I", "pages": 10}])
    changed = change(desk, book, chapters=[{"title": "II", "pages": 10, "heading": "Emma, I"}])
    assert chapter(changed)["heading"] == "Emma, I"
    assert chapter(change(desk, changed, title="Persuasion"))["heading"] == "Emma, I"


def test_an_entry_that_is_sent_in_part_fixes_what_it_says(desk):
    book = add(desk, chapters=[{"title": "I", "pages": 10}])
    part = {"id": chapter(book)["id"], "title": "II", "pages": 10, "heading": "Emma, I"}
    assert chapter(change(desk, book, chapters=[part]))["heading"] == "Emma, I"


def test_of_a_document_that_no_client_made_what_is_as_by_default_is_derived(desk):
    work = desk.engine.state.work(desk.tenant)
    book = desk.engine.plan.resources["Book"]
    parts = [{"title": "I", "pages": 1, "heading": "Emma, I"}, {"title": "II", "pages": 2, "heading": "Two"}]
    edit = Edit.new(
        work, book, {"title": "Emma", "spine": "Emma", "imprint": {"line": "X"}, "chapters": parts}, work.call_scope
    )
    edit.settle()
    edit.store()
    desk.engine.commit(work)
    assert records(desk) == []
    changed = change(desk, edit.document, title="Persuasion", author={"name": "Jane"})
    assert (changed["spine"], changed["imprint"]["line"]) == ("Persuasion", "X")
    assert [part["heading"] for part in changed["chapters"]] == ["Persuasion, I", "Two"]


def test_the_record_is_not_shown_and_goes_with_its_document(desk):
    book = add(desk)
    assert records(desk) == [f"books/{book['id']}"]
    assert not any("derived" in name for name in desk.run("getBook", bookId=book["id"]))
    desk.run("dropBook", bookId=book["id"])
    assert records(desk) == []


def test_a_call_that_is_refused_forgets_nothing(desk):
    book = add(desk)
    refused(desk, "changeBook", {"spine": "E.", "isbn": "12"}, bookId=book["id"])
    assert change(desk, book, title="Persuasion")["spine"] == "Persuasion"
