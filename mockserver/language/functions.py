"""The filters and functions of expressions: each general, none knows what it is used for.

A row says how a function is evaluated; what it takes and gives is read from its Python signature, unless the row says
better what it gives.

>>> FILTERS["sum"].evaluate([{"fine": 1}, {"fine": 2}], "fine"), FILTERS["sum"].signature.gives.kind
(3, 'number')
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language import amounts, calendar, codecs, rows, scope, signing, texts
from mockserver.language.inference import Inference, constants, label
from mockserver.language.signature import Signature, signature
from mockserver.language.types import ANY, NUMBER, TEXT, Type, fits, is_known, join, object_
from mockserver.operators import OPERATORS
from mockserver.reading.errors import suggestion


@dataclass(frozen=True)
class Arguments:
    """The arguments of one use of a function, as far as they are known before they have values."""

    types: tuple[Type, ...]
    positional: tuple[nodes.Node, ...]
    named: Mapping[str, nodes.Expr]

    def type(self, position: int) -> Type:
        """The type of an argument; anything where there is none."""
        return self.types[position] if position < len(self.types) else ANY

    def constant(self, position: int) -> Json:
        """The argument itself where it stands in the expression as it is, null otherwise."""
        node = self.positional[position] if position < len(self.positional) else None
        return node.value if isinstance(node, nodes.Const) else None


Gives = Callable[[Inference, Arguments], Type]
"""What a function gives for these arguments; it notes what cannot be in them."""


@dataclass(frozen=True)
class Function:
    """One function of the language."""

    evaluate: Callable[..., Json]
    signature: Signature
    _gives: Gives | None = None

    def gives(self, inference: Inference, arguments: Arguments) -> Type:
        """The type of what it gives."""
        return self._gives(inference, arguments) if self._gives is not None else self.signature.gives


def _row(evaluate: Callable[..., Json], gives: Gives | Type | None = None) -> Function:
    if isinstance(gives, Type):
        return Function(evaluate, Signature(signature(evaluate).parameters, gives))
    return Function(evaluate, signature(evaluate), gives)


def _element(inference: Inference, arguments: Arguments) -> Type:
    return arguments.type(0).of()


def _least(inference: Inference, arguments: Arguments) -> Type:
    """Of `min` and `max`: a member of the one list, or one of the values."""
    if len(arguments.types) == 1:
        return arguments.type(0).of() if arguments.type(0).kind == "list" else ANY
    joined = arguments.types[0]
    for node, type_ in zip(arguments.positional, arguments.types, strict=True):
        if not fits(type_, arguments.types[0]):
            inference.note(f"{label(node)} is {type_.noun}, and {label(arguments.positional[0])} {arguments.types[0].noun}")
        joined = join(joined, type_)
    return joined


def _total(inference: Inference, arguments: Arguments) -> Type:
    element = _by(inference, arguments, 1) if len(arguments.positional) > 1 else arguments.type(0).of()
    if is_known(element) and element.kind != "number":
        summed = arguments.constant(1) or label(arguments.positional[0])
        inference.note(f"sum adds numbers, and {summed} holds {element.noun}")
    return NUMBER


def _by(inference: Inference, arguments: Arguments, position: int) -> Type:
    """The type of the member that an argument names by its path."""
    return inference.path(arguments.type(0), arguments.constant(position))


def _rows(position: int) -> Gives:
    """The same rows, by a member that the argument at the position names."""

    def gives(inference: Inference, arguments: Arguments) -> Type:
        _by(inference, arguments, position)
        return arguments.type(0)

    return gives


def _group(inference: Inference, arguments: Arguments) -> Type:
    return object_(key=_by(inference, arguments, 1), rows=arguments.type(0)).listed()


def _gather(inference: Inference, arguments: Arguments) -> Type:
    return _by(inference, arguments, 1).listed()


def _index(inference: Inference, arguments: Arguments) -> Type:
    _by(inference, arguments, 1)
    return Type("object", element=arguments.type(0).of())


def _where(inference: Inference, arguments: Arguments) -> Type:
    for key, value in arguments.named.items():
        equality(inference, arguments.type(0), key, value)
    return arguments.type(0)


def _pick(inference: Inference, arguments: Arguments) -> Type:
    owner, names = arguments.type(0), [arguments.constant(position) for position in range(1, len(arguments.positional))]
    return Type("object", {name: inference.path(owner, name) for name in names if isinstance(name, str)})


def _matches(inference: Inference, arguments: Arguments) -> Type:
    pattern = arguments.constant(1)
    try:
        re.compile(pattern if isinstance(pattern, str) else "")
    except re.error as error:
        inference.note(f"{pattern} is no regular expression: {error}")
    return signature(texts.matches).gives


def equality(inference: Inference, owner: Type, key: str, value: nodes.Expr) -> Type:
    """Check one equality of `find` or `where`: its field, its values, its operators; the type of the field."""
    field = inference.path(owner, key.replace("__", "."))
    element = field.of() if field.kind == "list" else field
    if isinstance(value, nodes.Dict):
        for pair in value.items:
            operator = pair.key.value if isinstance(pair.key, nodes.Const) else None
            if isinstance(operator, str) and operator not in OPERATORS:
                inference.note(f"there is no operator {operator}{suggestion(operator, OPERATORS)}")
        return field
    type_ = inference.type_of(value)
    compared = type_.of() if type_.kind == "list" else type_
    if not fits(compared, element):
        inference.note(f"{key} is {element.noun} and {label(value)} {compared.noun}: they are never equal")
    for constant in constants(value):
        inference.choice(element, constant, key)
    return field


def _get(inference: Inference, arguments: Arguments) -> Type:
    return _resource(inference, arguments)[1]


def _find(inference: Inference, arguments: Arguments) -> Type:
    name, type_ = _resource(inference, arguments)
    for key, value in arguments.named.items() if name else ():
        field = equality(inference, type_, key, value)
        if not field.choices and not isinstance(value, nodes.Dict):
            inference.lookups.add((name, key.replace("__", ".")))
    return type_.listed()


def _resource(inference: Inference, arguments: Arguments) -> tuple[str, Type]:
    """The resource that the first argument names, and what its documents are; noted when there is none."""
    name = str(arguments.constant(0) or "")
    if name not in inference.resources:
        inference.note(f"there is no resource {name}{suggestion(name, inference.resources)}")
        return "", ANY
    return name, inference.resources[name]


FILTERS: Mapping[str, Function] = {
    "type_of": _row(texts.type_of, Type("text", choices=texts.TYPES)),
    "sum": _row(rows.sum_, _total),
    "group": _row(rows.group, _group),
    "gather": _row(rows.gather, _gather),
    "index": _row(rows.index, _index),
    "flatten": _row(rows.flatten, _element),
    "where": _row(rows.where, _where),
    "merge": _row(rows.merge),
    "pick": _row(rows.pick, _pick),
    "portion": _row(amounts.portion),
    "running": _row(rows.running),
    "nearest": _row(amounts.nearest),
    "top": _row(rows.top, _rows(2)),
    "first": _row(rows.first, _element),
    "last": _row(rows.last, _element),
    "sort": _row(rows.sort, _rows(1)),
    "unique": _row(rows.unique, lambda inference, arguments: arguments.type(0)),
    "round": _row(amounts.round_),
    "money": _row(amounts.money),
    "plus_days": _row(calendar.plus_days),
    "plus_hours": _row(calendar.plus_hours),
    "plus_seconds": _row(calendar.plus_seconds),
    "time_of_day": _row(calendar.time_of_day),
    "matches": _row(texts.matches, _matches),
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
    "min": _row(amounts.min_, _least),
    "max": _row(amounts.max_, _least),
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
    "get": _row(scope.StoreFunctions.get, _get),
    "find": _row(scope.StoreFunctions.find, _find),
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
