"""Values as text, and text as values: URLs, headers, forms, XML, CSV and pages know only text."""

import re
from decimal import Decimal

from mockserver import json
from mockserver.flaws import storage_flaws
from mockserver.json import Json

INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
DIGITS = 80
"""The longest number, in characters: a validator can say of it that it is too large."""
UNDECODED = re.compile("[\udc80-\udcff]")
"""What stands for bytes of a URL or a header that are not UTF-8."""
BOOLEANS = {"true": True, "false": False}
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold (section 2.2): control characters, unpaired surrogates, two that are none."""


def coerce(type: str, text: str) -> Json:
    """The value of a text as a type of the contract; ValueError with the end of a sentence when it has none.

    >>> coerce("integer", "20"), coerce("number", "0.10"), coerce("boolean", "true")
    (20, Decimal('0.10'), True)
    """
    _check_text(text)
    if type == "integer":
        _check_number(INTEGER, "a whole number", text)
        return int(text)
    if type == "number":
        _check_number(NUMBER, "a number", text)
        return Decimal(text)
    if type == "boolean":
        if text not in BOOLEANS:
            raise ValueError("must be true or false")
        return BOOLEANS[text]
    return text


def _check_text(text: str) -> None:
    if UNDECODED.search(text):
        raise ValueError("must be UTF-8")
    for flaw in storage_flaws(text):
        raise ValueError(flaw.message)


def _check_number(pattern: re.Pattern[str], noun: str, text: str) -> None:
    if not pattern.fullmatch(text):
        raise ValueError(f"must be {noun}")
    if len(text) > DIGITS:
        raise ValueError(f"must be {noun} of at most {DIGITS} characters")


def to_text(value: Json) -> str:
    """A value as text; a number with just the decimals it has, nothing for null.

    >>> to_text(Decimal("1060.00")), to_text(True), to_text(Decimal("1E+3")), to_text(None)
    ('1060.00', 'true', '1000', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.write(value).decode() if isinstance(value, dict | list) else str(value)


def clean(text: str) -> str:
    r"""Text that any format can hold: line ends are \n, and what is no character becomes U+FFFD.

    >>> clean("a\r\nb\x0bc")
    'a\nb\ufffdc'
    """
    return UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def printable(name: str) -> str:
    r"""What a client wrote, as it may stand in a message: at most 100 characters, all of them UTF-8, without NUL.

    >>> printable("a\x00b\udcff")
    'a\\0b?'
    """
    return name.encode("utf-8", "replace").decode()[:100].replace("\x00", "\\0")
