"""An engine that goes on with a store that was kept: ids, the clock, and what became due meanwhile."""

import pytest

from mockserver.compiling.compiler import load
from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.engine.event_log import read_log
from mockserver.store.base import WriteFailed
from tests.conftest import LIBRARY, Desk
from tests.engine.test_schedule import lend


def again(desk, at=None, seed=1, plan=None):
    """Another engine on the same store, as after a new start, at a time of the world's clock."""
    plan = plan or desk.engine.plan
    engine = Engine(plan, desk.engine.store, Clock(plan.conventions.timezone), seed)
    if at is not None:
        engine.clock.freeze(moment(at, "UTC"))
    engine.lifetime.resume(clock=at is None)
    return Desk(engine)


def ids(desk, count=20):
    return [desk.run("enrol", {"name": "Ann"})["id"] for _ in range(count)]


def test_ids_are_not_given_again_with_the_same_seed(desk):
    first = ids(desk)
    desk.run("dismiss", memberId=first[0])
    second = ids(again(desk))
    third = ids(again(desk))
    assert len({*first, *second, *third}) == 60


def test_the_same_starts_give_the_same_ids(desk, library_plan):
    other = Desk(Engine(library_plan, type(desk.engine.store)(library_plan.indexed), desk.engine.clock, seed=1))
    assert ids(desk) == ids(other)
    assert ids(again(desk)) == ids(again(other))


def test_numbers_go_on(desk):
    assert desk.run("addBook", {"title": "Emma"})["number"] == "B-2024-001"
    assert again(desk, "2024-02-01T00:00:00Z").run("addBook", {"title": "Persuasion"})["number"] == "B-2024-002"


def test_what_became_due_meanwhile_happens_at_its_own_time_and_in_order(desk):
    later, sooner = lend(desk, 20), lend(desk, 10)
    back = again(desk, "2024-06-01T00:00:00Z")
    found = [(one["event"], one["at"], one["data"].get("id")) for one in read_log(back.engine.store, "branch_a")][-2:]
    assert found == [
        ("loan.closed", "2024-01-25T15:00:00Z", sooner["id"]),
        ("loan.closed", "2024-02-04T15:00:00Z", later["id"]),
    ]
    assert back.run("getLoan", loanId=later["id"])["status"] == "overdue"
    assert len(read_log(again(desk, "2024-07-01T00:00:00Z").engine.store, "branch_a")) == len(
        read_log(back.engine.store, "branch_a")
    )


def test_what_happens_late_is_told_after_what_was_told_before(desk):
    lent = lend(desk, 10)
    desk.engine.schedule.next(moment("2030-01-01T00:00:00", "UTC"))
    desk.engine.clock.set(moment("2024-03-01T00:00:00", "UTC"))
    desk.run("addBook", {"title": "Persuasion"})
    back = again(desk, "2024-06-01T00:00:00Z")
    last = read_log(back.engine.store, "branch_a")[-1]
    assert (last["at"], last["data"]["id"]) == ("2024-03-01T00:00:00Z", lent["id"])


@pytest.mark.parametrize(
    ("change", "frozen"),
    [
        pytest.param(lambda engine: engine.time.freeze(moment("2030-05-05T05:05:05", "UTC")), True, id="frozen"),
        pytest.param(lambda engine: engine.time.move(moment("2030-05-05T05:05:05", "UTC")), True, id="moved-frozen"),
        pytest.param(
            lambda engine: (engine.time.run_on(), engine.time.move(moment("2030-05-05T05:05:05", "UTC"))),
            False,
            id="running",
        ),
    ],
)
def test_a_clock_that_was_set_stays_so(desk, change, frozen):
    change(desk.engine)
    clock = again(desk).engine.clock
    assert clock.frozen is frozen
    assert clock.now()[:16] == "2030-05-05T05:05"
    assert frozen is False or clock.instant() == desk.engine.clock.instant()


def test_a_clock_that_is_given_wins_and_is_not_noted(desk):
    desk.engine.time.freeze(moment("2030-05-05T05:05:05", "UTC"))
    assert again(desk, "2024-02-01T00:00:00Z").engine.clock.now() == "2024-02-01T00:00:00Z"
    assert not again(desk).engine.clock.frozen


class Full:
    """A store that can be made to refuse changes."""

    def __init__(self, store):
        self._store = store
        self.full = False

    def __getattr__(self, name):
        return getattr(self._store, name)

    def apply(self, tenant, changes):
        if self.full:
            raise WriteFailed("no room")
        self._store.apply(tenant, changes)


def test_what_could_not_be_stored_happens_once_it_can(library_plan, desk):
    store = Full(desk.engine.store)
    full = Desk(Engine(library_plan, store, desk.engine.clock.at(desk.engine.clock.instant())))
    lent = lend(full, 10)
    full.engine.clock.set(moment("2024-06-01T00:00:00", "UTC"))
    store.full = True
    with pytest.raises(WriteFailed):
        full.engine.time.run_due()
    assert full.engine.state.get("branch_a", "Loan", lent["id"])["status"] == "out"
    store.full = False
    assert full.engine.time.run_due() == 1
    assert full.engine.state.get("branch_a", "Loan", lent["id"])["status"] == "overdue"


def test_a_clock_that_could_not_be_noted_stays_as_it_was(library_plan, desk):
    store = Full(desk.engine.store)
    engine = Engine(library_plan, store, desk.engine.clock.at(desk.engine.clock.instant()))
    store.full = True
    before = engine.clock.now()
    for change in (engine.time.run_on, lambda: engine.time.move(moment("2030-01-01", "UTC"))):
        with pytest.raises(WriteFailed):
            change()
        assert (engine.clock.now(), engine.clock.frozen) == (before, True)


def test_documents_that_the_clock_cannot_read_are_left_alone_and_said_so(desk, caplog):
    good, odd = lend(desk, 10), lend(desk, 10)
    work = desk.engine.state.work("branch_a")
    work.transaction.put("loans", odd["id"], {**work.transaction.get("loans", odd["id"]), "dueOn": "2024-99-99"})
    work.transaction.commit()
    back = again(desk, "2024-06-01T00:00:00Z")
    assert f"Loan {odd['id']}: nothing of it is scheduled" in caplog.text
    assert back.run("getLoan", loanId=good["id"])["status"] == "overdue"
    assert back.run("getLoan", loanId=odd["id"])["status"] == "out"


def test_what_a_changed_contract_refuses_does_not_keep_others_from_their_time(desk, caplog, tmp_path):
    odd, good = lend(desk, 5), lend(desk, 10)
    rule = "rules: [{rule: days != 5 or status != 'overdue', message: Five days are never over}]"
    changed = tmp_path / "library.yaml"
    changed.write_text(LIBRARY.read_text().replace("collection: loans\n", f"collection: loans\n        {rule}\n"))
    back = again(desk, "2024-06-01T00:00:00Z", plan=load(changed))
    assert "is due and refused: Five days are never over" in caplog.text
    assert back.engine.state.get("branch_a", "Loan", odd["id"])["status"] == "out"
    assert back.engine.state.get("branch_a", "Loan", good["id"])["status"] == "overdue"
