"""A transaction: changes gather over the store, are seen by what reads through it, and reach the store at once."""

from mockserver.engine.clock import Clock
from mockserver.json import copy
from mockserver.store.base import Change, Document, Query, Row, Store, Watch, arranged

UNPLACED = 1 << 60
"""The position of what is not stored yet: after everything that is."""


class Reads:
    """What something was computed from: the parts of the store that were looked at, and the date if that was."""

    def __init__(self) -> None:
        self._watches: dict[Watch, int] = {}
        self.date: str | None = None
        self.instant = False
        """Whether the time was looked at, which is never the same again."""

    def note(self, *watches: Watch) -> None:
        """Parts of the store were looked at."""
        for watch in watches:
            self._watches.setdefault(watch, watch.changes)

    def hold(self, clock: Clock) -> bool:
        """Whether all of it is as it was."""
        for watch, changes in self._watches.items():
            if watch.changes != changes:
                return False
        return not self.instant and (self.date is None or self.date == clock.today())


class Transaction:
    """One tenant's view of the store with its own changes laid over it."""

    def __init__(self, store: Store, tenant: str) -> None:
        self.store = store
        self.tenant = tenant
        self._overlay: dict[tuple[str, str], Document | None] = {}
        self.version = 0
        """Grows with every change."""
        self.reads: Reads | None = None
        """Where what is looked at is noted, while somebody wants to know."""

    def get(self, collection: str, id: str) -> Document | None:
        """The document as it stands; never to be changed."""
        if self.reads is not None:
            self.reads.note(self.store.watch(self.tenant, collection, id))
        key = (collection, id)
        return self._overlay[key] if key in self._overlay else self.store.get(self.tenant, collection, id)

    def find(self, collection: str, query: Query) -> list[Row]:
        """Every row of a query without limit, in its order, with the changes made here."""
        if self.reads is not None:
            self.reads.note(*self.store.watch_matches(self.tenant, collection, query))
        rows = self.store.find(self.tenant, collection, query).rows
        changes = {id: document for (where, id), document in self._overlay.items() if where == collection}
        if not changes:
            return rows
        unchanged = [row for row in rows if row["id"] not in changes]
        new = [
            self._row(collection, id, document, index) for index, (id, document) in enumerate(changes.items()) if document
        ]
        matching = [row for row in new if all(condition.holds(row) for condition in query.where)]
        return arranged([*unchanged, *matching], query.order)

    def _row(self, collection: str, id: str, document: Document, index: int) -> Row:
        stored = self.store.get(self.tenant, collection, id)
        return Row(document, stored.position if stored is not None else UNPLACED + index)

    def put(self, collection: str, id: str, document: Document) -> None:
        """Store a copy of the document when the transaction is committed."""
        self._overlay[collection, id] = copy(document)
        self.version += 1

    def drop(self, collection: str, id: str) -> None:
        """Remove the document when the transaction is committed."""
        self._overlay[collection, id] = None
        self.version += 1

    @property
    def unchanged(self) -> bool:
        """Whether it has changed nothing: what is read through it is what is stored."""
        return not self._overlay

    def changes(self) -> list[Change]:
        """What the transaction changes, in its order."""
        return [Change(collection, id, document) for (collection, id), document in self._overlay.items()]

    def commit(self) -> list[Change]:
        """All changes reach the store in one go; they are returned in their order."""
        changes = self.changes()
        if changes:
            self.store.apply(self.tenant, changes)
            self._overlay = {}
        return changes
