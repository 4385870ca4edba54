"""From a routed request to its answer: who calls, what they send, what runs it, and how its reply is written."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import BinaryIO, Protocol, cast
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from mockserver.engine.call import Call, Caller, Reply
from mockserver.engine.engine import Engine
from mockserver.engine.idempotency import idempotency_key
from mockserver.engine.problems import Problem
from mockserver.events.outbox import Outbox
from mockserver.json import Json
from mockserver.plan import Operation
from mockserver.web.answer import Answer, Writer, send_answer, serialize
from mockserver.web.headers import file_name, fill_headers
from mockserver.web.query import parse_list_request, parse_query
from mockserver.web.request import check_headers, path_values, read_body

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


class Dispatch:
    """The ASGI application at the end of the routing: answers the calls of one plan."""

    def __init__(self, runner: Runner, admit: Admit, writer: Writer) -> None:
        self.runner = runner
        self.admit = admit
        self.writer = writer
        self.plan = writer.plan
        self._idempotency = writer.plan.conventions.idempotency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that the router has named an operation for."""
        extensions = scope.get("extensions", {})
        operation_id = extensions.get(ROUTING, {}).get("operation_id")
        if operation_id is None:
            raise Problem("no_route", path=scope["state"]["request"]["path"])
        operation = self.plan.operations[operation_id]
        caller = self.admit(operation, extensions.get(SECURITY, {}).get("token_info", {}))
        call = await self._call(operation, caller, scope, receive)
        reply = await self.runner.run(call)
        await send_answer(self._answer(call, reply, scope["state"]["base_path"]), scope, send)

    async def _call(self, operation: Operation, caller: Caller, scope: Scope, receive: Receive) -> Call:
        """What a request asks for; Problem when it cannot be read."""
        conventions = self.plan.conventions
        body = await read_body(conventions, operation, scope, receive)
        headers = Headers(scope=scope)
        check_headers(operation, headers)
        query = parse_query(operation, scope["query_string"])
        path = path_values(operation, scope["path_params"], scope.get("raw_path") or b"")
        request = scope["state"]["request"]
        call = Call(operation, caller, path, query.parameters, input=body.input, request=request, files=body.files)
        if operation.kind == "list":
            return replace(call, list_request=parse_list_request(conventions.listing, operation, query))
        key = headers.get(self._idempotency.header) if self._idempotency and operation.idempotent else None
        return call if key is None else replace(call, idempotency_key=idempotency_key(call, key.strip(" \t")))

    def _answer(self, call: Call, reply: Reply, base_path: str) -> Answer:
        operation = call.operation
        if reply.content is not None:
            return _file(operation, reply.result, reply.content)
        media = operation.media if reply.format is None else operation.formats[reply.format]
        told = {"result": reply.result, "page": reply.page, "request": call.request, "path": call.path}
        names = self.writer.names(reply.original, **told, mediaType=media.type)
        envelope = operation.reply(names) if reply.format is None else reply.formatted
        content = serialize(media, envelope, self.writer.instant(reply.original))
        headers = _location(call, reply, base_path)
        if operation.answer_headers:
            headers |= fill_headers(operation.answer_headers, names)
        if reply.replayed and self._idempotency and self._idempotency.replayed:
            headers[self._idempotency.replayed] = "true"
        return Answer(operation.status, content, headers, media.content_type)


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
