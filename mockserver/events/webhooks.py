"""Webhooks: each event becomes a delivery for everyone who subscribed to it, in the transaction of its cause."""

from collections.abc import Mapping

from mockserver.engine.edit import Edit
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.events.channels import passes, through
from mockserver.json import Json
from mockserver.plan import Plan, Webhooks
from mockserver.store.base import Document, Query


class Deliveries:
    """Follows what happens, and notes what is to be delivered to whom."""

    def __init__(self, said: Webhooks) -> None:
        self.said = said

    def __call__(self, work: UnitOfWork, records: list[Document]) -> None:
        """Create the deliveries of events."""
        said, created = self.said, 0
        for row in work.rows(said.subscription):
            scope = work.call_scope.inside({}, row, said.subscription.names)
            if said.when is not None and not said.when.holds(scope):
                continue
            channels = said.channels.evaluate(scope) or []
            filters = (said.filters.evaluate(scope) if said.filters else None) or {}
            for record in records:
                if wanted(work.plan, channels, filters, record):
                    self._create(work, row, record)
                    created += 1
        if created:
            self._forget(work, created)

    def _create(self, work: UnitOfWork, subscription: Document, record: Document) -> None:
        values = self.said.values(work.call_scope.inside({"subscription": subscription, "event": record}))
        edit = Edit.new(work, self.said.delivery, values, work.call_scope)
        edit.settle()
        edit.check()
        edit.store()

    def _forget(self, work: UnitOfWork, created: int) -> None:
        """Let go of the oldest deliveries that are too many and done with."""
        transaction, collection = work.transaction, self.said.delivery.collection
        excess = transaction.store.find(transaction.tenant, collection, Query(limit=1)).total + created - self.said.keep
        if excess > 0:
            for row in transaction.store.find(transaction.tenant, collection, Query(limit=excess)).rows:
                if self.said.due.evaluate(work.call_scope.inside({}, row, self.said.delivery.names)) is None:
                    transaction.drop(collection, row["id"])


def wanted(plan: Plan, channels: list[str], filters: Mapping[str, Json], record: Document) -> bool:
    """Whether a subscription hears of an event: a filter named like a channel holds for that channel, others for all.

    One of a channel that is not an object of fields and values fits nothing.
    """
    fields = {**record["object"], **record["data"]}
    common = {name: value for name, value in filters.items() if name not in plan.channels}
    own = [filters.get(name) or {} for name in through(plan, channels, record["event"], record["data"])]
    return passes(common, fields) and any(isinstance(one, Mapping) and passes(one, fields) for one in own)
