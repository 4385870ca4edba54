"""Which parts of a collection were looked at, and whether they have changed since.

Whoever remembers something that was computed from documents keeps the watches of what it looked at, with their counts:
what is remembered holds as long as no count has moved. A watch that nobody keeps is forgotten.

>>> watches = Watches()
>>> seen = watches.of_value("bookId", "b1")
>>> watches.note("l1", None, {"id": "l1", "bookId": "b1"})
>>> watches.note("l2", None, {"id": "l2", "bookId": "b2"})
>>> seen.changes
1
"""

from collections.abc import Mapping
from weakref import WeakValueDictionary

from mockserver.json import Json
from mockserver.operators import fold
from mockserver.store.base import Document, Query, Watch, value_at
from mockserver.store.index import keys, lookup


class Watches:
    """The watched parts of one collection: all of it, the document of an id, the documents with a value in a field."""

    def __init__(self) -> None:
        self._all = Watch()
        self._by_id: WeakValueDictionary[str, Watch] = WeakValueDictionary()
        self._by_value: dict[str, WeakValueDictionary[Json, Watch]] = {}

    def of_all(self) -> Watch:
        """The watch of everything."""
        return self._all

    def of_id(self, id: str) -> Watch:
        """The watch of the document of an id, also of one that is not there."""
        return _kept(self._by_id, id)

    def of_value(self, field: str, value: Json) -> Watch:
        """The watch of the documents that have a value in a field; not for null, lists and objects."""
        return _kept(self._by_value.setdefault(field, WeakValueDictionary()), fold(value))

    def of_matches(self, query: Query) -> tuple[Watch, ...]:
        """The watches of what a query may find: of the values that a condition names, or of everything."""
        for condition in query.where:
            values = lookup(condition)
            if values is not None and len(condition.fields) == 1:
                return tuple(self.of_value(condition.fields[0], value) for value in values)
        return (self._all,)

    def note(self, id: str, before: Document | None, after: Document | None) -> None:
        """A document is new, other or gone."""
        self._all.changes += 1
        if (watch := self._by_id.get(id)) is not None:
            watch.changes += 1
        for field, watched in self._by_value.items():
            if watched:
                _note(watched, {*_keys(before, field), *_keys(after, field)})

    def note_all(self) -> None:
        """Everything is gone."""
        for watched in (self._by_id, *self._by_value.values()):
            for watch in list(watched.values()):
                watch.changes += 1
        self._all.changes += 1


def _kept(watched: "WeakValueDictionary[Json, Watch]", key: Json) -> Watch:
    watch = watched.get(key)
    if watch is None:
        watch = watched[key] = Watch()
    return watch


def _note(watched: "WeakValueDictionary[Json, Watch]", values: set[Json]) -> None:
    for value in values:
        if (watch := watched.get(value)) is not None:
            watch.changes += 1


def _keys(document: Mapping[str, Json] | None, field: str) -> list[Json]:
    return [] if document is None else keys(value_at(document, field))
