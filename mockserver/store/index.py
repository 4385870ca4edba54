"""What the documents of a collection have in one field: value to positions, so that a question is asked once a value."""

from collections import defaultdict

from mockserver.json import Json
from mockserver.operators import fold, is_time
from mockserver.store.base import Condition

OPPOSITES = {"ne": "eq", "nin": "in"}
"""Operators that hold just where another does not."""


class Index:
    """The positions of documents by the folded values of a field; one with a list stands under each of its entries."""

    def __init__(self) -> None:
        self.positions: dict[Json, set[int]] = defaultdict(set)

    def add(self, position: int, value: Json) -> None:
        """Note a document's value."""
        for key in keys(value):
            self.positions[key].add(position)

    def remove(self, position: int, value: Json) -> None:
        """Forget a document's value."""
        for key in keys(value):
            positions = self.positions.get(key)
            if positions is not None:
                positions.discard(position)
                if not positions:
                    del self.positions[key]

    def equal(self, value: Json) -> set[int]:
        """The positions of documents that have just this value."""
        return self.positions.get(fold(value)) or set()

    def matching(self, condition: Condition) -> set[int]:
        """The positions of documents that fulfil a condition; not for operators that have an opposite."""
        values = lookup(condition)
        if values is not None:
            return union([self.equal(value) for value in values])
        return union([positions for key, positions in self.positions.items() if condition.test(key)])


def lookup(condition: Condition) -> list[Json] | None:
    """The values of which a document must have one to fulfil a condition; None where more than those values do.

    >>> lookup(Condition(("title",), "in", ["Emma", "Persuasion"])), lookup(Condition(("due",), "eq", "2024-01-15"))
    (['Emma', 'Persuasion'], None)
    """
    values: list[Json] | None = {"eq": [condition.value], "in": condition.value}.get(condition.operator)
    return None if values is None or any(map(is_time, values)) else values


def union(sets: list[set[int]]) -> set[int]:
    """What is in any of some sets; the set itself where there is one."""
    return sets[0] if len(sets) == 1 else set[int]().union(*sets)


def keys(value: Json) -> list[Json]:
    """The folded values a document stands under.

    >>> keys(["Kopi", None, "O"]), keys(None)
    (['kopi', 'o'], [])
    """
    if isinstance(value, list):
        return [key for member in value for key in keys(member)]
    return [] if value is None or isinstance(value, dict) else [fold(value)]
