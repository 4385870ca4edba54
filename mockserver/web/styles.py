"""Reads parameters as they are written: every style of OpenAPI 3.0, exploded or not, for scalars, lists and objects.

Texts come as they stand in the request, still escaped, so that an escaped separator is part of a value.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote_to_bytes

from mockserver import json
from mockserver.json import Json
from mockserver.plan import CONTENT, Parameter
from mockserver.web.text import coerce

SEPARATORS: Mapping[str, re.Pattern[str]] = {
    "form": re.compile(","),
    "simple": re.compile(","),
    "matrix": re.compile(","),
    "spaceDelimited": re.compile(r"%20|\+| "),
    "pipeDelimited": re.compile(r"\||%7C", re.IGNORECASE),
}
"""What stands between the values of a list or an object that is not exploded."""
COMMA = re.compile(r",|%2C", re.IGNORECASE)
PLUS = re.compile(r"\+|%20| ")
"""What a plus sign becomes where nobody escaped it: a space, once it is read."""

Pairs = list[tuple[str, str]]


def decode(location: str, text: str) -> str:
    """A text without its escapes; bytes that are not UTF-8 become lone surrogates.

    >>> decode("query", "Kopi+O%2B"), decode("path", "Kopi+O"), decode("header", "100%25")
    ('Kopi O+', 'Kopi+O', '100%25')
    """
    if location == "header":
        return text
    plain = text.replace("+", " ") if location == "query" else text
    return unquote_to_bytes(plain.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def readings(declared: Parameter, texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """What a client can have meant: what it wrote; else a plus sign or commas that it escaped or exploded wrongly."""
    yield texts
    if declared.type == "string" and any(PLUS.search(text) for text in texts) and declared.location == "query":
        yield [PLUS.sub("%2B", text) for text in texts]
    if declared.type == "array" and declared.location == "query" and any(COMMA.search(text) for text in texts):
        parts = [part for text in texts for part in COMMA.split(text)]
        yield parts if declared.serialization.explode else [",".join(parts)]


def read(declared: Parameter, texts: Sequence[str]) -> Json:
    """The value of a parameter that was given, once or several times; ValueError with the end of a sentence."""
    if declared.serialization.style == CONTENT:
        return _json(decode(declared.location, texts[0]))
    if declared.type == "array":
        return [_value(declared, declared.serialization.items, part) for part in _entries(declared, texts)]
    if declared.type == "object":
        return members(declared, _pairs(declared, texts[0]))
    return _value(declared, declared.type, _scalar(declared, texts[0]))


def members(declared: Parameter, pairs: Pairs) -> Json:
    """The object of names and texts."""
    how = declared.serialization
    values: dict[str, Json] = {}
    for name, text in pairs:
        key = decode(declared.location, name)
        values[key] = _value(declared, how.members.get(key, how.other), text)
    return values


def _value(declared: Parameter, type: str, text: str) -> Json:
    return coerce(type, decode(declared.location, text).strip(" \t" if declared.location == "header" else ""))


def _json(text: str) -> Json:
    try:
        return json.read(text.encode("utf-8", "surrogateescape"))
    except json.Unreadable as error:
        raise ValueError(f"must be JSON: {error}") from None


def _scalar(declared: Parameter, text: str) -> str:
    style = declared.serialization.style
    if style == "label":
        return _after(".", text)
    return _after(f";{declared.name}=", text) if style == "matrix" else text


def _after(prefix: str, text: str) -> str:
    if not text.startswith(prefix):
        raise ValueError(f"must begin with {prefix}")
    return text.removeprefix(prefix)


def _entries(declared: Parameter, texts: Sequence[str]) -> Sequence[str]:
    """The texts of a list's entries; nothing between no separators is an empty list."""
    how = declared.serialization
    if how.style in ("label", "matrix"):
        return _path_entries(declared, texts[0])
    if how.explode and how.style != "simple":
        return [] if list(texts) == [""] else texts
    return [part for text in texts if text for part in SEPARATORS[how.style].split(text)]


def _path_entries(declared: Parameter, text: str) -> Sequence[str]:
    how, name = declared.serialization, declared.name
    if how.style == "label":
        inner = _after(".", text)
        separator = "," if "," in inner and not how.explode else "."
        return inner.split(separator) if inner else []
    if text in (f";{name}", f";{name}="):
        return []
    if how.explode:
        return [_after(f"{name}=", part) for part in _after(";", text).split(";")]
    return _after(f";{name}=", text).split(",")


def _pairs(declared: Parameter, text: str) -> Pairs:
    """The names and texts of an object's members."""
    how = declared.serialization
    if not how.explode:
        return _alternating(_flat(declared, text))
    separate, inner = EXPLODED[how.style](text) if how.style in EXPLODED else (",", text)
    parts = [part.partition("=") for part in inner.split(separate) if part]
    if any(not equals for _, equals, _ in parts):
        raise ValueError("must be written as name=value")
    return [(name, value) for name, _, value in parts]


EXPLODED: Mapping[str, Callable[[str], tuple[str, str]]] = {
    "form": lambda text: ("&", text),
    "deepObject": lambda text: ("&", text),
    "label": lambda text: (".", _after(".", text)),
    "matrix": lambda text: (";", _after(";", text)),
}
"""What separates the members of an object in a path, and what is left of a text to be separated."""


def _flat(declared: Parameter, text: str) -> Sequence[str]:
    how = declared.serialization
    if how.style in ("label", "matrix"):
        return _path_entries(declared, text)
    return SEPARATORS[how.style].split(text) if text else []


def _alternating(parts: Sequence[str]) -> Pairs:
    if len(parts) % 2:
        raise ValueError("must be written as name,value,name,value")
    return list(zip(parts[::2], parts[1::2], strict=True))
