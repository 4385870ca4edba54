"""Calls: each all or nothing, at the time it is made, answered with what followed from it."""

from tests.engine.desk import loan, refused


def test_an_operation_may_choose_another_by_a_value(desk):
    lent, *_ = loan(desk)
    said = refused(desk, "moveLoan", {"status": "burnt"}, loanId=lent["id"])
    assert said.details[0] | {"message": ""} == {"field": "status", "message": "", "code": "WRONG_FORM", "value": "burnt"}
    assert desk.run("moveLoan", {"status": "back"}, loanId=lent["id"])["status"] == "back"
    assert refused(desk, "moveLoan", {"status": "back"}, loanId=lent["id"]).code == "STATE"
