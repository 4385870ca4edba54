"""Rows in the orders they were asked for, kept from one list to the next and mended where rows have changed."""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence, Set
from typing import Any

from mockserver.json import Json
from mockserver.operators import fold
from mockserver.store.base import LISTED, Condition, Page, Query, Row, SortOrder, arranged, passed, placed, rank, value_at

MENDABLE = 200
"""With more changed rows than this, an order is made anew."""

KEPT = 32
"""How many orders are kept."""


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

    def __getitem__(self, place: Any) -> Json:
        return value_at(self._rows[self._positions[place]], self._field)


class SortedIndex:
    """The positions of all rows in one order, and those that have changed since."""

    def __init__(self, positions: list[int]) -> None:
        self.positions = positions
        self.stale: set[int] = set()


class SortedIndexes:
    """The orders of a collection's rows."""

    def __init__(self, rows: Mapping[int, Row]) -> None:
        self._rows = rows
        self._kept: dict[SortOrder, SortedIndex] = {}

    def changed(self, position: int) -> None:
        """Note that a row is new, other or gone."""
        for kept in self._kept.values():
            kept.stale.add(position)

    def positions(self, order: SortOrder) -> list[int]:
        """The positions of all rows in an order."""
        if not order:
            return list(self._rows)
        kept = self._kept.get(order)
        if kept is None or len(kept.stale) > MENDABLE:
            while len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            kept = self._kept[order] = SortedIndex([row.position for row in arranged(self._rows.values(), order)])
        elif kept.stale:
            self._mend(order, kept)
        return kept.positions

    def _mend(self, order: SortOrder, kept: SortedIndex) -> None:
        key = placed(order)
        kept.positions = [position for position in kept.positions if position not in kept.stale]
        for position in kept.stale & self._rows.keys():
            insort(kept.positions, position, key=lambda place: key(self._rows[place]))
        kept.stale = set()

    def within(self, field: str, condition: Condition) -> list[int]:
        """The positions of rows whose field is above or below a value: a stretch of the field's order."""
        positions = self.positions(((field, False),))
        group = rank(condition.value)[0]
        values = _Values(self._rows, positions, field)
        begin, end = (bisect_left(values, one, key=lambda value: rank(value)[0]) for one in (group, group + 1))
        ascending = RANGES[condition.operator]
        turn = bisect_left(
            values,
            True,
            begin,
            end,
            key=lambda value: condition.test(fold(value)) if ascending else not condition.test(fold(value)),
        )
        found = positions[turn:end] if ascending else positions[begin:turn]
        lists = positions[bisect_left(values, LISTED, key=lambda value: rank(value)[0]) :]
        return found + [place for place in lists if condition.holds(self._rows[place])]

    def page(self, query: Query, among: Set[int] | None) -> Page:
        """The page of a query among some of the rows, or all of them."""
        positions = self.positions(query.order)
        begin = 0
        if query.after is not None:
            stands = passed(query.order, query.after)
            begin = bisect_left(positions, 1, key=lambda place: int(not stands(self._rows[place])))
        total = len(positions) if among is None else len(among)
        wanted = total if query.limit is None else query.limit + 1
        found: list[Row] = []
        for place in range(begin, len(positions)):
            if among is None or positions[place] in among:
                found.append(self._rows[positions[place]])
                if len(found) == wanted:
                    break
        more = query.limit is not None and len(found) > query.limit
        return Page(found[: query.limit], total, more)
