"""The filters and functions of expressions: each general, none knows what it is used for.

A row says how a function is evaluated; what it takes and gives is read from its Python signature, unless the row says
better what it gives.

>>> FILTERS["sum"].evaluate([{"fine": 1}, {"fine": 2}], "fine"), FILTERS["sum"].signature.gives.kind
(3, 'number')
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mockserver.json import Json
from mockserver.language import amounts, calendar, codecs, results, rows, scope, signing, texts
from mockserver.language.arguments import Arguments
from mockserver.language.results import Gives
from mockserver.language.signature import Signature, signature
from mockserver.language.types import NUMBER, TEXT, Type, object_


@dataclass(frozen=True)
class Function:
    """One function of the language."""

    evaluate: Callable[..., Json]
    signature: Signature
    _gives: Gives | None = None

    def gives(self, arguments: Arguments) -> Type:
        """The type of what it gives."""
        return self._gives(arguments) if self._gives is not None else self.signature.gives


def _row(evaluate: Callable[..., Json], gives: Gives | Type | None = None) -> Function:
    if isinstance(gives, Type):
        return Function(evaluate, replace(signature(evaluate), gives=gives))
    return Function(evaluate, signature(evaluate), gives)


FILTERS: Mapping[str, Function] = {
    "type_of": _row(texts.type_of, Type("text", choices=texts.TYPES)),
    "sum": _row(rows.sum_, results.total("sum")),
    "group": _row(rows.group, results.group),
    "gather": _row(rows.gather, results.gather),
    "index": _row(rows.index, results.index),
    "flatten": _row(rows.flatten, results.element),
    "where": _row(rows.where, results.where),
    "merge": _row(rows.merge, results.merge),
    "pick": _row(rows.pick, results.pick),
    "share": _row(amounts.share),
    "portion": _row(amounts.portion),
    "running": _row(rows.running, results.running),
    "nearest": _row(amounts.nearest),
    "top": _row(rows.top, results.rows),
    "first": _row(rows.first, results.element),
    "last": _row(rows.last, results.element),
    "sort": _row(rows.sort, results.rows),
    "unique": _row(rows.unique, results.rows),
    "round": _row(amounts.round_),
    "money": _row(amounts.money),
    "plus_days": _row(calendar.plus_days),
    "plus_hours": _row(calendar.plus_hours),
    "plus_seconds": _row(calendar.plus_seconds),
    "time_of_day": _row(calendar.time_of_day),
    "hour": _row(calendar.hour),
    "matches": _row(texts.matches, results.matches),
    "hmac": _row(signing.hmac),
    "url_parts": _row(
        signing.url_parts,
        object_(scheme=TEXT, user=TEXT, host=TEXT, port=NUMBER, path=TEXT, network=Type("text", choices=signing.NETWORKS)),
    ),
    "days_since": _row(calendar.days_since),
    "year_start": _row(calendar.year_start),
    "length": _row(rows.length),
    "join": _row(rows.join),
    "lower": _row(texts.lower),
    "upper": _row(texts.upper),
    "keys": _row(rows.keys, TEXT.listed()),
    "min": _row(amounts.min_, results.extreme),
    "max": _row(amounts.max_, results.extreme),
    "abs": _row(amounts.abs_),
    "fixed": _row(codecs.fixed),
    "sha256": _row(codecs.sha256),
    "base64": _row(codecs.base64),
    "qr": _row(codecs.qr),
}
"""Filters take the value before the bar as their first argument."""

FUNCTIONS: Mapping[str, Function] = {
    "money": FILTERS["money"],
    "min": FILTERS["min"],
    "max": FILTERS["max"],
    "abs": FILTERS["abs"],
    "length": FILTERS["length"],
    "periods": _row(calendar.periods, Type("list", element=Type("object", {"name": TEXT, "from": TEXT, "to": TEXT}))),
}
"""Functions that every expression can call."""

PROVIDED: Mapping[str, Function] = {
    "now": _row(scope.ClockFunctions.now),
    "today": _row(scope.TodayFunctions.today),
    "days_since": _row(scope.StoreFunctions.days_since),
    "get": _row(scope.StoreFunctions.get, results.get),
    "find": _row(scope.StoreFunctions.find, results.find),
    "events_of": _row(scope.StoreFunctions.events_of),
}
"""Functions that the place where an expression stands provides, or does not: it declares a Protocol that has them."""


def provided(functions: type) -> frozenset[str]:
    """The names of the functions that a Protocol declares.

    >>> sorted(provided(scope.ClockFunctions))
    ['now', 'today']
    """
    return frozenset(name for name in PROVIDED if hasattr(functions, name))


NO_FUNCTIONS = provided(scope.Functions)
CLOCK_FUNCTIONS = provided(scope.ClockFunctions)
STORE_FUNCTIONS = provided(scope.StoreFunctions)
