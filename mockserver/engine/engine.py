"""The engine: runs an operation of the plan against a store, all of it or nothing."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from mockserver.contract.plan import Plan
from mockserver.contract.scope import Scope
from mockserver.engine.agenda import Agenda, take
from mockserver.engine.bulk import bulk, chosen
from mockserver.engine.call import Call, Caller, Reply
from mockserver.engine.clock import Clock
from mockserver.engine.eventlog import record
from mockserver.engine.files import Shelf
from mockserver.engine.handlers import HANDLERS
from mockserver.engine.intake import accepted, located
from mockserver.engine.transaction import Transaction
from mockserver.engine.work import Work
from mockserver.json import Json
from mockserver.store.base import Change, Document, Query, Store
from mockserver.store.blobs import Blobs, MemoryBlobs

Listener = Callable[[str, list[Document]], None]
"""Hears a tenant's events, as they stand in the log, once they are stored."""


class Engine:
    """A plan at work: a store, a clock, a source of ids, and those who listen to what happens."""

    def __init__(
        self, plan: Plan, store: Store, clock: Clock | None = None, seed: int = 0, blobs: Blobs | None = None
    ) -> None:
        self.plan = plan
        self.store = store
        self.blobs = blobs or MemoryBlobs()
        self.shelf = Shelf(plan, store, self.blobs)
        self.clock = clock or Clock(plan.sandbox.timezone)
        self.random = random.Random(seed)
        self.agenda = Agenda(plan)
        self.listeners: list[Listener] = []

    def run(self, call: Call) -> Reply:
        """Run a call in a transaction of its own; Problem or Refused leaves everything as it was."""
        self.tick()
        if call.operation.kind == "bulk":
            return bulk(self.plan, accepted(call), self.scope(self.work(call.caller.tenant), call), self.run)
        work = self.work(call.caller.tenant)
        place = located(work, call)
        call = accepted(call)
        if call.operation.action.choose is not None:
            return self.run(chosen(self.plan, call, call.operation.action.choose, self.scope(work, call)))
        work.base = self.scope(work, call)
        work.files, work.reading = call.files, call.operation.method == "GET"
        reply = HANDLERS[call.operation.kind](work, call, place, work.base)
        self.commit(work)
        return self._fresh(call, reply) if self.tick() else reply

    def _fresh(self, call: Call, reply: Reply) -> Reply:
        """The reply with its document as it is after what became due by the call itself."""
        resource, result = call.operation.result, reply.result
        if resource is None or not isinstance(result, dict) or "id" not in result:
            return reply
        found = self.get(call.caller.tenant, resource.name, result["id"])
        return reply if found is None or found.keys() != result.keys() else replace(reply, result=found)

    def tick(self) -> int:
        """Take every transition that has become due, in order, each at its time; how many there were."""
        taken = 0
        while (due := self.agenda.next(self.clock.instant())) is not None:
            work = self.work(due.tenant, self.clock.at(due.at))
            take(work, due)
            self.commit(work)
            taken += 1
        return taken

    def move_clock(self, to: datetime) -> None:
        """Move the clock; what becomes due by it happens in order."""
        self.clock.set(to)
        self.tick()

    def work(self, tenant: str, clock: Clock | None = None) -> Work:
        """A unit of work for a tenant, outside any call."""
        work = Work(self.plan, Transaction(self.store, tenant), clock or self.clock, self.random)
        nothing: dict[str, Json] = {"input": {}, "query": {}, "path": {}, "request": {}}
        work.base = self.base(work, {"caller": Caller(tenant).names(), **nothing})
        return work

    def scope(self, work: Work, call: Call) -> Scope:
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

    def base(self, work: Work, names: dict[str, Json]) -> Scope:
        """Names, and those that the root of the contract gives to every expression."""
        scope = Scope(names, world=work)
        return self.plan.sandbox.let(scope) if self.plan.sandbox.let else scope

    def take_over(self, before: "Engine") -> None:
        """Go on where another engine on the same store was: its time, its ids, and what the clock will do."""
        self.clock, self.random = before.clock, before.random
        for tenant in self.store.tenants():
            work = self.work(tenant)
            for resource in self.plan.resources.values():
                rows = self.store.find(tenant, resource.collection, Query()).rows
                self.agenda.note(work, [Change(resource.collection, row["id"], row) for row in rows])

    def get(self, tenant: str, resource: str, id: str) -> Document | None:
        """A document as it is given out."""
        return self.work(tenant).get(resource, id)

    def content(self, tenant: str, key: str) -> BinaryIO:
        """The bytes of a file, by its `sha256`, to be read and closed; KeyError where there are none."""
        return self.blobs.open(tenant, key)

    def commit(self, work: Work) -> None:
        """Let a unit of work count: its changes are stored, then those who listen hear what happened."""
        records = record(work)
        self.agenda.note(work, self.shelf.commit(work.transaction, work.files))
        for listener in self.listeners if records else ():
            listener(work.transaction.tenant, records)
