"""The scheduler while the disk is full: it waits, tries again after its time, and what became due is not lost."""

import asyncio
import logging

from mockserver.engine.clock import moment
from mockserver.engine.engine import Engine
from mockserver.events.scheduler import PATIENCE, Scheduler
from tests.conftest import Desk
from tests.engine.test_lifetime import Full
from tests.engine.test_schedule import lend
from tests.events.test_webhooks import Receivers, connected, deliver, letters, listen

START = 1000.0
"""When the event loop's own clock begins, in seconds."""


class Filling(Full):
    """A store that refuses so many changes, and notes when each was asked of it."""

    def __init__(self, store, time):
        super().__init__(store)
        self.refuses = 0
        self.asked = []
        self._time = time

    def apply(self, tenant, changes):
        self.asked.append(self._time())
        self.full = len(self.asked) <= self.refuses
        super().apply(tenant, changes)


async def settle():
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_while_nothing_can_be_written_what_became_due_waits_and_is_tried_again(desk, library_plan, monkeypatch, caplog):
    async def live():
        loop, time = asyncio.get_running_loop(), [START]
        monkeypatch.setattr(loop, "time", lambda: time[0])
        store = Filling(desk.engine.store, loop.time)
        full = Desk(Engine(library_plan, store, desk.engine.clock.at(desk.engine.clock.instant())))
        lent = lend(full, 10)
        full.engine.clock.set(moment("2024-06-01T00:00:00", "UTC"))
        store.asked.clear()
        store.refuses = 2
        scheduler = Scheduler(full.engine)
        full.engine.commit.on_changes.append(scheduler.on_changes)
        running = asyncio.create_task(scheduler.run())
        for part in (0, 0.5, 1, 2):
            time[0] = START + part * PATIENCE
            scheduler.wake()
            await settle()
        running.cancel()
        await asyncio.wait([running])
        return store.asked, full.engine.state.get("branch_a", "Loan", lent["id"])["status"]

    with caplog.at_level(logging.ERROR):
        asked, status = asyncio.run(live())
    assert asked == [START, START + PATIENCE, START + 2 * PATIENCE]
    assert status == "overdue"
    assert [record.getMessage() for record in caplog.records] == [f"What became due waits {PATIENCE} s: no room"] * 2


def test_an_attempt_whose_outcome_cannot_be_written_stays_due_for_the_next_start(desk, library_plan, caplog):
    receivers = Receivers()
    store = Full(desk.engine.store)
    full = Desk(Engine(library_plan, store, desk.engine.clock))
    outbox = connected(full, receivers)
    listener = listen(full)
    full.run("addBook", {"title": "Emma"})
    store.full = True
    asyncio.run(deliver(outbox))
    (letter,) = letters(full, listener)
    assert (letter["state"], letter["tries"]) == ("waiting", 0)
    assert f"delivery {letter['id']} failed: no room" in caplog.text
    store.full = False
    again = Desk(Engine(library_plan, desk.engine.store), full.tenant)
    anew = connected(again, receivers)
    again.engine.lifetime.take_over(full.engine.state)
    asyncio.run(deliver(anew))
    assert (letters(again, listener)[0]["state"], len(receivers.letters)) == ("taken", 2)
    assert receivers.letters[0].body == receivers.letters[1].body
