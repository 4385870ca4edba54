"""Runs a sandbox on a socket, and follows its files when asked to."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from errno import EACCES, EADDRINUSE, EPERM
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from mockserver.plan.settings import UnfitSetting
from mockserver.plan.stream import Stream
from mockserver.reading.errors import BrokenContract
from mockserver.sandbox import Sandbox, build
from mockserver.settings import Settings
from mockserver.web.http_protocol import Http
from mockserver.web.shortcut import RawAnswer, RawRequest
from mockserver.web.timeouts import Timeouts
from mockserver.web.websocket import GOING_AWAY, RESTARTED
from mockserver.web.websocket_protocol import Socket

log = logging.getLogger("mockserver")

UNREAD = 16
"""A message so many times larger than a frame may be is refused by the protocol itself."""

OF_THE_PORT = (EADDRINUSE, EACCES, EPERM)
"""Why another port of the same address may be listened on."""

GRACE = 1
"""Seconds that calls under way get to finish when the server is told to end."""


class CannotListen(Exception):
    """The address cannot be listened on; the message says why."""


class Current:
    """The application as it is now: the sandbox behind it can be replaced while it serves."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._scheduling: asyncio.Task[None] | None = None

    async def begin(self, sandbox: Sandbox) -> None:
        """Serve a sandbox, after the schedule of the one before has stopped."""
        await self.end()
        self.sandbox = sandbox
        self._scheduling = asyncio.create_task(sandbox.scheduler.run())

    async def end(self) -> None:
        """Stop the schedule: what is due stays due."""
        if self._scheduling is not None:
            self._scheduling.cancel()
            await asyncio.wait([self._scheduling])

    def answer_now(self, request: RawRequest) -> RawAnswer | None:
        """The answer of the present sandbox to an ordinary call."""
        return self.sandbox.answer_now(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on to the present sandbox."""
        await self.sandbox.app(scope, receive, send)


def listen(host: str, port: int) -> socket.socket:
    """A socket on an address; CannotListen says in a sentence why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, so that TCP_NODELAY is set
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        reason = getattr(error, "strerror", None) or str(error)
        option = "port" if getattr(error, "errno", None) in OF_THE_PORT else "host"
        raise CannotListen(f"Cannot listen on {host}:{port}: {reason.lower()}. Choose another with --{option}.") from None
    return sock


class Server(uvicorn.Server):
    """A server that tells its WebSockets why they are closed."""

    def __init__(self, config: uvicorn.Config, current: Current) -> None:
        super().__init__(config)
        self.current = current

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is open."""
        if self.current.sandbox.hub is not None:
            await self.current.sandbox.hub.close(GOING_AWAY)
        await super().shutdown(sockets)


def _protocols(current: Current, settings: Settings) -> dict[str, Any]:
    """How HTTP and WebSockets are served: what is waited for how long, and how large a message is not read to its end."""
    stream = current.sandbox.plan.stream or Stream("", "", {}, {}, {})
    logging.getLogger("uvicorn.error").addFilter(_is_error)
    return {
        "http": partial(Http, timeouts=Timeouts(settings.header_timeout, settings.body_timeout), answer=current.answer_now),
        "ws": Socket,
        "ws_max_size": UNREAD * stream.frame_bytes,
        "ws_ping_interval": stream.heartbeat,
        "ws_ping_timeout": stream.silence - stream.heartbeat,
    }


NO_ERRORS = ("Invalid UTF-8 sequence received from client.", "ASGI callable returned without completing handshake.")
"""What uvicorn logs as an error of the server: a client's malformed text, and a WebSocket refused with an answer."""


def _is_error(record: logging.LogRecord) -> bool:
    return record.msg not in NO_ERRORS


async def serve(sandbox: Sandbox, settings: Settings, sock: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until told to end."""
    current = Current(sandbox)
    config = uvicorn.Config(
        current,
        log_level="warning" if settings.log_level == "info" else settings.log_level,
        access_log=settings.log_level in ("debug", "trace"),
        lifespan="off",
        proxy_headers=False,  # web.forwarded reads them
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE,
        loop="auto",
        **_protocols(current, settings),
    )
    server = Server(config, current)
    await current.begin(sandbox)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.001)
    ready()
    following = asyncio.create_task(follow(current, settings)) if settings.reload else None
    await serving
    if following is not None:
        following.cancel()
    await current.end()


async def follow(current: Current, settings: Settings) -> None:
    """Build the sandbox anew when its contract or fixtures change; a broken one is reported and the old one serves on."""
    from watchfiles import awatch

    folders = {path.parent for path in current.sandbox.files} | ({settings.fixtures} if settings.fixtures else set())
    async for changes in awatch(*folders):
        changed = {Path(path) for _, path in changes}
        if any(path.suffix in (".yaml", ".yml", ".json") for path in changed):
            await renew(current, settings, changed)


async def renew(current: Current, settings: Settings, changed: set[Path]) -> None:
    """Put a sandbox of the files as they are now in place of the current one, unless they are broken."""
    anew = settings.fixtures is not None and any(settings.fixtures.resolve() in path.parents for path in changed)
    names = ", ".join(sorted(path.name for path in changed))
    before = current.sandbox
    try:
        await current.begin(reloaded(before, settings, anew))
    except BrokenContract as broken:
        log.error("%s changed and is not valid; the sandbox before stays in service", names)
        for error in broken.errors:
            log.error("  %s", error)
        return
    except UnfitSetting as error:
        log.error("%s changed: %s; the sandbox before stays in service", names, error)
        return
    if before.hub is not None:
        await before.hub.close(RESTARTED)
    log.warning("%s changed: %s; %s", names, current.sandbox.plan.summary(), _became(settings, anew))


def _became(settings: Settings, anew: bool) -> str:
    """What became of the documents at a reload."""
    if anew and settings.data is not None:
        return f"API keys are read again, documents stay as in {settings.data}: stop and remove it to start afresh"
    return "all documents are those of the fixtures again" if anew else "stored documents stay"


def reloaded(before: Sandbox, settings: Settings, anew: bool) -> Sandbox:
    """The sandbox of the files as they are now: on the documents stored so far, or `anew` from the fixtures.

    What is kept in a folder is never replaced by fixtures.
    """
    return build(settings, None if anew and settings.data is None else before.engine)


def end_quietly() -> None:
    """Let SIGTERM end the process with status 0, before the server listens and after it has finished."""

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
