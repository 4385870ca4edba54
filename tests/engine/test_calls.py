"""Calls: each all or nothing, at the time it is made, answered with what followed from it."""

from mockserver.engine.clock import moment
from tests.engine.desk import loan, refused
from tests.engine.test_idempotency import once


def test_an_operation_may_choose_another_by_a_value(desk):
    lent, *_ = loan(desk)
    said = refused(desk, "moveLoan", {"status": "burnt"}, loanId=lent["id"])
    assert said.details[0] | {"message": ""} == {"field": "status", "message": "", "code": "WRONG_FORM", "value": "burnt"}
    assert desk.run("moveLoan", {"status": "back"}, loanId=lent["id"])["status"] == "back"
    assert refused(desk, "moveLoan", {"status": "back"}, loanId=lent["id"]).code == "STATE"


def test_a_call_meets_documents_as_the_time_has_made_them(desk):
    lent = loan(desk)[0]
    desk.engine.clock.set(moment("2024-06-01T00:00:00", "UTC"))
    refusal = refused(desk, "changeLoan", {"days": 60}, loanId=lent["id"])
    assert [detail["code"] for detail in refusal.details] == ["FIXED"]
    assert desk.run("getLoan", loanId=lent["id"])["status"] == "overdue"


def test_what_a_call_itself_makes_due_belongs_to_its_answer_and_to_its_repetition(desk):
    """A loan whose day is over when it is changed lapses at once."""
    desk.engine.clock.set(moment("2024-01-20T00:00:00", "UTC"))
    lent = loan(desk)[0]
    desk.engine.clock.set(moment("2024-01-30T00:00:00", "UTC"))
    changed = once(desk, "changeLoan", {"days": 1}, "a", loanId=lent["id"]).result
    assert (changed["status"], changed["dueOn"]) == ("overdue", "2024-01-21")
    assert changed == desk.run("getLoan", loanId=lent["id"])
    repeated = once(desk, "changeLoan", {"days": 1}, "a", loanId=lent["id"])
    assert (repeated.result, repeated.replayed) == (changed, True)


def test_an_action_is_performed_outside_any_call_and_on_what_is_gone_not_at_all(desk):
    lent, book, _ = loan(desk)
    calls, plan = desk.engine.calls, desk.engine.plan
    give_back = plan.operations["giveBack"].action
    back = calls.perform(desk.tenant, plan.resources["Loan"], lent["id"], give_back, {})
    assert (back["status"], desk.run("getLoan", loanId=lent["id"])["status"]) == ("back", "back")
    assert desk.run("getBook", bookId=book["id"])["copies"] == 1
    assert calls.perform(desk.tenant, plan.resources["Loan"], "loan_none", give_back, {}) is None
    assert desk.happened[-1] == "loan.closed"
