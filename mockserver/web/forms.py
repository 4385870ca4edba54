"""Reads a form (multipart/form-data, RFC 7578) as it comes in: texts, and files of which no more is held than is wanted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from mockserver.engine.files import Upload
from mockserver.engine.problems import Problem
from mockserver.flaws import Flaw
from mockserver.json import Json, Unreadable, read
from mockserver.plan import Body, FilePart
from mockserver.web.multipart import PartHeaders, read_parts
from mockserver.web.parameters import check_charset, decoded_words, file_name, parse
from mockserver.web.text import coerce

PARTS = 100
"""The most parts of a form."""


@dataclass(frozen=True)
class ParsedBody:
    """The body of a request that was read: its JSON, or the texts of a form as values; and the files of a form."""

    input: Json
    files: dict[str, Upload]


@dataclass
class _Part:
    name: str
    file_name: str | None
    media_type: str
    parameters: dict[str, str]
    content: bytearray = field(default_factory=bytearray)
    size: int = 0


class _Reading:
    """The parts of one form; `limit` is how many bytes there may be beside the files."""

    def __init__(self, body: Body, limit: int) -> None:
        self.body = body
        self.limit = limit
        self.parts: dict[str, _Part] = {}
        self._count = 0
        self._beside = 0

    def begin(self, headers: PartHeaders) -> _Part:
        """The part of these headers, whose content follows; one that the body does not know is not kept."""
        self._count += 1
        if self._count > PARTS:
            raise Problem("unreadable", reason=f"it has more than {PARTS} parts")
        _, parameters = parse(headers.get("content-disposition", ""))
        if "name" not in parameters:
            raise Problem("unreadable", reason="a part has no name in its Content-Disposition")
        name = decoded_words(parameters["name"])
        part = _Part(name, file_name(parameters), *parse(headers.get("content-type", "")))
        if name in self.parts:
            raise Problem("unreadable", reason=f"the part {name} is given more than once")
        if name in self.body.parts:
            self.parts[name] = part
        return part

    def content(self, part: _Part, piece: bytes) -> None:
        """A piece of a part's content."""
        file = self.body.files.get(part.name)
        part.size += len(piece)
        if file is not None:
            self._file_data(part, file, piece)
            return
        self._beside += len(piece)
        if self._beside > self.limit:
            raise Problem("too_large", limit=self.limit)
        part.content += piece

    def _file_data(self, part: _Part, file: FilePart, chunk: bytes) -> None:
        """Hold a piece of a file; of one that is too large nothing, and one far too large is not read to its end."""
        largest = self.limit if file.largest is None else file.largest
        if part.size <= largest:
            part.content += chunk
            return
        part.content.clear()
        if part.size > largest + self.limit:
            raise far_too_large(part.name, largest)


def far_too_large(name: str, largest: int) -> Problem:
    """The refusal of a file that is not even read to its end."""
    return Problem("validation", [Flaw(name, "maxLength", f"must have at most {largest} bytes", None, f"<= {largest}")])


def bound(body: Body, limit: int) -> int:
    """How many bytes of a form are read at most: its files, and twice what other bodies may have."""
    return sum(limit if file.largest is None else file.largest for file in body.files.values()) + 2 * limit


async def read_form(body: Body, content_type: str, limit: int, chunks: AsyncIterator[bytes]) -> ParsedBody:
    """The form of a request; Problem when it cannot be read. `limit` is how many bytes there may be beside the files."""
    _, parameters = parse(content_type)
    if not parameters.get("boundary"):
        raise Problem("unreadable", reason="its Content-Type has no boundary")
    reading, part = _Reading(body, limit), None
    async for event in read_parts(parameters["boundary"].encode("latin-1"), _bounded(chunks, bound(body, limit))):
        if isinstance(event, dict):
            part = reading.begin(event)
        elif part is not None:
            reading.content(part, event)
    return _form(body, reading.parts)


async def _bounded(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """A body as far as it is read at most."""
    read_so_far = 0
    async for chunk in chunks:
        read_so_far += len(chunk)
        if read_so_far > limit:
            raise Problem("too_large", limit=limit)
        yield chunk


def _form(body: Body, parts: dict[str, _Part]) -> ParsedBody:
    files = {
        name: Upload(part.file_name if part.file_name is not None else name, bytes(part.content), part.media_type, part.size)
        for name, part in parts.items()
        if name in body.files
    }
    return ParsedBody({name: _value(body, part) for name, part in parts.items() if name not in body.files}, files)


def _value(body: Body, part: _Part) -> Json:
    """A text as its schema means it; as it is where it is no such thing, for validation to say so."""
    check_charset(f"the part {part.name}", part.parameters)
    try:
        text = part.content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("unreadable", reason=f"byte {error.start} of {part.name} is not UTF-8") from None
    kind = body.parts[part.name]
    try:
        return read(text.encode()) if kind in ("object", "array") else coerce(kind, text)
    except (ValueError, Unreadable):
        return text
