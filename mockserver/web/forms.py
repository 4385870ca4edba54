"""Reads a form (multipart/form-data, RFC 7578) as it comes in: texts, and files of which no more is held than is wanted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mockserver.engine.files import Upload
from mockserver.engine.problems import Problem
from mockserver.flaws import Flaw
from mockserver.json import Json, Unreadable, read
from mockserver.plan import Body, FilePart
from mockserver.web.text import coerce

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

PARTS = 100
"""The most parts of a form."""
HEADERS = 8
"""The most headers of a part."""
HEADER_BYTES = 32 * 1024
"""The longest header of a part: enough to name a file of a few thousand letters in any script, and refuse it."""


@dataclass(frozen=True)
class ParsedBody:
    """The body of a request that was read: its JSON, or the texts of a form as values; and the files of a form."""

    input: Json
    files: dict[str, Upload]


@dataclass
class _Part:
    name: str
    file_name: str | None
    declared: str
    content: bytearray = field(default_factory=bytearray)
    size: int = 0


class _Reading:
    """The parts of one form, called back by the parser; `limit` is how many bytes there may be beside the files."""

    def __init__(self, body: Body, limit: int) -> None:
        self.body = body
        self.limit = limit
        self.parts: dict[str, _Part] = {}
        self.ended = False
        self._headers: dict[str, bytes] = {}
        self._name, self._value = b"", b""
        self._part: _Part | None = None
        self._count = 0
        self._beside = 0

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls."""
        return {
            "on_part_begin": self.part_begin,
            "on_header_field": self.header_field,
            "on_header_value": self.header_value,
            "on_header_end": self.header_end,
            "on_headers_finished": self.headers_finished,
            "on_part_data": self.part_data,
            "on_end": self.end,
        }

    def part_begin(self) -> None:
        """A part begins."""
        self._count += 1
        if self._count > PARTS:
            raise Problem("unreadable", reason=f"it has more than {PARTS} parts")
        self._headers = {}

    def header_field(self, chunk: bytes, start: int, end: int) -> None:
        """A piece of a header's name."""
        self._name += chunk[start:end]

    def header_value(self, chunk: bytes, start: int, end: int) -> None:
        """A piece of a header's value."""
        self._value += chunk[start:end]

    def header_end(self) -> None:
        """A header is complete."""
        self._headers[self._name.decode("latin-1").lower()] = self._value
        self._name, self._value = b"", b""

    def headers_finished(self) -> None:
        """The content of a part follows."""
        _, parameters = parse_options_header(self._headers.get("content-disposition"))
        if b"name" not in parameters:
            raise Problem("unreadable", reason="a part has no name in its Content-Disposition")
        name = parameters[b"name"].decode("utf-8", "replace")
        file_name = parameters[b"filename"].decode("utf-8", "surrogateescape") if b"filename" in parameters else None
        declared, _ = parse_options_header(self._headers.get("content-type"))
        self._part = _Part(name, file_name, declared.decode("latin-1"))
        if name not in self.body.parts:
            return
        if name in self.parts:
            raise Problem("unreadable", reason=f"the part {name} is given more than once")
        self.parts[name] = self._part

    def part_data(self, chunk: bytes, start: int, end: int) -> None:
        """A piece of a part's content."""
        if self._part is None:
            return
        file = self.body.files.get(self._part.name)
        self._part.size += end - start
        if file is None:
            self._beside += end - start
            if self._beside > self.limit:
                raise Problem("too_large", limit=self.limit)
            self._part.content += chunk[start:end]
        else:
            self._file_data(self._part, file, chunk[start:end])

    def _file_data(self, part: _Part, file: FilePart, chunk: bytes) -> None:
        """Hold a piece of a file; of one that is too large nothing, and one far too large is not read to its end."""
        largest = self.limit if file.largest is None else file.largest
        if part.size <= largest:
            part.content += chunk
            return
        part.content.clear()
        if part.size > largest + self.limit:
            raise far_too_large(part.name, largest)

    def end(self) -> None:
        """The last boundary has come."""
        self.ended = True


def far_too_large(name: str, largest: int) -> Problem:
    """The refusal of a file that is not even read to its end."""
    return Problem("validation", [Flaw(name, "maxLength", f"must have at most {largest} bytes", None, f"<= {largest}")])


def bound(body: Body, limit: int) -> int:
    """How many bytes of a form are read at most: its files, and twice what other bodies may have."""
    return sum(limit if file.largest is None else file.largest for file in body.files.values()) + 2 * limit


async def read_form(body: Body, content_type: str, limit: int, chunks: AsyncIterator[bytes]) -> ParsedBody:
    """The form of a request; Problem when it cannot be read. `limit` is how many bytes there may be beside the files."""
    reading = _Reading(body, limit)
    _, parameters = parse_options_header(content_type)
    if not parameters.get(b"boundary"):
        raise Problem("unreadable", reason="its Content-Type has no boundary")
    read_so_far = 0
    try:
        parser = MultipartParser(
            parameters[b"boundary"], reading.callbacks(), max_header_count=HEADERS, max_header_size=HEADER_BYTES
        )
        async for chunk in chunks:
            read_so_far += len(chunk)
            if read_so_far > bound(body, limit):
                raise Problem("too_large", limit=bound(body, limit))
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise Problem("unreadable", reason=str(error)[:200].lower()) from None
    if not reading.ended:
        raise Problem("unreadable", reason="it ends before its last boundary")
    return _form(body, reading.parts)


def _form(body: Body, parts: dict[str, _Part]) -> ParsedBody:
    files = {
        name: Upload(part.file_name if part.file_name is not None else name, bytes(part.content), part.declared, part.size)
        for name, part in parts.items()
        if name in body.files
    }
    return ParsedBody({name: _value(body, part) for name, part in parts.items() if name not in body.files}, files)


def _value(body: Body, part: _Part) -> Json:
    """A text as its schema means it; as it is where it is no such thing, for validation to say so."""
    try:
        text = part.content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("unreadable", reason=f"byte {error.start} of {part.name} is not UTF-8") from None
    kind = body.parts[part.name]
    try:
        return read(text.encode()) if kind in ("object", "array") else coerce(kind, text)
    except (ValueError, Unreadable):
        return text
