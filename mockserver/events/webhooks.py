"""Webhooks: each event becomes a delivery for everyone who subscribed to it, in the transaction of its cause."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mockserver.engine.edit import Edit
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.events.channels import fits, matching_channels
from mockserver.json import Json
from mockserver.plan import Plan, Webhooks
from mockserver.store.base import Document, Query


@dataclass(frozen=True)
class Subscription:
    """A subscription as it was stored, with what follows from it for every event."""

    row: Document
    events: frozenset[str]
    """The names of the events that are heard on its channels."""
    channels: Sequence[str]
    filters: Mapping[str, Json]


class Deliveries:
    """Observes commits: adds a delivery of each event for each subscription that it matches.

    What subscriptions ask for is worked out once, and found by the names of events.
    """

    def __init__(self, webhooks: Webhooks) -> None:
        self.webhooks = webhooks
        self._subscriptions: dict[tuple[str, str], Subscription] = {}

    def __call__(self, work: UnitOfWork, records: list[Document]) -> None:
        """Create the deliveries of events."""
        created = 0
        for subscription in self._of(work, {record["event"] for record in records}):
            scope = work.call_scope.inside({}, subscription.row, self.webhooks.subscription.names)
            if self.webhooks.when is not None and not self.webhooks.when.holds(scope):
                continue
            for record in records:
                if subscribed(work.plan, subscription.channels, subscription.filters, record):
                    self._create(work, subscription.row, record)
                    created += 1
        if created:
            self._forget(work, created)

    def _of(self, work: UnitOfWork, events: set[str]) -> Iterator[Subscription]:
        """The subscriptions of a tenant on whose channels one of the events is heard."""
        for row in work.rows(self.webhooks.subscription):
            key = (work.transaction.tenant, row["id"])
            subscription = self._subscriptions.get(key)
            if subscription is None or subscription.row is not row:
                subscription = self._subscriptions[key] = self._read(work, row)
            if not subscription.events.isdisjoint(events):
                yield subscription

    def _read(self, work: UnitOfWork, row: Document) -> Subscription:
        scope = work.call_scope.inside({}, row, self.webhooks.subscription.names)
        channels = self.webhooks.channels.evaluate(scope) or []
        filters = (self.webhooks.filters.evaluate(scope) if self.webhooks.filters else None) or {}
        heard = (entry.event for name in channels for entry in work.plan.channels.get(name, ()))
        return Subscription(row, frozenset(heard), channels, filters)

    def _create(self, work: UnitOfWork, subscription: Document, record: Document) -> None:
        values = self.webhooks.values(work.call_scope.inside({"subscription": subscription, "event": record}))
        edit = Edit.new(work, self.webhooks.delivery, values, work.call_scope)
        edit.settle()
        edit.check()
        edit.store()

    def _forget(self, work: UnitOfWork, created: int) -> None:
        """Let go of the oldest deliveries that are too many and done with."""
        transaction, collection = work.transaction, self.webhooks.delivery.collection
        excess = transaction.store.find(transaction.tenant, collection, Query(limit=1)).total + created - self.webhooks.keep
        if excess > 0:
            for row in transaction.store.find(transaction.tenant, collection, Query(limit=excess)).rows:
                if self.webhooks.due.evaluate(work.call_scope.inside({}, row, self.webhooks.delivery.names)) is None:
                    transaction.drop(collection, row["id"])


def subscribed(plan: Plan, channels: Sequence[str], filters: Mapping[str, Json], record: Document) -> bool:
    """Whether a subscription hears of an event: a filter named like a channel holds for that channel, others for all.

    One of a channel that is not an object of fields and values fits nothing.
    """
    fields = {**record["object"], **record["data"]}
    common = {name: value for name, value in filters.items() if name not in plan.channels}
    own = [filters.get(name) or {} for name in matching_channels(plan, channels, record["event"], record["data"])]
    return fits(common, fields) and any(isinstance(operands, Mapping) and fits(operands, fields) for operands in own)
