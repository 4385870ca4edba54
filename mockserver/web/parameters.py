"""Reads header values with parameters (RFC 9110, 5.6.6), such as Content-Type and Content-Disposition."""

import re
from binascii import Error as BrokenBase64
from collections.abc import Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import decode_params, unquote

from mockserver.engine.problems import Problem

PARAMETER = re.compile(r';[ \t]*([^\s=;"]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
ENCODED_WORDS = re.compile(r"(=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=[ \t]*)+")
UTF_8 = ("utf-8", "utf8", "us-ascii")
"""The charsets in which bodies and texts may come."""


def parse(value: str) -> tuple[str, dict[str, str]]:
    r"""A value in lower case and its parameters, their names in lower case too; of a parameter that is repeated the first.

    >>> parse('Application/JSON; profile="a; charset=utf-16"; Charset="UTF-8"')
    ('application/json', {'profile': 'a; charset=utf-16', 'charset': 'UTF-8'})
    """
    parameters: dict[str, str] = {}
    for name, text in PARAMETER.findall(value[value.find(";") :] if ";" in value else ""):
        parameters.setdefault(name.lower(), _unquoted(text.strip()))
    return value.partition(";")[0].strip().lower(), parameters


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    return re.sub(r'\\(["\\])', r"\1", text[1:-1])


def check_charset(media_type: str, parameters: Mapping[str, str]) -> None:
    """Problem when a text is in another charset than UTF-8."""
    charset = parameters.get("charset", "").strip("'") or "utf-8"
    if charset.lower() not in UTF_8:
        shown = charset.encode("ascii", "replace").decode()[:100]
        raise Problem("media_type", given=f"{media_type} in {shown}", expected=f"{media_type} in UTF-8")


def file_name(parameters: Mapping[str, str]) -> str | None:
    """The name of a file in a Content-Disposition: the extended one (RFC 8187; in pieces RFC 2231) before the plain.

    >>> file_name({"filename": "=?utf-8?B?TcOkcnoudHh0?=", "filename*": "utf-8''M%C3%A4rz%202.txt"})
    'März 2.txt'
    >>> file_name({"filename": "=?utf-8?B?TcOkcnoudHh0?="})
    'März.txt'
    """
    named = [(name, text) for name, text in parameters.items() if name.startswith("filename*")]
    for name, text in decode_params([("", ""), *named])[1:]:
        if name == "filename" and isinstance(text, tuple) and (extended := _extended(text)) is not None:
            return extended
    return None if "filename" not in parameters else decoded_words(parameters["filename"])


def _extended(value: tuple[str | None, str | None, str]) -> str | None:
    """An extended value in its letters; None of one that cannot be read, which is as if it were not there."""
    charset, _, escaped = value
    try:
        return unquote(escaped).encode("latin-1").decode(charset or "ascii")
    except (LookupError, UnicodeError):
        return None


def decoded_words(text: str) -> str:
    """A text whose letters some clients encode as mail does (RFC 2047), as they were; any other as it is."""
    if not ENCODED_WORDS.fullmatch(text):
        return text
    try:
        return str(make_header(decode_header(text))) or text
    except (ValueError, LookupError, BrokenBase64, HeaderParseError):
        return text
