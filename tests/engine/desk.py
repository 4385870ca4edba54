"""What tests of the engine share: a refusal in the contract's words, a loan, and a book that comes back late."""

import pytest

from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.engine.problems import Problem, Refused, worded
from mockserver.sandbox import memory
from tests.conftest import NOW, Desk


def refused(desk: Desk, *call, **how):
    with pytest.raises((Problem, Refused)) as caught:
        desk.run(*call, **how)
    return worded(desk.engine.plan.errors, caught.value)


def loan(desk, **book):
    member = desk.run("enrol", {"name": "Ann"})
    found = desk.run("addBook", {"title": "Emma", **book})
    return desk.run("lend", {"bookId": found["id"], "memberId": member["id"]}), found, member


def late_return(plan, settings=None):
    clock = Clock("Asia/Tokyo")
    clock.freeze(moment(NOW, "UTC"))
    desk = Desk(Engine(plan, memory(plan), clock, settings=settings))
    member, book = desk.run("enrol", {"name": "Ann"}), desk.run("addBook", {"title": "Emma"})
    lent = desk.run("lend", {"bookId": book["id"], "memberId": member["id"], "days": 10})
    assert lent["slip"] is None
    desk.engine.time.move(moment("2024-01-29T10:30:00Z", "UTC"))
    return desk, desk.run("giveBack", loanId=lent["id"])
