"""From a routed request to its answer: who calls, what they send, what runs it, and how its reply is written."""

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol, cast
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from mockserver.engine.call import Call, Caller, ListRequest, Reply
from mockserver.engine.engine import Engine
from mockserver.engine.forms import Form
from mockserver.engine.idempotency import idempotency_key
from mockserver.engine.problems import Problem
from mockserver.events.outbox import Outbox
from mockserver.json import Json
from mockserver.language.scope import Scope as Names
from mockserver.plan import Operation
from mockserver.plan.media import Media
from mockserver.web.answer import Answer, Writer, send_answer, serialize
from mockserver.web.forms import ParsedBody
from mockserver.web.headers import file_name, fill_headers
from mockserver.web.memory import Memory
from mockserver.web.query import Parameters, parse_list_request, parse_query
from mockserver.web.request import check_headers, path_values, read_body
from mockserver.web.security import ApiKey
from mockserver.web.segments import Segments
from mockserver.web.verdicts import Verdicts

ROUTING, SECURITY = "connexion_routing", "connexion_context"
"""The ASGI extensions in which the router names an operation, and the security layer leaves credentials by scheme."""

Admit = Callable[[Operation, Mapping[str, object]], Caller]
"""Who calls an operation with these credentials, by security scheme; Problem when they may not."""


class Runner(Protocol):
    """What runs the calls of a plan."""

    async def run(self, call: Call) -> Reply:
        """The reply to a call; Problem or Refused when it is refused."""


class EngineRunner:
    """Runs calls on the engine; one that delivers a webhook waits for what comes of the first attempt."""

    def __init__(self, engine: Engine, outbox: Outbox | None = None) -> None:
        self.engine = engine
        self.outbox = outbox

    async def run(self, call: Call) -> Reply:
        """The reply to a call, as its documents are when it is answered."""
        if call.operation.kind == "bulk":
            return await self._in_steps(call)
        reply = self.engine.calls.run(call)
        if call.operation.file:
            return self._with_content(call, reply)
        if reply.deliver is None or self.outbox is None:
            return reply
        await self.outbox.attempt(call.caller.tenant, reply.deliver)
        return self.engine.calls.reread_and_commit(call, reply)

    async def _in_steps(self, call: Call) -> Reply:
        """The reply to a call of several operations; between two of them, other requests get their turn."""
        steps = self.engine.calls.run_bulk(call)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return cast(Reply, end.value)
            await asyncio.sleep(0)

    def _with_content(self, call: Call, reply: Reply) -> Reply:
        """The reply with the bytes of the file that it names; Problem when it names none, or they are not what was kept."""
        if not reply.result:
            raise Problem("not_found", resource="file", id=next(iter(call.path.values()), ""), field="")
        return replace(reply, content=self.engine.state.content(call.caller.tenant, reply.result["sha256"]))


@dataclass(frozen=True)
class Asked:
    """What a request says beside its method, path and body."""

    headers: Headers
    query_string: bytes
    segments: Mapping[str, str]
    """The texts of the parameters of its path."""
    names: MutableMapping[str, Json]
    raw_path: bytes = b""
    """Its path as it was sent."""


class Dispatch:
    """The ASGI application at the end of the routing: answers the calls of one plan."""

    def __init__(self, runner: Runner, admit: Admit, writer: Writer, verdicts: Verdicts | None = None) -> None:
        self.runner = runner
        self.admit = admit
        self.writer = writer
        self.plan = writer.plan
        self.verdicts = verdicts or Verdicts(None)
        self._idempotency = writer.plan.conventions.idempotency
        self._queries: Memory[tuple[str, bytes], tuple[Parameters, ListRequest]] = Memory()
        self._segments: dict[str, Segments] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that the router has named an operation for."""
        extensions = scope.get("extensions", {})
        operation_id = extensions.get(ROUTING, {}).get("operation_id")
        if operation_id is None:
            raise Problem("no_route", path=scope["state"]["request"]["path"])
        operation = self.plan.operations[operation_id]
        credentials = extensions.get(SECURITY, {}).get("token_info", {})
        caller, headers = self.admit(operation, credentials), Headers(scope=scope)
        self.verdicts.remember(
            operation, headers, (caller, next((key for key in credentials.values() if isinstance(key, ApiKey)), None))
        )
        body = await read_body(self.plan.conventions, operation, headers, receive)
        raw_path = scope.get("raw_path") or b""
        query = Asked(headers, scope["query_string"], scope["path_params"], scope["state"]["request"], raw_path)
        call = self.call(operation, caller, query, body)
        reply = await self.runner.run(call)
        await send_answer(self.answer(call, reply, scope["state"]["base_path"]), scope, send)

    def call(self, operation: Operation, caller: Caller, asked: Asked, body: ParsedBody) -> Call:
        """What a request asks for; Problem when it cannot be understood."""
        check_headers(operation, asked.headers)
        query, list_request = self._query(operation, asked.query_string)
        path = path_values(operation, asked.segments, asked.raw_path)
        call = Call(operation, caller, path, query, list_request, input=body.input, request=asked.names, files=body.files)
        key = asked.headers.get(self._idempotency.header) if self._idempotency and operation.idempotent else None
        return call if key is None else replace(call, idempotency_key=idempotency_key(call, key.strip(" \t")))

    def _query(self, operation: Operation, query_string: bytes) -> tuple[Parameters, ListRequest]:
        """The parameters of a query, and the list that it asks for, if it asks for one; both are only read."""
        key = (operation.id, query_string)
        if (parsed := self._queries.get(key)) is None:
            query = parse_query(operation, query_string)
            listing = self.plan.conventions.listing
            wanted = parse_list_request(listing, operation, query) if operation.kind == "list" else ListRequest()
            parsed = self._queries.remember(key, (query.parameters, wanted))
        return parsed

    def answer(self, call: Call, reply: Reply, base_path: str) -> Answer:
        """The answer to a call that was run."""
        operation = call.operation
        if reply.content is not None:
            return _file(operation, reply.result, reply.content)
        media = operation.media if reply.format is None else operation.formats[reply.format]
        told = {"result": reply.result, "page": reply.page, "request": call.request, "path": call.path}
        names = self.writer.names(reply.original, **told, mediaType=media.type)
        content = self._content(media, operation, reply, names)
        headers = _location(call, reply, base_path)
        if operation.answer_headers:
            headers |= fill_headers(operation.answer_headers, names)
        if reply.replayed and self._idempotency and self._idempotency.replayed:
            headers[self._idempotency.replayed.lower()] = "true"
        return Answer(operation.status, content, headers, media.content_type)

    def _content(self, media: Media, operation: Operation, reply: Reply, names: Names) -> bytes:
        """The envelope, written; a result whose bytes are remembered is not written again."""
        if reply.forms is None or media is not operation.media or media.form != "json":
            envelope = operation.reply(names) if reply.format is None else reply.formatted
            return serialize(media, envelope, self.writer.instant(reply.original))
        segments = self._segments.get(operation.id)
        if segments is None:
            segments = self._segments[operation.id] = Segments(operation.reply)
        return segments.write(names, written(reply.forms))


def written(forms: Form | list[Form]) -> bytes:
    """The bytes of what is given out: of one document, or of a list of them."""
    return b"[" + b",".join([form.written for form in forms]) + b"]" if isinstance(forms, list) else forms.written


def _file(operation: Operation, file: dict[str, Json], content: BinaryIO) -> Answer:
    """A file as it came, under its name, never to be run as anything else."""
    headers = {
        "content-length": str(file["size"]),
        "content-disposition": f"attachment; {file_name(file['name'])}",
        "x-content-type-options": "nosniff",
    }
    return Answer(operation.status, content, headers, file["type"])


def _location(call: Call, reply: Reply, base_path: str) -> dict[str, str]:
    """The header that says where what was created can be read, if it can."""
    read_operation, created = call.operation.read_operation, reply.created or reply.result
    if read_operation is None or not isinstance(created, dict):
        return {}
    values = {**call.path, **created, read_operation.key: created.get(read_operation.key_field)}
    path = read_operation.path
    for parameter in read_operation.path_parameters:
        path = path.replace("{" + parameter.name + "}", quote(str(values.get(parameter.name, "")), safe=""))
    return {"location": base_path + path}
