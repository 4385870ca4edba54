"""JSON as this project holds it: exact decimals inside, ordinary numbers outside.

>>> read(b'{"total": 1060.10}')
{'total': Decimal('1060.10')}
>>> write({"total": Decimal("1060.10")})
b'{"total":1060.1}'
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import orjson

Json = Any
"""A JSON value: None, bool, int, Decimal, str, list or dict."""

Number = int | Decimal
"""A JSON number."""

LARGEST = Decimal("1e15")
"""Numbers of this magnitude and above are refused, so that arithmetic stays exact."""
PLACES = 12
"""The most decimal places of a number."""
FINEST = Decimal(1).scaleb(-PLACES)
DIGITS = 60
"""The longest number, in characters."""
FARTHEST = 9999
"""The most places that a number's first digit may stand before or after its point."""
HUGE = Decimal("Infinity")
TINY = Decimal(1).scaleb(-FARTHEST)
"""What stands for numbers too large or too fine to be reckoned with: `flaws` says so of each."""


class Unreadable(ValueError):
    """The text is not JSON that could be read."""


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not a JSON number")


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= DIGITS else HUGE


def _decimal(text: str) -> Decimal:
    if len(text) > DIGITS:
        return HUGE
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent beyond those of decimals
        return TINY if "-" in text[1:] else HUGE
    exponent = number.adjusted()
    if abs(exponent) <= FARTHEST:
        return number
    if not number:
        return Decimal(0)  # written out, 0E-999999999 would be a billion letters long
    return HUGE if exponent > 0 else TINY


_DECODER = json.JSONDecoder(parse_float=_decimal, parse_int=_integer, parse_constant=_no_constant)


def read(raw: bytes) -> Json:
    """Parse JSON text, without the byte order mark before it; raise Unreadable with a sentence that says what is wrong."""
    try:
        return _DECODER.decode(raw.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error.msg.lower()} at line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None


def count(raw: bytes) -> int:
    """How many values a JSON text holds, about: its commas and opening brackets, those in texts left out.

    >>> count(b'{"a": [1, 2, "x,y,z"]}')
    4
    """
    outside = b"".join(raw.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    return outside.count(b",") + outside.count(b"[") + outside.count(b"{")


def may_exceed(raw: bytes, limit: int) -> bool:
    """Whether a JSON text may hold more values than a limit: a quick look that counts texts too."""
    return len(raw) > limit and raw.count(b",") + raw.count(b"[") + raw.count(b"{") > limit


def glance(raw: bytes) -> Json:
    """The value of a JSON text as far as its shape goes, quickly: numbers are not exact. Unreadable where it is none."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return read(raw)


def _outside(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def write(value: Json) -> bytes:
    """JSON text of a value; decimals become JSON numbers, unpaired surrogates question marks."""
    try:
        return orjson.dumps(value, default=_outside)
    except TypeError:
        return orjson.dumps(_paired(value), default=_outside)


def write_exact(value: Json) -> bytes:
    """JSON text that `read_exact` gives back as it was, decimals with their places; ValueError where there is none.

    >>> read_exact(write_exact({"total": Decimal("1060.10"), "rate": Decimal(5), "copies": 5}))
    {'total': Decimal('1060.10'), 'rate': Decimal('5'), 'copies': 5}
    """
    try:
        return orjson.dumps(value, default=_exact)
    except TypeError as error:
        raise ValueError(f"it cannot be written as JSON: {error}") from None


def _exact(value: object) -> orjson.Fragment:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError(f"{value!r} is not JSON")
    text = str(value)
    return orjson.Fragment(text if "." in text or "E" in text else f"{text}E+0")


_EXACT = json.JSONDecoder(parse_float=Decimal)


def read_exact(raw: bytes) -> Json:
    """What `write_exact` wrote."""
    return _EXACT.decode(raw.decode("utf-8"))


def _paired(value: Json) -> Json:
    if isinstance(value, dict):
        return {_paired(key): _paired(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_paired(member) for member in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def plain(value: Json) -> Json:
    """The same value with ordinary numbers, for libraries that do not know Decimal."""
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return _outside(value) if isinstance(value, Decimal) else value


def copy(value: Json) -> Json:
    """A deep copy of a JSON value."""
    if isinstance(value, dict):
        return {key: copy(member) for key, member in value.items()}
    if isinstance(value, list):
        return [copy(member) for member in value]
    return value


def exceeds(value: Json, limit: int) -> bool:
    """Whether a value holds more than so many others.

    >>> exceeds({"a": [1, 2]}, 3), exceeds({"a": [1, 2, 3]}, 3)
    (False, True)
    """
    total, stack = 0, [value]
    while stack:
        node = stack.pop()
        if _is_container(node):
            total += len(node)
            if total > limit:
                return True
            stack += _members(node)
    return False


def depth(value: Json) -> int:
    """How deeply objects and arrays are nested, a scalar being 0."""
    level, layer = 0, [value] if _is_container(value) else []
    while layer:
        level += 1
        layer = [member for node in layer for member in _members(node) if _is_container(member)]
    return level


def _is_container(value: Json) -> bool:
    return isinstance(value, dict | list)


def _members(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
