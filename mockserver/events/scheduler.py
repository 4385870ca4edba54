"""Runs what becomes due when its time comes on the sandbox's clock: transitions, and attempts of webhooks."""

import asyncio
import logging
from datetime import datetime

from mockserver.engine.engine import Engine
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.events.outbox import Outbox
from mockserver.store.base import Change, WriteFailed

log = logging.getLogger("mockserver")

PATIENCE = 10
"""Seconds until it tries again where what became due could not be stored."""

LONGEST = 3600.0
"""Seconds it sleeps at most; the clock of the machine may be set meanwhile."""


class Scheduler:
    """Sleeps until something is due, or until it is woken because what is due has changed."""

    def __init__(self, engine: Engine, outbox: Outbox | None = None) -> None:
        self.engine = engine
        self.outbox = outbox
        self._woken = asyncio.Event()

    def on_changes(self, work: UnitOfWork, changes: list[Change]) -> None:  # noqa: ARG002
        """Look again at what is due: something was stored that may be due sooner."""
        self._woken.set()

    def wake(self) -> None:
        """Look again at what is due: the clock was moved."""
        self._woken.set()

    def run_due(self) -> None:
        """Take what has become due."""
        self.engine.time.run_due()
        if self.outbox is not None:
            self.outbox.start_due()

    async def run(self) -> None:
        """Run what is due, sleep, and run again, until cancelled."""
        try:
            while True:
                self._woken.clear()
                try:
                    self.run_due()
                except WriteFailed as error:
                    log.error("What became due waits %d s: %s", PATIENCE, error)
                    await asyncio.sleep(PATIENCE)
                else:
                    await self._sleep()
        finally:
            if self.outbox is not None:
                await self.outbox.stop()

    async def _sleep(self) -> None:
        due = [at for at in (self.engine.schedule.soonest, self.outbox.soonest if self.outbox else None) if at is not None]
        try:
            await asyncio.wait_for(self._woken.wait(), self._seconds(due))
        except TimeoutError:
            return

    def _seconds(self, due: list[datetime]) -> float | None:
        """How long to sleep; without end when the clock stands still or nothing is due."""
        waits = [wait for at in due if (wait := self.engine.clock.until(at)) is not None]
        return min(LONGEST, *waits) if waits else None
