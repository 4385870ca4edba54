"""What surrounds every call: the names its templates know of the request, its base path, and the headers of all answers."""

import random
import re
import string
import time
from collections.abc import MutableMapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.json import Json
from mockserver.web.answer import Writer
from mockserver.web.limits import Limiter

REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
"""The ids that are taken from clients; others get one of ours."""
STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
"""The messages with which answers begin."""
ID_LETTERS = string.ascii_lowercase + string.digits


class RequestNames(MutableMapping[str, Json]):
    """What templates call `request`; `milliseconds` is the time since it came in."""

    def __init__(self, id: str, method: str, path: str) -> None:
        self._values: dict[str, Json] = {"id": id, "method": method, "path": path}
        self._began = time.perf_counter()

    def __getitem__(self, name: str) -> Json:
        if name == "milliseconds":
            return max(1, round((time.perf_counter() - self._began) * 1000))
        return self._values[name]

    def __setitem__(self, name: str, value: Json) -> None:
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        del self._values[name]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter([*self._values, "milliseconds"])

    def __len__(self) -> int:
        return len(self._values) + 1


def _authorization(scope: Scope) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), None)


class RequestContext:
    """ASGI middleware around everything: requests get their names and base path, answers the headers they all carry."""

    def __init__(
        self, http: ASGIApp, writer: Writer, limiter: Limiter, seed: int = 0, websocket: ASGIApp | None = None
    ) -> None:
        self.http = http
        self.websocket = websocket
        self.writer = writer
        self.limiter = limiter
        self.random = random.Random(f"requests {seed}")
        self.conventions = writer.plan.conventions
        self.base_paths = sorted(self.conventions.base_paths, key=len, reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on with what every answer needs."""
        request = RequestNames(self.request_id(self._brought(scope)), scope.get("method", "GET"), scope["path"])
        path, base_path = self.canonical(scope["path"])
        state = {**scope.get("state", {}), "request": request}
        state["base_path"] = state.get("prefix", "") + base_path

        async def send_with_headers(message: Message) -> None:
            if message["type"] in STARTS:
                standing = state.get("rate") or self.limiter.standing(_authorization(scope))
                rate = standing.names() if standing else {}
                message["headers"] = [*message.get("headers", ()), *self.writer.headers(request, rate)]
            await send(message)

        app = self.websocket if scope["type"] == "websocket" and self.websocket else self.http
        await app({**scope, "path": path, "state": state}, receive, send_with_headers)

    def _brought(self, scope: Scope) -> str:
        header = (self.conventions.request_header or "").lower().encode()
        return next((value.decode("latin-1") for name, value in scope["headers"] if name == header), "")

    def request_id(self, brought: str) -> str:
        """The id of a request: the one that it brought, if that can be one, or a new one."""
        if REQUEST_ID.fullmatch(brought):
            return brought
        return self.conventions.request_prefix + "".join(self.random.choices(ID_LETTERS, k=16))

    def canonical(self, path: str) -> tuple[str, str]:
        """A path with the canonical base path in place of an alias, and the base path that was asked for."""
        for base_path in self.base_paths:
            if path == base_path or path.startswith(f"{base_path}/"):
                return self.conventions.base_paths[0] + path[len(base_path) :], base_path
        return path, ""
