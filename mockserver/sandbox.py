"""A whole sandbox: contract, store, fixtures and the application that serves them."""

from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from mockserver.contract.compiler import compile_
from mockserver.contract.document import Document, read
from mockserver.contract.plan import Plan
from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.seed import fixtures as seeding
from mockserver.settings import Settings
from mockserver.store.tiny import TinyStore
from mockserver.web.app import application
from mockserver.web.security import ApiKey, Gate
from mockserver.web.socket import Hub


@dataclass(frozen=True)
class Sandbox:
    """Everything that serves one contract."""

    document: Document
    plan: Plan
    engine: Engine
    gate: Gate
    app: ASGIApp
    hub: Hub | None = None
    """The connections of the contract's stream, if it has one."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files the contract was read from."""
        return self.document.files


def build(settings: Settings, before: Engine | None = None) -> Sandbox:
    """A sandbox of its settings: its world made from the fixtures, or that of an engine that served before.

    Raises BrokenContract, or ValueError for a time that is none.
    """
    document = read(settings.contract)
    plan = compile_(document)
    found = seeding.read(settings.fixtures) if settings.fixtures else seeding.Fixtures()
    if before is None:
        engine = Engine(plan, memory(plan), _clock(plan, settings), settings.seed)
        seeding.replay(engine, found, settings.seed)
    else:
        engine = Engine(plan, before.store)
        engine.take_over(before)
    gate = Gate(plan.sandbox.security, {node["key"]: ApiKey.of(node) for node in found.keys})
    hub = Hub(plan, plan.stream, engine, gate) if plan.stream else None
    return Sandbox(document, plan, engine, gate, application(plan, document, engine, gate, settings.seed, hub), hub)


def _clock(plan: Plan, settings: Settings) -> Clock:
    clock = Clock(plan.sandbox.timezone)
    if settings.now is not None:
        clock.freeze(moment(settings.now, plan.sandbox.timezone))
    return clock


def memory(plan: Plan) -> TinyStore:
    """An empty store in memory that looks documents up as a plan needs it."""
    return TinyStore(plan.indexed)
