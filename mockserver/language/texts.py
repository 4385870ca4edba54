"""Functions over texts, and how values of other types read as text."""

import re
from decimal import Decimal

from mockserver.json import Json

TYPES = ("null", "boolean", "number", "string", "array", "object")


def type_of(value: Json) -> str:
    """What JSON calls a value.

    >>> [type_of(value) for value in (None, True, 1, "a", [], {})]
    ['null', 'boolean', 'number', 'string', 'array', 'object']
    """
    names = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return "null" if value is None else names.get(type(value), "number")


def text(value: Json) -> str:
    """How a value reads within a text: null is nothing, numbers are written out.

    >>> text(None), text(True), text([1, Decimal("0.50")])
    ('', 'true', '1, 0.50')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(text, value))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def lower(text: str) -> str:
    """A text in lower case."""
    return text.lower()


def upper(text: str) -> str:
    """A text in upper case."""
    return text.upper()


def matches(text: str | None, pattern: str) -> bool:
    """Whether a text as a whole fits a regular expression; null fits none.

    >>> matches("B-2024-001", "B-[0-9]{4}-[0-9]{3}"), matches("B-2024-0012", "B-[0-9]{4}-[0-9]{3}")
    (True, False)
    """
    return text is not None and re.fullmatch(pattern, text) is not None
