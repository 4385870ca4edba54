"""Remembers what was worked out, so much of it and no more."""

from collections.abc import Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

REMEMBERED = 2_000
"""So much is remembered."""

LONGEST = 1_000
"""What was worked out from more letters than this is not: clients choose what it is, and how much of it there is."""


class Memory(dict[K, V]):
    """What was worked out, by what it was worked out from; what was remembered first gives way.

    >>> squares = Memory()
    >>> squares.remember(3, 9), squares.get(3), squares.get(4)
    (9, 9, None)
    """

    def remember(self, key: K, value: V) -> V:
        """The value, remembered."""
        if len(repr(key)) > LONGEST:
            return value
        if len(self) >= REMEMBERED:
            del self[next(iter(self))]
        self[key] = value
        return value
