"""How documents come about: defaults, numbers, ids and computed fields; and how changes are laid over them."""

from decimal import Decimal

import pytest

from tests.engine.desk import late_return, refused
from tests.revision import revised, schema


def test_a_book_gets_an_id_a_number_defaults_and_computed_fields(desk):
    book = desk.run("addBook", {"title": "Emma", "chapters": [{"title": "I", "pages": 10}, {"title": "II", "pages": 30}]})
    assert book["id"].startswith("book_")
    assert book["number"] == "B-2024-001"
    assert (book["price"], book["copies"], book["author"]) == (5, 1, {"name": None, "born": None})
    assert book["pages"] == 40
    assert [chapter["share"] for chapter in book["chapters"]] == [Decimal("25.0"), Decimal("75.0")]
    assert book["createdAt"] == "2024-01-15T10:30:00Z"
    assert desk.run("getBook", bookId=book["id"]) == book


def test_fields_come_in_the_order_of_the_contract(desk):
    book = desk.run("addBook", {"price": 3, "title": "Emma"})
    names = [field.name for field in desk.engine.plan.resources["Book"].fields]
    assert [name for name in book if name != "shelfLabel"] == [
        name for name in names if name in book and name != "shelfLabel"
    ]


def test_an_update_merges_objects_clears_by_null_and_replaces_lists(desk):
    book = desk.run(
        "addBook", {"title": "Emma", "author": {"name": "Jane", "born": 1775}, "tags": ["a"], "published": "2023-01-01"}
    )
    changed = desk.run("changeBook", {"author": {"born": 1776}, "tags": ["b"], "published": None}, bookId=book["id"])
    assert changed["author"] == {"name": "Jane", "born": 1776}
    assert changed["tags"] == ["b"]
    assert changed["published"] is None
    assert changed["title"] == "Emma"


def shelved_by_name(document):
    """Books have a map of notes by name, at most three."""
    notes = {"type": "object", "maxProperties": 3, "additionalProperties": {"nullable": True}}
    for name in ("NewBook", "BookFields", "Book"):
        part = schema(document, name)
        part.setdefault("properties", part.get("allOf", [{}])[-1].get("properties", {}))["notes"] = notes


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ({"a": 1, "b": 2}, {"b": 3, "c": 4}, {"a": 1, "b": 3, "c": 4}),
        ({"a": 1, "b": 2}, {"a": None, "x": None}, {"b": 2}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": {"b": 1, "c": {"d": 2}}}, {"a": {"b": None, "c": {"e": 3}}}, {"a": {"c": {"d": 2, "e": 3}}}),
        ({"a": [1, {"b": 2}]}, {"a": [3, None]}, {"a": [3, None]}),
        ({"a": 1}, {"a": {"b": None}}, {"a": {}}),
        ({"a": 1, "b": None}, {"c": 2}, {"a": 1, "c": 2}),
    ],
)
def test_a_map_merges_and_null_removes_a_name(tmp_path, before, sent, after):
    desk = revised(tmp_path, shelved_by_name)
    book = desk.run("addBook", {"title": "Emma", "notes": before})
    assert None not in book["notes"].values()
    assert desk.run("changeBook", {"notes": sent}, bookId=book["id"])["notes"] == after
    assert desk.run("getBook", bookId=book["id"])["notes"] == after


def test_a_map_grows_to_its_bound_and_no_further(tmp_path):
    desk = revised(tmp_path, shelved_by_name)
    book = desk.run("addBook", {"title": "Emma", "notes": {"a": 1, "b": 2}})
    desk.run("changeBook", {"notes": {"a": None, "c": 3, "d": 4}}, bookId=book["id"])
    refusal = refused(desk, "changeBook", {"notes": {"e": 5}}, bookId=book["id"])
    assert (refusal.status, refusal.message) == (422, "notes must have at most 3 members")
    assert desk.run("getBook", bookId=book["id"])["notes"] == {"b": 2, "c": 3, "d": 4}


def test_an_entry_that_keeps_its_id_is_the_same_entry(desk):
    book = desk.run("addBook", {"title": "Emma", "chapters": [{"title": "I", "pages": 10}]})
    chapter = book["chapters"][0]
    changed = desk.run(
        "changeBook",
        {"chapters": [{"id": chapter["id"], "title": "One", "pages": 10}, {"id": "made_up", "title": "Two", "pages": 1}]},
        bookId=book["id"],
    )
    assert changed["chapters"][0]["id"] == chapter["id"]
    assert changed["chapters"][1]["id"] != "made_up"


def test_a_computed_field_may_name_what_it_is_computed_of(desk):
    desk.run("enrol", {"name": "Dora", "kind": "desk"})
    assert desk.run("getMember", memberId=desk.run("enrol", {"name": "Ann"})["id"])["servedBy"] == "Dora"
    assert desk.run("enrol", {"name": "Bea", "kind": "desk"})["servedBy"] is None


def test_an_id_waits_until_it_may_be_given_and_then_stays(library_plan):
    desk, back = late_return(library_plan)
    assert len(back["slip"]) == 10
    assert set(back["slip"][2:]) <= set("ABCDEFGH")
    assert desk.run("changeLoan", {}, loanId=back["id"])["slip"] == back["slip"]
