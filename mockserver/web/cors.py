"""Lets web pages of other origins call (the CORS protocol of the Fetch standard), with credentials too."""

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
"""The methods a page may use: whether a path answers one, its answer says, in words that the page can read."""
AGE = "600"
"""Seconds for which a browser may remember what it was told ahead of a request."""
VARY = b"Origin"
"""What answers differ by, since they name the origin that asked."""


class Cors:
    """ASGI middleware that tells browsers that any page may call, and read these headers of answers.

    No answer uses `*`, which is no wildcard for requests with credentials.
    """

    def __init__(self, app: ASGIApp, exposed: Iterable[str]) -> None:
        self.app = app
        self.exposed = ", ".join(exposed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what a browser asks ahead of a request, or pass a request on."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await send({"type": "http.response.start", "status": 200, "headers": _encoded(_preflight(headers, origin))})
            await send({"type": "http.response.body", "body": b""})
            return
        named = {} if origin is None else {**_allowed(origin), "access-control-expose-headers": self.exposed}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"vary", VARY), *_encoded(named)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _allowed(origin: str) -> dict[str, str]:
    return {"access-control-allow-origin": origin, "access-control-allow-credentials": "true"}


def _preflight(headers: Headers, origin: str) -> dict[str, str]:
    """The headers that answer a preflight: whatever it asks for is allowed."""
    asked = [name for name in headers if name.startswith("access-control-request-")]
    answer = {**_allowed(origin), "access-control-allow-methods": METHODS, "access-control-max-age": AGE}
    if "access-control-request-headers" in headers:
        answer["access-control-allow-headers"] = headers["access-control-request-headers"]
    if headers.get("access-control-request-private-network") == "true":
        answer["access-control-allow-private-network"] = "true"
    return {**answer, "vary": ", ".join(["Origin", *asked]), "content-length": "0"}


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
