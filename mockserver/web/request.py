"""Reads an HTTP request into what the engine understands; anything that cannot be read is a Problem."""

import re
from collections.abc import AsyncIterator, Iterable

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from mockserver import json
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.plan import Body, Conventions, Operation
from mockserver.web.coercion import coerce, parameter_value, refused
from mockserver.web.forms import Form, bound, far_too_large, read_form
from mockserver.web.text import printable


def check_headers(operation: Operation, headers: Headers) -> None:
    """Problem when a header parameter is not what the contract says."""
    for declared in operation.headers:
        given = headers.getlist(declared.name)
        if len(given) > 1:
            raise refused(declared, "is given more than once")
        parameter_value(declared, given[0].strip(" \t") if given else None)


def path_values(operation: Operation, given: dict[str, str]) -> dict[str, Json]:
    """The path's parameters; one that cannot be what the contract says names nothing that exists."""
    values: dict[str, Json] = {}
    for declared in operation.path_parameters:
        raw = given[declared.name]
        try:
            values[declared.name] = coerce(declared.type, raw)
        except ValueError:
            raise _nothing(operation, declared.name, raw) from None
        if declared.validate(values[declared.name]):
            raise _nothing(operation, declared.name, raw)
    return values


def _nothing(operation: Operation, name: str, raw: str) -> Problem:
    resource = operation.resource.name if operation.resource else name
    return Problem("not_found", resource=resource, id=printable(raw), field=name)


async def read_body(conventions: Conventions, body: Body | None, scope: Scope, receive: Receive) -> Form:
    """What the body of a request says, and the files it brings; a body of JSON is the values of a form without files."""
    if body is not None and body.parts:
        return await _form(conventions, body, scope, receive)
    return Form(await _value(conventions, body, scope, receive), {})


async def _form(conventions: Conventions, body: Body, scope: Scope, receive: Receive) -> Form:
    """The form of a request; refused when it is too large, of another type, or no form."""
    headers, limit = Headers(scope=scope), conventions.body_bytes
    given = headers.get("content-type", "")
    chunks = _chunks(receive)
    if "content-type" not in headers and not await anext(chunks, b""):
        raise Problem("unreadable", reason="it is empty")
    _check_type(body.media_types, given)
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > bound(body, limit):
        for name, file in body.files.items():
            raise far_too_large(name, limit if file.largest is None else file.largest)
        raise Problem("too_large", limit=bound(body, limit))
    return await read_form(body, given, limit, chunks)


async def _value(conventions: Conventions, body: Body | None, scope: Scope, receive: Receive) -> Json:
    """The JSON body of a request, or None; refused when it is too large, of another type, or not JSON."""
    raw = await _raw(conventions.body_bytes, receive, Headers(scope=scope))
    if body is None:
        return None
    if not raw:
        if body.required:
            raise Problem("unreadable", reason="it is empty")
        return None
    _check_type(body.media_types, Headers(scope=scope).get("content-type", ""))
    try:
        value = json.read(raw)
    except json.Unreadable as error:
        raise Problem("unreadable", reason=str(error)) from None
    if json.depth(value) > conventions.depth:
        raise Problem("unreadable", reason=f"it is nested more than {conventions.depth} levels deep")
    if not isinstance(value, dict) and body.schema.get("type", "object") == "object":
        raise Problem("unreadable", reason="it is not a JSON object")
    return value


async def _raw(limit: int, receive: Receive, headers: Headers) -> bytes:
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise Problem("too_large", limit=limit)
    found: list[bytes] = []
    size = 0
    async for chunk in _chunks(receive):
        size += len(chunk)
        if size > limit:
            raise Problem("too_large", limit=limit)
        found.append(chunk)
    return b"".join(found)


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem("unreadable", reason="the connection was closed")
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _check_type(expected: Iterable[str], given: str) -> None:
    media = given.partition(";")[0].strip().lower()
    if media not in expected:
        shown = media.encode("ascii", "replace").decode() or "without a content type"
        raise Problem("media_type", given=shown, expected=" or ".join(expected))
    charset = re.search(r"charset=\"?([\w.-]+)", given, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Problem("media_type", given=f"{media} in {charset[1]}", expected=f"{media} in UTF-8")
