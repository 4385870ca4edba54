"""The engine on the library contract: what is stored, related, refused and told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mockserver.engine.clock import moment
from mockserver.engine.engine import Engine
from mockserver.engine.event_log import read_log
from mockserver.engine.problems import Problem, Refused, worded
from mockserver.store.base import Query
from tests.conftest import Desk
from tests.dump import dump


def refused(desk: Desk, *call, **how):
    with pytest.raises((Problem, Refused)) as caught:
        desk.run(*call, **how)
    return worded(desk.engine.plan.errors, caught.value)


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


def test_ids_given_ahead_are_free_though_the_seed_begins_again(desk, library_plan):
    """What a document will be called may be decided before it is made; a store outlives the engine that filled it."""

    def a_late_return(desk):
        book, member = desk.run("addBook", {"title": "Emma"}), desk.run("enrol", {"name": "Knightley"})
        loan = desk.run("lend", {"bookId": book["id"], "memberId": member["id"], "days": 1})
        desk.engine.time.move(moment(desk.engine.clock.now(), "UTC") + timedelta(days=3))
        return desk.run("giveBack", loanId=loan["id"])["fineId"]

    first = a_late_return(desk)
    again = Desk(Engine(library_plan, desk.engine.store, desk.engine.clock, seed=1))
    assert a_late_return(again) != first
    assert len(again.run("listFines")) == 2
    events = read_log(desk.engine.store, desk.tenant)
    assert len({one["id"] for one in events}) == len(events) == 10


def test_numbers_run_by_year_and_a_refused_call_takes_none(desk):
    desk.run("addBook", {"title": "A", "published": "2023-05-01"})
    refused(desk, "addBook", {"title": "B", "isbn": "123"})
    assert desk.run("addBook", {"title": "B", "published": "2023-06-01"})["number"] == "B-2023-002"
    assert desk.run("addBook", {"title": "C"})["number"] == "B-2024-001"


def test_what_a_body_does_not_declare_is_not_stored(desk):
    book = desk.run("addBook", {"title": "Emma", "number": "mine", "colour": "red"})
    assert book["number"] == "B-2024-001"
    assert "colour" not in book


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


def test_a_number_that_floating_point_has_spoilt_is_told_how_fine_it_may_be(desk):
    said = refused(desk, "addBook", {"title": "x", "price": Decimal("61.599999999999994")})
    assert [detail["message"] for detail in said.details] == ["price must have at most 2 decimal places"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param({}, {("title", "MISSING")}, id="missing"),
        pytest.param({"title": 3, "price": "x"}, {("title", "WRONG_TYPE"), ("price", "WRONG_TYPE")}, id="all-of-them"),
        pytest.param({"title": "x", "price": Decimal("1.234")}, {("price", "TOO_FINE")}, id="decimals"),
        pytest.param(
            {"title": "x", "chapters": [{"pages": 0}]},
            {("chapters[0].title", "MISSING"), ("chapters[0].pages", "TOO_SMALL")},
            id="in-lists",
        ),
        pytest.param({"title": "a\x00b"}, {("title", "WRONG_FORM")}, id="nul"),
        pytest.param({"title": "x", "price": Decimal("1e400")}, {("price", "WRONG_FORM")}, id="too-large-a-number"),
        pytest.param({"title": "x", "shelfCode": "nowhere"}, {("shelfCode", "UNKNOWN")}, id="reference"),
        pytest.param({"title": "x", "isbn": "12"}, {("isbn", "TOO_SHORT")}, id="rule"),
        pytest.param(
            {"title": "x", "chapters": [{"title": "x", "pages": 1}]}, {("chapters[0].title", None)}, id="rule-for-each"
        ),
    ],
)
def test_a_bad_body_is_refused_with_every_field_at_fault(desk, body, found):
    said = refused(desk, "addBook", body)
    assert (said.status, said.code) == (422, "UNFIT")
    assert {(detail["field"], detail.get("code")) for detail in said.details} == found
    assert desk.reply("listBooks").page["total"] == 0


def test_what_is_unique_cannot_be_taken_twice_without_regard_to_case(desk):
    desk.run("addBook", {"title": "A", "isbn": "abcd"})
    assert refused(desk, "addBook", {"title": "B", "isbn": "ABCD"}).details[0]["code"] == "TAKEN"
    other = desk.run("addBook", {"title": "B", "isbn": None})
    assert desk.run("changeBook", {"title": "C"}, bookId=other["id"])["isbn"] is None


def test_what_is_immutable_may_be_repeated_but_not_changed(desk):
    book = desk.run("addBook", {"title": "A", "isbn": "abcd"})
    assert desk.run("changeBook", {"isbn": "abcd"}, bookId=book["id"])["isbn"] == "abcd"
    assert refused(desk, "changeBook", {"isbn": "other"}, bookId=book["id"]).details[0]["code"] == "FIXED"


def test_a_reference_may_ask_something_of_what_it_names(desk):
    desk.run("addShelf", {"code": "X", "open": False})
    said = refused(desk, "addBook", {"title": "A", "shelfCode": "X"})
    assert said.details[0]["rule"] == "SHELF_CLOSED"
    assert said.details[0]["message"] == "Shelf X is closed"


def test_a_field_computed_when_given_out_is_not_stored_but_can_be_asked_for(desk):
    desk.run("addShelf", {"code": "X"})
    book = desk.run("addBook", {"title": "A", "shelfCode": "X"})
    assert book["shelfLabel"] == "Shelf X"
    assert "shelfLabel" not in desk.engine.store.get("branch_a", "books", book["id"])
    assert [one["id"] for one in desk.run("listBooks", filters={"shelfLabel": {"": "shelf x"}})] == [book["id"]]


def loan(desk, **book):
    member = desk.run("enrol", {"name": "Ann"})
    found = desk.run("addBook", {"title": "Emma", **book})
    return desk.run("lend", {"bookId": found["id"], "memberId": member["id"]}), found, member


def test_an_action_changes_other_documents_and_tells_it(desk):
    lent, book, _ = loan(desk, copies=2)
    assert lent["status"] == "out"
    assert lent["dueOn"] == "2024-01-29"
    assert desk.run("getBook", bookId=book["id"])["copies"] == 1
    assert desk.happened == ["book.added", "loan.opened"]


def test_an_effect_that_is_refused_leaves_nothing_behind(desk):
    _, book, member = loan(desk)
    before = dump(desk.engine.store)["branch_a", "loans"]
    read_log = list(desk.happened)
    said = refused(desk, "lend", {"bookId": book["id"], "memberId": member["id"]})
    assert said.code == "BOOK_IS_OUT"
    assert said.details == [{"field": "bookId", "rule": "NO_COPY_LEFT", "message": "No copy of Emma is left", "copies": 0}]
    assert dump(desk.engine.store)["branch_a", "loans"] == before
    assert desk.happened == read_log


def test_a_rule_with_a_code_of_its_own_has_its_status(desk):
    _, _, member = loan(desk)
    for title in ("B", "C"):
        book = desk.run("addBook", {"title": title})
        last = {"bookId": book["id"], "memberId": member["id"]}
        if title == "B":
            desk.run("lend", last)
    said = refused(desk, "lend", last)
    assert (said.status, said.code, said.message) == (409, "TOO_MANY_LOANS", "Ann has 2 books already")


def test_shared_rules_see_the_arguments_of_each_use_and_are_asked_while_their_when_holds(desk):
    lent, book, member = loan(desk, copies=2)
    assert desk.run("changeLoan", {"days": 51}, loanId=lent["id"])["days"] == 51
    second = desk.run("lend", {"bookId": book["id"], "memberId": member["id"]})
    assert desk.run("changeLoan", {"days": 50}, loanId=second["id"])["days"] == 50
    said = refused(desk, "changeLoan", {"days": 52}, loanId=second["id"])
    assert (said.code, said.message) == ("TOO_MANY_LOANS", "Ann has 2 books already")


def test_a_shared_rule_may_ask_each_entry_of_an_argument(desk):
    said = refused(
        desk, "addBook", {"title": "Emma", "chapters": [{"title": "I", "pages": 1}, {"title": "Emma", "pages": 1}]}
    )
    assert [(flaw["field"], flaw["message"]) for flaw in said.details] == [
        ("chapters[1].title", "A chapter is not called like its book")
    ]


def test_a_computed_field_may_name_what_it_is_computed_of(desk):
    desk.run("enrol", {"name": "Dora", "kind": "desk"})
    assert desk.run("getMember", memberId=desk.run("enrol", {"name": "Ann"})["id"])["servedBy"] == "Dora"
    assert desk.run("enrol", {"name": "Bea", "kind": "desk"})["servedBy"] is None


def test_the_first_possible_transition_is_taken_and_its_effects_follow(desk):
    lent, book, member = loan(desk)
    desk.engine.clock.set(desk.engine.clock.instant().replace(month=2, day=1))
    back = desk.run("giveBack", loanId=lent["id"])
    assert (back["status"], back["late"], back["wasLate"]) == ("back", 3, True)
    fine = desk.run("listFines")[0]
    assert fine["amount"] == Decimal("0.75")
    assert [part["share"] for part in fine["parts"]] == [Decimal("0.38"), Decimal("0.37")]
    assert desk.run("getBook", bookId=book["id"])["copies"] == 1
    assert desk.happened[-2:] == ["fine.due", "loan.closed"]
    account = desk.run("readAccount", memberId=member["id"])
    assert account == {"member": "Ann", "out": 0, "books": [], "fines": Decimal("0.75")}


def test_an_impossible_transition_says_from_where_it_would_be_possible(desk):
    lent, *_ = loan(desk)
    desk.run("giveBack", loanId=lent["id"])
    said = refused(desk, "giveBack", loanId=lent["id"])
    assert said.code == "STATE"
    assert said.details[0] | {"message": ""} == {
        "message": "",
        "resource": "Loan",
        "id": lent["id"],
        "current": "back",
        "action": "return",
        "allowed": ["out", "overdue"],
    }


def test_a_state_given_in_an_update_needs_a_transition_that_leads_there(desk):
    lent, *_ = loan(desk)
    assert desk.run("changeLoan", {"status": "lost"}, loanId=lent["id"])["status"] == "lost"
    assert refused(desk, "changeLoan", {"status": "out"}, loanId=lent["id"]).code == "STATE"


def test_an_immutability_may_depend_on_the_state(desk):
    lent, *_ = loan(desk)
    assert desk.run("changeLoan", {"days": 20}, loanId=lent["id"])["dueOn"] == "2024-02-04"
    desk.run("giveBack", loanId=lent["id"])
    assert refused(desk, "changeLoan", {"days": 30}, loanId=lent["id"]).details[0]["code"] == "FIXED"


def test_deleting_is_restricted_cascades_or_clears_as_references_say(desk):
    _, book, member = loan(desk)
    assert refused(desk, "dropBook", bookId=book["id"]).details[0]["by"] == "Loan"
    assert refused(desk, "dismiss", memberId=member["id"]).status == 422
    other = desk.run("addBook", {"title": "B"})
    desk.run("addNote", {"text": "good"}, bookId=other["id"])
    assert desk.run("dropBook", bookId=other["id"]) == {"id": other["id"], "deleted": True}
    assert desk.engine.store.find("branch_a", "notes", Query()).total == 0


def test_a_list_below_a_document_holds_only_its_own(desk):
    one, other = (desk.run("addBook", {"title": title}) for title in "AB")
    note = desk.run("addNote", {"text": "good"}, bookId=one["id"])
    assert note["bookId"] == one["id"]
    assert desk.run("listNotes", bookId=one["id"]) == [note]
    assert desk.run("listNotes", bookId=other["id"]) == []
    assert refused(desk, "listNotes", bookId="book_none").code == "NOT_FOUND"


def test_a_document_can_be_addressed_by_a_unique_field(desk):
    blob_references = desk.run("addShelf", {"code": "X"})
    assert desk.run("getShelf", code="X") == blob_references
    assert refused(desk, "getShelf", code="x").code == "NOT_FOUND"


def test_tenants_are_worlds_apart(desk):
    book = desk.run("addBook", {"title": "A"})
    other = Desk(desk.engine, "branch_b")
    assert other.reply("listBooks").page["total"] == 0
    assert refused(other, "getBook", bookId=book["id"]).code == "NOT_FOUND"
    assert other.run("addBook", {"title": "B"})["number"] == "B-2024-001"


def test_names_of_the_root_are_seen_by_every_expression(desk):
    assert desk.run("enrol", {"name": "Ann"})["servedBy"] is None
    desk.run("enrol", {"name": "Mr Desk", "kind": "desk"})
    assert desk.run("enrol", {"name": "Bob"})["servedBy"] == "Mr Desk"


def test_the_same_seed_and_calls_give_the_same_documents(library_plan):
    from mockserver.engine.clock import Clock
    from mockserver.engine.engine import Engine
    from mockserver.sandbox import memory

    def world(seed):
        engine = Engine(library_plan, memory(library_plan), Clock(), seed)
        engine.clock.freeze()
        return Desk(engine).run("addBook", {"title": "A"})["id"]

    assert world(7) == world(7) != world(8)


def test_an_id_is_never_given_twice(desk):
    state = desk.engine.state.random.getstate()
    first = desk.run("addBook", {"title": "A"})
    desk.engine.state.random.setstate(state)
    second = desk.run("addBook", {"title": "B"})
    assert first["id"] != second["id"]
    assert desk.run("getBook", bookId=first["id"])["title"] == "A"


def test_an_operation_may_choose_another_by_a_value(desk):
    lent, *_ = loan(desk)
    said = refused(desk, "moveLoan", {"status": "burnt"}, loanId=lent["id"])
    assert said.details[0] | {"message": ""} == {"field": "status", "message": "", "code": "WRONG_FORM", "value": "burnt"}
    assert desk.run("moveLoan", {"status": "back"}, loanId=lent["id"])["status"] == "back"
    assert refused(desk, "moveLoan", {"status": "back"}, loanId=lent["id"]).code == "STATE"
