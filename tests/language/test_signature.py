"""Signatures: what functions take, read from Python, and how many arguments fit."""

from decimal import Decimal
from inspect import Parameter
from inspect import signature as python_signature
from typing import Any, Literal

import pytest

from mockserver.language.functions import CLOCK_FUNCTIONS, FILTERS, FUNCTIONS, NO_FUNCTIONS, PROVIDED, STORE_FUNCTIONS
from mockserver.language.scope import StoreFunctions
from mockserver.language.signature import alternatives, signature
from mockserver.language.types import ANY, BOOLEAN, NUMBER, OBJECT, TEXT, Type


@pytest.mark.parametrize(
    ("annotation", "types"),
    [
        (str, (TEXT,)),
        (int | Decimal, (NUMBER,)),
        (str | None, (TEXT,)),
        (bool, (BOOLEAN,)),
        (list[dict[str, Any]], (OBJECT.listed(),)),
        (list[str] | str, (TEXT.listed(), TEXT)),
        (Literal["a", "b"], (Type("text", choices=("a", "b")),)),
        (Any, (ANY,)),
    ],
)
def test_the_types_of_an_annotation(annotation, types):
    assert alternatives(annotation) == types


def lend(book: str, /, days: int, note: str = "", *names: str) -> str:
    """A function with every sort of parameter but one."""
    return f"{book}{days}{note}{names}"


def look(resource: str, /, **equal: int) -> None:
    """A function that takes other names."""


@pytest.mark.parametrize(
    ("function", "arguments", "named", "flaw"),
    [
        (lend, 2, [], None),
        (lend, 1, ["days"], None),
        (lend, 5, [], None),
        (lend, 0, ["days"], "f needs book"),
        (lend, 1, [], "f needs days"),
        (lend, 1, ["book"], "f needs days"),
        (lend, 2, ["days"], "f takes days once"),
        (lend, 2, ["notes"], "f has no argument notes: did you mean note?"),
        (lend, 2, ["book"], "f has no argument book"),
        (look, 1, ["anything", "resource"], None),
        (look, 0, ["resource"], "f needs resource"),
        (look, 2, [], "f takes resource and named arguments, not 2 arguments"),
        (StoreFunctions.today, 1, [], "f takes no arguments, not 1 argument"),
    ],
)
def test_how_many_arguments_fit(function, arguments, named, flaw):
    assert signature(function).flaw("f", arguments, named) == flaw


@pytest.mark.parametrize("function", {**FILTERS, **FUNCTIONS, **PROVIDED}.values())
def test_a_function_of_the_language_says_what_it_takes_and_gives(function):
    python = python_signature(function.evaluate)
    annotations = [parameter.annotation for name, parameter in python.parameters.items() if name != "self"]
    assert Parameter.empty not in [*annotations, python.return_annotation]


def test_places_have_the_functions_that_their_protocols_declare():
    declared = {name for name in dir(StoreFunctions) if not name.startswith("_")}
    assert (set(), {"now", "today"}, declared) == (NO_FUNCTIONS, CLOCK_FUNCTIONS, STORE_FUNCTIONS)
    assert PROVIDED.keys() == declared
