"""What is wrong with a value: one flaw each, with the field it is about, as clients read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from mockserver.json import FINEST, LARGEST, PLACES, Json

SURROGATE = re.compile("[\ud800-\udfff]")

MOST_FLAWS = 100
"""How many flaws of one value are reported at most."""


@dataclass(frozen=True)
class Flaw:
    """One thing wrong with a value: where (`items[0].quantity`), by which keyword, and a sentence."""

    field: str
    keyword: str
    message: str
    value: Json = None
    constraint: str | None = None


def path_text(path: list[str | int]) -> str:
    """A path as clients read it.

    >>> path_text(["items", 0, "quantity"])
    'items[0].quantity'
    """
    return re.sub(r"^\.", "", "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path))


def storable(value: Json) -> bool:
    """Whether a JSON value has no storage flaws: a quick look, without saying where one is."""
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            stack += node
            stack += node.values()
        elif isinstance(node, list):
            stack += node
        elif isinstance(node, str):
            if "\x00" in node or SURROGATE.search(node):
                return False
        elif isinstance(node, int | Decimal) and next(_number_flaws(node), None) is not None:
            return False
    return True


def storage_flaws(value: Json, path: str = "") -> Iterator[Flaw]:
    """What makes a JSON value unfit to be stored, whatever its schema says."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from (Flaw(path or "a member", "format", f"has a name that {reason}") for reason in _text_flaws(key))
            yield from storage_flaws(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from storage_flaws(member, f"{path}[{position}]")
    elif isinstance(value, str):
        yield from (Flaw(path, "format", reason) for reason in _text_flaws(value))
    elif isinstance(value, int | Decimal):
        yield from (Flaw(path, *flaw) for flaw in _number_flaws(value))


def _text_flaws(text: str) -> Iterator[str]:
    if "\x00" in text:
        yield "must not contain NUL characters"
    elif SURROGATE.search(text):
        yield "must not contain unpaired surrogates"


def _number_flaws(number: int | Decimal) -> Iterator[tuple[str, str]]:
    if not -LARGEST < number < LARGEST:
        yield "maximum", f"must be smaller than {LARGEST:e}"
    elif isinstance(number, Decimal) and number % FINEST:
        yield "x-decimals", f"must have at most {PLACES} decimal places"
