"""Time as an input: what becomes due happens when the clock gets there, once, in order."""

from datetime import UTC

import pytest

from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.engine.removal import remove
from mockserver.engine.schedule import due_at


def lend(desk, days):
    member = desk.run("enrol", {"name": "Ann"})
    book = desk.run("addBook", {"title": "Emma"})
    return desk.run("lend", {"bookId": book["id"], "memberId": member["id"], "days": days})


def test_a_transition_is_taken_once_its_day_is_over_in_the_contracts_zone(desk):
    lent = lend(desk, 14)
    desk.engine.time.move(moment("2024-01-29T14:59:59", "UTC"))
    assert desk.run("getLoan", loanId=lent["id"])["status"] == "out"
    desk.engine.time.move(moment("2024-01-29T15:00:00", "UTC"))
    assert desk.run("getLoan", loanId=lent["id"])["status"] == "overdue"
    assert desk.happened.count("loan.closed") == 1
    desk.engine.time.move(moment("2025-01-01T00:00:00", "UTC"))
    assert desk.happened.count("loan.closed") == 1


def test_what_becomes_due_together_happens_in_the_order_of_its_time(desk):
    later, sooner = lend(desk, 20), lend(desk, 10)
    told = []
    desk.engine.commit.after_commit.append(
        lambda _, pending_events: told.extend(one["data"]["id"] for one in pending_events)
    )
    desk.engine.time.move(moment("2024-06-01T00:00:00", "UTC"))
    assert told == [sooner["id"], later["id"]]


def test_what_is_no_longer_where_a_transition_starts_is_left_alone(desk):
    lent = lend(desk, 14)
    desk.run("giveBack", loanId=lent["id"])
    desk.engine.time.move(moment("2024-06-01T00:00:00", "UTC"))
    assert desk.run("getLoan", loanId=lent["id"])["status"] == "back"


def test_a_new_due_date_moves_what_will_happen(desk):
    lent = lend(desk, 14)
    desk.run("changeLoan", {"days": 60}, loanId=lent["id"])
    desk.engine.time.move(moment("2024-02-10T00:00:00", "UTC"))
    assert desk.run("getLoan", loanId=lent["id"])["status"] == "out"


def test_what_becomes_due_happens_at_its_own_time(desk):
    lend(desk, 10)
    told = []
    desk.engine.commit.after_commit.append(lambda _, records: told.extend(one["at"] for one in records))
    desk.engine.time.move(moment("2024-06-01T00:00:00", "UTC"))
    assert told == ["2024-01-25T15:00:00Z"]


def test_an_engine_that_takes_over_goes_on_in_time(desk):
    lent = lend(desk, 14)
    after = Engine(desk.engine.plan, desk.engine.store)
    after.lifetime.take_over(desk.engine.state)
    after.time.move(moment("2024-06-01T00:00:00", "UTC"))
    assert after.state.get(desk.tenant, "Loan", lent["id"])["status"] == "overdue"


def test_a_transition_makes_its_effects_whoever_takes_it(desk):
    lent = lend(desk, 14)
    desk.engine.time.move(moment("2024-06-01T00:00:00", "UTC"))
    metadata = desk.engine.state.work(desk.tenant).find("Note", bookId=lent["bookId"])
    assert [one["text"] for one in metadata] == ["Overdue since 2024-01-29"]
    assert desk.run("getLoan", loanId=lent["id"])["reminderId"] == metadata[0]["id"]


def test_a_client_that_takes_a_transition_makes_its_effects_too(desk):
    lent = lend(desk, 14)
    desk.run("changeLoan", {"days": 15}, loanId=lent["id"])
    desk.run("changeLoan", {"status": "lost"}, loanId=lent["id"])
    metadata = desk.engine.state.work(desk.tenant).find("Note", bookId=lent["bookId"])
    assert [one["text"] for one in metadata] == [f"Lost by {lent['memberId']}"]


@pytest.mark.parametrize(
    ("value", "due"),
    [
        pytest.param("2024-01-31", "2024-01-31T15:00:00+00:00", id="a-date-when-its-day-is-over"),
        pytest.param("2024-01-31T08:00:00Z", "2024-01-31T08:00:00+00:00", id="an-instant"),
        pytest.param("2024-01-31T08:00:00", "2024-01-30T23:00:00+00:00", id="an-instant-of-the-zone"),
        pytest.param("9999-12-31", None, id="the-last-day-is-never-over"),
        pytest.param(None, None, id="null"),
        pytest.param(20240131, None, id="a-number"),
    ],
)
def test_when_a_value_has_come(value, due):
    at = due_at(value, Clock("Asia/Tokyo"))
    assert (at and at.astimezone(UTC).isoformat()) == due


def test_what_is_gone_before_its_time_is_left_alone(desk):
    gone, stays = lend(desk, 10), lend(desk, 10)
    work, loans = desk.engine.state.work(desk.tenant), desk.engine.plan.resources["Loan"]
    remove(work, loans, work.transaction.get("loans", gone["id"]))
    desk.engine.commit(work)
    desk.engine.time.move(moment("2024-06-01T00:00:00", "UTC"))
    assert desk.run("getLoan", loanId=stays["id"])["status"] == "overdue"
    assert desk.engine.state.get(desk.tenant, "Loan", gone["id"]) is None


def test_what_has_moved_on_before_its_time_is_left_alone_without_a_word(desk, caplog):
    lent = lend(desk, 14)
    back = desk.run("giveBack", loanId=lent["id"])
    assert desk.engine.time.move(moment("2024-06-01T00:00:00", "UTC")) == 1
    assert desk.run("getLoan", loanId=lent["id"]) == back
    assert caplog.text == ""
