"""Envelopes as bytes with holes: what never varies is written once, at the start."""

from collections.abc import Iterator

from mockserver import json
from mockserver.language.scope import Scope
from mockserver.language.template import Constant, Fill, ObjectFill
from mockserver.plan import RESULT

Piece = bytes | Fill
"""Bytes as they stand, or what fills in a hole."""


class Segments:
    """The envelope of an answer.

    >>> envelope = Segments(ObjectFill({"success": Constant(True), "data": RESULT}))
    >>> envelope.write(Scope({}), b'{"id":"b1"}')
    b'{"success":true,"data":{"id":"b1"}}'
    """

    def __init__(self, envelope: Fill) -> None:
        self._pieces = tuple(_joined(_pieces(envelope)))

    def write(self, names: Scope, result: bytes) -> bytes:
        """The answer, with a result that is written already."""
        written = [
            piece if isinstance(piece, bytes) else result if piece is RESULT else json.write(piece(names))
            for piece in self._pieces
        ]
        return b"".join(written)


def _pieces(fill: Fill) -> Iterator[Piece]:
    if isinstance(fill, Constant):
        yield json.write(fill.value)
    elif isinstance(fill, ObjectFill):
        begin = b"{"
        for name, member in fill.members.items():
            yield begin + json.write(name) + b":"
            yield from _pieces(member)
            begin = b","
        yield b"}" if fill.members else b"{}"
    else:
        yield fill


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    gathered = b""
    for piece in pieces:
        if isinstance(piece, bytes):
            gathered += piece
            continue
        yield gathered
        yield piece
        gathered = b""
    yield gathered
