"""Answers below /_sandbox, by a contract of its own, and passes everything else on to the API."""

import re
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.compiling.compiler import compile_
from mockserver.control.access import admit
from mockserver.control.actions import HANDLERS
from mockserver.control.sandbox_control import SandboxControl
from mockserver.engine.call import Call, Caller
from mockserver.engine.intake import accept_body
from mockserver.plan import Operation, Plan
from mockserver.reading.document import Document, read
from mockserver.web.limits import Limiter
from mockserver.web.query import parse_query
from mockserver.web.reply import Answer, Writer, send_answer
from mockserver.web.request import path_values, read_body
from mockserver.web.request_context import ExceptionMiddleware, RequestContext
from mockserver.web.serialize import serialize
from mockserver.web.site import Site

CONTRACT = Path(__file__).parent / "control.yaml"


class ControlPlane:
    """ASGI middleware: what begins with the control plane's base path is its own."""

    def __init__(self, app: ASGIApp, sandbox: SandboxControl, token: str | None = None) -> None:
        self.app = app
        self.sandbox = sandbox
        self.token = token
        document, self.plan = _contract()
        self.base = self.plan.conventions.base_paths[0]
        self.routes = [(_pattern(self.base + one.path), one) for one in self.plan.operations.values()]
        self.writer = Writer(self.plan, sandbox.engine.clock)
        refusals = ExceptionMiddleware(_Admitted(Site(self._operation, self.plan, document), token), self.plan, self.writer)
        self.own = RequestContext(refusals, self.plan, self.writer, Limiter(None, sandbox.engine.clock))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is the control plane's, pass on what is not."""
        path = scope.get("path", "")
        own = scope["type"] == "http" and (path == self.base or path.startswith(f"{self.base}/"))
        await (self.own if own else self.app)(scope, receive, send)

    async def _operation(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in (self.base, f"{self.base}/"):
            await RedirectResponse(f"{self.base}/ui/")(scope, receive, send)
            return
        operation, names = self._route(scope)
        given = await read_body(self.plan.conventions, operation.body, scope, receive)
        query = parse_query(operation, scope["query_string"])
        path = path_values(operation, names)
        call = accept_body(
            Call(operation, Caller(""), path, query.parameters, input=given.values, request=scope["state"]["request"])
        )
        result = await HANDLERS[operation.id](self.sandbox, call)
        written = serialize(operation.media, operation.reply(self.writer.names(result=result)), self.writer.instant())
        await send_answer(Answer(operation.status, written), scope, send)

    def _route(self, scope: Scope) -> tuple[Operation, dict[str, str]]:
        path, method = scope["path"], "GET" if scope["method"] == "HEAD" else scope["method"]
        found = [(one, match) for pattern, one in self.routes if (match := pattern.fullmatch(path))]
        for operation, match in found:
            if operation.method == method:
                return operation, match.groupdict()
        raise HTTPException(405 if found else 404)


class _Admitted:
    """Lets through who may steer."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self.app = app
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        admit(scope, self.token)
        await self.app(scope, receive, send)


@cache
def _contract() -> tuple[Document, Plan]:
    document = read(CONTRACT)
    return document, compile_(document)


def _pattern(path: str) -> re.Pattern[str]:
    """What a path template matches, with its parameters.

    >>> _pattern("/books/{id}/lend").fullmatch("/books/b1/lend").groupdict()
    {'id': 'b1'}
    """
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))
