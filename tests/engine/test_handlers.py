"""What each kind of operation does to the documents it is about, and what it answers."""

from decimal import Decimal

from tests.engine.desk import loan, refused
from tests.revision import operation, revised


def test_an_action_changes_other_documents_and_tells_it(desk):
    lent, book, _ = loan(desk, copies=2)
    assert lent["status"] == "out"
    assert lent["dueOn"] == "2024-01-29"
    assert desk.run("getBook", bookId=book["id"])["copies"] == 1
    assert desk.happened == ["book.added", "loan.opened"]


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
        "reason": "It came back on 2024-01-15",
    }


def test_a_state_given_in_an_update_needs_a_transition_that_leads_there(desk):
    lent, *_ = loan(desk)
    assert desk.run("changeLoan", {"status": "lost"}, loanId=lent["id"])["status"] == "lost"
    assert refused(desk, "changeLoan", {"status": "out"}, loanId=lent["id"]).code == "STATE"


def test_a_list_below_a_document_holds_only_its_own(desk):
    one, other = (desk.run("addBook", {"title": title}) for title in "AB")
    note = desk.run("addNote", {"text": "good"}, bookId=one["id"])
    assert note["bookId"] == one["id"]
    assert desk.run("listNotes", bookId=one["id"]) == [note]
    assert desk.run("listNotes", bookId=other["id"]) == []
    assert refused(desk, "listNotes", bookId="book_none").code == "NOT_FOUND"


def test_an_answer_shows_what_effects_did_to_its_own_document(tmp_path):
    def change(document):
        effect = {"update": "Book", "id": "{{ id }}", "set": {"copies": "{{ it.copies + 1 }}"}}
        operation(document, "changeBook")["x-action"] = {"effects": [effect]}

    desk = revised(tmp_path, change)
    book = desk.run("addBook", {"title": "Emma"})
    changed = desk.run("changeBook", {"title": "Emma I"}, bookId=book["id"])
    assert (changed["title"], changed["copies"]) == ("Emma I", 2)
    assert desk.run("getBook", bookId=book["id"]) == changed


def test_the_state_is_asked_before_the_rules_of_an_action(tmp_path):
    def change(document):
        rule = {"rule": "days != 14", "code": "BOOK_IS_OUT", "message": "not after fourteen days"}
        operation(document, "giveBack")["x-action"]["require"] = [rule]

    desk = revised(tmp_path, change)
    lent = loan(desk)[0]
    assert refused(desk, "giveBack", loanId=lent["id"]).code == "BOOK_IS_OUT"
    desk.run("changeLoan", {"status": "lost"}, loanId=lent["id"])
    assert refused(desk, "giveBack", loanId=lent["id"]).code == "STATE"
