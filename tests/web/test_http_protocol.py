"""What comes on a socket: upgrades that are not taken, requests that cannot be read, and those that do not end."""

import json
import socket
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest

from tests.conftest import TENANT
from tests.running import HANGS, running

CREDENTIALS = f"Host: x\r\nAuthorization: Bearer blg_test_sk_unlimited0000000\r\nX-Company-Id: {TENANT}\r\n"
BODY = b'{"name": "From Java", "email": "not an address"}'
"""A body that is refused by what it says, so that it must have been read."""
JSON = f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n"
GET = f"GET /v1/company HTTP/1.1\r\n{CREDENTIALS}\r\n".encode()
SETTINGS = "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
SHORT = "0.2"
"""Seconds of waiting that tests can afford."""


@pytest.fixture(scope="module")
def server():
    with running("--now", "2025-02-10T03:00:00Z") as found:
        yield found


@pytest.fixture(scope="module")
def impatient():
    with running("--header-timeout", SHORT, "--body-timeout", SHORT) as found:
        yield found


class Connection:
    """A connection on which bytes are sent, and answers read."""

    def __init__(self, server):
        place = urlsplit(server.root)
        self.raw = socket.create_connection((place.hostname, place.port), HANGS)
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, *packets):
        for packet in packets:
            self.raw.sendall(packet)

    def answer(self):
        """The status and the body of the next answer."""
        while b"\r\n\r\n" not in self.received:
            self._more()
        head, _, self.received = self.received.partition(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        if lines[0].split()[1] == "100":
            return 100, None
        length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
        while len(self.received) < length:
            self._more()
        body, self.received = self.received[:length], self.received[length:]
        return int(lines[0].split()[1]), json.loads(body)

    def _more(self):
        more = self.raw.recv(65536)
        if not more:
            raise EOFError
        self.received += more

    def close(self):
        self.raw.close()

    def ended(self):
        """Whether the server has closed it and said no more."""
        try:
            return self.raw.recv(65536) == b""
        except ConnectionError:
            return True


@pytest.fixture
def connection(server):
    with closing(Connection(server)) as found:
        yield found


def post(headers, length=JSON):
    return f"POST /v1/customers HTTP/1.1\r\n{CREDENTIALS}{headers}{length}\r\n".encode()


OFFERS = [
    pytest.param(f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n{SETTINGS}", id="as-java-does"),
    pytest.param(f"UPGRADE: H2C\r\nCONNECTION: keep-alive, UPGRADE\r\n{SETTINGS}", id="in-upper-case"),
    pytest.param("Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n", id="tls"),
    pytest.param("Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n", id="a-list"),
    pytest.param("Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: IRC/6.9\r\n", id="two-lines"),
    pytest.param("Connection: Upgrade\r\nConnection: keep-alive\r\nUpgrade: h2c\r\n", id="two-lines-of-connection"),
    pytest.param("Connection: Upgrade\r\nUpgrade: websocket\r\n", id="a-websocket-by-post"),
    pytest.param("Connection: Upgrade\r\n", id="to-nothing"),
    pytest.param("Upgrade: h2c\r\n", id="beyond-the-connection"),
]


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_an_upgrade_that_is_not_taken_is_ignored_and_the_connection_goes_on(connection, offer, pieces):
    sent = post(offer) + BODY + GET
    size = len(sent) // pieces + 1
    connection.send(*(sent[at : at + size] for at in range(0, len(sent), size)))
    status, refusal = connection.answer()
    assert (status, [detail["field"] for detail in refusal["error"]["details"]]) == (422, ["email"])
    assert connection.answer()[0] == 200
    connection.send(GET)
    assert connection.answer()[0] == 200


def test_an_upgrade_is_ignored_in_every_one_of_many_requests_at_once(connection):
    connection.send((post("Connection: Upgrade\r\nUpgrade: h2c\r\n") + BODY) * 20)
    assert [connection.answer()[0] for _ in range(20)] == [422] * 20


def test_an_upgrade_does_not_hide_a_body_in_chunks(connection):
    head = post(
        "Connection: Upgrade\r\nUpgrade: h2c\r\n", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    )
    connection.send(head, b"%x\r\n" % len(BODY), BODY, b"\r\n0\r\n\r\n", GET)
    assert [connection.answer()[0] for _ in range(2)] == [422, 200]


def test_a_client_that_offers_an_upgrade_is_told_to_continue(connection):
    connection.send(post("Connection: Upgrade\r\nUpgrade: h2c\r\nExpect: 100-continue\r\n"))
    assert connection.answer()[0] == 100
    connection.send(BODY)
    assert connection.answer()[0] == 422


def test_a_body_that_is_optional_counts_beside_an_upgrade(connection):
    body = b'{"tenant": "nobody"}'
    head = "POST /_sandbox/reset HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
    connection.send(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    assert connection.answer()[0] == 404


def test_an_old_client_cannot_upgrade(connection):
    offer = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    connection.send(f"GET /v1/company HTTP/1.0\r\n{CREDENTIALS}{offer}\r\n".encode())
    assert connection.answer()[0] == 200
    assert connection.ended()


HANDSHAKE = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


@pytest.mark.parametrize(
    "offer",
    [
        "Connection: Upgrade\r\nUpgrade: WebSocket\r\n",
        "Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: h2c, websocket\r\n",
        "Connection: upgrade\r\nConnection: keep-alive\r\nUpgrade: websocket\r\n",
    ],
)
def test_a_websocket_opens_whatever_else_is_offered(connection, offer):
    connection.send(f"GET /v1/stream HTTP/1.1\r\nHost: x\r\n{offer}{HANDSHAKE}\r\n".encode())
    assert connection.raw.recv(65536).startswith(b"HTTP/1.1 101 ")


def test_a_list_without_the_key_of_a_websocket_is_an_upgrade_that_is_not_taken(connection):
    connection.send(
        f"GET /v1/company HTTP/1.1\r\n{CREDENTIALS}Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n\r\n".encode()
    )
    assert connection.answer()[0] == 200


CHUNKED = post("", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n")

MALFORMED = [
    pytest.param(b"\x16\x03\x01\r\n\r\n", [400], id="another-protocol"),
    pytest.param(GET + b"nonsense\r\n\r\n", [200, 400], id="after-a-request"),
    pytest.param(CHUNKED + b"5\r\n{zzzzzz\r\n", [400], id="chunks"),
    pytest.param(GET + CHUNKED + b"5\r\n{zzzzzz\r\n", [200, 400], id="chunks-after-a-request"),
    pytest.param(f"CONNECT x:443 HTTP/1.1\r\n{CREDENTIALS}\r\n".encode(), [400], id="tunnel"),
    pytest.param(post("Content-Length: 3\r\n"), [400], id="two-lengths"),
]


@pytest.mark.parametrize(("sent", "statuses"), MALFORMED)
def test_what_is_no_request_is_refused_in_the_envelope_after_what_came_before(connection, sent, statuses):
    connection.send(sent)
    answers = [connection.answer() for _ in statuses]
    assert [status for status, _ in answers] == statuses
    assert answers[-1][1]["error"]["code"] == "BAD_REQUEST"
    assert answers[-1][1]["meta"]["requestId"]
    assert connection.ended()


def slowly(server, first, drop):
    """What a client is told that sends something, and then a drop at a time."""
    said = b""
    with closing(Connection(server)) as connection, suppress(ConnectionError):
        connection.raw.settimeout(0.02)
        connection.send(first)
        for _ in range(HANGS * 50):
            with suppress(TimeoutError):
                if not (more := connection.raw.recv(65536)):
                    return said.decode()
                said += more
            connection.send(drop)
        raise AssertionError("it was waited for")
    return said.decode()


LONG = "Content-Type: application/json\r\nContent-Length: 100000\r\n"
FORM = "Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 100000\r\n"
CONTROL = f"POST /_sandbox/reset HTTP/1.1\r\nHost: localhost\r\n{LONG}\r\n".encode()

SLOW = [
    pytest.param(b"GET /v1/company HTTP/1.1\r\nX-A: ", b"a", id="headers"),
    pytest.param(GET + b"GET /v1/company", b"a", id="headers-of-the-second-request"),
    pytest.param(post("", LONG), b" ", id="body"),
    pytest.param(post("Connection: Upgrade\r\nUpgrade: h2c\r\n", LONG), b" ", id="body-beside-an-upgrade"),
    pytest.param(CHUNKED, b"1\r\n \r\n", id="chunks"),
    pytest.param(GET + post("", LONG), b" ", id="body-of-the-second-request"),
    pytest.param(CONTROL, b" ", id="control-plane"),
    pytest.param(f"POST /v1/attachments HTTP/1.1\r\n{CREDENTIALS}{FORM}\r\n".encode(), b"", id="form"),
]


@pytest.mark.parametrize(("first", "drop"), SLOW)
def test_a_request_that_comes_a_drop_at_a_time_is_refused(impatient, first, drop):
    said = slowly(impatient, first, drop)
    assert "HTTP/1.1 408 Request Timeout\r\n" in said
    assert "connection: close" in said
    assert f"did not come within {SHORT} s" in said.rpartition("\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"", b"\r\n", id="empty-lines"),
        pytest.param(GET, b"\r\n", id="empty-lines-after-a-request"),
        pytest.param(f"POST /v1/nowhere HTTP/1.1\r\nHost: x\r\n{LONG}\r\n".encode(), b" ", id="rest-of-what-was-refused"),
    ],
)
def test_a_connection_that_asks_for_nothing_is_closed(impatient, first, drop):
    assert " 408 " not in slowly(impatient, first, drop)


def test_a_body_may_take_a_second_longer_for_each_kibibyte(impatient):
    with closing(Connection(impatient)) as connection:
        connection.raw.settimeout(3 * float(SHORT))
        connection.send(post("", LONG), b" " * 4096)
        with pytest.raises(TimeoutError):
            connection.answer()
