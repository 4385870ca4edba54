"""Time that is changed: how much became due by it, and that nothing of it stands when it cannot be stored."""

from datetime import timedelta

import pytest

from mockserver.engine.clock import moment
from mockserver.store.base import WriteFailed
from tests.conftest import NOW
from tests.engine.test_schedule import lend

START = moment(NOW, "UTC")


@pytest.mark.parametrize("change", ["move", "freeze"])
@pytest.mark.parametrize(
    ("days", "taken"),
    [pytest.param(9, 0, id="none"), pytest.param(11, 1, id="one"), pytest.param(30, 2, id="all")],
)
def test_a_change_of_the_clock_says_how_many_transitions_became_due(desk, change, days, taken):
    loans = [lend(desk, 10), lend(desk, 20)]
    assert getattr(desk.engine.time, change)(START + timedelta(days=days)) == taken
    states = [desk.run("getLoan", loanId=loan["id"])["status"] for loan in loans]
    assert states == ["overdue"] * taken + ["out"] * (2 - taken)
    assert getattr(desk.engine.time, change)(START + timedelta(days=days)) == 0


def test_running_on_takes_what_is_due_where_the_clock_stood(desk):
    lend(desk, 10)
    desk.engine.clock.set(START + timedelta(days=30))
    assert desk.engine.time.run_on() == 1
    assert not desk.engine.clock.frozen


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda time: time.move(START + timedelta(days=30)), id="move"),
        pytest.param(lambda time: time.freeze(START + timedelta(days=30)), id="freeze"),
        pytest.param(lambda time: time.run_on(), id="run-on"),
    ],
)
def test_a_clock_that_cannot_be_stored_stays_as_it_was(desk, monkeypatch, change):
    lent = lend(desk, 10)

    def refuse(tenant, changes):
        raise WriteFailed("the disk is full")

    with monkeypatch.context() as full:
        full.setattr(desk.engine.store, "apply", refuse)
        with pytest.raises(WriteFailed):
            change(desk.engine.time)
    assert (desk.engine.clock.now(), desk.engine.clock.frozen) == (NOW, True)
    assert desk.engine.state.metadata.get("clock") == {}
    assert desk.run("getLoan", loanId=lent["id"])["status"] == "out"
