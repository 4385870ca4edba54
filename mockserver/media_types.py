"""What a file is, told from its content: its name may only choose between types that the content fits.

>>> fits(b"%PDF-1.7", "application/pdf"), fits(b"title,price", "text/csv"), fits(b"{", "application/json")
(True, True, False)
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from mimetypes import MimeTypes
from xml.parsers.expat import ExpatError, ParserCreate

import filetype
import orjson

TEXT = "text/plain"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNKNOWN = "application/octet-stream"
SYNONYMS = {"text/xml": "application/xml"}

csv.field_size_limit(2**31 - 1)
"""Python's own limit, 131,072 characters, is none of CSV's."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def _text(content: bytes) -> bool:
    """Whether it is UTF-8, or UTF-16 with a byte order mark, without the controls that no text has."""
    try:
        text = content.decode(_MARKS.get(content[:2], "utf-8-sig"))
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(text) is None


def _csv(content: bytes) -> bool:
    if not _text(content):
        return False
    text = io.StringIO(content.decode(_MARKS.get(content[:2], "utf-8-sig")), newline="")
    try:
        return any(row for row in csv.reader(text, strict=True)) or not content
    except csv.Error:
        return False


def _json(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return True


def _xml(content: bytes) -> bool:
    parser = ParserCreate()
    try:
        parser.Parse(content, True)
    except ExpatError:
        return False
    return True


def _workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {"[Content_Types].xml", "xl/workbook.xml"} <= set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, ValueError):
        return False


FITS: Mapping[str, Callable[[bytes], bool]] = {
    WORKBOOK: _workbook,
    "application/json": _json,
    "application/xml": _xml,
    TEXT: _text,
    "text/csv": _csv,
}
"""Types that have no signature, or share one, each with what its content must be; any text could be CSV, so that is last."""


def signature_type(content: bytes) -> str | None:
    """The type whose signature the content begins with, if there is one."""
    media_type = filetype.guess_mime(content[:8192])
    return None if media_type is None else str(media_type)


def fits(content: bytes, kind: str) -> bool:
    """Whether content can be of a type."""
    test = FITS.get(kind)
    return test(content) if test else signature_type(content) == kind


def _extensions() -> MimeTypes:
    """What extensions mean: Python's own table, not the machine's."""
    table = MimeTypes()
    table.add_type(WORKBOOK, ".xlsx")
    return table


_EXTENSIONS = _extensions()


def type_of_name(name: str) -> str | None:
    """The type that a file's name tells; None where it tells none.

    >>> type_of_name("minutes.PDF"), type_of_name("rows.csv.gz"), type_of_name("scan")
    ('application/pdf', 'application/gzip', None)
    """
    kind, wrapped = _EXTENSIONS.guess_type("x/" + name.replace(":", "_"), strict=False)
    return f"application/{wrapped}" if wrapped else SYNONYMS.get(kind or "", kind)


def choose_type(content: bytes, name: str, declared: str, allowed: Iterable[str]) -> tuple[str | None, str]:
    """The type of a file, or None and why it has none that is allowed.

    A name that tells a type must tell the truth. Where it tells none, the type declared with the file decides if the
    content fits it, and otherwise the first of those allowed that it fits.

    >>> choose_type(b"%PDF-1.7", "a.png", "", ["image/*", "application/pdf"])
    (None, 'is called a.png, but does not hold image/png')
    >>> choose_type(b"%PDF-1.7", "a", "", ["image/*", "application/pdf"])
    ('application/pdf', '')
    """
    kinds = list(allowed)
    named = type_of_name(name)
    if named is not None:
        if not _allowed(named, kinds):
            return None, f"is called {name}, which is {named}: send {' or '.join(kinds)}"
        return (named, "") if fits(content, named) else (None, f"is called {name}, but does not hold {named}")
    candidates = [
        SYNONYMS.get(declared, declared),
        *(kind for kind in kinds if "*" not in kind),
        signature_type(content),
        *FITS,
        UNKNOWN,
    ]
    for kind in dict.fromkeys(candidates):
        if kind and _allowed(kind, kinds) and (kind == UNKNOWN or fits(content, kind)):
            return kind, ""
    return None, f"holds {signature_type(content) or (TEXT if _text(content) else UNKNOWN)}: send {' or '.join(kinds)}"


def _allowed(kind: str, kinds: Iterable[str]) -> bool:
    return any(fnmatchcase(kind, pattern) for pattern in kinds)
