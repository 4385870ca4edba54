"""A raw HTTP/1.1 client: prebuilt bytes over a few keep-alive connections, so that the server is what is measured."""

import json
import re
import select
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"
CHUNK = 1 << 18
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
PATIENCE = 30.0
"""Seconds without any answer after which a server counts as stuck."""


class AnswerError(Exception):
    """A server answered something else than it should, or nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """The bytes of a request, the status that answers it, and what must stand in the body."""

    raw: bytes
    status: bytes = b"200"
    mark: bytes = b""


@dataclass(frozen=True)
class Answer:
    """An answer as it was read."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def build(method: str, target: str, headers: dict[str, str], body: bytes = b"", mark: bytes = b"") -> Request:
    """A request ready to be sent."""
    told = {"Host": "localhost", **headers}
    if body:
        told |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    raw = "\r\n".join([*lines, "", ""]).encode() + body
    return Request(raw, b"201" if method == "POST" else b"200", mark)


def complete(buffer: bytes | bytearray) -> int | None:
    """Where the body of a whole answer begins, or None while it is not whole."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = LENGTH.search(buffer, 0, end + 2)
    if length is None:
        raise AnswerError(f"no Content-Length: {bytes(buffer[:300])!r}")
    return end + 4 if len(buffer) >= end + 4 + int(length[1]) else None


def check(request: Request, buffer: bytes | bytearray) -> None:
    """AnswerError when a whole answer is not the one that was wanted."""
    if buffer[9:12] != request.status or request.mark not in buffer:
        asked = request.raw.split(b"\r\n", 1)[0]
        raise AnswerError(f"{asked!r} wants {request.status!r} and {request.mark!r}: {bytes(buffer[:600])!r}")


def ask(port: int, request: Request) -> Answer:
    """One request over a connection of its own; OSError when nobody listens."""
    buffer = bytearray()
    with socket.create_connection((HOST, port), timeout=PATIENCE) as sock:
        sock.sendall(request.raw)
        while (start := complete(buffer)) is None:
            chunk = sock.recv(CHUNK)
            if not chunk:
                raise ConnectionResetError("closed before the answer was whole")
            buffer += chunk
    return Answer(int(buffer[9:12]), bytes(buffer[start:]))


class SubscriptionQueue:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection((HOST, port), timeout=PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.request: Request | None = None

    def send(self, request: Request) -> None:
        """Send the next request."""
        self.request = request
        self.sock.sendall(request.raw)

    def receive(self) -> bool:
        """Read what is there; True when that made the answer whole, and it is the one that was wanted."""
        chunk = self.sock.recv(CHUNK)
        if not chunk or self.request is None:
            raise AnswerError("the server closed a connection, or answered twice")
        self.buffer += chunk
        if complete(self.buffer) is None:
            return False
        check(self.request, self.buffer)
        self.buffer.clear()
        self.request = None
        return True


def drive(port: int, requests: Iterable[Request], seconds: float | None = None, connections: int = 8) -> float:
    """Send requests until time or requests run out; answers per second. AnswerError when any is not as wanted."""
    source = iter(requests)
    lanes = {lane.sock.fileno(): lane for lane in (SubscriptionQueue(port) for _ in range(connections))}
    try:
        return _drive(lanes, source, seconds)
    finally:
        for lane in lanes.values():
            lane.sock.close()


def _drive(lanes: dict[int, SubscriptionQueue], source: Iterator[Request], seconds: float | None) -> float:
    poll = select.epoll()
    for number, lane in lanes.items():
        poll.register(number, select.EPOLLIN)
        _next(lane, source)
    done, began = 0, time.perf_counter()
    deadline = float("inf") if seconds is None else began + seconds
    now = began
    while now < deadline and any(lane.request for lane in lanes.values()):
        events = poll.poll(PATIENCE)
        if not events:
            raise AnswerError(f"no answer in {PATIENCE:.0f} s")
        for number, _ in events:
            if lanes[number].receive():
                done += 1
                _next(lanes[number], source)
        now = time.perf_counter()
    poll.close()
    return done / (now - began)


def _next(lane: SubscriptionQueue, source: Iterator[Request]) -> None:
    request = next(source, None)
    if request is not None:
        lane.send(request)
