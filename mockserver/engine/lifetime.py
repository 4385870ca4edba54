"""An engine's lifetime: it goes on with stored documents, takes over from another engine, forgets, starts over."""

import logging
import random

from mockserver.engine.clock import Clock, moment
from mockserver.engine.commit import Commit
from mockserver.engine.event_log import read_log
from mockserver.engine.schedule import Schedule
from mockserver.engine.state import State
from mockserver.engine.time import Time
from mockserver.store.base import Change, Query

log = logging.getLogger("mockserver")


class Lifetime:
    """What happens to an engine between calls."""

    def __init__(self, state: State, schedule: Schedule, commit: Commit, time: Time) -> None:
        self.state = state
        self.schedule = schedule
        self.commit = commit
        self.time = time

    def resume(self, *, clock: bool = True) -> None:
        """Go on with stored documents: ids not used before, the stored time if `clock`, what became due meanwhile."""
        state = self.state
        if clock:
            state.clock.restore(state.metadata.get("clock"))
        else:
            state.metadata.set("clock", {})
        # The number of starts makes the ids of this one differ from those that the same seed made before.
        starts = state.metadata.get("starts").get("again", 0) + 1
        state.metadata.set("starts", {"again": starts})
        state.random = random.Random(f"{state.seed} again {starts}")
        for tenant in state.store.tenants():
            last = read_log(state.store, tenant)[-1:]
            self._observe_stored(tenant, state.clock.at(moment(last[0]["at"], "UTC")) if last else state.clock)
        self.time.run_due()

    def take_over(self, other: State) -> None:
        """Go on where another engine on the same store was: its time, its ids, and what the clock will do."""
        self.state.clock, self.state.random, self.state.seed = other.clock, other.random, other.seed
        for tenant in self.state.store.tenants():
            self._observe_stored(tenant, self.state.clock)

    def clear(self, tenant: str | None) -> None:
        """Forget everything of one tenant, or of all; WriteFailed leaves it."""
        self.state.store.clear(tenant)
        self.schedule.forget(tenant)
        self.commit.blobs.sweep()

    def restart(self, clock: Clock) -> None:
        """Make the ids of the start again, and set the time to a clock's."""
        self.time.change(lambda own: own.restore(clock.state()))  # first: it may not be written, and then nothing is new
        self.state.random = random.Random(self.state.seed)

    def _observe_stored(self, tenant: str, clock: Clock) -> None:
        """Show every stored document of a tenant to those who observe changes, at the time of a clock."""
        work = self.state.work(tenant, clock)
        for resource in self.state.plan.resources.values():
            for row in self.state.store.find(tenant, resource.collection, Query()).rows:
                try:
                    self.commit.notify(work, [Change(resource.collection, row["id"], row)])
                except ValueError as error:
                    log.warning("%s %s: nothing of it is scheduled, %s", resource.name, row["id"], error)
