"""What whoever starts the server may choose, and ids of a form of their own."""

from decimal import Decimal

import pytest

from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.plan.settings import UnfitSetting, choose_settings
from mockserver.sandbox import memory
from tests.conftest import NOW, Desk


def late_return(plan, settings=None):
    clock = Clock("Asia/Tokyo")
    clock.freeze(moment(NOW, "UTC"))
    desk = Desk(Engine(plan, memory(plan), clock, settings=settings))
    member, book = desk.run("enrol", {"name": "Ann"}), desk.run("addBook", {"title": "Emma"})
    lent = desk.run("lend", {"bookId": book["id"], "memberId": member["id"], "days": 10})
    assert lent["slip"] is None
    desk.engine.time.move(moment("2024-01-29T10:30:00Z", "UTC"))
    return desk, desk.run("giveBack", loanId=lent["id"])


def test_a_setting_has_its_default_until_it_is_chosen(library_plan):
    desk, _ = late_return(library_plan)
    assert desk.run("listFines")[0]["amount"] == Decimal("1.00")
    desk, _ = late_return(library_plan, {"fineRate": 2})
    assert desk.run("listFines")[0]["amount"] == 8


def test_an_id_waits_until_it_may_be_given_and_then_stays(library_plan):
    desk, back = late_return(library_plan)
    assert len(back["slip"]) == 10
    assert set(back["slip"][2:]) <= set("ABCDEFGH")
    assert desk.run("changeLoan", {}, loanId=back["id"])["slip"] == back["slip"]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        pytest.param({}, {"fineRate": Decimal("0.25"), "greeting": "Welcome"}, id="defaults"),
        pytest.param({"fineRate": "1.5"}, {"fineRate": Decimal("1.5"), "greeting": "Welcome"}, id="a number"),
        pytest.param(
            {"greeting": "5"}, {"fineRate": Decimal("0.25"), "greeting": "5"}, id="a text that looks like a number"
        ),
    ],
)
def test_settings_are_read_as_their_schema_says(library_plan, texts, values):
    assert choose_settings(library_plan.conventions.settings, texts) == values


@pytest.mark.parametrize("texts", [{"fine": "1"}, {"fineRate": "-1"}, {"fineRate": "[1]"}, {"fineRate": "null"}])
def test_what_does_not_fit_is_refused(library_plan, texts):
    with pytest.raises(UnfitSetting):
        choose_settings(library_plan.conventions.settings, texts)
