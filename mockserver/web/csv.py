r"""Writes lists as CSV (RFC 4180), in UTF-8.

>>> write(Media("text/csv", "csv"), [{"title": "Emma", "pages": 474}, {"title": "Jack, Jill", "price": None}])
b'title,pages,price\r\nEmma,474,\r\n"Jack, Jill",,\r\n'
>>> write(Media("text/csv", "csv"), [["title", "pages"], ["Emma", 474]])
b'title,pages\r\nEmma,474\r\n'
"""

import csv
import io

from mockserver.json import Json
from mockserver.plan.media import Media
from mockserver.web.text import clean, to_text

FORMULA = ("=", "+", "-", "@", "\t", "\n")
"""What begins a formula, or stands before one."""


def write(media: Media, value: Json) -> bytes:
    """The lines of a list of objects, headed by the columns, or of a list of rows; ValueError when it is neither."""
    rows = value if isinstance(value, list) else None
    if rows is None or not all(isinstance(row, dict | list) for row in rows):
        raise ValueError(f"CSV needs a list of objects or of lists, not {to_text(value)[:50]}")
    objects = [row for row in rows if isinstance(row, dict)]
    columns = media.columns or tuple(dict.fromkeys(name for row in objects for name in row))
    lines = [row if isinstance(row, list) else [row.get(name) for name in columns] for row in rows]
    text = io.StringIO()
    csv.writer(text).writerows([_cell(cell) for cell in line] for line in [*([columns] if columns else []), *lines])
    return text.getvalue().encode()


def _cell(value: Json) -> str:
    """A value as a cell; a text that a spreadsheet would take for a formula begins with an apostrophe.

    >>> _cell("=1+1"), _cell(-5), _cell("Tom")
    ("'=1+1", '-5', 'Tom')
    """
    text = clean(to_text(value))
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
