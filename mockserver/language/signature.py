"""What a function of the language takes: its parameters, read from its Python signature, and what does not fit them.

>>> def lend(book: str, days: int = 14) -> str: ...
>>> signature(lend).flaw("lend", 0), signature(lend).flaw("lend", 3)
('lend needs book', 'lend takes book and days, not 3 arguments')
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from inspect import Parameter as Python
from inspect import signature as python_signature
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from mockserver.language.types import ANY, BOOLEAN, NULL, NUMBER, OBJECT, TEXT, Type, join
from mockserver.reading.errors import suggestion

PRIMITIVES: dict[object, Type] = {str: TEXT, int: NUMBER, Decimal: NUMBER, bool: BOOLEAN, NoneType: NULL}


def annotated_type(annotation: object) -> Type:
    """The type that an annotation stands for.

    >>> annotated_type(str | None) == TEXT, annotated_type(list[str]).kind, annotated_type(Any) == ANY
    (True, 'list', True)
    """
    if annotation in PRIMITIVES:
        return PRIMITIVES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return Type("text", choices=arguments)
    if origin is UnionType:
        types = [annotated_type(argument) for argument in arguments]
        joined = types[0]
        for type_ in types[1:]:
            joined = join(joined, type_)
        return joined
    if origin is list:
        return annotated_type(arguments[0]).listed()
    return OBJECT if origin is dict else ANY


@dataclass(frozen=True)
class Parameter:
    """One parameter: `many` takes all further arguments, `named` all named ones."""

    name: str
    type: Type
    sort: Literal["one", "many", "named"] = "one"
    required: bool = True


@dataclass(frozen=True)
class Signature:
    """The parameters of a function and the type of what it gives."""

    parameters: tuple[Parameter, ...]
    gives: Type

    def flaw(self, function: str, arguments: int, named: Iterable[str] = ()) -> str | None:
        """What is wrong with a number of arguments and the names of others; None when nothing is."""
        named = list(named)
        singles = [parameter for parameter in self.parameters if parameter.sort == "one"]
        missing = [one.name for one in singles[arguments:] if one.required and one.name not in named]
        if missing:
            return f"{function} needs {' and '.join(missing)}"
        if arguments > len(singles) and not self._takes("many"):
            takes = " and ".join(parameter.name for parameter in singles) or "no arguments"
            return f"{function} takes {takes}, not {arguments} argument{'s' if arguments > 1 else ''}"
        names = [parameter.name for parameter in singles]
        unknown = [name for name in named if name not in names]
        if unknown and not self._takes("named"):
            return f"{function} has no argument {unknown[0]}{suggestion(unknown[0], names)}"
        return None

    def parameter(self, position: int) -> Parameter | None:
        """The parameter of an argument at a position, counted from 0."""
        singles = [parameter for parameter in self.parameters if parameter.sort == "one"]
        if position < len(singles):
            return singles[position]
        return next((parameter for parameter in self.parameters if parameter.sort == "many"), None)

    def without_first(self) -> "Signature":
        """The signature of a filter as it is written: its first parameter stands before the bar."""
        return Signature(self.parameters[1:], self.gives)

    def _takes(self, sort: str) -> bool:
        return any(parameter.sort == sort for parameter in self.parameters)


SORTS: dict[Any, Literal["one", "many", "named"]] = {Python.VAR_POSITIONAL: "many", Python.VAR_KEYWORD: "named"}


@cache
def signature(function: Callable[..., Any]) -> Signature:
    """The signature of a Python function that is annotated; `self` is left out."""
    python = python_signature(function)
    parameters = tuple(
        Parameter(name, annotated_type(given.annotation), SORTS.get(given.kind, "one"), given.default is Python.empty)
        for name, given in python.parameters.items()
        if name != "self"
    )
    return Signature(parameters, annotated_type(python.return_annotation))
