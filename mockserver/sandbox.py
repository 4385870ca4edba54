"""A whole sandbox: contract, store, fixtures and the application that serves them."""

from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from mockserver.contract.compiler import compile_
from mockserver.contract.document import Document, read
from mockserver.contract.plan import Plan
from mockserver.contract.settings import chosen
from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.events.outbox import Outbox
from mockserver.events.post import Post
from mockserver.events.pulse import Pulse
from mockserver.events.webhooks import Deliveries
from mockserver.seed import fixtures as seeding
from mockserver.settings import Settings
from mockserver.store.tiny import TinyStore
from mockserver.web.app import application
from mockserver.web.security import ApiKey, Gate


@dataclass(frozen=True)
class Sandbox:
    """Everything that serves one contract."""

    document: Document
    plan: Plan
    engine: Engine
    gate: Gate
    outbox: Outbox | None
    pulse: Pulse
    app: ASGIApp

    @property
    def files(self) -> tuple[Path, ...]:
        """The files the contract was read from."""
        return self.document.files


def build(settings: Settings, before: Engine | None = None) -> Sandbox:
    """A sandbox of its settings: its world made from the fixtures, or that of an engine that served before.

    Raises BrokenContract, UnfitSetting, or ValueError for a time that is none.
    """
    document = read(settings.contract)
    plan = compile_(document)
    values = chosen(plan.sandbox.settings, settings.chosen)
    found = seeding.read(settings.fixtures) if settings.fixtures else seeding.Fixtures()
    store = memory(plan) if before is None else before.store
    engine = Engine(plan, store, _clock(plan, settings), settings.seed, values)
    outbox = _outbox(engine, settings)
    if before is None:
        seeding.replay(engine, found, settings.seed)
    else:
        engine.take_over(before)
    gate = Gate(plan.sandbox.security, {node["key"]: ApiKey.of(node) for node in found.keys})
    app = application(plan, document, engine, gate, outbox, settings.seed)
    return Sandbox(document, plan, engine, gate, outbox, Pulse(engine, outbox), app)


def _outbox(engine: Engine, settings: Settings) -> Outbox | None:
    """What delivers the contract's webhooks, if it has them."""
    said = engine.plan.sandbox.webhooks
    if said is None:
        return None
    outbox = Outbox(engine, said, Post(settings.webhook_allow).send)
    engine.followers.append(Deliveries(said))
    engine.watchers.append(outbox.note)
    return outbox


def _clock(plan: Plan, settings: Settings) -> Clock:
    clock = Clock(plan.sandbox.timezone)
    if settings.now is not None:
        clock.freeze(moment(settings.now, plan.sandbox.timezone))
    return clock


def memory(plan: Plan) -> TinyStore:
    """An empty store in memory that looks documents up as a plan needs it."""
    return TinyStore(plan.indexed)
