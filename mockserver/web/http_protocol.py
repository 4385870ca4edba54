"""What uvicorn's HTTP leaves to be settled: requests that do not end, upgrades, and calls that are answered at once."""

import asyncio
from collections.abc import Callable
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from mockserver.engine.problems import Problem
from mockserver.web.shortcut import RawAnswer, RawRequest
from mockserver.web.timeouts import Timeouts, timed_out
from mockserver.web.upgrades import opens_websocket, values, version_problem, without_upgrade

HEAD = 1 << 20
"""So many bytes of a request that are still its first line and headers are not read on."""

SHORT = 1.0
"""Seconds after which the rest of a small body is waited for as that of any other."""
SHORT_DIGITS = len("99999")
"""So many digits has the length of a body that may be answered at once."""

AnswerNow = Callable[[RawRequest], RawAnswer | None]
"""What answers a request at once, or says that it cannot, and then has done nothing."""


class Http(HttpToolsProtocol):
    """HTTP, where a request comes to an end in time, and an upgrade that is not taken changes nothing."""

    def __init__(self, *positional: Any, timeouts: Timeouts, answer: AnswerNow | None = None, **named: Any) -> None:
        super().__init__(*positional, **named)
        self._timeouts = timeouts
        self._answer_now = None if self.access_log else answer
        self._short: list[bytes] | None = None
        """The body, as far as it has come, of a request that may be answered at once."""
        self._alarm: asyncio.TimerHandle | None = None
        self._head: int | None = None
        """How many bytes of a head have come that is not at its end."""
        self._in_body = False
        self._offer: bytes | None = None
        """The head of a request without the upgrade it offers, which is not taken."""
        self._problem: Problem | None = None
        """Why nothing more is read."""
        self._version_problem: Problem | None = None
        """Why the upgrade that is offered is refused."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, though not for ever."""
        super().connection_made(transport)
        self._set_alarm(self._timeouts.headers)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._set_alarm(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what a client sends."""
        if self._problem is not None:
            return
        self._unset_keepalive_if_required()
        requests = self.server_state.total_requests
        try:
            self._feed(data)
        except httptools.HttpParserUpgrade:
            self._set_alarm(None)
            self.handle_websocket_upgrade()
            return
        except httptools.HttpParserCallbackError:
            self._refuse(Problem("malformed", reason="it names no path of this server"))
            return
        except httptools.HttpParserError as error:
            self._refuse(Problem("malformed", reason=str(error)))
            return
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD:
                self._refuse(Problem("malformed", reason=f"its headers have more than {HEAD} bytes"))
                return
        answered = self.server_state.total_requests > requests
        if (
            not answered
            and self._alarm is None
            and not self._in_body
            and (self.cycle is None or self.cycle.response_complete)
        ):
            self._set_alarm(self._timeouts.headers)  # it may be no more than empty lines before a request

    def _feed(self, data: bytes | memoryview) -> None:
        """Parse what has come, a request that offers an upgrade as if it offered none (RFC 9110, 7.8).

        The parser ends at the head of such a request, as if what follows were of another protocol.
        """
        while True:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as end:
                if self._offer is None:
                    raise
                head, self._offer = self._offer, None
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it
                self.parser.feed_data(head)
                data = memoryview(data)[end.args[0] :]

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        if self._problem is not None:
            self.scope["state"]["problem"] = self._problem
            return
        if self._version_problem is not None:
            self.scope["state"]["problem"], self._version_problem = self._version_problem, None
        self._head = 0
        if self._alarm is None:
            self._set_alarm(self._timeouts.headers)

    def on_headers_complete(self) -> None:
        """The headers are at their end."""
        self._head = None
        self._set_alarm(None)
        if self.parser.should_upgrade() and values(self.headers, b"upgrade") and not self._takes_upgrade():
            self._offer = self._head_without_upgrade()
            return
        self._in_body = True
        if self._answer_now is not None and self._may_be_answered_now():
            self._short = []
            self._set_alarm(SHORT)
        else:
            super().on_headers_complete()

    def _may_be_answered_now(self) -> bool:
        """Whether nothing is under way, nothing waits to be sent, and a body is small."""
        if self.flow.write_paused or not (self.cycle is None or self.cycle.response_complete):
            return False
        length = next((value for name, value in self.headers if name == b"content-length"), b"0")
        return self.parser.get_http_version() == "1.1" and len(length) <= SHORT_DIGITS and not self.expect_100_continue

    def _go_the_long_way(self) -> None:
        """Let the application answer a request that was not answered at once."""
        chunks, self._short = self._short, None
        super().on_headers_complete()
        for chunk in chunks or ():
            super().on_body(chunk)

    def on_body(self, body: bytes) -> None:
        """More of a body has come."""
        if self._short is None:
            super().on_body(body)
        else:
            self._short.append(body)

    def _short_answer(self, chunks: list[bytes]) -> bytes | None:
        """The bytes of the answer to a request that can be answered at once."""
        path, _, query = self.url.partition(b"?")
        request = RawRequest(
            self.parser.get_method().decode(), path.decode("latin-1"), query, self.headers, b"".join(chunks)
        )
        answer = self._answer_now(request) if self._answer_now else None
        if answer is None:
            return None
        lines = [b"%b: %b\r\n" % header for header in (*self.server_state.default_headers, *answer.headers)]
        return b"".join([STATUS_LINE[answer.status], *lines, b"\r\n", answer.body])

    def _head_without_upgrade(self) -> bytes:
        first = b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        return b"\r\n".join([first, *(b"%s: %s" % header for header in without_upgrade(self.headers)), b"", b""])

    def _should_upgrade(self) -> bool:
        is_get = self.parser.get_method() == b"GET" and self.parser.get_http_version() == "1.1"
        return is_get and opens_websocket(self.headers)

    def _takes_upgrade(self) -> bool:
        """Whether the upgrade that is offered is taken; that to another version of WebSockets is refused instead."""
        if not self._should_upgrade():
            return False
        self._version_problem = version_problem(self.headers)
        return self._version_problem is None

    def handle_websocket_upgrade(self) -> None:
        """Go on as a WebSocket, whatever else was offered."""
        self.scope["headers"] = [*without_upgrade(self.headers), (b"upgrade", b"websocket")]
        super().handle_websocket_upgrade()

    def on_message_complete(self) -> None:
        """A request is at its end."""
        self._in_body = False
        if self._offer is not None:
            return
        self._set_alarm(None)
        if self._short is not None:
            if (answer := self._short_answer(self._short)) is not None:
                self._short = None
                self.transport.write(answer)
                self.on_response_complete()
                return
            self._go_the_long_way()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Take the next request; the rest of one that was answered before its end is not waited for as long as it likes."""
        super().on_response_complete()
        if self._in_body and self.cycle.response_complete:
            self._set_alarm(self._timeouts.body)

    def _set_alarm(self, seconds: float | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if seconds is None else self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        """End a connection on which nothing came in time; a client that has sent part of a head is told so."""
        self._alarm = None
        if self.transport.is_closing():
            return
        if self._short is not None:
            self._go_the_long_way()
            return
        if self.flow.read_paused:  # it is not the client that lets us wait
            self._set_alarm(self._timeouts.headers)
        elif self._head is None:
            self.transport.close()
        else:
            self._refuse(timed_out("headers", self._timeouts.headers))

    def _refuse(self, problem: Problem) -> None:
        """Let the application word the refusal of what is no request, after the answers that are still to come, and end."""
        self._problem, self._offer = problem, None
        unfinished = self.cycle is not None and self._in_body and not self.cycle.response_complete
        if unfinished and self.cycle.response_started:
            self.transport.close()
            return
        if unfinished:
            self._drop(self.cycle)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(b"GET / HTTP/1.0\r\n\r\n")

    def _drop(self, cycle: RequestResponseCycle) -> None:
        """Answer a request no more."""
        cycle.disconnected = True
        cycle.message_event.set()
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        else:
            self.cycle = None  # type: ignore[assignment]  # as uvicorn begins
