"""Webhooks: each event becomes a delivery for everyone who subscribed to it, in the transaction of its cause."""

from collections.abc import Mapping

from mockserver.engine.edit import Edit
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.events.channels import fits, matching_channels
from mockserver.json import Json
from mockserver.plan import Plan, Webhooks
from mockserver.store.base import Document, Query


class Deliveries:
    """Observes commits: adds a delivery of each event for each subscription that it matches."""

    def __init__(self, webhooks: Webhooks) -> None:
        self.webhooks = webhooks

    def __call__(self, work: UnitOfWork, records: list[Document]) -> None:
        """Create the deliveries of events."""
        webhooks, created = self.webhooks, 0
        for row in work.rows(webhooks.subscription):
            scope = work.call_scope.inside({}, row, webhooks.subscription.names)
            if webhooks.when is not None and not webhooks.when.holds(scope):
                continue
            channels = webhooks.channels.evaluate(scope) or []
            filters = (webhooks.filters.evaluate(scope) if webhooks.filters else None) or {}
            for record in records:
                if subscribed(work.plan, channels, filters, record):
                    self._create(work, row, record)
                    created += 1
        if created:
            self._forget(work, created)

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


def subscribed(plan: Plan, channels: list[str], filters: Mapping[str, Json], record: Document) -> bool:
    """Whether a subscription hears of an event: a filter named like a channel holds for that channel, others for all.

    One of a channel that is not an object of fields and values fits nothing.
    """
    fields = {**record["object"], **record["data"]}
    common = {name: value for name, value in filters.items() if name not in plan.channels}
    own = [filters.get(name) or {} for name in matching_channels(plan, channels, record["event"], record["data"])]
    return fits(common, fields) and any(isinstance(operands, Mapping) and fits(operands, fields) for operands in own)
