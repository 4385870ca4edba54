"""Filter operators: each takes the value asked for and gives the question to ask of a document's value.

Text is compared without regard to case; a null never matches, except by `ne` and `nin`; a list matches when one of its
entries does, also one of a list in it. A date asked of an instant means that whole day. The values asked are folded: see
`fold`.

>>> holds("contains", "Acme Corporation", "acme")
True
>>> holds("lte", "2024-01-31T18:00:00Z", "2024-01-31")
True
"""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from mockserver.json import Json

Test = Callable[[Json], bool]

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")
DAY_LENGTH = len("2024-01-31")


def fold(value: Json) -> Json:
    """A value as it is compared: text without case.

    >>> fold(["Kopi O", 3])
    ['kopi o', 3]
    """
    if isinstance(value, str):
        return value.casefold()
    return [fold(member) for member in value] if isinstance(value, list) else value


def _any(test: Test) -> Test:
    def among(value: Json) -> bool:
        return any(map(among, value)) if isinstance(value, list) else test(value)

    return among


def eq(want: Json) -> Test:
    """Equal."""
    wanted = fold(want)
    if isinstance(want, str) and DAY.fullmatch(want):
        within = wanted + "t"
        return _any(lambda value: value == wanted or (isinstance(value, str) and value.startswith(within)))
    if isinstance(want, str) and (moment := instant(want)) is not None:
        return _any(lambda value: isinstance(value, str) and value.removesuffix("z") == moment)
    return _any(lambda value: value == wanted)


def ne(want: Json) -> Test:
    """Not equal."""
    equal = eq(want)
    return lambda value: not equal(value)


def _ordered(compare: Callable[[Json, Json], bool]) -> Callable[[Json], Test]:
    def prepare(want: Json) -> Test:
        if isinstance(want, str):
            return _any(_text_test(compare, want))
        return _any(lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool) and compare(value, want))

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


def is_time(value: Json) -> bool:
    """Whether a value asked for is a day or an instant, which equals more than itself."""
    return isinstance(value, str) and (DAY.fullmatch(value) is not None or INSTANT.fullmatch(value) is not None)


def _text_test(compare: Callable[[Json, Json], bool], want: str) -> Test:
    moment, wanted = instant(want), fold(want)
    if moment is not None:
        return lambda value: isinstance(value, str) and compare(value.removesuffix("z"), moment)
    if DAY.fullmatch(want):
        return lambda value: isinstance(value, str) and compare(value[:DAY_LENGTH], wanted)
    return lambda value: isinstance(value, str) and compare(value, wanted)


def in_(wanted: list[Json]) -> Test:
    """Equal to one of a list."""
    tests = [eq(want) for want in wanted]
    return lambda value: any(test(value) for test in tests)


def nin(wanted: list[Json]) -> Test:
    """Equal to none of a list."""
    among = in_(wanted)
    return lambda value: not among(value)


def contains(want: str) -> Test:
    """Contains a text."""
    wanted = fold(want)
    return _any(lambda value: isinstance(value, str) and wanted in value)


def startswith(want: str) -> Test:
    """Begins with a text."""
    wanted = fold(want)
    return _any(lambda value: isinstance(value, str) and value.startswith(wanted))


def endswith(want: str) -> Test:
    """Ends with a text."""
    wanted = fold(want)
    return _any(lambda value: isinstance(value, str) and value.endswith(wanted))


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


def holds(operator: str, value: Json, want: Json) -> bool:
    """Whether a value is in a relation to the one asked for."""
    return OPERATORS[operator](want)(fold(value))
