"""Words whatever is raised while a request is served as an answer of the contract's form."""

import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.engine.problems import Problem, Refused
from mockserver.json import Json
from mockserver.web.answer import Answer, Writer, send_answer
from mockserver.web.codings import ACCEPTED

ESCAPED_SLASH = b"%2f"
"""A slash that is part of a name: no name here has one, and the router would take it for a separator."""


class ExceptionMiddleware:
    """ASGI middleware that answers for what is raised inside: problems, unknown paths and methods, mistakes of ours."""

    def __init__(self, app: ASGIApp, writer: Writer) -> None:
        self.app = app
        self.writer = writer
        self.base_path = writer.plan.conventions.base_paths[0]
        methods: dict[str, set[str]] = {}
        for method, path, _ in writer.plan.addresses():
            methods.setdefault(path, set()).update([method, "HEAD"] if method == "GET" else [method])
        self.methods = [(_pattern(path), sorted(methods[path])) for path in sorted(methods, key=concrete_first)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens inside."""
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            if "problem" in scope["state"]:
                raise scope["state"]["problem"]
            if ESCAPED_SLASH in (scope.get("raw_path") or b"").lower():
                raise Problem("no_route", path=scope["state"]["request"]["path"])
            await self.app(scope, receive, send_and_note)
        except Exception as error:
            if started:
                raise
            answer = self.answer(error, scope["state"]["request"], scope["method"], scope["path"])
            await send_answer(answer, scope, send)

    def answer(self, error: Exception, request: Mapping[str, Json], method: str, path: str) -> Answer:
        """The answer to a request that met an exception."""
        if isinstance(error, HTTPException) and error.status_code == 405:
            allowed = ", ".join(self.allowed(path))
            problem = Problem("method", method=method, allowed=allowed)
            return self.writer.refusal(problem, request, {"allow": allowed})
        if isinstance(error, HTTPException) and error.status_code == 404:
            error = Problem("no_route", path=request["path"])
        if isinstance(error, Problem | Refused):
            return self.writer.refusal(error, request, _headers(error))
        return self.writer.failure(error, request, f"{method} {path}")

    def allowed(self, path: str) -> list[str]:
        """The methods that a path answers; of two templates that match, the more concrete one counts (OpenAPI, Paths)."""
        inner = path.removeprefix(self.base_path)
        return next((methods for pattern, methods in self.methods if pattern.fullmatch(inner)), [])


def _headers(error: Problem | Refused) -> dict[str, str]:
    """The headers that belong to a refusal."""
    kind = error.kind if isinstance(error, Problem) else None
    if isinstance(error, Problem) and kind == "rate_limit":
        return {"retry-after": str(error.facts["retryAfter"])}
    if kind == "content_coding":
        return {"accept-encoding": ", ".join(ACCEPTED)}
    if isinstance(error, Problem) and kind == "websocket_version":
        version = str(error.facts["limit"])
        return {"upgrade": "websocket", "sec-websocket-version": version, "connection": "upgrade, close"}
    return {"connection": "close"} if kind == "timeout" else {}


def concrete_first(path: str) -> list[bool]:
    """What sorts path templates so that fixed segments stand before parameters.

    >>> sorted(["/books/{id}", "/books/new"], key=concrete_first)
    ['/books/new', '/books/{id}']
    """
    return [segment.startswith("{") for segment in path.split("/")]


def _pattern(path: str) -> re.Pattern[str]:
    """What a path template matches.

    >>> bool(_pattern("/books/{bookId}").fullmatch("/books/b1"))
    True
    """
    return re.compile(re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(path)))
