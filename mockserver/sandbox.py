"""A whole sandbox: contract, store, fixtures and the application that serves them."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.types import ASGIApp

from mockserver.compiling.compiler import compile_
from mockserver.control.plane import ControlPlane, is_own
from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.engine.event_log import EVENTS
from mockserver.events.http_sender import HttpSender
from mockserver.events.outbox import Outbox
from mockserver.events.scheduler import Scheduler
from mockserver.events.webhooks import Deliveries
from mockserver.plan import Plan
from mockserver.plan.settings import choose_settings
from mockserver.reading.document import Document, pointer, read
from mockserver.reading.errors import BrokenContract, Mistakes
from mockserver.seed import fixtures as seeding
from mockserver.seed.keys import check_keys
from mockserver.settings import Settings
from mockserver.store.base import Query, Store
from mockserver.store.blobs import Blobs, DirectoryBlobs, MemoryBlobs
from mockserver.store.durable import DurableStore, StoreUnavailable
from mockserver.store.folder import FILES
from mockserver.store.tiny import TinyStore
from mockserver.web.app import application
from mockserver.web.forwarded import Forwarded
from mockserver.web.security import ApiKey, Authenticator
from mockserver.web.shortcut import RawAnswer, RawRequest, Shortcut
from mockserver.web.timeouts import BodyTimeout
from mockserver.web.websocket import Hub

log = logging.getLogger("mockserver")


@dataclass(frozen=True)
class Sandbox:
    """Everything that serves one contract."""

    settings: Settings
    document: Document
    fixtures: seeding.Fixtures
    plan: Plan
    engine: Engine
    authenticator: Authenticator
    outbox: Outbox | None
    scheduler: Scheduler
    app: ASGIApp
    hub: Hub | None = None
    """The connections of the contract's stream, if it has one."""
    shortcut: Shortcut | None = None
    """What answers ordinary calls at once."""

    def answer_now(self, request: RawRequest) -> RawAnswer | None:
        """The answer to an ordinary call of the API; None for any other, and nothing has happened."""
        return None if self.shortcut is None or is_own(request.path) else self.shortcut.answer(request)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files the contract was read from."""
        return self.document.files

    @property
    def documents(self) -> int:
        """How many documents it has."""
        return sum(self.count(tenant) for tenant in self.engine.store.tenants())

    @property
    def tenants(self) -> tuple[str, ...]:
        """Every tenant that has documents, or begins with some."""
        begun = [world["tenant"] for world in self.fixtures.worlds]
        return tuple(dict.fromkeys([*begun, *self.engine.store.tenants()]))

    def count(self, tenant: str) -> int:
        """How many documents a tenant has; the log of events, which a resource may show, holds none."""
        collections = {kind.collection for kind in self.plan.resources.values()} - {EVENTS}
        return sum(self.engine.store.find(tenant, name, Query(limit=1)).total for name in collections)

    def reset(self, tenant: str | None = None) -> None:
        """Make the world of one tenant, or of all, as it was at the start; of all, the clock and the ids begin again."""
        engine, worlds = self.engine, self.fixtures.worlds
        engine.lifetime.clear(tenant)
        if self.outbox is not None:
            self.outbox.forget(tenant)
        if tenant is None:
            engine.lifetime.restart(_clock(self.plan, self.settings))
        else:
            worlds = [world for world in worlds if world["tenant"] == tenant]
        with engine.commit.silent():
            seeding.replay(engine, replace(self.fixtures, worlds=worlds), self.settings.seed)

    def close(self) -> None:
        """Let go of what it holds; what is kept is in order for the next start."""
        self.engine.store.close()


@dataclass(frozen=True)
class Sources:
    """What a sandbox is made from."""

    document: Document
    plan: Plan
    fixtures: seeding.Fixtures
    keys: dict[str, ApiKey]


def read_sources(settings: Settings) -> Sources:
    """The contract and the fixtures of settings, read; BrokenContract lists the mistakes in them."""
    document = read(settings.contract)
    plan = compile_(document)
    fixtures = seeding.read(settings.fixtures) if settings.fixtures else seeding.Fixtures()
    if mistakes := check_keys(plan.conventions.security, fixtures.keys):
        raise BrokenContract(mistakes)
    return Sources(document, plan, fixtures, _keys(fixtures))


def build(settings: Settings, before: Engine | None = None, sources: Sources | None = None) -> Sandbox:
    """A sandbox of its settings: its world is that of an engine that served before, what is stored, or the fixtures'.

    Raises BrokenContract, UnfitSetting, ValueError for a time that is none, StoreUnavailable for a folder it cannot use.
    """
    sources = sources or read_sources(settings)
    plan, limited = sources.plan, settings.rate_limit == "on"
    values = choose_settings(plan.conventions.settings, settings.chosen)
    store = _store(plan, settings) if before is None else before.store
    try:
        blobs = _blobs(settings) if before is None else before.blobs
        engine = Engine(plan, store, _clock(plan, settings), settings.seed, values, blobs)
        outbox, authenticator = _outbox(engine, settings), Authenticator(plan.conventions.security, sources.keys)
        scheduler = Scheduler(engine, outbox)
        hub = Hub(plan, plan.stream, engine, authenticator, limited=limited) if plan.stream else None
        _observe(engine, outbox, scheduler, hub)
        _begin(engine, settings, sources.fixtures, before)
    except BaseException:
        if before is None:
            store.close()
        raise
    app = application(plan, sources.document, engine, authenticator, outbox, settings.seed, limited, hub)
    api = Sandbox(settings, sources.document, sources.fixtures, plan, engine, authenticator, outbox, scheduler, app, hub)
    plane = ControlPlane(app, api, settings.control_token)
    forwarded = Forwarded(BodyTimeout(plane, settings.body_timeout), settings.trusted_proxies)
    return replace(api, app=forwarded, shortcut=app.shortcut)


def _outbox(engine: Engine, settings: Settings) -> Outbox | None:
    """What delivers the contract's webhooks, if it has them."""
    webhooks = engine.plan.conventions.webhooks
    return None if webhooks is None else Outbox(engine, webhooks, HttpSender(settings.webhook_allow).send)


def _observe(engine: Engine, outbox: Outbox | None, scheduler: Scheduler, hub: Hub | None) -> None:
    """Who hears of what the engine commits, all in one place; what is due in the engine itself it notes itself."""
    commit = engine.commit
    if outbox is not None:
        commit.before_commit.append(Deliveries(outbox.webhooks))
        commit.on_changes.append(outbox.note)
    commit.on_changes.append(scheduler.on_changes)
    if hub is not None:
        commit.after_commit.append(hub.publish)


def _keys(fixtures: seeding.Fixtures) -> dict[str, ApiKey]:
    """The API keys of the fixtures; BrokenContract lists those that cannot be understood."""
    keys, mistakes = {}, Mistakes()
    for index, node in enumerate(fixtures.keys):
        try:
            keys[node["key"]] = ApiKey.of(node)
        except ValueError as error:
            mistakes.add(f"keys.yaml{pointer(index, 'rateLimit')}", str(error))
    if mistakes:
        raise BrokenContract(mistakes)
    return keys


def _store(plan: Plan, settings: Settings) -> Store:
    return memory(plan) if settings.data is None else DurableStore(settings.data, memory(plan), settings.sync)


def _blobs(settings: Settings) -> Blobs:
    return MemoryBlobs() if settings.data is None else DirectoryBlobs(settings.data / FILES, settings.sync)


def _begin(engine: Engine, settings: Settings, fixtures: seeding.Fixtures, before: Engine | None) -> None:
    """Go on where an engine that served before was, go on with what is stored, or replay the fixtures."""
    store = engine.store
    if before is not None:
        engine.lifetime.take_over(before.state)
        return
    if isinstance(store, DurableStore) and store.found:
        _go_on(engine, store, settings)
    else:
        if isinstance(store, DurableStore):
            store.claim()
        seeding.replay(engine, fixtures, settings.seed)
        engine.state.metadata.set("contract", _identity(engine.plan))
        if isinstance(store, DurableStore):
            store.keep()
    engine.commit.blobs.sweep()


def _go_on(engine: Engine, store: DurableStore, settings: Settings) -> None:
    """Go on with what is kept, if it was kept under this contract; StoreUnavailable leaves it as it is."""
    kept, served = engine.state.metadata.get("contract"), _identity(engine.plan)
    if kept["title"] != served["title"] and not settings.data_adopt:
        raise StoreUnavailable(
            f"{store.folder} was kept under {kept['title']}, and this is {served['title']}: choose another folder, "
            "or serve its documents under this contract with --data-adopt. Nothing was started or changed."
        )
    store.keep()
    if kept != served:
        log.warning(
            "%s was kept under %s %s and is served under %s %s; documents that no longer fit are served as they are",
            store.folder,
            *kept.values(),
            *served.values(),
        )
        engine.state.metadata.set("contract", served)
    engine.lifetime.resume(clock=settings.now is None)


def _identity(plan: Plan) -> dict[str, str]:
    """What tells a contract from others."""
    return {"title": plan.title, "version": plan.version}


def _clock(plan: Plan, settings: Settings) -> Clock:
    clock = Clock(plan.conventions.timezone)
    if settings.now is not None:
        clock.freeze(moment(settings.now, plan.conventions.timezone))
    return clock


def memory(plan: Plan) -> TinyStore:
    """An empty store in memory that looks documents up as a plan needs it."""
    return TinyStore(plan.indexed)
