"""Undoes the codings in which a body comes (RFC 9110, 8.4), piece by piece: never more of it is held than is wanted."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.datastructures import Headers

from mockserver.engine.problems import Problem

ACCEPTED = ("gzip", "deflate")
"""The codings that are undone, as they are told; `x-gzip` is another name of the first."""
NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
MOST = 3
"""So many codings may lie over each other."""
PIECE = 1 << 16
"""So many bytes are made of a body at a time."""
SLACK = 1024
"""So many bytes may be added by a coding that makes nothing smaller."""


def codings(headers: Headers) -> list[str]:
    """The codings of a body in the order in which they were applied, those of its transfer last."""
    lines = [*headers.getlist("content-encoding"), *headers.getlist("transfer-encoding")]
    named = [name.strip().lower() for line in lines for name in line.split(",")]
    return [name for name in named if name not in ("", "identity", "chunked")]


def decoded(chunks: AsyncIterator[bytes], applied: list[str], limit: int) -> AsyncIterator[bytes]:
    """A body without its codings; Problem when one is not known or broken, or when it has more than `limit` bytes then."""
    for coding in reversed(applied):
        chunks = _decode(chunks, coding, limit) if coding in NAMES and len(applied) <= MOST else _refuse(chunks, applied)
    return chunks


async def _refuse(chunks: AsyncIterator[bytes], applied: list[str]) -> AsyncIterator[bytes]:
    """Refuse a body that there is, for its codings."""
    async for chunk in chunks:
        if chunk:
            shown = ", ".join(applied).encode("ascii", "replace").decode()[:100]
            raise Problem("content_coding", given=shown, expected=f"{', '.join(ACCEPTED)} or none")
        yield chunk


async def _decode(chunks: AsyncIterator[bytes], coding: str, limit: int) -> AsyncIterator[bytes]:
    """What a coding was applied to; a gzip may consist of several."""
    decoder: Any = None
    coming, made = 0, 0
    begin = b""
    async for chunk in chunks:
        coming += len(chunk)
        begin, rest = (begin + chunk, b"") if decoder is None else (b"", chunk)
        if decoder is None and len(begin) >= 2:
            decoder, begin, rest = _decoder(coding, begin), b"", begin
        piece = b""
        while rest or (len(piece) == PIECE and not decoder.eof):
            decoder, rest, piece = _step(decoder, coding, rest)
            made += len(piece)
            if made > limit or coming > 2 * limit + SLACK:
                raise Problem("too_large", limit=limit)
            yield piece
            await asyncio.sleep(0)
    if begin or (decoder is not None and not decoder.eof):
        raise Problem("unreadable", reason=f"its {coding} ends before its end")


def _decoder(coding: str, begin: bytes) -> Any:
    """What undoes a coding, by its first bytes: `deflate` is a zlib stream, though some clients send it bare."""
    if NAMES[coding] == "gzip":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    wrapped = begin[0] & 0x0F == 8 and (begin[0] << 8 | begin[1]) % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


def _step(decoder: Any, coding: str, rest: bytes) -> tuple[Any, bytes, bytes]:
    """A piece more: the decoder to go on with, what is still to be decoded, and the piece."""
    if decoder.eof and NAMES[coding] == "gzip":
        decoder = _decoder(coding, rest)
    elif decoder.eof and rest:
        raise Problem("unreadable", reason=f"its {coding} goes on after its end")
    try:
        piece = decoder.decompress(rest, PIECE)
    except zlib.error as error:
        raise Problem("unreadable", reason=f"it is no {coding}: {str(error).rpartition(': ')[2]}") from None
    return decoder, decoder.unused_data if decoder.eof else decoder.unconsumed_tail, piece
