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

from mockserver.store.base import SANDBOX, Change, Condition, Contents, Document, Page, Query, Row, arranged, page, value_at
from mockserver.store.index import OPPOSITES, Index, union
from mockserver.store.sorted_index import RANGES, SortedIndexes

CACHED_CONDITIONS = 256
"""How many conditions' rows each table remembers until its next write."""

FEW = 64
"""So many rows or fewer are sorted anew rather than picked out of an order of all."""


class PlacedRow(Row):
    """A row as TinyDB hands its documents around."""

    __slots__ = ()

    @property
    def doc_id(self) -> int:
        """The position, by TinyDB's name for it."""
        return self.position


class Collection(Table):
    """A TinyDB table that is changed in place and knows where its documents are."""

    document_class = PlacedRow  # type: ignore[assignment]

    def __init__(self, storage: Any, name: str, indexed: tuple[str, ...] = ()) -> None:
        super().__init__(storage, name, cache_size=CACHED_CONDITIONS)
        self.rows: dict[int, PlacedRow] = {}
        self.places: dict[str, int] = {}
        self.indexes: dict[str, Index] = {field: Index() for field in indexed}
        self.sorted_indexes = SortedIndexes(self.rows)

    def _read_table(self) -> dict[int, PlacedRow]:  # type: ignore[override]
        return self.rows

    def _update_table(self, updater: Callable[[dict[int, Any]], None]) -> None:
        updater(self.rows)
        self.clear_cache()

    def row(self, id: str) -> PlacedRow | None:
        """The document of an id."""
        place = self.places.get(id)
        return None if place is None else self.rows[place]

    def put(self, id: str, document: Document) -> None:
        """Store a document under its id, at its old position or the next one."""
        place = self.places.get(id)
        if place is None:
            place = self.places[id] = self._get_next_id()  # type: ignore[no-untyped-call]
        else:
            self._unindex(place)
        row = PlacedRow(document, place)
        self._update_table(lambda rows: rows.__setitem__(place, row))
        self._index(place, row)

    def drop(self, id: str) -> None:
        """Remove a document."""
        place = self.places.pop(id, None)
        if place is not None:
            self._unindex(place)
            self._update_table(lambda rows: rows.__delitem__(place))

    @property
    def next(self) -> int:
        """The position that a new document will get."""
        following: int = self._get_next_id()  # type: ignore[no-untyped-call]
        self._next_id = following  # type: ignore[assignment]
        return following

    def fill(self, rows: Iterable[tuple[int, Document]], next: int) -> None:
        """Take rows with their positions, of which there are none yet, and the position that follows them."""
        for place, document in rows:
            row = self.rows[place] = PlacedRow(document, place)
            self.places[row["id"]] = place
            self._index(place, row)
        self._next_id = next  # type: ignore[assignment]

    def _index(self, place: int, row: Row) -> None:
        self.sorted_indexes.changed(place)
        for field, index in self.indexes.items():
            index.add(place, value_at(row, field))

    def _unindex(self, place: int) -> None:
        self.sorted_indexes.changed(place)
        for field, index in self.indexes.items():
            index.remove(place, value_at(self.rows[place], field))

    def index(self, field: str) -> Index:
        """The index of a field, kept from its first use on."""
        if field not in self.indexes:
            made = self.indexes[field] = Index()
            for place, row in self.rows.items():
                made.add(place, value_at(row, field))
        return self.indexes[field]

    def find(self, query: Query) -> Page:
        """The page a query asks for."""
        if not query.where:
            return self.sorted_indexes.page(query, None)
        first, *others = sorted(query.where, key=lambda one: one.operator in RANGES)
        places = set(self._places(first)) if first.operator in RANGES else self._places(first)
        for one in others if places else ():
            places = places.intersection(self._places(one))
        if len(places) <= FEW:
            return page(arranged((self.rows[place] for place in places), query.order), query)
        return self.sorted_indexes.page(query, places)

    def _places(self, condition: Condition) -> Any:
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

    def apply(self, tenant: str, changes: Iterable[Change]) -> None:
        """One transaction: all changes, or none."""
        for change in changes:
            collection = self._collection(tenant, change.collection)
            if change.document is None:
                collection.drop(change.id)
            else:
                collection.put(change.id, change.document)

    def tenants(self) -> list[str]:
        """Those who have documents."""
        return list(
            dict.fromkeys(tenant for (tenant, _), one in self._collections.items() if one.rows and tenant != SANDBOX)
        )

    def dump(self) -> Iterator[Contents]:
        """Everything that is stored."""
        for (tenant, name), one in self._collections.items():
            yield Contents(tenant, name, one.next, one.rows)

    def fill(self, contents: Contents) -> None:
        """Take a collection of which nothing is stored yet."""
        self._collection(contents.tenant, contents.collection).fill(contents.rows.items(), contents.next)

    def clear(self, tenant: str | None = None) -> None:
        """Forget one tenant's documents, or every tenant's."""
        for key in [key for key in self._collections if key[0] == tenant or (tenant is None and key[0] != SANDBOX)]:
            del self._collections[key]

    def close(self) -> None:
        """Nothing is held."""
        self._database.close()
