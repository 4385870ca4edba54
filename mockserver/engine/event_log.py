"""The log of events: stored with the documents they are about, in the order they happened."""

from mockserver.engine.unit_of_work import PendingEvent, UnitOfWork
from mockserver.json import Json
from mockserver.plan import IdForm
from mockserver.store.base import Document, Query, Row, Store

EVENTS = "_events"
"""The hidden collection of events."""

KEPT = 10_000
"""So many events are stored for each tenant; older ones are dropped."""


def record_events(work: UnitOfWork) -> list[Document]:
    """Put what happened into the transaction, so that it is stored with its cause or not at all."""
    records = [_record(work, pending) for pending in work.pending_events]
    for record in records:
        work.transaction.put(EVENTS, record["id"], record)
    if records:
        _forget(work, len(records))
    return records


def _record(work: UnitOfWork, pending: PendingEvent) -> dict[str, Json]:
    return {
        "id": work.new_id(IdForm(work.plan.conventions.event_prefix), EVENTS),
        "event": pending.event,
        "at": work.now(),
        "data": pending.data,
        "object": pending.document,
        "previous": pending.previous,
        "user": work.call_scope["caller"]["user"],
    }


def _forget(work: UnitOfWork, more: int) -> None:
    stored = work.transaction.store.find(work.transaction.tenant, EVENTS, Query(limit=1))
    excess = stored.total + more - KEPT
    if excess > 0:
        for row in work.transaction.store.find(work.transaction.tenant, EVENTS, Query(limit=excess)).rows:
            work.transaction.drop(EVENTS, row["id"])


def read_log(store: Store, tenant: str) -> list[Row]:
    """A tenant's events, the oldest first."""
    return store.find(tenant, EVENTS, Query()).rows
