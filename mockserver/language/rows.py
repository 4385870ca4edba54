"""Functions over lists of rows: grouped, filtered, sorted, counted together.

>>> sum_([{"fine": 5}, {"fine": 20}, {"fine": None}], "fine")
25
"""

from mockserver.json import Json, Number
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


def sum_(rows: list[Json], by: str | None = None) -> Number:
    """The sum of numbers, or of one member of each row; nulls count as nothing."""
    total: Number = sum((value for row in rows if (value := pluck(row, by)) is not None), 0)
    return total


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
    return [
        row for row in rows if all(equals(pluck(row, key.replace("__", ".")), operand) for key, operand in equal.items())
    ]


def equals(value: Json, operand: Json) -> bool:
    """Whether a value equals an operand, is among the members of a list, or passes every operator of an object.

    >>> equals(3, 3), equals(3, [1, 2]), equals(3, {"gte": 2, "lt": 4})
    (True, False, True)
    """
    if isinstance(operand, dict):
        return all(holds(operator, value, bound) for operator, bound in operand.items())
    return value in operand if isinstance(operand, list) else value == operand


def merge(lower: Row | None, upper: Row | None) -> Row:
    """One object with the members of another laid over it."""
    return {**(lower or {}), **(upper or {})}


def pick(row: Row | None, *names: str) -> Row | None:
    """Only these members of an object.

    >>> pick({"id": "b1", "title": "Emma", "pages": 474}, "id", "title")
    {'id': 'b1', 'title': 'Emma'}
    """
    return None if row is None else {name: row.get(name) for name in names}


def running(rows: list[Row], by: str, start: Number = 0) -> list[Number]:
    """The sum of one member so far, after each row.

    >>> running([{"n": 1}, {"n": 2}], "n", 10)
    [11, 13]
    """
    totals: list[Number] = []
    for row in rows:
        start = start + pluck(row, by)
        totals.append(start)
    return totals


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


def unique(rows: list[Json]) -> list[Json]:
    """A list without repetitions, in order of first appearance."""
    return [row for position, row in enumerate(rows) if row not in rows[:position]]


def join(rows: list[Json], between: str = ", ") -> str:
    """A list as text."""
    return between.join(str(row) for row in rows)


def length(value: list[Json] | dict[str, Json] | str) -> int:
    """How many members a list or an object has, or characters a text."""
    return len(value)


def keys(value: dict[str, Json] | list[Json]) -> list[Json]:
    """The names of an object's members."""
    return list(value)
