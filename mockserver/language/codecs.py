"""Filters of expressions that encode: digests, Base64, QR codes, numbers as text."""

import base64 as base_64
import hashlib
import io

import orjson

from mockserver.json import Json, Number, plain
from mockserver.language.amounts import money

QR_BYTES = 2953
"""What the largest QR code holds, in bytes, at its lowest level of error correction (ISO/IEC 18004, version 40-L)."""


def fixed(amount: Number, places: int | None = None) -> str:
    """A number as text with exactly so many decimal places, those of an amount when nothing is said, rounded half up.

    >>> fixed(1060), fixed(3, 0)
    ('1060.00', '3')
    """
    return f"{money(amount, places):f}"


def sha256(value: Json) -> str:
    """The hexadecimal SHA-256 of a text in UTF-8, or of any other value as JSON with sorted members and without spaces.

    >>> sha256("abc")[:16], sha256({"b": 1, "a": None}) == sha256('{"a":null,"b":1}')
    ('ba7816bf8f01cfea', True)
    """
    raw = value.encode() if isinstance(value, str) else orjson.dumps(plain(value), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(raw).hexdigest()


def base64(text: str) -> str:
    """A text in UTF-8, as Base64.

    >>> base64("Emma")
    'RW1tYQ=='
    """
    return base_64.b64encode(text.encode()).decode()


def qr(text: str) -> str:
    """A QR code of a text, as the data URI of a PNG; ValueError when there is none or too much of it.

    >>> qr("https://example.org/books/1")[:32]
    'data:image/png;base64,iVBORw0KGg'
    """
    import segno

    size = len(text.encode())
    if not 0 < size <= QR_BYTES:
        raise ValueError(f"a QR code holds 1 to {QR_BYTES} bytes, and this text has {size}")
    image = io.BytesIO()
    segno.make(text, micro=False, boost_error=False, error="m" if size < QR_BYTES // 2 else "l").save(
        image, kind="png", scale=4
    )
    return "data:image/png;base64," + base_64.b64encode(image.getvalue()).decode()
