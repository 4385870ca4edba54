"""Takes a multipart body apart as it comes in (RFC 2046, 5.1): the headers of each part, then its content in pieces."""

from collections.abc import AsyncIterator

from mockserver.engine.problems import Problem

HEADERS = 8
"""The most headers of a part."""
HEADER_BYTES = 32 * 1024
"""The longest header of a part: enough to name a file of a few thousand letters in any script, and refuse it."""

PartHeaders = dict[str, str]
"""The headers of a part by name in lower case; bytes that are not UTF-8 are lone surrogates."""


class _Buffer:
    """What has come of a body and is not read yet."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self._content = bytearray(b"\r\n")  # the first line of a body may be a boundary

    async def _more(self) -> None:
        chunk = await anext(self._chunks, None)
        if chunk is None:
            raise Problem("unreadable", reason="it ends before its last boundary")
        self._content += chunk

    def _take(self, size: int) -> bytes:
        taken = bytes(self._content[:size])
        del self._content[:size]
        return taken

    async def skip(self, mark: bytes) -> bool:
        """Whether a mark follows, which is taken then."""
        while len(self._content) < len(mark):
            await self._more()
        return self._content.startswith(mark) and bool(self._take(len(mark)))

    async def up_to(self, mark: bytes) -> AsyncIterator[bytes]:
        """What stands before a mark, in pieces; the mark is taken too."""
        while (at := self._content.find(mark)) < 0:
            yield self._take(max(0, len(self._content) - len(mark) + 1))
            await self._more()
        yield self._take(at)
        self._take(len(mark))

    async def line(self) -> bytes:
        """A line without its end; Problem when it is too long for a header."""
        line = b""
        async for piece in self.up_to(b"\r\n"):
            line += piece
            if len(line) > HEADER_BYTES:
                raise Problem("unreadable", reason=f"a header of a part has more than {HEADER_BYTES} bytes")
        return line

    async def rest(self) -> None:
        """Read to the end."""
        async for _ in self._chunks:
            pass


async def read_parts(boundary: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[PartHeaders | bytes]:
    """The headers of each part and the pieces of its content, in order; Problem where the body is not made of parts.

    What stands before the first boundary and after the last is ignored, and so is white space after a boundary.
    """
    buffer, mark = _Buffer(chunks), b"\r\n--" + boundary
    async for _ in buffer.up_to(mark):
        pass
    while not await buffer.skip(b"--"):
        if (await buffer.line()).strip(b" \t"):
            raise Problem("unreadable", reason="more than white space follows a boundary")
        yield await _headers(buffer)
        async for piece in buffer.up_to(mark):
            yield piece
    await buffer.rest()


async def _headers(buffer: _Buffer) -> PartHeaders:
    lines: list[str] = []
    while line := await buffer.line():
        if line[:1] in b" \t" and lines:
            lines[-1] += line.decode("utf-8", "surrogateescape")
            continue
        lines.append(line.decode("utf-8", "surrogateescape"))
        if len(lines) > HEADERS:
            raise Problem("unreadable", reason=f"a part has more than {HEADERS} headers")
    if any(":" not in line for line in lines):
        raise Problem("unreadable", reason="a header of a part has no colon")
    named = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return dict(reversed(named))
