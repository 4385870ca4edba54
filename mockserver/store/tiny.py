"""The embedded store: TinyDB, changed in place.

TinyDB's own table rewrites itself at every write. This one keeps its rows as they are, finds a document by its id and
by indexed fields without looking at the others, and leaves the rest (tables, positions, the query cache) to TinyDB.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tinydb import TinyDB
from tinydb.queries import QueryInstance
from tinydb.storages import MemoryStorage
from tinydb.table import Table

from mockserver.json import Json
from mockserver.operators import fold
from mockserver.store.base import Change, Condition, Document, Page, Query, Row, arranged, page, value_at

CACHED_QUERIES = 64
"""How many answers each table remembers until its next write."""

EXACT = ("eq", "in")


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
        super().__init__(storage, name, cache_size=CACHED_QUERIES)
        self.rows: dict[int, PlacedRow] = {}
        self.places: dict[str, int] = {}
        self.indexes: dict[str, dict[Json, set[int]]] = {field: defaultdict(set) for field in indexed}

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
        for field, index in self.indexes.items():
            for key in _keys(value_at(row, field)):
                index[key].add(place)

    def drop(self, id: str) -> None:
        """Remove a document."""
        place = self.places.pop(id, None)
        if place is not None:
            self._unindex(place)
            self._update_table(lambda rows: rows.__delitem__(place))

    def _unindex(self, place: int) -> None:
        for field, index in self.indexes.items():
            for key in _keys(value_at(self.rows[place], field)):
                index[key].discard(place)

    def matching(self, query: Query) -> list[Row]:
        """The rows of a query in its order, remembered until the next write."""
        wanted = _tinydb_query(query)
        cached: list[Row] | None = self._query_cache.get(wanted)  # type: ignore[assignment]
        if cached is None:
            rows = [row for row in self._candidates(query) if wanted(row)]
            cached = arranged(rows, query.order)
            self._query_cache[wanted] = cached  # type: ignore[assignment]
        return cached

    def _candidates(self, query: Query) -> Iterable[PlacedRow]:
        exact = next((one for one in query.where if self._is_indexed(one)), None)
        if exact is None:
            return self.rows.values()
        wanted = exact.value if exact.operator == "in" else [exact.value]
        index = self.indexes[exact.fields[0]]
        places = {place for value in wanted for place in index.get(fold(value), ())}
        return [self.rows[place] for place in places]

    def _is_indexed(self, condition: Condition) -> bool:
        return condition.operator in EXACT and len(condition.fields) == 1 and condition.fields[0] in self.indexes


def _keys(value: Json) -> list[Json]:
    if isinstance(value, list):
        return [key for member in value for key in _keys(member)]
    return [] if value is None or isinstance(value, dict) else [fold(value)]


def _tinydb_query(query: Query) -> QueryInstance:
    identity = (tuple((one.fields, one.operator, repr(one.value)) for one in query.where), query.order)
    return QueryInstance(lambda row: all(one.holds(row) for one in query.where), identity)


class TinyStore:
    """Documents in memory, for as long as the process lives; `indexed` names the fields each collection looks up by."""

    def __init__(self, indexed: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._indexed = indexed or {}
        self._open()

    def _open(self) -> None:
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
        return page(self._collection(tenant, collection).matching(query), query)

    def apply(self, tenant: str, changes: Iterable[Change]) -> None:
        """One transaction: all changes, or none."""
        for change in changes:
            collection = self._collection(tenant, change.collection)
            if change.document is None:
                collection.drop(change.id)
            else:
                collection.put(change.id, change.document)

    def clear(self, tenant: str | None = None) -> None:
        """Forget one tenant's documents, or everyone's."""
        for key in [key for key in self._collections if tenant in (None, key[0])]:
            del self._collections[key]

    def close(self) -> None:
        """Nothing is held."""
        self._database.close()
