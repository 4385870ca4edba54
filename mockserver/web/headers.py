"""Writes the values of headers that a contract fills in."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote

from mockserver.language.scope import Scope
from mockserver.language.template import Fill
from mockserver.web.text import written

NAMED = re.compile(r'(?P<before>.*?;\s*)filename="(?P<name>.*)"(?P<after>[^"]*)', re.DOTALL | re.IGNORECASE)


def filled(headers: Mapping[str, Fill], names: Scope) -> dict[str, str]:
    """The headers of one answer, by name in lower case; one whose value is null is left out."""
    values = {name.lower(): fill(names) for name, fill in headers.items()}
    return {name: _value(name, written(value)) for name, value in values.items() if value is not None}


def _value(name: str, text: str) -> str:
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return disposition(line) if name == "content-disposition" else line.encode("latin-1", "replace").decode("latin-1")


def disposition(text: str) -> str:
    r"""A Content-Disposition in ASCII; a file name beyond it is also given in UTF-8 (RFC 6266, 4.3 and RFC 8187).

    >>> disposition('attachment; filename="B-2024-001.pdf"')
    'attachment; filename="B-2024-001.pdf"'
    >>> disposition('attachment; filename="Café 茶.pdf"')
    'attachment; filename="Cafe _.pdf"; filename*=UTF-8\'\'Caf%C3%A9%20%E8%8C%B6.pdf'
    """
    found = NAMED.fullmatch(text)
    if found is None:
        return text.encode("ascii", "replace").decode()
    name = re.sub(r'[/\\"]', "_", found["name"])
    letters = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    plain = "".join(letter if letter.isascii() else "_" for letter in letters)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
    rest = [part.encode("ascii", "replace").decode() for part in (found["before"], found["after"])]
    return f'{rest[0]}filename="{plain}"{rest[1]}{extended}'
