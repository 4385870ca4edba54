"""What each operation of the control plane does. One function per operation, called as the operation is."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter

import isodate

from mockserver.control.sandbox_control import SandboxControl
from mockserver.engine.call import Call
from mockserver.engine.clock import FIRST, LAST, moment, settable
from mockserver.engine.event_log import read_log
from mockserver.engine.problems import Problem
from mockserver.flaws import Flaw
from mockserver.json import Json
from mockserver.plan import Webhooks
from mockserver.store.base import Query, Row

Answer = dict[str, Json]


async def world(sandbox: SandboxControl, call: Call) -> Answer:
    """The contract and the tenants."""
    return {
        "contract": {"title": sandbox.plan.title, "version": sandbox.plan.version},
        "tenants": [{"id": tenant, "documents": sandbox.count(tenant)} for tenant in sandbox.tenants],
    }


async def reset(sandbox: SandboxControl, call: Call) -> Answer:
    """Everything as at the start."""
    tenant = call.input.get("tenant")
    if tenant is not None and tenant not in sandbox.tenants:
        raise Problem("not_found", resource="tenant", id=tenant, field="tenant")
    sandbox.reset(tenant)
    sandbox.scheduler.wake()
    return await world(sandbox, call)


async def clock(sandbox: SandboxControl, call: Call) -> Answer:
    """What time it is."""
    return _clock(sandbox, 0)


async def freeze(sandbox: SandboxControl, call: Call) -> Answer:
    """Stand still."""
    at = call.input.get("at")
    return _moved(sandbox, sandbox.engine.time.freeze(None if at is None else _instant(sandbox, at)))


async def set(sandbox: SandboxControl, call: Call) -> Answer:
    """Move to an instant."""
    return _moved(sandbox, sandbox.engine.time.move(_instant(sandbox, call.input["at"])))


async def advance(sandbox: SandboxControl, call: Call) -> Answer:
    """Move on by a duration."""
    here = sandbox.engine.clock.instant().astimezone(sandbox.engine.clock.zone)
    try:
        to = settable(here + isodate.parse_duration(call.input["by"]))
    except (OverflowError, ValueError, ArithmeticError):
        years, now = f"between the years {FIRST.year} and {LAST.year}", sandbox.engine.clock.now()
        raise Problem("state", resource="clock", field="by", current=now, action="moves", allowed=years) from None
    return _moved(sandbox, sandbox.engine.time.move(to))


async def run(sandbox: SandboxControl, call: Call) -> Answer:
    """Run on."""
    return _moved(sandbox, sandbox.engine.time.run_on())


async def events(sandbox: SandboxControl, call: Call) -> Answer:
    """The log of events."""
    logs = {tenant: read_log(sandbox.engine.store, tenant) for tenant in _tenants(sandbox, call)}
    if (after := call.query.get("after")) is not None:
        logs = _after(logs, after)
    if (name := call.query.get("event")) is not None:
        names = sandbox.engine.state.work("").events_of(name)
        if not names:
            raise Problem("not_found", resource="event", id=name, field="event")
        logs = {tenant: [row for row in log if row["event"] in names] for tenant, log in logs.items()}
    return {"events": _latest(logs, call.query["limit"])}


def _latest(logs: Mapping[str, list[Row]], limit: int) -> list[Answer]:
    """The latest rows of all tenants together, in the order in which they were stored."""
    rows = sorted(((row.serial, tenant, row) for tenant, log in logs.items() for row in log), key=itemgetter(0))
    return [{"tenant": tenant, **row} for _, tenant, row in rows[-limit:]]


def _after(logs: dict[str, list[Row]], id: str) -> dict[str, list[Row]]:
    """The events after one, in the log of the same tenant."""
    for tenant, log in logs.items():
        for index, row in enumerate(log):
            if row["id"] == id:
                return {tenant: log[index + 1 :]}
    raise Problem("not_found", resource="event", id=id, field="after")


async def deliveries(sandbox: SandboxControl, call: Call) -> Answer:
    """The deliveries of webhooks."""
    webhooks = sandbox.plan.conventions.webhooks
    logs = {tenant: _deliveries(sandbox, webhooks, tenant, call.query.get("due")) for tenant in _tenants(sandbox, call)}
    return {"deliveries": _latest(logs, call.query["limit"])}


def _deliveries(sandbox: SandboxControl, webhooks: Webhooks | None, tenant: str, due: bool | None) -> list[Row]:
    """The deliveries of a tenant, those that are still to be attempted or not."""
    if webhooks is None:
        return []
    rows = sandbox.engine.store.find(tenant, webhooks.delivery.collection, Query()).rows
    if due is None:
        return rows
    scope = sandbox.engine.state.work(tenant).call_scope
    names = webhooks.delivery.names
    return [row for row in rows if (webhooks.due.evaluate(scope.inside({}, row, names)) is not None) == due]


async def redeliver(sandbox: SandboxControl, call: Call) -> Answer:
    """Attempt a delivery now."""
    webhooks, id = sandbox.plan.conventions.webhooks, call.path["id"]
    for tenant in sandbox.tenants if webhooks else ():
        if webhooks and sandbox.outbox is not None and await sandbox.outbox.attempt(tenant, id):
            return {"tenant": tenant, **(sandbox.engine.store.get(tenant, webhooks.delivery.collection, id) or {"id": id})}
    raise Problem("not_found", resource="delivery", id=id, field="id")


def _tenants(sandbox: SandboxControl, call: Call) -> tuple[str, ...]:
    tenant = call.query.get("tenant")
    if tenant is None:
        return sandbox.tenants
    if tenant not in sandbox.tenants:
        raise Problem("not_found", resource="tenant", id=tenant, field="tenant")
    return (tenant,)


def _moved(sandbox: SandboxControl, count: int) -> Answer:
    sandbox.scheduler.wake()
    return _clock(sandbox, count)


def _clock(sandbox: SandboxControl, count: int) -> Answer:
    clock = sandbox.engine.clock
    return {
        "now": clock.now(),
        "today": clock.today(),
        "timezone": clock.zone.key,
        "frozen": clock.frozen,
        "happened": count,
    }


def _instant(sandbox: SandboxControl, text: str) -> datetime:
    """The instant that a text of the contract's form names; the ends of time are as far as an offset can lead."""
    at = moment(text, sandbox.engine.clock.zone.key)
    return min(max(at, FIRST), LAST - timedelta(seconds=1))


WORDS = {
    "at": "must be a date or an instant from 1970 to 8999, such as 2024-01-15 or 2024-01-15T10:30:00Z",
    "by": "must be a duration such as P1DT2H (a day and two hours), P1M or PT30S",
}
"""What members of bodies must be, where a pattern says it to machines."""


def worded_patterns(flaws: Iterable[Flaw]) -> list[Flaw]:
    """The flaws of a body with those of its patterns in words."""
    return [
        replace(flaw, message=WORDS.get(flaw.field, "must have a character, and no NUL"))
        if flaw.keyword == "pattern"
        else flaw
        for flaw in flaws
    ]


HANDLERS: Mapping[str, Callable[[SandboxControl, Call], Awaitable[Answer]]] = {
    action.__name__: action for action in (world, reset, clock, freeze, set, advance, run, events, deliveries, redeliver)
}
