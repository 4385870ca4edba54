"""Rows in the orders they were asked for, kept from one list to the next and mended where rows have changed."""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence, Set
from typing import Any

from mockserver.json import Json
from mockserver.operators import fold
from mockserver.store.base import (
    LISTED,
    Condition,
    Page,
    Query,
    Row,
    SortOrder,
    arranged,
    at_or_before,
    order_key,
    rank,
    value_at,
)

MAX_MENDED = 200
"""With more changed rows than this, an order is made anew."""

CACHED_ORDERS = 32
"""So many orders are cached; the one made first gives way."""


RANGES = {"gt": True, "gte": True, "lt": False, "lte": False}
"""Operators that hold for a stretch of an order, each with whether that is its end."""


class _Values(Sequence[Json]):
    """The values of a field in an order, looked at where they are needed."""

    def __init__(self, rows: Mapping[int, Row], positions: list[int], field: str) -> None:
        self._rows = rows
        self._positions = positions
        self._field = field

    def __len__(self) -> int:
        return len(self._positions)

    def __getitem__(self, number: Any) -> Json:
        return value_at(self._rows[self._positions[number]], self._field)


class SortedIndex:
    """The positions of all rows in one order, and those that have changed since."""

    def __init__(self, positions: list[int]) -> None:
        self.positions = positions
        self.stale: set[int] = set()


class SortedIndexes:
    """The orders of a collection's rows."""

    def __init__(self, rows: Mapping[int, Row]) -> None:
        self._rows = rows
        self._indexes: dict[SortOrder, SortedIndex] = {}

    def changed(self, position: int) -> None:
        """Note that a row is new, other or gone."""
        for index in self._indexes.values():
            index.stale.add(position)

    def positions(self, order: SortOrder) -> list[int]:
        """The positions of all rows in an order."""
        if not order:
            return list(self._rows)
        index = self._indexes.get(order)
        if index is None or len(index.stale) > MAX_MENDED:
            while len(self._indexes) >= CACHED_ORDERS:
                self._indexes.pop(next(iter(self._indexes)))
            index = self._indexes[order] = SortedIndex([row.position for row in arranged(self._rows.values(), order)])
        elif index.stale:
            self._mend(order, index)
        return index.positions

    def _mend(self, order: SortOrder, index: SortedIndex) -> None:
        key = order_key(order)
        index.positions = [position for position in index.positions if position not in index.stale]
        for position in index.stale & self._rows.keys():
            insort(index.positions, position, key=lambda position: key(self._rows[position]))
        index.stale = set()

    def within(self, field: str, condition: Condition) -> list[int]:
        """The positions of rows whose field is above or below a value: a stretch of the field's order."""
        positions = self.positions(((field, False),))
        group = rank(condition.value)[0]
        values = _Values(self._rows, positions, field)
        begin, end = (bisect_left(values, edge, key=lambda value: rank(value)[0]) for edge in (group, group + 1))
        ascending = RANGES[condition.operator]
        turn = bisect_left(
            values,
            True,
            begin,
            end,
            key=lambda value: condition.test(fold(value)) if ascending else not condition.test(fold(value)),
        )
        stretch = positions[turn:end] if ascending else positions[begin:turn]
        lists = positions[bisect_left(values, LISTED, key=lambda value: rank(value)[0]) :]
        return stretch + [position for position in lists if condition.holds(self._rows[position])]

    def page(self, query: Query, among: Set[int] | None) -> Page:
        """The page of a query among some of the rows, or all of them."""
        positions = self.positions(query.order)
        begin = 0
        if query.after is not None:
            stands = at_or_before(query.order, query.after)
            begin = bisect_left(positions, 1, key=lambda position: int(not stands(self._rows[position])))
        total = len(positions) if among is None else len(among)
        size = total if query.limit is None else query.limit + 1
        rows: list[Row] = []
        for number in range(begin, len(positions)):
            if among is None or positions[number] in among:
                rows.append(self._rows[positions[number]])
                if len(rows) == size:
                    break
        more = query.limit is not None and len(rows) > query.limit
        return Page(rows[: query.limit], total, more)
