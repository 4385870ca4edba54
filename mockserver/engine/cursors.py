"""Cursors: where a page begins, as base64url JSON without padding.

A cursor holds the position of the last row of a page; a sorted list's also the values sorted by, and a list
with filters or an order also a mark, so that it cannot be used on another list. The position 0, after which every
list begins, needs neither: it is a cursor that examples can show.

>>> written(123, [], "")
'eyJpZCI6MTIzfQ'
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from mockserver import json
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.store.base import After

LARGEST = 1 << 53


def written(position: int, values: list[Json], mark: str) -> str:
    """The cursor of the page that begins after a row."""
    cursor: dict[str, Json] = {"id": position}
    if values:
        cursor["s"] = values
    if mark:
        cursor["q"] = mark
    return urlsafe_b64encode(json.write_exact(cursor)).decode().rstrip("=")


def tie(*parts: list[Json] | tuple[Json, ...]) -> str:
    """What ties a cursor to its list: nothing for a plain list, so that its cursors hold only a position."""
    if not any(parts):
        return ""
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()


def page_start(cursor: str, mark: str, keys: int) -> After | None:
    """Where a page begins in a list sorted by so many keys, None at its first; Problem when the cursor is another list's."""
    try:
        read = json.read(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise _unknown() from None
    position, values = (read.get("id"), read.get("s", [])) if isinstance(read, dict) else (None, [])
    if not isinstance(position, int) or isinstance(position, bool) or not isinstance(values, list):
        raise _unknown()
    if not 0 <= position < LARGEST:
        raise _unknown()
    if position == 0 and len(read) == 1:
        return None
    if read.get("q", "") != mark:
        raise Problem("cursor", field="cursor", reason="belongs to a list with other filters or another order")
    if len(values) != keys or any(isinstance(value, list | dict) for value in values):
        raise _unknown()
    return After(position, tuple(values))


def _unknown() -> Problem:
    return Problem("cursor", field="cursor", reason="is not one that this server gave")
