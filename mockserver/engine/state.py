"""What the parts of an engine share: the plan and its store, the clock, the source of ids, the settings."""

import logging
import random
from collections.abc import Mapping
from typing import BinaryIO

from mockserver.engine.call import Call, Caller
from mockserver.engine.clock import Clock
from mockserver.engine.forms import Forms
from mockserver.engine.metadata import Metadata
from mockserver.engine.problems import Problem
from mockserver.engine.transaction import Transaction
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.plan import Plan
from mockserver.store.base import Document, Store
from mockserver.store.blobs import Blobs, DamagedBlob

log = logging.getLogger("mockserver")


class State:
    """The state of a running engine. Clock and ids are replaced when it starts over or takes over from another."""

    def __init__(
        self, plan: Plan, store: Store, blobs: Blobs, clock: Clock, seed: int, settings: Mapping[str, Json]
    ) -> None:
        self.plan = plan
        self.store = store
        self.blobs = blobs
        self.metadata = Metadata(store)
        self.clock = clock
        self.seed = seed
        self.random = random.Random(seed)
        self.settings = settings
        self.forms = Forms()

    def work(self, tenant: str, clock: Clock | None = None) -> UnitOfWork:
        """A unit of work for a tenant, outside any call."""
        work = self._unit_of_work(tenant, clock or self.clock)
        nothing: dict[str, Json] = {"input": {}, "query": {}, "path": {}, "request": {}}
        work.call_scope = self.scope(work, {"caller": Caller(tenant).names(), **nothing})
        return work

    def look(self, tenant: str) -> UnitOfWork:
        """A unit of work for a tenant that only looks: nothing in it sees a call."""
        work = self._unit_of_work(tenant, self.clock)
        work.read_only = True
        return work

    def _unit_of_work(self, tenant: str, clock: Clock) -> UnitOfWork:
        return UnitOfWork(self.plan, Transaction(self.store, tenant), clock, self.random, forms=self.forms)

    def call_scope(self, work: UnitOfWork, call: Call) -> Scope:
        """What every expression of a call sees."""
        names = {"input": call.input, "query": call.query, "path": call.path, "request": call.request}
        return self.scope(work, {**names, "caller": call.caller.names()})

    def scope(self, work: UnitOfWork, names: dict[str, Json]) -> Scope:
        """Names, and those that the root of the contract gives to every expression."""
        scope = Scope({**names, "settings": self.settings}, functions=work)
        return self.plan.conventions.let(scope) if self.plan.conventions.let else scope

    def get(self, tenant: str, resource: str, id: str) -> Document | None:
        """A document as it is given out."""
        return self.work(tenant).get(resource, id)

    def content(self, tenant: str, key: str) -> BinaryIO:
        """The bytes of a file, by its `sha256`, to be read and closed; Problem where they are not what was kept."""
        try:
            return self.blobs.open(tenant, key)
        except DamagedBlob as error:
            log.error("a file of %s cannot be given out: %s", tenant, error)
            raise Problem("internal") from None
