"""The seam between the engine and where documents are kept.

A document belongs to a tenant and a collection, and has an id and a position: the order of its creation. What a store
hands out is never changed; whoever edits a document copies it first.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, cmp_to_key
from typing import Any, Protocol

from mockserver.json import Json
from mockserver.operators import OPERATORS, Test, fold

Document = dict[str, Json]


class Row(dict[str, Json]):
    """A stored document that knows its position in its collection, and its serial number among all that were ever stored.

    It may carry what was computed from it.
    """

    __slots__ = ("form", "position", "serial")

    def __init__(self, document: Document, position: int, serial: int = 0) -> None:
        super().__init__(document)
        self.position = position
        self.serial = serial
        self.form: Any = None


@dataclass(frozen=True)
class Condition:
    """Some field of a document, by dotted path, is in a relation to a value; any of several fields suffices."""

    fields: tuple[str, ...]
    operator: str
    value: Json

    @cached_property
    def test(self) -> Test:
        """What is asked of a folded value."""
        return OPERATORS[self.operator](self.value)

    @cached_property
    def identity(self) -> tuple[Json, ...]:
        """What tells it from other conditions."""
        return (self.fields, self.operator, repr(self.value))

    def holds(self, document: Mapping[str, Json]) -> bool:
        """Whether a document fulfils it."""
        return any(self.test(fold(value_at(document, field))) for field in self.fields)


@dataclass(frozen=True)
class After:
    """Where a page begins: after these sort values and this position."""

    position: int
    values: tuple[Json, ...] = ()


@dataclass(frozen=True)
class Query:
    """What is asked of a collection."""

    where: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    """Fields to sort by, each with whether it descends; the position decides between equals, as the last field does."""
    after: After | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Page:
    """The rows asked for, how many there are in all, and whether more follow."""

    rows: list[Row]
    total: int
    more: bool


@dataclass(frozen=True)
class Change:
    """A document that is stored, or removed where it is None; a new one gets the next position."""

    collection: str
    id: str
    document: Document | None


@dataclass(frozen=True)
class Contents:
    """All rows of a collection by their positions, in their order, and the position that a new one will get."""

    tenant: str
    collection: str
    next: int
    rows: Mapping[int, Row]


SANDBOX = ""
"""The tenant of what the sandbox itself remembers: not among the tenants, and not forgotten with them."""


class WriteFailed(Exception):
    """A change could not be stored and nothing has changed; the message says why, and what to do."""


class Watch:
    """A part of a collection that somebody looked at: how often it has changed."""

    __slots__ = ("__weakref__", "changes")

    def __init__(self) -> None:
        self.changes = 0


class Store(Protocol):
    """Keeps documents."""

    def get(self, tenant: str, collection: str, id: str) -> Row | None:
        """The document of an id."""

    def find(self, tenant: str, collection: str, query: Query) -> Page:
        """The page a query asks for."""

    def watch(self, tenant: str, collection: str, id: str) -> Watch:
        """What tells whether the document of an id changes, also of one that is not there."""

    def watch_matches(self, tenant: str, collection: str, query: Query) -> tuple[Watch, ...]:
        """What tells whether the rows of a query may change."""

    def apply(self, tenant: str, changes: Iterable[Change]) -> None:
        """One transaction: all changes, durably where documents are kept, or none; then it raises WriteFailed."""

    def tenants(self) -> list[str]:
        """Those who have documents."""

    def dump(self) -> Iterator[Contents]:
        """Everything that is stored, what the sandbox itself remembers included."""

    def clear(self, tenant: str | None = None) -> None:
        """Forget one tenant's documents, or every tenant's, as durably; WriteFailed leaves them all."""

    def close(self) -> None:
        """Let go of files and connections."""


def value_at(document: Json, path: str) -> Json:
    """What stands at a dotted path; of a list, what stands there in each entry.

    >>> value_at({"lines": [{"shelf": "a"}, {"shelf": "b"}]}, "lines.shelf")
    ['a', 'b']
    """
    head, _, rest = path.partition(".")
    if isinstance(document, list):
        return [value_at(member, path) for member in document]
    value = document.get(head) if isinstance(document, dict) else None
    return value_at(value, rest) if rest else value


LISTED = 3
"""The rank of lists and objects, which have no order among themselves."""

SortOrder = tuple[tuple[str, bool], ...]


def rank(value: Json) -> tuple[int, Json]:
    """A value in a form that can be compared with any other: nulls, numbers, text without case, then lists and objects."""
    if value is None:
        return (0, 0)
    if isinstance(value, list | dict):
        return (LISTED, 0)
    return (2, fold(value)) if isinstance(value, str) else (1, value)


def ties_descend(order: SortOrder) -> bool:
    """Whether of equals the newest comes first: where the last key descends, so that each order is another's reverse."""
    return bool(order) and order[-1][1]


def arranged(rows: Iterable[Row], order: SortOrder) -> list[Row]:
    """Rows in the order asked for; sorting is stable, so the last key is applied first."""
    ordered = sorted(rows, key=lambda row: row.position, reverse=ties_descend(order))
    for field, descending in reversed(order):
        ordered.sort(key=lambda row: rank(value_at(row, field)), reverse=descending)
    return ordered


def order_key(order: SortOrder) -> Callable[[Row], Any]:
    """The key by which rows stand in an order, for searching in it."""
    toward = -1 if ties_descend(order) else 1

    def compare(row: Row, other: Row) -> int:
        for field, descending in order:
            value, other_value = rank(value_at(row, field)), rank(value_at(other, field))
            if value != other_value:
                return 1 if (value > other_value) != descending else -1
        return (row.position - other.position) * toward

    return cmp_to_key(compare)


def at_or_before(order: SortOrder, after: After) -> Callable[[Row], bool]:
    """Whether a row stands at or before the mark where a page begins."""
    marks, descending_ties = [rank(value) for value in after.values], ties_descend(order)

    def stands(row: Row) -> bool:
        for (field, descending), mark in zip(order, marks, strict=False):
            value = rank(value_at(row, field))
            if value != mark:
                return (value > mark) == descending
        return row.position >= after.position if descending_ties else row.position <= after.position

    return stands


def start(rows: list[Row], query: Query) -> int:
    """Where the page of a query begins among rows in its order."""
    if query.after is None:
        return 0
    stands = at_or_before(query.order, query.after)
    return bisect_left(rows, 1, key=lambda row: int(not stands(row)))


def page(rows: list[Row], query: Query) -> Page:
    """The page of rows that are already filtered and in order."""
    begin, total = start(rows, query), len(rows)
    end = total if query.limit is None else begin + query.limit
    return Page(rows[begin:end], total, end < total)
