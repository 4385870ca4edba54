"""Posting over real sockets: what counts as taken, what is cut short, and where letters may not go."""

import asyncio
import socket
from contextlib import asynccontextmanager

import httpcore
import pytest

from mockserver.events import http_sender
from mockserver.events.http_sender import HttpSender, WebhookRequest

LETTER = {"Content-Type": "application/json", "Content-Length": "2"}


@asynccontextmanager
async def receiver(answer: bytes, hold: asyncio.Event | None = None):
    """A server that answers every request with these bytes; gives its port and the requests it got."""
    heard: list[bytes] = []

    async def serve(reader, writer):
        heard.append(await reader.readuntil(b"{}"))
        if hold is not None:
            await hold.wait()
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


async def posted(url: str, reach: http_sender.AllowedHosts = "any", timeout: float = 5):
    authenticator = HttpSender(reach)
    try:
        return await authenticator.send(WebhookRequest(url, b"{}", LETTER, timeout))
    finally:
        await authenticator.close()


@pytest.mark.parametrize(
    ("answer", "ok", "status"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", True, 200, id="ok"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", True, 204, id="no-content"),
        pytest.param(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", False, 500, id="failure"),
        pytest.param(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", False, 302, id="redirect"
        ),
        pytest.param(b"what?\r\n\r\n", False, None, id="not-http"),
        pytest.param(b"", False, None, id="hung-up"),
    ],
)
def test_what_counts_as_taken(answer, ok, status):
    async def play():
        async with receiver(answer) as (port, heard):
            outcome = await posted(f"http://127.0.0.1:{port}/hook?a=b")
            return outcome, heard

    outcome, heard = asyncio.run(play())
    assert (outcome.ok, outcome.status) == (ok, status)
    assert bool(outcome.error) is (status is None)
    assert len(heard) == 1
    assert heard[0].startswith(b"POST /hook?a=b HTTP/1.1\r\n")


def test_only_the_beginning_of_a_long_answer_is_read():
    async def play():
        async with receiver(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + b"x" * 5000) as (port, _):
            return await posted(f"http://127.0.0.1:{port}/")

    assert len(asyncio.run(play()).body) == http_sender.RESPONSE_BYTES


def test_an_answer_that_does_not_come_is_not_waited_for():
    async def play():
        hold = asyncio.Event()
        async with receiver(b"", hold) as (port, _):
            outcome = await posted(f"http://127.0.0.1:{port}/", timeout=0.05)
            hold.set()
            return outcome

    assert asyncio.run(play()).error == "no answer within 0.05 s"


def test_a_status_counts_though_the_rest_of_the_answer_does_not_come():
    async def play():
        begun = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow"
        never = asyncio.Event()

        async def serve(reader, writer):
            await reader.readuntil(b"{}")
            writer.write(begun)
            await writer.drain()
            await never.wait()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            outcome = await posted(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", timeout=0.2)
            never.set()
            return outcome

    outcome = asyncio.run(play())
    assert (outcome.ok, outcome.status, outcome.body, outcome.error) == (True, 200, "slow", None)


def test_nobody_listening_is_said():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for host in ("127.0.0.1", "localhost"):
        error = asyncio.run(posted(f"http://{host}:{port}/")).error
        assert error == "the connection was refused: does the receiver listen there?"


@pytest.mark.parametrize(
    "url", ["ftp://localhost/", "http:///", "http://localhost:99999/", "nonsense", "http://[::1", "http://exa mple/"]
)
def test_an_address_that_is_none_is_an_outcome_too(url):
    outcome = asyncio.run(posted(url))
    assert (outcome.status, bool(outcome.error)) == (None, True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "10.1.2.3", "2130706433", "0x7f.1"]
)
def test_only_public_addresses_are_reached_where_that_is_said(host):
    async def play():
        async with receiver(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (port, heard):
            return await posted(f"http://{host}:{port}/", reach="public"), heard

    outcome, heard = asyncio.run(play())
    assert "shut out here" in outcome.error
    assert heard == []


def test_a_name_is_judged_by_where_it_leads(monkeypatch):
    """Its addresses are looked at once, and the connection goes to what was looked at."""

    async def play():
        loop = asyncio.get_running_loop()

        async def resolved(host, port, **_):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.1.10", port))]

        monkeypatch.setattr(loop, "getaddrinfo", resolved)
        return await posted("http://innocent.example/", reach="public")

    assert asyncio.run(play()).error == "innocent.example leads to 192.168.1.10, a private address, which is shut out here"


class Network:
    """Where addresses lead: some take connections, others do not."""

    def __init__(self, *dead):
        self.dead = dead
        self.tried = []

    async def connect_tcp(self, host, *_):
        self.tried.append(host)
        if host in self.dead:
            raise httpcore.ConnectError(f"{host} is down")
        return host


@pytest.mark.parametrize(
    ("dead", "tried", "reached"),
    [
        pytest.param([], ["8.8.8.8"], "8.8.8.8", id="the-first"),
        pytest.param(["8.8.8.8"], ["8.8.8.8", "2001:4860:4860::8888"], "2001:4860:4860::8888", id="the-next"),
        pytest.param(["8.8.8.8", "2001:4860:4860::8888"], ["8.8.8.8", "2001:4860:4860::8888"], None, id="none"),
    ],
)
def test_each_address_of_a_name_is_tried_once_until_one_answers(monkeypatch, dead, tried, reached):
    backend = http_sender.PublicOnlyBackend("public")
    backend.inner = Network(*dead)

    async def play():
        async def resolved(host, port, **_):
            return [(0, 0, 0, "", (address, port)) for address in ("8.8.8.8", "8.8.8.8", "2001:4860:4860::8888%eth0")]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
        return await backend.connect_tcp("example.com", 80)

    if reached is None:
        with pytest.raises(httpcore.ConnectError, match="2001:4860:4860::8888 is down"):
            asyncio.run(play())
    else:
        assert asyncio.run(play()) == reached
    assert backend.inner.tried == tried


def test_a_name_that_leads_nowhere_is_said(monkeypatch):
    async def play():
        async def unresolved(*_, **__):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unresolved)
        return await posted("http://nowhere.example/", reach="public")

    assert asyncio.run(play()).error == "the name cannot be resolved: Name or service not known"
