"""What surrounds every call: its id and time, the base paths, common headers, and refusals turned into answers."""

import random
import re
import string
import time
from collections.abc import MutableMapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.engine.problems import Problem, Refused
from mockserver.json import Json
from mockserver.plan import Plan
from mockserver.web.limits import Limiter
from mockserver.web.reply import Answer, Writer, send_answer

REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
ESCAPED_SLASH = b"%2f"
"""A slash that is part of a name: no name here has one, and the router would take it for a separator."""
STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
"""The messages with which answers begin."""
ID_LETTERS = string.ascii_lowercase + string.digits


class Stopwatch(MutableMapping[str, Json]):
    """What templates call `request`; `milliseconds` is the time since it came in."""

    def __init__(self, id: str, method: str, path: str) -> None:
        self._facts: dict[str, Json] = {"id": id, "method": method, "path": path}
        self._began = time.perf_counter()

    def __getitem__(self, name: str) -> Json:
        if name == "milliseconds":
            return max(1, round((time.perf_counter() - self._began) * 1000))
        return self._facts[name]

    def __setitem__(self, name: str, value: Json) -> None:
        self._facts[name] = value

    def __delitem__(self, name: str) -> None:
        del self._facts[name]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter([*self._facts, "milliseconds"])

    def __len__(self) -> int:
        return len(self._facts) + 1


class RequestContext:
    """ASGI middleware around everything: each request gets an id and a watch, each answer the common headers."""

    def __init__(self, app: ASGIApp, plan: Plan, writer: Writer, limiter: Limiter, seed: int = 0) -> None:
        self.app = app
        self.plan = plan
        self.writer = writer
        self.limiter = limiter
        self.random = random.Random(f"requests {seed}")
        self.bases = sorted(plan.conventions.base_paths, key=len, reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on with what every answer needs."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = Stopwatch(self._id(scope), scope.get("method", "GET"), scope["path"])
        scope = self._based({**scope, "state": {**scope.get("state", {}), "request": request}})

        async def framed(message: Message) -> None:
            if message["type"] in STARTS:
                standing = scope["state"].get("rate") or self.limiter.untouched()
                rate = standing.names() if standing else {}
                message["headers"] = [*message.get("headers", ()), *self.writer.headers(request, rate)]
            await send(message)

        await self.app(scope, receive, framed)

    def _id(self, scope: Scope) -> str:
        header = (self.plan.conventions.request_header or "").lower().encode()
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == header), "")
        if REQUEST_ID.fullmatch(given):
            return given
        return self.plan.conventions.request_prefix + "".join(self.random.choices(ID_LETTERS, k=16))

    def _based(self, scope: Scope) -> Scope:
        """The scope with the canonical base path in place of an alias."""
        path = scope["path"]
        for base in self.bases:
            if path == base or path.startswith(f"{base}/"):
                canonical = self.plan.conventions.base_paths[0] + path[len(base) :]
                return {**scope, "path": canonical, "state": {**scope["state"], "base_path": base}}
        return {**scope, "state": {**scope["state"], "base_path": ""}}


class ExceptionMiddleware:
    """ASGI middleware that turns whatever is raised inside into an answer of the contract's form."""

    def __init__(self, app: ASGIApp, plan: Plan, writer: Writer) -> None:
        self.app = app
        self.writer = writer
        self.base = plan.conventions.base_paths[0]
        self.patterns = [(_pattern(path), method) for method, path, _ in plan.addresses()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens inside."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            if ESCAPED_SLASH in (scope.get("raw_path") or b"").lower():
                raise Problem("no_route", path=scope["state"]["request"]["path"])
            await self.app(scope, receive, watched)
        except Exception as error:
            if started:
                raise
            await send_answer(self._refusal(error, scope), scope, send)

    def _refusal(self, error: Exception, scope: Scope) -> Answer:
        request = scope["state"]["request"]
        if isinstance(error, HTTPException) and error.status_code == 405:
            allowed = ", ".join(self.allowed(scope["path"]))
            problem = Problem("method", method=scope["method"], allowed=allowed)
            return self.writer.refusal(problem, request, {"allow": allowed})
        if isinstance(error, HTTPException) and error.status_code == 404:
            error = Problem("no_route", path=request["path"])
        if isinstance(error, Problem) and error.kind == "rate_limit":
            return self.writer.refusal(error, request, {"retry-after": str(error.facts["retryAfter"])})
        if isinstance(error, Problem | Refused):
            return self.writer.refusal(error, request, {})
        return self.writer.failure(error, request, f"{scope['method']} {scope['path']}")

    def allowed(self, path: str) -> list[str]:
        """The methods that a path answers."""
        inner = path.removeprefix(self.base)
        found = {method for pattern, method in self.patterns if pattern.fullmatch(inner)}
        return sorted(found | ({"HEAD"} if "GET" in found else set()))


def _pattern(path: str) -> re.Pattern[str]:
    """What a path template matches.

    >>> bool(_pattern("/books/{bookId}").fullmatch("/books/b1"))
    True
    """
    return re.compile(re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(path)))
