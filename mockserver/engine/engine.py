"""The engine: runs an operation of the plan against a store, all of it or nothing."""

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from mockserver.engine.bulk import bulk, redirected
from mockserver.engine.call import Call, Caller, Reply
from mockserver.engine.clock import Clock, moment
from mockserver.engine.edit import Edit
from mockserver.engine.event_log import read_log, record_events
from mockserver.engine.files import BlobReferences
from mockserver.engine.handlers import HANDLERS, act
from mockserver.engine.idempotency import record, record_bulk, replay
from mockserver.engine.intake import accept_body, find_target
from mockserver.engine.metadata import Metadata
from mockserver.engine.problems import Problem, Refused
from mockserver.engine.schedule import Schedule, take
from mockserver.engine.transaction import Transaction
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.plan import Action, Plan, Resource
from mockserver.plan.settings import choose_settings
from mockserver.store.base import Change, Document, Query, Store, WriteFailed
from mockserver.store.blobs import Blobs, MemoryBlobs

log = logging.getLogger("mockserver")

BeforeCommit = Callable[[UnitOfWork, list[Document]], None]
"""Adds to a transaction what follows from its events, as they will stand in the log."""

OnChanges = Callable[[UnitOfWork, list[Change]], None]
"""Looks at what was stored."""

AfterCommit = Callable[[str, list[Document]], None]
"""Hears a tenant's events, as they stand in the log, once they are stored."""


class Engine:
    """A plan at work: a store, a clock, a source of ids, and those who listen to what happens."""

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
        self.blob_references = BlobReferences(plan, store, self.blobs)
        self.clock = clock or Clock(plan.conventions.timezone)
        self.seed = seed
        self.random = random.Random(seed)
        self.metadata = Metadata(store)
        self.settings = {**choose_settings(plan.conventions.settings, {}), **(settings or {})}
        self.schedule = Schedule(plan)
        self.before_commit: list[BeforeCommit] = []
        self.on_changes: list[OnChanges] = [self.schedule.note]
        self.after_commit: list[AfterCommit] = []

    def run(self, call: Call) -> Reply:
        """Run a call in a transaction of its own; Problem or Refused leaves everything as it was."""
        self.run_due()
        work = self.work(call.caller.tenant)
        if (before := replay(work, call)) is not None:
            return before
        if call.operation.kind == "bulk":
            return self._bulk(work, call)
        place = find_target(work, call)
        call = accept_body(call)
        if call.operation.action.choose is not None:
            return self.run(redirected(self.plan, call, call.operation.action.choose, self.scope(work, call)))
        work.base = self.scope(work, call)
        work.files, work.reading = call.files, call.operation.method == "GET"
        reply = record(work, call, HANDLERS[call.operation.kind](work, call, place, work.base))
        self.commit(work)
        return self.fresh(call, reply) if self.run_due() else reply

    def _bulk(self, work: UnitOfWork, call: Call) -> Reply:
        """Each entry in a transaction of its own; of a call that may be repeated, those that ran are not run again."""
        reply, count = bulk(self.plan, accept_body(call), self.scope(work, call), self.run)
        reply = record_bulk(work, call, reply, count)
        self.commit(work)
        return reply

    def fresh(self, call: Call, reply: Reply) -> Reply:
        """The reply with its document as it is now, after what followed from the call itself."""
        resource, result = call.operation.result, reply.result
        if resource is None or not isinstance(result, dict) or "id" not in result:
            return reply
        found = self.get(call.caller.tenant, resource.name, result["id"])
        if found is None or found.keys() != result.keys():
            return reply
        work = self.work(call.caller.tenant)
        reply = record(work, call, replace(reply, result=found))
        self.commit(work)
        return reply

    def run_due(self) -> int:
        """Take every transition that has become due, in order, each at its time; how many there were."""
        taken = 0
        while (due := self.schedule.next(self.clock.instant())) is not None:
            work = self.work(due.tenant, self.clock.at(due.at))
            try:
                take(work, due)
                self.commit(work)
            except WriteFailed:
                self.schedule.again(due)
                raise
            except (Problem, Refused, ValueError) as error:
                log.warning("%s %s: what became due (%s) could not be: %s", due.resource, due.id, due.transition, error)
            else:
                taken += 1
        return taken

    def move_clock(self, to: datetime) -> int:
        """Move the clock; what becomes due by it happens in order. How much that was."""
        return self._set_clock(lambda clock: clock.set(to))

    def freeze_clock(self, at: datetime | None = None) -> int:
        """Let the clock stand still, at the current instant or another; how much became due by it."""
        return self._set_clock(lambda clock: clock.freeze(at))

    def run_clock(self) -> int:
        """Let the clock run on from where it stands; how much became due by it."""
        return self._set_clock(Clock.run)

    def clear(self, tenant: str | None) -> None:
        """Forget everything of one tenant, or of all; WriteFailed leaves it."""
        self.store.clear(tenant)
        self.schedule.forget(tenant)
        self.blob_references.sweep()

    def begin_again(self, clock: Clock) -> None:
        """Give the ids of the start again, and tell the time as a clock does."""
        self.random = random.Random(self.seed)
        self._set_clock(lambda own: own.restore(clock.state()))

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Let nobody hear what happens meanwhile."""
        after_commit, self.after_commit = self.after_commit, []
        try:
            yield
        finally:
            self.after_commit = after_commit

    def _set_clock(self, change: Callable[[Clock], None]) -> int:
        before = self.clock.state()
        change(self.clock)
        try:
            self.metadata.set("clock", self.clock.state())
        except WriteFailed:
            self.clock.restore(before)
            raise
        return self.run_due()

    def work(self, tenant: str, clock: Clock | None = None) -> UnitOfWork:
        """A unit of work for a tenant, outside any call."""
        work = UnitOfWork(self.plan, Transaction(self.store, tenant), clock or self.clock, self.random)
        nothing: dict[str, Json] = {"input": {}, "query": {}, "path": {}, "request": {}}
        work.base = self.base(work, {"caller": Caller(tenant).names(), **nothing})
        return work

    def scope(self, work: UnitOfWork, call: Call) -> Scope:
        """What every expression of a call can see."""
        return self.base(
            work,
            {
                "input": call.input,
                "query": call.query,
                "path": call.path,
                "request": call.request,
                "caller": call.caller.names(),
            },
        )

    def base(self, work: UnitOfWork, names: dict[str, Json]) -> Scope:
        """Names, and those that the root of the contract gives to every expression."""
        scope = Scope({**names, "settings": self.settings}, functions=work)
        return self.plan.conventions.let(scope) if self.plan.conventions.let else scope

    def take_over(self, before: "Engine") -> None:
        """Go on where another engine on the same store was: its time, its ids, and what the clock will do."""
        self.clock, self.random, self.seed = before.clock, before.random, before.seed
        for tenant in self.store.tenants():
            self._show(tenant, self.clock)

    def resume(self, *, clock: bool = True) -> None:
        """Go on with a store that was kept: ids that were not given before, a `clock` that was set, what became due."""
        if clock:
            self.clock.restore(self.metadata.get("clock"))
        else:
            self.metadata.set("clock", {})
        starts = self.metadata.get("starts").get("again", 0) + 1
        self.metadata.set("starts", {"again": starts})
        self.random = random.Random(f"{self.seed} again {starts}")
        for tenant in self.store.tenants():
            last = read_log(self.store, tenant)[-1:]
            self._show(tenant, self.clock.at(moment(last[0]["at"], "UTC")) if last else self.clock)
        self.run_due()

    def _show(self, tenant: str, clock: Clock) -> None:
        """Show those who watch everything that is stored of a tenant, at the time of a clock."""
        work = self.work(tenant, clock)
        for resource in self.plan.resources.values():
            for row in self.store.find(tenant, resource.collection, Query()).rows:
                try:
                    self._tell(work, [Change(resource.collection, row["id"], row)])
                except ValueError as error:
                    log.warning("%s %s: the clock leaves it alone, %s", resource.name, row["id"], error)

    def _tell(self, work: UnitOfWork, changes: list[Change]) -> None:
        for watcher in self.on_changes:
            watcher(work, changes)

    def get(self, tenant: str, resource: str, id: str) -> Document | None:
        """A document as it is given out."""
        return self.work(tenant).get(resource, id)

    def content(self, tenant: str, key: str) -> BinaryIO:
        """The bytes of a file, by its `sha256`, to be read and closed; KeyError where there are none."""
        return self.blobs.open(tenant, key)

    def perform(self, tenant: str, resource: Resource, id: str, action: Action, names: dict[str, Json]) -> Document | None:
        """Take a document through an action outside any call; the document as it is then, null when there is none."""
        work = self.work(tenant)
        document = work.transaction.get(resource.collection, id)
        if document is None:
            return None
        edit = Edit(work, resource, document, work.base.inside(names))
        act(work, action, edit)
        self.commit(work)
        return edit.document

    def commit(self, work: UnitOfWork) -> None:
        """Let a unit of work count: its changes are stored, then those who listen hear what happened."""
        records = record_events(work)
        for follower in self.before_commit if records else ():
            follower(work, records)
        if changes := self.blob_references.commit(work.transaction, work.files):
            self._tell(work, changes)
        for listener in self.after_commit if records else ():
            listener(work.transaction.tenant, records)
