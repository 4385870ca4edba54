"""The engine: a plan at work on a store, put together from its parts."""

from collections.abc import Mapping

from mockserver.engine.calls import Calls
from mockserver.engine.clock import Clock
from mockserver.engine.commit import Commit
from mockserver.engine.files import BlobReferences
from mockserver.engine.lifetime import Lifetime
from mockserver.engine.schedule import Schedule
from mockserver.engine.state import State
from mockserver.engine.time import Time
from mockserver.json import Json
from mockserver.plan import Plan
from mockserver.plan.settings import choose_settings
from mockserver.store.base import Store
from mockserver.store.blobs import Blobs, MemoryBlobs


class Engine:
    """Runs the operations of a plan: `calls` runs them, `commit` stores what they did, `time` and `lifetime` do the rest."""

    def __init__(
        self,
        plan: Plan,
        store: Store,
        clock: Clock | None = None,
        seed: int = 0,
        settings: Mapping[str, Json] | None = None,
        blobs: Blobs | None = None,
    ) -> None:
        self.plan = plan
        self.store = store
        self.blobs = blobs or MemoryBlobs()
        chosen = {**choose_settings(plan.conventions.settings, {}), **(settings or {})}
        self.state = State(plan, store, self.blobs, clock or Clock(plan.conventions.timezone), seed, chosen)
        self.schedule = Schedule(plan)
        self.commit = Commit(BlobReferences(plan, store, self.blobs))
        self.commit.on_changes.append(self.schedule.note)
        self.time = Time(self.state, self.schedule, self.commit)
        self.calls = Calls(self.state, self.commit, self.time)
        self.lifetime = Lifetime(self.state, self.schedule, self.commit, self.time)

    @property
    def clock(self) -> Clock:
        """The sandbox's clock."""
        return self.state.clock
