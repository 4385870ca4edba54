"""The stream on WebSockets: connections, what waits to be sent on each, and how they end."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from starlette.types import Message, Receive, Scope, Send

from mockserver import json
from mockserver.engine.call import Caller
from mockserver.engine.engine import Engine
from mockserver.engine.problems import Problem
from mockserver.events.stream import Close, Conversation, Outgoing
from mockserver.events.stream import message as stream_message
from mockserver.json import Json
from mockserver.plan import Plan
from mockserver.plan.stream import Stream
from mockserver.web.answer import Writer, send_answer
from mockserver.web.security import Authenticator

log = logging.getLogger("mockserver")

GRACE = 5
"""Seconds in which a connection that is being ended may still read what was sent to it."""
SHUTDOWN = 0.5
"""Seconds that a server which ends, or serves another contract, gives its connections to be told so."""

GOING_AWAY = Close(1001, "The server is shutting down")
FAILED = Close(1011, "Something went wrong in the server")
RESTARTED = Close(1012, "The server has loaded its contract anew: connect again")


class Timer(Protocol):
    """What calls back in time, as an event loop does."""

    def time(self) -> float:
        """Seconds of a clock that only goes forward."""

    def call_at(self, when: float, callback: Callable[[], object]) -> Any:
        """Call back at a time; what is given can be cancelled."""


class Hub:
    """All connections of a sandbox; a key may have as many as it likes where they are not `limited`."""

    def __init__(
        self,
        plan: Plan,
        stream: Stream,
        engine: Engine,
        authenticator: Authenticator,
        timer: Timer | None = None,
        limited: bool = True,
    ) -> None:
        self.plan = plan
        self.stream = stream
        self.authenticator = authenticator
        self.timer = timer
        self.limited = limited
        self.writer = Writer(plan, engine.clock)
        self.connections: set[Connection] = set()
        self.keys: Counter[str] = Counter()
        self._closed: Close | None = None

    def publish(self, tenant: str, records: Iterable[dict[str, Json]]) -> None:
        """Put a tenant's events into the queues of its connections that asked for them."""
        listening = [each for each in self.connections if each.tenant == tenant]
        for record in records if listening else ():
            self._enqueue([each for each in listening if each.matches(record)], {**record, "tenant": tenant})

    def _enqueue(self, listening: "list[Connection]", event: dict[str, Json]) -> None:
        if not listening:
            return
        try:
            content = json.write(stream_message(self.stream, "event", self.writer.functions, event=event))
        except Exception:  # the call that caused the event has been stored, and is to be answered
            log.exception("The event %s could not be sent", event["id"])
            return
        for connection in listening:
            connection.put(content)

    def count(self, key: str) -> None:
        """Count one more connection of a key; Problem when it has enough."""
        if self.limited and self.keys[key] >= self.stream.connections:
            raise Problem("connections", limit=self.stream.connections)
        self.keys[key] += 1

    async def serve(self, receive: Receive, send: Send) -> None:
        """Talk with one client until it ends."""
        connection = Connection(self, receive, send)
        self.connections.add(connection)
        if self._closed is not None:
            connection.end(self._closed)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)
            if connection.key is not None:
                self.keys -= Counter([connection.key])

    async def close(self, end: Close) -> None:
        """End all connections, those that come later too."""
        self._closed = end
        for connection in self.connections:
            connection.end(end)
        waits = [asyncio.create_task(connection.ended.wait()) for connection in self.connections]
        if waits:
            _, pending = await asyncio.wait(waits, timeout=SHUTDOWN)
            for wait in pending:
                wait.cancel()


class Connection:
    """One client: its conversation, and what waits to be sent to it."""

    def __init__(self, hub: Hub, receive: Receive, send: Send) -> None:
        self.hub = hub
        self.key: str | None = None
        self.ended = asyncio.Event()
        self._receive = receive
        self._send = send
        self._timer: Timer = hub.timer or asyncio.get_running_loop()
        self.conversation = Conversation(hub.plan, hub.stream, self, hub.writer.functions, self._timer.time())
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._end: Close | None = None
        self._pending = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._alarm: Any = None

    @property
    def tenant(self) -> str | None:
        """The tenant whose events it may have; none before its credentials have come."""
        return self.conversation.caller.tenant if self.conversation.caller else None

    def admit(self, key: str, tenant: str | None) -> Caller:
        """The caller of a key, which has one connection more from now on."""
        caller = self.hub.authenticator.authenticate(key, tenant)
        self.hub.count(key)
        self.key = key
        return caller

    def grants(self, caller: Caller, scope: str) -> bool:
        """Whether a caller has a scope."""
        return self.hub.authenticator.may(caller.permissions, scope)

    def matches(self, record: dict[str, Json]) -> bool:
        """Whether an event is to be sent here; a client whose filters cannot be worked out is dropped."""
        try:
            return self.conversation.matches(record)
        except Exception:  # neither others nor the call that caused the event are to suffer
            log.exception("The filters of a connection failed on the event %s", record["id"])
            self.end(FAILED)
            return False

    def put(self, content: bytes) -> None:
        """Let a message wait to be sent; a client that leaves too much waiting is dropped."""
        if self._end is not None:
            return
        self._waiting.append(content)
        self._bytes += len(content)
        self._pending.set()
        stream = self.hub.stream
        if len(self._waiting) > stream.waiting or (self._bytes > stream.waiting_bytes and len(self._waiting) > 1):
            slow = self.conversation.slow(len(self._waiting))
            self._waiting.clear()
            self.end(slow)

    def end(self, end: Close) -> None:
        """Close the connection once what waits has been sent; a client that does not read it is cut off."""
        if self._end is None:
            self._end = end
            self._pending.set()
            self._timer.call_at(self._timer.time() + GRACE, self._cut)

    async def run(self) -> None:
        """Talk until one side ends it."""
        await self._receive()  # the connection itself
        await self._send({"type": "websocket.accept"})
        self._writing = asyncio.create_task(self._write())
        listening = asyncio.create_task(self._listen())
        self._set_alarm()
        try:
            await asyncio.wait((self._writing, listening), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._alarm.cancel()
            self._writing.cancel()
            listening.cancel()
            failed = await asyncio.gather(self._writing, listening, return_exceptions=True)
            self.ended.set()
        for error in failed:
            if isinstance(error, Exception) and not isinstance(error, OSError):  # OSError: the client is gone
                raise error

    async def _listen(self) -> None:
        while (message := await self._receive())["type"] != "websocket.disconnect":
            if self._end is None:
                self._send_out(self._answer(message.get("text")))
                self._set_alarm()
            await asyncio.sleep(0)  # answers are sent before more is read

    def _answer(self, text: str | None) -> list[Outgoing]:
        try:
            return self.conversation.take(text)
        except Exception:  # a mistake of ours ends this connection only
            log.exception("A message of a client failed")
            return [FAILED]

    async def _write(self) -> None:
        while True:
            await self._pending.wait()
            self._pending.clear()
            while self._waiting:
                content = self._waiting.popleft()
                self._bytes -= len(content)
                await self._send({"type": "websocket.send", "text": content.decode()})
            if self._end is not None:
                await self._send({"type": "websocket.close", "code": self._end.code, "reason": self._end.reason})
                return

    def _send_out(self, outgoing: list[Outgoing]) -> None:
        for message in outgoing:
            if isinstance(message, Close):
                self.end(message)
            else:
                self.put(json.write(message))

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self._timer.call_at(self.conversation.due, self._tick)

    def _tick(self) -> None:
        if self._end is None:
            self._send_out(self.conversation.tick(self._timer.time()))
            self._set_alarm()

    def _cut(self) -> None:
        if self._writing is not None:
            self._writing.cancel()


class Sockets:
    """The ASGI application of WebSockets: those of the stream are talked with, others refused."""

    def __init__(self, plan: Plan, hub: Hub | None, writer: Writer) -> None:
        self.hub = hub
        self.writer = writer
        self.path = plan.conventions.base_paths[0] + (plan.stream.path if plan.stream else "")
        self.reason = f"open the WebSocket at {self.path}" if hub is not None else "this API has none"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Talk on a WebSocket."""
        if self.hub is not None and scope["path"] == self.path:
            await self.hub.serve(receive, send)
            return
        request = scope["state"]["request"]
        refusal = self.writer.refusal(Problem("no_stream", path=request["path"], reason=self.reason), request, {})

        async def send_refusal(message: Message) -> None:
            await send({**message, "type": f"websocket.{message['type']}"})

        await send_answer(refusal, scope, send_refusal)
