"""Filter operators: each a small question about a document's value and the value asked for.

Text is compared without regard to case; a null never matches, except by `ne` and `nin`. A date asked of an instant
means that whole day.

>>> OPERATORS["contains"]("Acme Corporation", "acme")
True
>>> OPERATORS["lte"]("2024-01-31T18:00:00Z", "2024-01-31")
True
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from mockserver.json import Json

DATE_LENGTH = len("2024-01-31")


def fold(value: Json) -> Json:
    """A value as it is compared: text without case."""
    return value.casefold() if isinstance(value, str) else value


def _pair(value: Json, want: Json) -> tuple[Json, Json]:
    if isinstance(value, str) and isinstance(want, str):
        if len(want) == DATE_LENGTH < len(value) and value[10:11] == "T" and want[4:5] == "-":
            value = value[:DATE_LENGTH]
        return value.casefold(), want.casefold()
    return value, want


def _comparable(value: Json, want: Json) -> bool:
    numbers = (int, Decimal)
    return (isinstance(value, str) and isinstance(want, str)) or (
        isinstance(value, numbers) and isinstance(want, numbers) and not isinstance(value, bool)
    )


def eq(value: Json, want: Json) -> bool:
    """Equal; a list equals what it holds."""
    if isinstance(value, list):
        return any(eq(member, want) for member in value)
    one, other = _pair(value, want)
    return value is not None and bool(one == other)


def ne(value: Json, want: Json) -> bool:
    """Not equal."""
    return not eq(value, want)


def gt(value: Json, want: Json) -> bool:
    """Greater than."""
    one, other = _pair(value, want)
    return _comparable(one, other) and bool(one > other)


def gte(value: Json, want: Json) -> bool:
    """Greater than or equal."""
    one, other = _pair(value, want)
    return _comparable(one, other) and bool(one >= other)


def lt(value: Json, want: Json) -> bool:
    """Less than."""
    one, other = _pair(value, want)
    return _comparable(one, other) and bool(one < other)


def lte(value: Json, want: Json) -> bool:
    """Less than or equal."""
    one, other = _pair(value, want)
    return _comparable(one, other) and bool(one <= other)


def in_(value: Json, wanted: list[Json]) -> bool:
    """Equal to one of a list."""
    return any(eq(value, want) for want in wanted)


def nin(value: Json, wanted: list[Json]) -> bool:
    """Equal to none of a list."""
    return not in_(value, wanted)


def contains(value: Json, want: str) -> bool:
    """Contains a text; a list contains what one of its entries contains."""
    if isinstance(value, list):
        return any(contains(member, want) for member in value)
    return isinstance(value, str) and want.casefold() in value.casefold()


def startswith(value: Json, want: str) -> bool:
    """Begins with a text."""
    return isinstance(value, str) and value.casefold().startswith(want.casefold())


def endswith(value: Json, want: str) -> bool:
    """Ends with a text."""
    return isinstance(value, str) and value.casefold().endswith(want.casefold())


OPERATORS: Mapping[str, Callable[[Json, Json], bool]] = {
    "eq": eq,
    "ne": ne,
    "gt": gt,
    "gte": gte,
    "lt": lt,
    "lte": lte,
    "in": in_,
    "nin": nin,
    "contains": contains,
    "startswith": startswith,
    "endswith": endswith,
}

LISTS = ("in", "nin")
"""Operators that take a list, written with commas."""
