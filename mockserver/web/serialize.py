"""Writes a reply as the media type that its operation declares."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from mockserver import json
from mockserver.json import Json
from mockserver.plan.media import Form, Media
from mockserver.web import csv, xml

Write = Callable[[Media, Json], bytes]


def _pdf(at: datetime, _: Media, value: Json) -> bytes:
    from mockserver.web import pdf  # the library is large and seldom needed

    return pdf.write(value, at)


def serialize(media: Media, value: Json, at: datetime) -> bytes:
    """The body of an answer, made at an instant; ValueError when the value cannot be written so."""
    writers: Mapping[Form, Write] = {
        "json": lambda _, value: json.write(value),
        "xml": xml.write,
        "csv": csv.write,
        "pdf": partial(_pdf, at),
    }
    return writers[media.form](media, value)
