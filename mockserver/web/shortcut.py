"""The short way of ordinary calls: from a request to its answer in one pass, without waiting for anything.

A call is ordinary when it is of a known operation, says nothing unusual in its headers, and comes with credentials that
the security layer has let in for this operation before. Whatever is odd about a request is left, before anything has
changed, to the way that all others take; both use the same functions, and answer the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.engine.call import Call
from mockserver.engine.calls import Calls
from mockserver.engine.problems import Problem
from mockserver.plan import Operation
from mockserver.web.answer import Answer, encoded
from mockserver.web.cors import VARY
from mockserver.web.dispatch import Asked, Dispatch
from mockserver.web.exceptions import ExceptionMiddleware
from mockserver.web.limits import Limiter
from mockserver.web.request import parse_body
from mockserver.web.request_context import RequestContext, RequestNames
from mockserver.web.routes import Routes
from mockserver.web.site import Site

ORDINARY = ("host", "accept", "accept-encoding", "user-agent", "connection", "content-type", "content-length")
"""The headers of HTTP that the short way knows, beside those of the contract."""

PATH = re.compile(r"/[!\"$&-~]*")
"""The paths that are read as they stand: from the root, nothing in them escaped."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it is to be sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True)
class RawRequest:
    """A request as it came, with its whole body; the names of its headers are in lower case."""

    method: str
    path: str
    """Not decoded."""
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""


class Shortcut:
    """Answers ordinary calls."""

    def __init__(
        self, calls: Calls, dispatch: Dispatch, context: RequestContext, failures: ExceptionMiddleware, site: Site
    ) -> None:
        plan = dispatch.plan
        self.calls = calls
        self.site = site
        self.dispatch = dispatch
        self.context = context
        self.failures = failures
        self.limiter: Limiter = context.limiter
        self.conventions = plan.conventions
        self.routes = Routes(plan)
        self._base = plan.conventions.base_paths[0]
        self._request_header = (plan.conventions.request_header or "").lower()
        idempotency = plan.conventions.idempotency
        own = [plan.conventions.request_header, idempotency.header if idempotency else None]
        declared = {header.name for operation in plan.operations.values() for header in operation.headers}
        names: set[str] = {*ORDINARY, *dispatch.verdicts.headers, *filter(None, own), *declared}
        self._known = {name.lower().encode(): name.lower() for name in names}

    def answer(self, request: RawRequest) -> RawAnswer | None:
        """The answer to an ordinary call; None where it is not ordinary, and nothing has happened."""
        headers = self._headers(request) if len(request.body) <= self.conventions.body_bytes else None
        found = self._route(request) if headers is not None else None
        if headers is None or found is None:
            return None
        operation, segments, base_path = found
        verdict = self.dispatch.verdicts.of(operation, headers)
        if verdict is None:
            return None
        caller, key = verdict
        names = RequestNames("", request.method, request.path)
        try:
            typed = Headers(headers)
            body = parse_body(self.conventions, operation, typed, request.body)
            call = self.dispatch.call(
                operation, caller, Asked(typed, request.query_string, segments, names, request.path.encode()), body
            )
        except Exception:  # nothing has happened yet: the ordinary way meets it again, and words it
            return None
        standing, refusal = self.limiter.count(key) if key is not None else (self.limiter.untouched(), None)
        if refusal is not None:
            return None
        names["id"] = self.context.request_id(headers.get(self._request_header, ""))
        answer = self._run(call, base_path)
        rate = standing.names() if standing else {}
        own, content = encoded(answer, headers.get("accept-encoding", ""))
        return RawAnswer(answer.status, [*own, (b"vary", VARY), *self.dispatch.writer.headers(names, rate)], content)

    def _headers(self, request: RawRequest) -> dict[str, str] | None:
        """The headers of a request by name; None where one is unknown here, came twice, or has bytes that are odd."""
        headers: dict[str, str] = {}
        for name, value in request.headers:
            known = self._known.get(name)
            if known is None or known in headers:
                return None
            headers[known] = value.decode("latin-1")
        return headers if headers.get("connection", "keep-alive").lower() == "keep-alive" else None

    def _route(self, request: RawRequest) -> tuple[Operation, Mapping[str, str], str] | None:
        if request.method not in METHODS or not PATH.fullmatch(request.path) or b"#" in request.query_string:
            return None
        path, base_path = self.context.canonical(request.path)
        if self.site.answers(request.method, path):
            return None
        found = self.routes.find(request.method, path[len(self._base) :]) if base_path or not self._base else None
        return None if found is None or not self._is_ordinary(found[0]) else (*found, base_path)

    def _run(self, call: Call, base_path: str) -> Answer:
        try:
            return self.dispatch.answer(call, self.calls.run(call), base_path)
        except Exception as error:  # as the ordinary way does, which words whatever is raised
            return self.failures.answer(error, call.request, call.operation.method, call.request["path"])

    def _is_ordinary(self, operation: Operation) -> bool:
        """Whether its calls bring JSON or nothing, are answered at once and in one step, and not with a file."""
        form, action = operation.body is not None and bool(operation.body.parts), operation.action
        if form or operation.file or action.deliver or operation.kind in ("bulk", "stream"):
            return False
        chosen = action.choose.of.values() if action.choose else ()
        return all(self._is_ordinary(self.dispatch.plan.operations[name]) for name in chosen)


class ShortWay:
    """ASGI middleware that answers ordinary calls by the short way, and passes on all others."""

    def __init__(self, app: ASGIApp, shortcut: Shortcut) -> None:
        self.app = app
        self.shortcut = shortcut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what was read of one that is passed on is read again."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        messages: list[Message] = []
        if scope["method"] != "GET":
            try:
                messages.append(await receive())
            except Problem as problem:  # the body did not come in time: the application words that
                await self.app(scope, _refused(problem), send)
                return
        whole = not any(message.get("more_body", False) for message in messages)
        body = b"".join(message.get("body", b"") for message in messages)
        path = scope.get("raw_path") or scope["path"].encode()
        request = RawRequest(scope["method"], path.decode("latin-1"), scope["query_string"], scope["headers"], body)
        answer = self.shortcut.answer(request) if whole else None
        if answer is None:
            await self.app(scope, _again(messages, receive), send)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})


def _refused(problem: Problem) -> Receive:
    """What gives no message, but a refusal."""

    async def refuse() -> Message:
        raise problem

    return refuse


def _again(messages: list[Message], receive: Receive) -> Receive:
    """What gives these messages, and then those that follow."""
    waiting = iter(messages)

    async def next_message() -> Message:
        return next(waiting, None) or await receive()

    return next_message
