"""How values stand in formats that know only text: XML, CSV and pages."""

import re
from decimal import Decimal

from mockserver import json
from mockserver.json import Json

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold (section 2.2): control characters, unpaired surrogates, two that are none."""


def written(value: Json) -> str:
    """A value as text; a number with just the decimals it has, nothing for null.

    >>> written(Decimal("1060.00")), written(True), written(Decimal("1E+3")), written(None)
    ('1060.00', 'true', '1000', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.write(value).decode() if isinstance(value, dict | list) else str(value)


def fit(text: str) -> str:
    r"""Text that any format can hold: line ends are \n, and what is no character becomes U+FFFD.

    >>> fit("a\r\nb\x0bc")
    'a\nb\ufffdc'
    """
    return UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def printable(name: str) -> str:
    r"""What a client wrote, as it may stand in a message: at most 100 characters, all of them UTF-8, without NUL.

    >>> printable("a\x00b\udcff")
    'a\\0b?'
    """
    return name.encode("utf-8", "replace").decode()[:100].replace("\x00", "\\0")
