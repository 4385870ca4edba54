"""Filters and functions of expressions: each general, none knows what it is used for.

>>> FILTERS["sum"]([{"fine": Decimal("0.10")}, {"fine": Decimal("0.20")}], "fine")
Decimal('0.30')
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mockserver.json import Json
from mockserver.language.calendar import (
    days_since,
    periods,
    plus_days,
    plus_hours,
    plus_seconds,
    time_of_day,
    year_start,
)
from mockserver.language.codecs import base64, fixed, qr, sha256
from mockserver.language.signing import hmac, url_parts
from mockserver.operators import holds

Row = dict[str, Json]


def pluck(row: Json, path: str | None) -> Json:
    """A member by dotted path, null where there is none.

    >>> pluck({"pricing": {"price": 3}}, "pricing.price")
    3
    """
    for name in path.split(".") if path else ():
        row = row.get(name) if isinstance(row, dict) else None
    return row


def sum_(rows: list[Json], by: str | None = None) -> Json:
    """The sum of numbers, or of one member of each row; nulls count as nothing."""
    return sum((value for row in rows if (value := pluck(row, by)) is not None), 0)


def group(rows: list[Row], by: str) -> list[Row]:
    """Rows with the same member together, in order of first appearance.

    >>> group([{"shelf": "a", "n": 1}, {"shelf": "a", "n": 2}], "shelf")[0]["key"]
    'a'
    """
    groups: dict[Json, list[Row]] = {}
    for row in rows:
        groups.setdefault(pluck(row, by), []).append(row)
    return [{"key": key, "rows": members} for key, members in groups.items()]


def gather(rows: list[Row], by: str) -> list[Json]:
    """One member of each row.

    >>> gather([{"id": "b1"}, {"id": "b2"}], "id")
    ['b1', 'b2']
    """
    return [pluck(row, by) for row in rows]


def index(rows: list[Row], by: str) -> dict[Json, Row]:
    """Rows by one of their members; the last of equals stays."""
    return {pluck(row, by): row for row in rows}


def flatten(rows: list[list[Json]]) -> list[Json]:
    """The members of lists in one list."""
    return [member for row in rows for member in row or []]


def where(rows: list[Row], /, **equal: Json) -> list[Row]:
    """Rows whose members have these values; a list means any of them, an object its operators.

    >>> where([{"n": 1}, {"n": 2}, {"n": 3}], n=[1, 3])
    [{'n': 1}, {'n': 3}]
    """
    return [row for row in rows if all(equals(pluck(row, key.replace("__", ".")), want) for key, want in equal.items())]


def equals(value: Json, want: Json) -> bool:
    """Whether a value is the one wanted, among the wanted, or in the relations wanted.

    >>> equals(3, 3), equals(3, [1, 2]), equals(3, {"gte": 2, "lt": 4})
    (True, False, True)
    """
    if isinstance(want, dict):
        return all(holds(operator, value, other) for operator, other in want.items())
    return value in want if isinstance(want, list) else value == want


def merge(one: Row, other: Row) -> Row:
    """One object with the members of another laid over it."""
    return {**(one or {}), **(other or {})}


def pick(row: Row | None, *names: str) -> Row | None:
    """Only these members of an object.

    >>> pick({"id": "b1", "title": "Emma", "pages": 474}, "id", "title")
    {'id': 'b1', 'title': 'Emma'}
    """
    return None if row is None else {name: row.get(name) for name in names}


def portion(amount: Json, before: Json, now: Json, of: Json) -> Decimal:
    """The share of an amount for `now` units after `before` of `of` units, so that all shares add up to the cent.

    >>> [portion(Decimal("10"), done, 1, 3) for done in (0, 1, 2)]
    [Decimal('3.33'), Decimal('3.34'), Decimal('3.33')]
    """
    share = Decimal(amount) / Decimal(of)
    return money(share * (before + now)) - money(share * before)


def running(rows: list[Row], by: str, start: Json = 0) -> list[Json]:
    """The sum of one member so far, after each row.

    >>> running([{"n": 1}, {"n": 2}], "n", 10)
    [11, 13]
    """
    totals: list[Json] = []
    for row in rows:
        start = start + pluck(row, by)
        totals.append(start)
    return totals


def nearest(amount: Json, step: Json) -> Decimal:
    """An amount rounded half up to a multiple of a step.

    >>> nearest(Decimal("43.89"), Decimal("0.05"))
    Decimal('43.90')
    """
    return (Decimal(amount) / Decimal(step)).quantize(Decimal(1), ROUND_HALF_UP) * Decimal(step)


def sort(rows: list[Json], by: str | None = None, descending: bool = False) -> list[Json]:
    """Rows in the order of a member, nulls first."""
    keyed = [(pluck(row, by), row) for row in rows]
    keyed.sort(key=lambda pair: (pair[0] is not None, pair[0] if pair[0] is not None else 0), reverse=descending)
    return [row for _, row in keyed]


def top(rows: list[Row], count: int, by: str) -> list[Row]:
    """The rows with the largest values of a member."""
    return sort(rows, by, True)[:count]


def first(rows: list[Json]) -> Json:
    """The first of a list, null of an empty one."""
    return rows[0] if rows else None


def last(rows: list[Json]) -> Json:
    """The last of a list, null of an empty one."""
    return rows[-1] if rows else None


def round_(amount: Json, places: int = 0) -> Decimal:
    """A number rounded half up to so many decimal places.

    >>> round_(Decimal("2.345"), 2)
    Decimal('2.35')
    """
    return Decimal(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def money(amount: Json) -> Decimal:
    """A number rounded half up to cents."""
    return round_(amount, 2)


def unique(rows: list[Json]) -> list[Json]:
    """A list without repetitions, in order of first appearance."""
    return [row for place, row in enumerate(rows) if row not in rows[:place]]


def matches(text: str | None, pattern: str) -> bool:
    """Whether a text as a whole fits a regular expression; null fits none.

    >>> matches("B-2024-001", "B-[0-9]{4}-[0-9]{3}"), matches("B-2024-0012", "B-[0-9]{4}-[0-9]{3}")
    (True, False)
    """
    return text is not None and re.fullmatch(pattern, text) is not None


def join(rows: list[Json], between: str = ", ") -> str:
    """A list as text."""
    return between.join(str(row) for row in rows)


def min_(*values: Json) -> Json:
    """The smallest of the values, or of a list; null of an empty list."""
    many = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return min(many) if many else None


def max_(*values: Json) -> Json:
    """The largest of the values, or of a list; null of an empty list."""
    many = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return max(many) if many else None


TYPES = ("null", "boolean", "number", "string", "array", "object")


def type_of(value: Json) -> str:
    """What JSON calls a value.

    >>> [type_of(one) for one in (None, True, 1, "a", [], {})]
    ['null', 'boolean', 'number', 'string', 'array', 'object']
    """
    named = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return "null" if value is None else named.get(type(value), "number")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "type_of": type_of,
    "sum": sum_,
    "group": group,
    "gather": gather,
    "index": index,
    "flatten": flatten,
    "where": where,
    "merge": merge,
    "pick": pick,
    "portion": portion,
    "running": running,
    "nearest": nearest,
    "top": top,
    "first": first,
    "last": last,
    "sort": sort,
    "unique": unique,
    "round": round_,
    "money": money,
    "plus_days": plus_days,
    "plus_hours": plus_hours,
    "plus_seconds": plus_seconds,
    "time_of_day": time_of_day,
    "matches": matches,
    "hmac": hmac,
    "url_parts": url_parts,
    "days_since": days_since,
    "year_start": year_start,
    "length": len,
    "join": join,
    "lower": str.lower,
    "upper": str.upper,
    "keys": list,
    "min": min_,
    "max": max_,
    "abs": abs,
    "fixed": fixed,
    "sha256": sha256,
    "base64": base64,
    "qr": qr,
}

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "money": money,
    "min": min_,
    "max": max_,
    "abs": abs,
    "length": len,
    "periods": periods,
}

WORLD = ("now", "today", "get", "find", "days_since", "events_of")
"""Functions that need the world around: the clock, the store and the plan."""
