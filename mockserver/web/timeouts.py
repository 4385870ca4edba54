"""How long a client may take to send a request."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.engine.problems import Problem

ANNOUNCING = (b"content-length", b"transfer-encoding")
"""The headers of which one is in every request that has a body (RFC 9112, 6.3)."""
RATE = 1024
"""So many bytes of a body let it take a second longer."""


@dataclass(frozen=True)
class Timeouts:
    """The seconds in which the first line and the headers of a request have to come, and, counted from then, its body."""

    headers: float = 30
    body: float = 60


def timed_out(name: str, seconds: float) -> Problem:
    """The refusal of a request of which a part did not come in time."""
    return Problem("timeout", name=name, limit=Decimal(f"{seconds:g}"))


class BodyTimeout:
    """ASGI middleware that refuses bodies which do not come in time (RFC 9110, 15.5.9): in some seconds, and at `RATE`."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, whose body is not waited for as long as it likes."""
        if scope["type"] != "http" or not any(name in ANNOUNCING for name, _ in scope["headers"]):
            await self.app(scope, receive, send)
            return
        deadline: float | None = asyncio.get_running_loop().time() + self.seconds

        async def receive_in_time() -> Message:
            nonlocal deadline
            if deadline is None:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise timed_out("body", self.seconds) from None
            deadline = deadline + len(message.get("body", b"")) / RATE if message.get("more_body") else None
            return message

        await self.app(scope, receive_in_time, send)
