"""How documents come about: defaults, numbers, ids and computed fields; and how changes are laid over them."""

from decimal import Decimal

from tests.engine.desk import late_return


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
