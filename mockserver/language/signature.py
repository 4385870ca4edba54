"""What a function of the language takes: its parameters, read from its Python signature, and what does not fit them.

>>> def lend(book: str, days: int = 14) -> str: ...
>>> signature(lend).flaw("lend", 0), signature(lend).flaw("lend", 3)
('lend needs book', 'lend takes book and days, not 3 arguments')
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property, reduce
from inspect import Parameter as Python
from inspect import signature as python_signature
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from mockserver.language.types import ANY, BOOLEAN, NULL, NUMBER, OBJECT, TEXT, Type, fits, join
from mockserver.reading.errors import count, suggestion

PRIMITIVES: dict[object, Type] = {str: TEXT, int: NUMBER, Decimal: NUMBER, bool: BOOLEAN, NoneType: NULL}


def alternatives(annotation: object) -> tuple[Type, ...]:
    """The types of which a value with an annotation may be; null is not told apart.

    >>> [type_.kind for type_ in alternatives(list[str] | str | None)], alternatives(Any) == (ANY,)
    (['list', 'text'], True)
    """
    if get_origin(annotation) is not UnionType:
        return (_type(annotation),)
    types = dict.fromkeys(kind for argument in get_args(annotation) if (kind := _type(argument)) != NULL)
    return tuple(types)


def _type(annotation: object) -> Type:
    if annotation in PRIMITIVES:
        return PRIMITIVES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return Type("text", choices=arguments)
    if origin is list:
        return reduce(join, alternatives(arguments[0])).listed()
    return OBJECT if origin is dict else ANY


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    `either` takes an argument by position or by name, `positional` by position only, `many` all further arguments, and
    `named` all that have other names.
    """

    name: str
    types: tuple[Type, ...]
    sort: Literal["either", "positional", "many", "named"] = "either"
    required: bool = True

    @property
    def noun(self) -> str:
        """What a sentence calls what it takes."""
        return " or ".join(type_.noun for type_ in self.types)

    def takes(self, type_: Type) -> bool:
        """Whether an argument may be of a type."""
        return any(fits(type_, alternative) for alternative in self.types)


@dataclass(frozen=True)
class Signature:
    """The parameters of a function and the type of what it gives."""

    parameters: tuple[Parameter, ...]
    gives: Type

    @cached_property
    def single(self) -> tuple[Parameter, ...]:
        """The parameters that take one argument, in order."""
        return tuple(parameter for parameter in self.parameters if parameter.sort in ("either", "positional"))

    def that_takes(self, sort: Literal["many", "named"]) -> Parameter | None:
        """The parameter that takes all further arguments, or all with other names."""
        return next((parameter for parameter in self.parameters if parameter.sort == sort), None)

    def flaw(self, function: str, arguments: int, named: Iterable[str] = ()) -> str | None:
        """What is wrong with a number of arguments and the names of others; None when nothing is."""
        named = list(named)
        names = [parameter.name for parameter in self.single if parameter.sort == "either"]
        open_ = [parameter for parameter in self.single[arguments:] if parameter.required]
        missing = [parameter.name for parameter in open_ if parameter.name not in set(named).intersection(names)]
        if missing:
            return f"{function} needs {' and '.join(missing)}"
        if arguments > len(self.single) and self.that_takes("many") is None:
            return f"{function} takes {self._takes()}, not {count(arguments, 'argument')}"
        twice = [parameter.name for parameter in self.single[:arguments] if parameter.name in set(named).intersection(names)]
        if twice:
            return f"{function} takes {twice[0]} once"
        unknown = [name for name in named if name not in names]
        if unknown and self.that_takes("named") is None:
            return f"{function} has no argument {unknown[0]}{suggestion(unknown[0], names)}"
        return None

    def _takes(self) -> str:
        names = [parameter.name for parameter in self.single]
        return " and ".join([*names, *(["named arguments"] if self.that_takes("named") else [])]) or "no arguments"

    def without_first(self) -> "Signature":
        """The signature of a filter as it is written: its first parameter stands before the bar."""
        return replace(self, parameters=self.parameters[1:])


SORTS: dict[Any, Literal["positional", "many", "named"]] = {
    Python.POSITIONAL_ONLY: "positional",
    Python.VAR_POSITIONAL: "many",
    Python.VAR_KEYWORD: "named",
}


@cache
def signature(function: Callable[..., Any]) -> Signature:
    """The signature of a Python function that is annotated; `self` is left out."""
    python = python_signature(function)
    parameters = tuple(
        Parameter(
            name,
            alternatives(parameter.annotation),
            SORTS.get(parameter.kind, "either"),
            parameter.default is Python.empty,
        )
        for name, parameter in python.parameters.items()
        if name != "self"
    )
    return Signature(parameters, reduce(join, alternatives(python.return_annotation)))
