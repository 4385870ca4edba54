"""Answers that are files: their bytes as they came, under their name, never to be run as anything else."""

from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote

from starlette.types import Send

from mockserver.json import Json

CHUNK = 1 << 16
"""So many bytes of a file are sent at a time."""


def disposition(name: str) -> str:
    r"""The Content-Disposition of a file to be saved under a name (RFC 6266): in ASCII, and in full where that differs.

    >>> disposition("order.pdf")
    'attachment; filename="order.pdf"'
    >>> print(disposition('caf\u00e9 "1".txt'))
    attachment; filename="caf_ _1_.txt"; filename*=UTF-8''caf%C3%A9%20%221%22.txt
    """
    plain = "".join(letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_" for letter in name)
    full = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{full}'


@dataclass(frozen=True)
class FileAnswer:
    """An HTTP answer that is a file: what a document knows of it, and its bytes."""

    status: int
    file: dict[str, Json]
    content: BinaryIO

    async def send(self, send: Send) -> None:
        """Write the answer, a piece at a time."""
        headers = {
            "content-type": self.file["type"],
            "content-length": str(self.file["size"]),
            "content-disposition": disposition(self.file["name"]),
            "x-content-type-options": "nosniff",
        }
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        with self.content:
            await send({"type": "http.response.start", "status": self.status, "headers": raw})
            while piece := self.content.read(CHUNK):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
