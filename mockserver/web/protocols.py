"""What uvicorn's HTTP and WebSockets leave to be settled: requests that do not end, and clients that do not read."""

from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from mockserver.web.websocket import GRACE

HEAD = 1 << 20
"""So many bytes of a request that are still its first line and headers are not read on."""


class Http(HttpToolsProtocol):
    """HTTP, where the first line and the headers of a request come to an end."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self._head: int | None = None

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """The headers are at their end."""
        self._head = None
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Take what a client sends."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD:
                self.send_400_response("The headers of this request are too large.")


VERSION_HEADER, VERSION = "Sec-WebSocket-Version", "13"


class Closable(ServerProtocol):
    """The WebSocket protocol, where a close may stand between the fragments of a message (RFC 6455, 5.4)."""

    def accept(self, request: Request) -> Response:
        """The answer to a handshake; one of another version is told which there is (RFC 6455, 4.4)."""
        versions = [version.strip() for line in request.headers.get_all(VERSION_HEADER) for version in line.split(",")]
        if not versions or VERSION in versions:
            return super().accept(request)
        sentence = f"This server speaks version {VERSION} of the WebSocket protocol, not {', '.join(versions)[:100]}.\n"
        response = self.reject(HTTPStatus.UPGRADE_REQUIRED, sentence)
        response.headers["Upgrade"] = "websocket"
        response.headers[VERSION_HEADER] = VERSION
        return response

    def recv_frame(self, frame: Frame) -> None:
        """Take one frame."""
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket that is cut off when its client does not read even its end."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        plain = self.conn
        self.conn = Closable(extensions=plain.available_extensions, max_size=self.config.ws_max_size, logger=plain.logger)

    def data_received(self, data: bytes) -> None:
        """Take what a client sends; a handshake that cannot be read is refused, where uvicorn would leave it waiting."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated and not self.close_sent:
            self.handshake_complete = self.close_sent = True
            self.transport.write(b"".join(self.conn.data_to_send()) or self._unreadable())
            self.transport.close()

    def _unreadable(self) -> bytes:
        return self.conn.reject(
            HTTPStatus.BAD_REQUEST, f"This WebSocket cannot be opened: {self.conn.handshake_exc}.\n"
        ).serialize()

    async def run_asgi(self) -> None:
        """Talk, then give the last words some seconds to be read."""
        await super().run_asgi()
        self._linger()

    def keepalive_timeout(self) -> None:
        """Drop a client that answers no ping."""
        super().keepalive_timeout()
        self._linger()

    def _linger(self) -> None:
        self.loop.call_later(GRACE, self.transport.abort)
