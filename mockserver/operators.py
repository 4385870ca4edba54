"""Filter operators: each takes an operand and gives the test that a document's value must pass.

Text is compared without regard to case and to how its accents are written; a null never matches, except by `ne` and
`nin`; a list matches when one of its entries does, also one of a list in it. A date compared with an instant means that
whole day, in UTC; a day of another zone is an operand as the interval of its instants, `begin/end` (ISO 8601), whose end
is no more of it. The values tested are folded: see `fold`.

>>> holds("contains", "Acme Corporation", "acme")
True
>>> holds("lte", "2024-01-31T18:00:00Z", "2024-01-31")
True
>>> holds("lte", "2024-01-31T18:00:00Z", "2024-01-30T16:00:00Z/2024-01-31T16:00:00Z")
False
"""

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from mockserver.json import Json

Test = Callable[[Json], bool]

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")
DAY_LENGTH = len("2024-01-31")


def fold(value: Json) -> Json:
    """A value as it is compared: text without case, canonically equivalent texts alike (Unicode, D145).

    It is composed at the end, so that `cafe` is no part of `café`.

    >>> fold(["Kopi O", 3, "Cafe\u0301"])
    ['kopi o', 3, 'café']
    """
    if isinstance(value, str):
        if value.isascii():
            return value.lower()
        return unicodedata.normalize("NFC", unicodedata.normalize("NFD", value).casefold())
    return [fold(member) for member in value] if isinstance(value, list) else value


def _any(test: Test) -> Test:
    def among(value: Json) -> bool:
        return any(map(among, value)) if isinstance(value, list) else test(value)

    return among


def eq(operand: Json) -> Test:
    """Equal."""
    folded = fold(operand)
    if isinstance(operand, str) and DAY.fullmatch(operand):
        within = folded + "t"
        return _any(lambda value: value == folded or (isinstance(value, str) and value.startswith(within)))
    if (span := interval(operand)) is not None:
        begin, end = span
        return _any(lambda value: isinstance(value, str) and begin <= value.removesuffix("z") < end)
    if isinstance(operand, str) and (moment := instant(operand)) is not None:
        return _any(lambda value: isinstance(value, str) and value.removesuffix("z") == moment)
    return _any(lambda value: value == folded)


def ne(operand: Json) -> Test:
    """Not equal."""
    equal = eq(operand)
    return lambda value: not equal(value)


def _ordered(compare: Callable[[Json, Json], bool]) -> Callable[[Json], Test]:
    def prepare(operand: Json) -> Test:
        if isinstance(operand, str):
            return _any(_text_test(compare, operand))
        return _any(
            lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool) and compare(value, operand)
        )

    return prepare


def instant(text: str) -> str | None:
    """An RFC 3339 instant in UTC, folded and without its z, so that instants compare as text; None for other text.

    >>> instant("2024-01-15T18:30:00.50+08:00"), instant("soon")
    ('2024-01-15t10:30:00.5', None)
    """
    if not INSTANT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    fraction = f".{moment.microsecond:06}".rstrip("0").rstrip(".")
    return moment.strftime("%Y-%m-%dt%H:%M:%S") + fraction


def interval(operand: Json) -> tuple[str, str] | None:
    """The begin and the end of an interval of instants, each as `instant` gives it; None for anything else."""
    if not isinstance(operand, str) or "/" not in operand:
        return None
    begin, end = (instant(part) for part in operand.split("/", 1))
    return None if begin is None or end is None else (begin, end)


def is_time(value: Json) -> bool:
    """Whether an operand is a day, an instant or an interval, which equals more than itself."""
    if not isinstance(value, str):
        return False
    return DAY.fullmatch(value) is not None or INSTANT.fullmatch(value) is not None or interval(value) is not None


EDGES: Mapping[Callable[[Json, Json], bool], tuple[Callable[[Json, Json], bool], int]] = {
    operator.gt: (operator.ge, 1),
    operator.ge: (operator.ge, 0),
    operator.lt: (operator.lt, 0),
    operator.le: (operator.lt, 1),
}
"""How a value is compared with an interval: with its begin (0) or with its end (1), which is no more of it."""


def _text_test(compare: Callable[[Json, Json], bool], operand: str) -> Test:
    if (span := interval(operand)) is not None:
        against, edge = EDGES[compare][0], span[EDGES[compare][1]]
        return lambda value: isinstance(value, str) and against(value.removesuffix("z"), edge)
    moment, folded = instant(operand), fold(operand)
    if moment is not None:
        return lambda value: isinstance(value, str) and compare(value.removesuffix("z"), moment)
    if DAY.fullmatch(operand):
        return lambda value: isinstance(value, str) and compare(value[:DAY_LENGTH], folded)
    return lambda value: isinstance(value, str) and compare(value, folded)


def in_(operands: list[Json]) -> Test:
    """Equal to one of a list."""
    tests = [eq(operand) for operand in operands]
    return lambda value: any(test(value) for test in tests)


def nin(operands: list[Json]) -> Test:
    """Equal to none of a list."""
    among = in_(operands)
    return lambda value: not among(value)


def contains(operand: str) -> Test:
    """Contains a text."""
    folded = fold(operand)
    return _any(lambda value: isinstance(value, str) and folded in value)


def startswith(operand: str) -> Test:
    """Begins with a text."""
    folded = fold(operand)
    return _any(lambda value: isinstance(value, str) and value.startswith(folded))


def endswith(operand: str) -> Test:
    """Ends with a text."""
    folded = fold(operand)
    return _any(lambda value: isinstance(value, str) and value.endswith(folded))


OPERATORS: Mapping[str, Callable[[Json], Test]] = {
    "eq": eq,
    "ne": ne,
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
    "in": in_,
    "nin": nin,
    "contains": contains,
    "startswith": startswith,
    "endswith": endswith,
}

LISTS = ("in", "nin")
"""Operators that take a list, written with commas."""


def holds(operator: str, value: Json, operand: Json) -> bool:
    """Whether a value passes the test of an operator and its operand."""
    return OPERATORS[operator](operand)(fold(value))
