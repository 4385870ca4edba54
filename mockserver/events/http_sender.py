"""Posts webhooks over HTTP. The only file that knows the HTTP client, and the only way out of the sandbox."""

import asyncio
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import httpcore

from mockserver.json import Json
from mockserver.language.signing import network

RESPONSE_BYTES = 1000
"""So many bytes of a receiver's answer are kept."""

AllowedHosts = Literal["any", "public"]
"""Where webhooks may be sent: anywhere, or only to addresses of the public internet."""


@dataclass(frozen=True)
class WebhookRequest:
    """What is posted where."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    timeout: float
    """Seconds until an answer must have come."""


@dataclass(frozen=True)
class AttemptResult:
    """What came of it: a status and the beginning of the answer, or why there is none."""

    status: int | None = None
    body: str | None = None
    error: str | None = None
    milliseconds: int = 0

    @property
    def ok(self) -> bool:
        """Whether the receiver took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def names(self) -> dict[str, Json]:
        """What expressions call `attempt`."""
        return {
            "ok": self.ok,
            "status": self.status,
            "body": self.body,
            "error": self.error,
            "milliseconds": self.milliseconds,
        }


class ForbiddenAddress(Exception):
    """An address that webhooks may not be sent to."""


class PublicOnlyBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses a name leads to, and to no others than those it has looked at."""

    def __init__(self, allowed_hosts: AllowedHosts) -> None:
        self.allowed_hosts = allowed_hosts
        self.inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that takes it; ForbiddenAddress when one of them may not be reached."""
        if self.allowed_hosts == "any":
            return await self.inner.connect_tcp(host, port, timeout, local_address, socket_options)
        failure: Exception = httpcore.ConnectError(f"{host} leads nowhere")
        for address in await self.addresses(host, port):
            try:
                return await self.inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host; ForbiddenAddress when one of them is not public."""
        try:
            entries = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error.strerror or error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in entries))
        for address in addresses:
            if (kind := network(address)) != "public":
                raise ForbiddenAddress(
                    f"{host} leads to {address}, a {kind.replace('_', '-')} address, which is shut out here"
                )
        return addresses


class HttpSender:
    """Sends webhooks. Redirects are not followed: whoever answers with one has not taken the webhook."""

    def __init__(self, allowed_hosts: AllowedHosts = "any") -> None:
        self._pool = httpcore.AsyncConnectionPool(
            network_backend=PublicOnlyBackend(allowed_hosts),
            max_connections=None,
            max_keepalive_connections=20,
            keepalive_expiry=5,
        )

    async def send(self, request: WebhookRequest) -> AttemptResult:
        """Send a webhook and wait for what comes of it."""
        begun = time.perf_counter()
        try:
            status, body = await self._send(request)
            error = None
        except TimeoutError:
            status, body, error = None, None, f"no answer within {request.timeout:g} s"
        except (
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
            ForbiddenAddress,
            OSError,
        ) as failure:
            status, body, error = None, None, _reason(failure)
        except (httpcore.UnsupportedProtocol, ValueError) as failure:
            status, body, error = None, None, f"cannot be sent: {_reason(failure)}"
        return AttemptResult(status, body, error, round((time.perf_counter() - begun) * 1000))

    async def _send(self, request: WebhookRequest) -> tuple[int | None, str]:
        """The status and the beginning of an answer; of one that goes on past the time, what came by then."""
        headers = [(name.encode("ascii"), value.encode("utf-8")) for name, value in request.headers.items()]
        status: int | None = None
        received = b""
        try:
            async with (
                asyncio.timeout(request.timeout),
                self._pool.stream("POST", request.url, headers=headers, content=request.body) as answer,
            ):
                status = answer.status
                async for part in answer.aiter_stream():
                    received += part
                    if len(received) >= RESPONSE_BYTES:
                        break
        except TimeoutError:
            if status is None:
                raise
        return status, received[:RESPONSE_BYTES].decode("utf-8", "replace")

    async def close(self) -> None:
        """Close what is open."""
        await self._pool.aclose()


def _reason(error: Exception) -> str:
    """Why nothing came back, as far as whoever runs the receiver can do something about it."""
    cause = _root(error)
    if isinstance(cause, socket.gaierror):
        return f"the name cannot be resolved: {cause.strerror}"
    if isinstance(cause, ConnectionRefusedError):
        return "the connection was refused: does the receiver listen there?"
    return str(error) or type(error).__name__


def _root(error: BaseException) -> BaseException:
    inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__ or error.__context__
    return error if inner is None else _root(inner)
