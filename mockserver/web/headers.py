"""Writes the values of headers that a contract fills in, and the names of files in them."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote

from mockserver.language.scope import Scope
from mockserver.language.template import Fill
from mockserver.web.text import to_text

FILE_NAME = re.compile(r'(?P<before>.*?;\s*)filename="(?P<name>.*)"(?P<after>[^"]*)', re.DOTALL | re.IGNORECASE)


def fill_headers(headers: Mapping[str, Fill], names: Scope) -> dict[str, str]:
    """The headers of one answer, by name in lower case; one whose value is null is left out."""
    values = {name.lower(): fill(names) for name, fill in headers.items()}
    return {name: _line(name, to_text(value)) for name, value in values.items() if value is not None}


def _line(name: str, text: str) -> str:
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    if name == "content-disposition":
        return content_disposition(line)
    return line.encode("latin-1", "replace").decode("latin-1")


def content_disposition(text: str) -> str:
    r"""A Content-Disposition in ASCII, its file name written as `file_name` does.

    >>> content_disposition('attachment; filename="B-2024-001.pdf"')
    'attachment; filename="B-2024-001.pdf"'
    >>> content_disposition('attachment; filename="Café 茶.pdf"')
    'attachment; filename="Cafe _.pdf"; filename*=UTF-8\'\'Caf%C3%A9%20%E8%8C%B6.pdf'
    """
    match = FILE_NAME.fullmatch(text)
    if match is None:
        return text.encode("ascii", "replace").decode()
    before, after = (match[part].encode("ascii", "replace").decode() for part in ("before", "after"))
    return before + file_name(match["name"], after)


def file_name(name: str, following: str = "") -> str:
    r"""The parameters that name a file in a Content-Disposition (RFC 6266, 4.3 and appendix D; RFC 8187).

    In ASCII for old clients, without the characters they misread; where that is another name, in full as well. A name
    leads into no folder. Between the two stand the `following` parameters.

    >>> file_name("order.pdf")
    'filename="order.pdf"'
    >>> file_name("caf\u00e9 100%.pdf")
    'filename="cafe 100_.pdf"; filename*=UTF-8\'\'caf%C3%A9%20100%25.pdf'
    """
    name = re.sub(r"[/\\]", "_", name)
    letters = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    plain = re.sub(r'[^ -~]|["%]', "_", "".join(letters))
    full = "" if plain == name else f"; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
    return f'filename="{plain}"{following}{full}'
