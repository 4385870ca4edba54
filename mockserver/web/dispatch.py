"""From a routed request to its answer: credentials, body, parameters, engine, envelope."""

from dataclasses import replace
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from mockserver.engine.call import Call, Reply
from mockserver.engine.engine import Engine
from mockserver.engine.idempotency import idempotency_key
from mockserver.engine.problems import Problem
from mockserver.events.outbox import Outbox
from mockserver.json import Json
from mockserver.plan import Operation
from mockserver.web.files import FileAnswer
from mockserver.web.headers import filled
from mockserver.web.query import parse_list_request, parse_query
from mockserver.web.reply import Answer, Writer, send_answer
from mockserver.web.request import check_headers, path_values, read_body
from mockserver.web.security import ApiKey, Authenticator
from mockserver.web.serialize import serialize


class Dispatch:
    """Answers the calls of one plan."""

    def __init__(self, engine: Engine, authenticator: Authenticator, writer: Writer, outbox: Outbox | None = None) -> None:
        self.engine = engine
        self.outbox = outbox
        self.authenticator = authenticator
        self.writer = writer
        self._idempotency = engine.plan.conventions.idempotency

    async def answer(
        self, operation_id: str, credentials: dict[str, object], scope: Scope, receive: Receive
    ) -> Answer | FileAnswer:
        """The answer to one request."""
        plan = self.engine.plan
        operation = plan.operations[operation_id]
        key, tenant = (
            credentials.get(plan.conventions.security.key or ""),
            credentials.get(plan.conventions.security.tenant or ""),
        )
        caller = self.authenticator.admit(
            operation, key if isinstance(key, ApiKey) else None, tenant if isinstance(tenant, str) else None
        )
        given = await read_body(plan.conventions, operation.body, scope, receive)
        headers = Headers(scope=scope)
        check_headers(operation, headers)
        query = parse_query(operation, scope["query_string"])
        request = scope["state"]["request"]
        path = path_values(operation, scope["path_params"])
        call = Call(operation, caller, path, query.parameters, input=given.values, request=request, files=given.files)
        if operation.kind == "list":
            call = replace(call, list_request=parse_list_request(plan.conventions.listing, operation, query))
        key = headers.get(self._idempotency.header) if self._idempotency and operation.idempotent else None
        if key is not None:
            call = replace(call, idempotency_key=idempotency_key(call, key.strip(" \t")))
        reply = self.engine.run(call)
        if operation.file:
            return self._file(call, reply)
        if reply.deliver is not None and self.outbox is not None:
            await self.outbox.attempt(caller.tenant, reply.deliver)
            reply = self.engine.fresh(call, reply)
        return self._answer(operation, reply, scope, path)

    def _answer(self, operation: Operation, reply: Reply, scope: Scope, path: dict[str, Json]) -> Answer:
        request = scope["state"]["request"]
        names = self.writer.names(reply.original, result=reply.result, page=reply.page, request=request, path=path)
        written = serialize(operation.media, operation.reply(names), self.writer.instant(reply.original))
        headers = {**self._location(operation, reply, scope, path), **filled(operation.answer_headers, names)}
        if reply.replayed and self._idempotency and self._idempotency.replayed:
            headers[self._idempotency.replayed] = "true"
        return Answer(operation.status, written, headers, operation.media.content_type)

    def _file(self, call: Call, reply: Reply) -> FileAnswer:
        """The file that a reply names; Problem when it names none, or its bytes are gone."""
        try:
            content = self.engine.content(call.caller.tenant, (reply.result or {}).get("sha256", ""))
        except KeyError:
            raise Problem("not_found", resource="file", id=next(iter(call.path.values()), ""), field="") from None
        return FileAnswer(call.operation.status, reply.result, content)

    def _location(self, operation: Operation, reply: Reply, scope: Scope, path: dict[str, Json]) -> dict[str, str]:
        read_operation, created = operation.read_operation, reply.created or reply.result
        if read_operation is None or not isinstance(created, dict):
            return {}
        known = {**path, **created, read_operation.key: created.get(read_operation.key_field)}
        place = read_operation.path
        for parameter in read_operation.path_parameters:
            place = place.replace("{" + parameter.name + "}", quote(str(known.get(parameter.name, "")), safe=""))
        return {"location": scope["state"]["base_path"] + place}


class Answerer:
    """The ASGI application at the end of the routing: a routed call, or none."""

    def __init__(self, dispatch: Dispatch, routing: str, context: str) -> None:
        self.dispatch = dispatch
        self.routing = routing
        self.context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that the router has named an operation for."""
        extensions = scope.get("extensions", {})
        operation = extensions.get(self.routing, {}).get("operation_id")
        if operation is None:
            raise Problem("no_route", path=scope["state"]["request"]["path"])
        credentials = extensions.get(self.context, {}).get("token_info", {})
        answer = await self.dispatch.answer(operation, credentials, scope, receive)
        if isinstance(answer, FileAnswer):
            await answer.send(send)
        else:
            await send_answer(answer, scope, send)
