"""Reads an HTTP request into what the engine understands; anything that cannot be read is a Problem."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace

from starlette.datastructures import Headers
from starlette.types import Receive

from mockserver import json
from mockserver.engine.intake import unfit
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.plan import Body, Conventions, Operation, Parameter
from mockserver.web.codings import codings, decoded
from mockserver.web.forms import ParsedBody, bound, far_too_large, read_form
from mockserver.web.parameters import check_charset, parse
from mockserver.web.styles import read, readings
from mockserver.web.text import coerce, printable

NO_CURSOR = "is none that a list has given: take that of the page before, and leave it out for the first"

GLANCED = 20
"""A body of up to so many times the values it may have is looked at for what is too many in it."""


def parameter_value(declared: Parameter, texts: Sequence[str]) -> Json:
    """The value of a parameter, from its texts as they stand in the request; its default where there are none.

    Problem when it does not fit, as it was written or as it must have been meant.
    """
    if not texts:
        if declared.required:
            raise refused(declared, "is required")
        return declared.default
    problems: list[Problem] = []
    for reading in readings(declared, texts):
        try:
            value = read(declared, reading)
        except ValueError as error:
            problems.append(refused(declared, str(error)))
            continue
        if not (flaws := declared.validate(value)):
            return value
        problems.append(refused(replace(declared, name=_within(declared.name, flaws[0].field)), flaws[0].message))
    raise problems[0]


def _within(name: str, field: str) -> str:
    """Where in a parameter: an entry of its list, a member of its object."""
    return f"{name}.{field}" if field and not field.startswith("[") else f"{name}{field}"


def refused(declared: Parameter, reason: str) -> Problem:
    """The problem of a parameter; `reason` ends a sentence that begins with its name.

    Of a cursor, what it looks like is no business of clients.
    """
    if declared.kind == "cursor" and reason != "is given more than once":
        reason = NO_CURSOR
    return Problem(declared.kind, name=declared.name, field=declared.name, reason=reason)


def check_headers(operation: Operation, headers: Headers) -> None:
    """Problem when a header parameter, or one in a cookie, is not what the contract says."""
    for declared in operation.headers:
        lines = [line.strip(" \t") for line in headers.getlist(declared.name)]
        if len(lines) > 1 and declared.type != "array":
            raise refused(declared, "is given more than once")
        parameter_value(declared, [",".join(lines)] if lines else [])
    exploded = any(declared.serialization.explode and declared.type in ("array", "object") for declared in operation.cookies)
    pairs = _cookies(headers, "[;&]" if exploded else ";") if operation.cookies else []
    for declared in operation.cookies:
        parameter_value(declared, _cookie_texts(declared, pairs))


def _cookies(headers: Headers, separator: str) -> list[tuple[str, str]]:
    """The names and texts of cookies; the pairs of an exploded one may be joined by & (OpenAPI 3.0, Style Examples)."""
    parts = [part.strip().partition("=") for line in headers.getlist("cookie") for part in re.split(separator, line)]
    return [(name, text.strip('"')) for name, equals, text in parts if equals]


def _cookie_texts(declared: Parameter, pairs: list[tuple[str, str]]) -> list[str]:
    how = declared.serialization
    if declared.type == "object" and how.explode:
        own = [f"{name}={text}" for name, text in pairs if name in how.members]
        return ["&".join(own)] if own else []
    texts = [text for name, text in pairs if name == declared.name]
    return texts if declared.type == "array" and how.explode else texts[:1]


def path_values(operation: Operation, segments: Mapping[str, str], raw_path: bytes = b"") -> dict[str, Json]:
    """The path's parameters; one that cannot be what the contract says names nothing that exists.

    `segments` are read from the raw path where their style asks for it, as escaped separators are none.
    """
    values: dict[str, Json] = {}
    raw = _raw_segments(operation, raw_path)
    for declared in operation.path_parameters:
        segment = segments[declared.name]
        try:
            values[declared.name] = _path_value(declared, segment, raw.get(declared.name, segment))
        except ValueError:
            raise _not_found(operation, declared.name, segment) from None
        if declared.validate(values[declared.name]):
            raise _not_found(operation, declared.name, segment)
    return values


def _path_value(declared: Parameter, segment: str, raw: str) -> Json:
    if declared.serialization.style == "simple" and declared.type not in ("array", "object"):
        return coerce(declared.type, segment)
    return read(declared, [raw])


def _raw_segments(operation: Operation, raw_path: bytes) -> dict[str, str]:
    """The segments of a path as they were sent, by the parameters they are."""
    template = operation.path.split("/")
    sent = raw_path.decode("latin-1").split("/")[-len(template) :]
    if len(sent) != len(template):
        return {}
    return {name[1:-1]: text for name, text in zip(template, sent, strict=True) if name.startswith("{")}


def _not_found(operation: Operation, name: str, segment: str) -> Problem:
    resource = operation.resource.name if operation.resource else name
    return Problem("not_found", resource=resource, id=printable(segment), field=name)


async def read_body(conventions: Conventions, operation: Operation, headers: Headers, receive: Receive) -> ParsedBody:
    """What the body of a request says, and the files it brings."""
    declared = operation.body
    if declared is not None and declared.parts:
        return await _form(conventions.body_bytes, declared, headers, receive)
    body = await _read(conventions.body_bytes, headers, receive)
    return parse_body(conventions, operation, headers, body)


async def _form(limit: int, declared: Body, headers: Headers, receive: Receive) -> ParsedBody:
    """The form of a request; refused when it is too large, of another type, or no form."""
    content_type = headers.get("content-type", "")
    chunks = decoded(_chunks(receive), codings(headers), bound(declared, limit))
    if "content-type" not in headers and not await anext(chunks, b""):
        raise Problem("unreadable", reason="it is empty")
    _check_type(declared.media_types, content_type)
    if _content_length(headers) > bound(declared, limit):
        for name, file in declared.files.items():
            raise far_too_large(name, limit if file.largest is None else file.largest)
        raise Problem("too_large", limit=bound(declared, limit))
    return await read_form(declared, content_type, limit, chunks)


def parse_body(conventions: Conventions, operation: Operation, headers: Headers, body: bytes) -> ParsedBody:
    """What a body of JSON says."""
    return ParsedBody(_parse(conventions, operation, headers, body), {})


def _parse(conventions: Conventions, operation: Operation, headers: Headers, body: bytes) -> Json:
    """The input that a JSON body holds, or None; refused when it is of another type, or not JSON."""
    declared = operation.body
    if declared is None:
        return None
    if not body:
        if declared.required:
            raise Problem("unreadable", reason="it is empty")
        return None
    _check_type(declared.media_types, headers.get("content-type", ""))
    try:
        if json.may_exceed(body, conventions.values):
            _check_counts(conventions.values, operation, declared, body)
        input = json.read(body)
    except json.Unreadable as error:
        raise Problem("unreadable", reason=str(error)) from None
    if json.depth(input) > conventions.depth:
        raise Problem("unreadable", reason=f"it is nested more than {conventions.depth} levels deep")
    if not isinstance(input, dict) and declared.schema.get("type", "object") == "object":
        raise Problem("unreadable", reason="it is not a JSON object")
    return input


def _check_counts(limit: int, operation: Operation, declared: Body, body: bytes) -> None:
    """Refuse a body in which there is too much of something, before anything else is looked at."""
    if json.may_exceed(body, GLANCED * limit):
        exceeds = json.count(body) > limit
    else:
        input = json.glance(body)
        if flaws := declared.too_many(input):
            raise unfit(operation, input, flaws)
        exceeds = json.exceeds(input, limit)
    if exceeds:
        raise Problem("unreadable", reason=f"it has more than {limit} values")


async def _read(limit: int, headers: Headers, receive: Receive) -> bytes:
    """The bytes of a body, which is read even where none is declared."""
    if _content_length(headers) > limit:
        raise Problem("too_large", limit=limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in decoded(_chunks(receive), codings(headers), limit):
        size += len(chunk)
        if size > limit:
            raise Problem("too_large", limit=limit)
        chunks.append(chunk)
    return b"".join(chunks)


def _content_length(headers: Headers) -> int:
    """How many bytes a client says that the body has; 0 where that is not said, or of a body in a coding."""
    length = headers.get("content-length", "")
    return int(length) if length.isdigit() and not codings(headers) else 0


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem("unreadable", reason="the connection was closed")
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _check_type(expected: Iterable[str], content_type: str) -> None:
    media_type, parameters = parse(content_type)
    if media_type not in expected:
        shown = media_type.encode("ascii", "replace").decode() or "without a content type"
        raise Problem("media_type", given=shown, expected=" or ".join(expected))
    check_charset(media_type, parameters)
