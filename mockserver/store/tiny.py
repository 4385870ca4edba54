"""The embedded store: TinyDB, changed in place.

TinyDB's own table rewrites itself at every write. This one keeps its rows as they are, finds a document by its id and
by indexed fields without looking at the others, and leaves the rest (tables, positions, the query cache) to TinyDB.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tinydb import TinyDB
from tinydb.queries import QueryInstance
from tinydb.storages import MemoryStorage
from tinydb.table import Table

from mockserver.store.base import (
    SANDBOX,
    Change,
    Condition,
    Contents,
    Document,
    Page,
    Query,
    Row,
    Watch,
    arranged,
    page,
    value_at,
)
from mockserver.store.index import OPPOSITES, Index, union
from mockserver.store.sorted_index import RANGES, SortedIndexes
from mockserver.store.watches import Watches

CACHED_CONDITIONS = 256
"""How many conditions' rows each table remembers until its next write."""

FEW = 64
"""So many rows or fewer are sorted anew rather than picked out of an order of all."""


class PositionedRow(Row):
    """A row as TinyDB hands its documents around."""

    __slots__ = ()

    @property
    def doc_id(self) -> int:
        """The position, by TinyDB's name for it."""
        return self.position


class Collection(Table):
    """A TinyDB table that is changed in place and knows where its documents are."""

    document_class = PositionedRow  # type: ignore[assignment]

    def __init__(self, storage: Any, name: str, indexed: tuple[str, ...] = ()) -> None:
        super().__init__(storage, name, cache_size=CACHED_CONDITIONS)
        self.rows: dict[int, PositionedRow] = {}
        self.positions: dict[str, int] = {}
        self.indexes: dict[str, Index] = {field: Index() for field in indexed}
        self.sorted_indexes = SortedIndexes(self.rows)
        self.watches = Watches()

    def _read_table(self) -> dict[int, PositionedRow]:  # type: ignore[override]
        return self.rows

    def _update_table(self, updater: Callable[[dict[int, Any]], None]) -> None:
        updater(self.rows)
        self.clear_cache()

    def row(self, id: str) -> PositionedRow | None:
        """The document of an id."""
        position = self.positions.get(id)
        return None if position is None else self.rows[position]

    def put(self, id: str, document: Document, serial: int) -> None:
        """Store a document under its id: at its old position, or a new one at the next with a serial number."""
        position = self.positions.get(id)
        if position is None:
            position = self.positions[id] = self._get_next_id()  # type: ignore[no-untyped-call]
        else:
            serial = self.rows[position].serial
            self._unindex(position)
        row = PositionedRow(document, position, serial)
        self.watches.note(id, self.rows.get(position), row)
        self._update_table(lambda rows: rows.__setitem__(position, row))
        self._index(position, row)

    def drop(self, id: str) -> None:
        """Remove a document."""
        position = self.positions.pop(id, None)
        if position is not None:
            self._unindex(position)
            self.watches.note(id, self.rows[position], None)
            self._update_table(lambda rows: rows.__delitem__(position))

    @property
    def next(self) -> int:
        """The position that a new document will get."""
        following: int = self._get_next_id()  # type: ignore[no-untyped-call]
        self._next_id = following  # type: ignore[assignment]
        return following

    def fill(self, rows: Iterable[Row], next: int) -> None:
        """Take rows, of which there are none yet, and the position that follows them."""
        for stored in rows:
            position = stored.position
            row = self.rows[position] = PositionedRow(stored, position, stored.serial)
            self.positions[row["id"]] = position
            self._index(position, row)
        self._next_id = next  # type: ignore[assignment]

    def _index(self, position: int, row: Row) -> None:
        self.sorted_indexes.changed(position)
        for field, index in self.indexes.items():
            index.add(position, value_at(row, field))

    def _unindex(self, position: int) -> None:
        self.sorted_indexes.changed(position)
        for field, index in self.indexes.items():
            index.remove(position, value_at(self.rows[position], field))

    def index(self, field: str) -> Index:
        """The index of a field, kept from its first use on."""
        if field not in self.indexes:
            index = self.indexes[field] = Index()
            for position, row in self.rows.items():
                index.add(position, value_at(row, field))
        return self.indexes[field]

    def find(self, query: Query) -> Page:
        """The page a query asks for."""
        if not query.where:
            return self.sorted_indexes.page(query, None)
        first, *conditions = sorted(query.where, key=lambda condition: condition.operator in RANGES)
        positions = set(self._positions(first)) if first.operator in RANGES else self._positions(first)
        for condition in conditions if positions else ():
            positions = positions.intersection(self._positions(condition))
        if len(positions) <= FEW:
            return page(arranged((self.rows[position] for position in positions), query.order), query)
        return self.sorted_indexes.page(query, positions)

    def _positions(self, condition: Condition) -> Any:
        """The positions of the rows that fulfil a condition: a set, or for a range a stretch of an order."""
        if len(condition.fields) == 1 and condition.operator == "eq":
            return self.index(condition.fields[0]).matching(condition)
        if len(condition.fields) == 1 and condition.operator in RANGES:
            return self.sorted_indexes.within(condition.fields[0], condition)
        key = QueryInstance(condition.holds, condition.identity)
        cached: set[int] | None = self._query_cache.get(key)  # type: ignore[assignment]
        if cached is None:
            cached = union([self._matching(condition, field) for field in condition.fields])
            self._query_cache[key] = cached  # type: ignore[assignment]
        return cached

    def _matching(self, condition: Condition, field: str) -> set[int]:
        opposite = OPPOSITES.get(condition.operator)
        if opposite is not None:
            return self.rows.keys() - self.index(field).matching(Condition((field,), opposite, condition.value))
        if condition.operator in RANGES:
            return set(self.sorted_indexes.within(field, condition))
        return self.index(field).matching(condition)


class TinyStore:
    """Documents in memory, for as long as the process lives; `indexed` names the fields each collection looks up by."""

    def __init__(self, indexed: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._indexed = indexed or {}
        self._database = TinyDB(storage=MemoryStorage)
        self._collections: dict[tuple[str, str], Collection] = {}
        self._serial = 0

    def _collection(self, tenant: str, name: str) -> Collection:
        key = (tenant, name)
        if key not in self._collections:
            storage = self._database.storage
            self._collections[key] = Collection(storage, f"{tenant}/{name}", self._indexed.get(name, ()))
        return self._collections[key]

    def get(self, tenant: str, collection: str, id: str) -> Row | None:
        """The document of an id."""
        return self._collection(tenant, collection).row(id)

    def find(self, tenant: str, collection: str, query: Query) -> Page:
        """The page a query asks for."""
        return self._collection(tenant, collection).find(query)

    def watch(self, tenant: str, collection: str, id: str) -> Watch:
        """What tells whether the document of an id changes, also of one that is not there."""
        return self._collection(tenant, collection).watches.of_id(id)

    def watch_matches(self, tenant: str, collection: str, query: Query) -> tuple[Watch, ...]:
        """What tells whether the rows of a query may change."""
        return self._collection(tenant, collection).watches.of_matches(query)

    def apply(self, tenant: str, changes: Iterable[Change]) -> None:
        """One transaction: all changes, or none."""
        for change in changes:
            collection = self._collection(tenant, change.collection)
            if change.document is None:
                collection.drop(change.id)
            else:
                self._serial += 1
                collection.put(change.id, change.document, self._serial)

    def tenants(self) -> list[str]:
        """Those who have documents."""
        return list(
            dict.fromkeys(
                tenant for (tenant, _), collection in self._collections.items() if collection.rows and tenant != SANDBOX
            )
        )

    def dump(self) -> Iterator[Contents]:
        """Everything that is stored."""
        for (tenant, name), collection in self._collections.items():
            yield Contents(tenant, name, collection.next, collection.rows)

    def fill(self, contents: Contents) -> None:
        """Take a collection of which nothing is stored yet."""
        self._collection(contents.tenant, contents.collection).fill(contents.rows.values(), contents.next)
        self._serial = max(self._serial, *(row.serial for row in contents.rows.values()), 0)

    def clear(self, tenant: str | None = None) -> None:
        """Forget one tenant's documents, or every tenant's."""
        for key in [key for key in self._collections if key[0] == tenant or (tenant is None and key[0] != SANDBOX)]:
            self._collections.pop(key).watches.note_all()

    def close(self) -> None:
        """Nothing is held."""
        self._database.close()
