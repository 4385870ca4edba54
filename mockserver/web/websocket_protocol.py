"""What uvicorn's WebSockets leave to be settled: closes between fragments, handshakes and clients that do not read."""

from http import HTTPStatus
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from mockserver.web.websocket import GRACE


class Closable(ServerProtocol):
    """The WebSocket protocol, where a close may stand between the fragments of a message (RFC 6455, 5.4)."""

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
