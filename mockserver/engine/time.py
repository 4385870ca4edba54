"""An engine's time: its clock moved, frozen or let run, and the transitions that become due by it."""

import logging
from collections.abc import Callable
from datetime import datetime

from mockserver.engine.clock import Clock
from mockserver.engine.commit import Commit
from mockserver.engine.problems import Problem, Refused
from mockserver.engine.schedule import Schedule, take
from mockserver.engine.state import State
from mockserver.store.base import WriteFailed

log = logging.getLogger("mockserver")


class Time:
    """Moves the clock; each time, what has become due is taken before it returns."""

    def __init__(self, state: State, schedule: Schedule, commit: Commit) -> None:
        self.state = state
        self.schedule = schedule
        self.commit = commit

    def run_due(self) -> int:
        """Take every transition that has become due, in order, each at its own time; how many there were."""
        count = 0
        while (due := self.schedule.next(self.state.clock.instant())) is not None:
            work = self.state.work(due.tenant, self.state.clock.at(due.at))
            try:
                take(work, due)
                self.commit(work)
            except WriteFailed:
                self.schedule.put_back(due)
                raise
            except (Problem, Refused, ValueError) as error:
                # It must not keep an unrelated call, or the others that are due, from happening.
                log.warning("%s %s: the transition %s is due and refused: %s", due.resource, due.id, due.transition, error)
            else:
                count += 1
        return count

    def move(self, to: datetime) -> int:
        """Set the clock to an instant; how many transitions became due by it."""
        return self.change(lambda clock: clock.set(to))

    def freeze(self, at: datetime | None = None) -> int:
        """Let the clock stand still, at the current instant or another; how many transitions became due by it."""
        return self.change(lambda clock: clock.freeze(at))

    def run_on(self) -> int:
        """Let the clock run on from where it stands; how many transitions became due by it."""
        return self.change(Clock.run)

    def change(self, set_clock: Callable[[Clock], None]) -> int:
        """Change the clock, and store what it then says; WriteFailed leaves it as it was."""
        before = self.state.clock.state()
        set_clock(self.state.clock)
        try:
            self.state.metadata.set("clock", self.state.clock.state())
        except WriteFailed:
            self.state.clock.restore(before)
            raise
        return self.run_due()
