"""The stream of a running server, heard by the client of the `websockets` library: the published sample, hostile frames, many readers."""

import json
import re
import socket
import struct
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
import yaml
from jsonschema import Draft7Validator
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from mockserver.sandbox import build
from mockserver.settings import Settings
from tests.conftest import KEY, LIBRARY, NOW, TENANT, Client
from tests.running import HANGS, running

SAMPLE_AUTH = {"type": "auth", "token": KEY, "companyId": TENANT}
SAMPLE_SUBSCRIBE = {
    "type": "subscribe",
    "channels": ["invoice.updates", "stock.changes", "payment.received"],
    "filters": {"invoice.updates": {"status": ["draft", "sent"]}},
}
CLOSED_AS_SLOW = struct.pack("!H", 4008)
INVOICE = {"customerId": "cust_456", "items": [{"description": "Advice", "quantity": 1, "unitPrice": 5, "taxCode": "NA"}]}


@pytest.fixture(scope="module")
def server():
    with running("--now", NOW) as found:
        yield found


@pytest.fixture
def library(tmp_path):
    """A library whose news weigh so much that the buffers of the sockets cannot hold many."""
    contract = tmp_path / "library.yaml"
    text, member = LIBRARY.read_text(), "            branch: {type: string, x-value: '{{ event.tenant }}'}\n"
    assert text.count(member) == 1
    contract.write_text(text.replace(member, f"{member}            ballast: {{type: string, x-value: {'x' * 50_000}}}\n"))
    with running(str(contract)) as found:
        yield found


def ask(server, method, path, body=None, tenant=TENANT, key=KEY):
    headers = {"Authorization": f"Bearer {key}", "X-Company-Id": tenant, "X-Branch": tenant}
    answer = httpx.request(method, server.address + path, headers=headers, json=body)
    assert answer.is_success, answer.text
    return answer.json()


def opened(server, path="/stream", **how):
    return connect(server.address.replace("http", "ws", 1) + path, open_timeout=HANGS, close_timeout=HANGS, **how)


def say(client, *frames):
    for frame in frames:
        client.send(json.dumps(frame))


def heard(client, count=1):
    return [json.loads(client.recv(timeout=HANGS)) for _ in range(count)]


def rest(client):
    """What is heard until the end, and how it ends."""
    found = []
    try:
        while True:
            found += heard(client)
    except ConnectionClosed as closed:
        return found, closed.rcvd.code


@pytest.mark.parametrize(
    "order", [pytest.param((0, 1), id="auth first"), pytest.param((1, 0), id="as printed: subscribe before onopen")]
)
def test_the_published_sample_hears_what_it_asks_for(server, order):
    frames = [SAMPLE_AUTH, SAMPLE_SUBSCRIBE]
    with opened(server) as client:
        say(client, *(frames[place] for place in order))
        authenticated, subscribed = heard(client, 2)
        assert (authenticated["type"], authenticated["companyId"]) == ("authenticated", TENANT)
        assert (subscribed["channels"], subscribed["rejected"]) == (SAMPLE_SUBSCRIBE["channels"], [])
        ask(server, "POST", "/customers", {"name": "Unheard", "email": f"{order[0]}@unheard.example"})
        invoice = ask(server, "POST", "/invoices", INVOICE)["data"]
        ask(server, "POST", f"/invoices/{invoice['id']}/send")
        paid = {"amount": invoice["total"], "paymentMethod": "cash", "paymentDate": "2024-01-15"}
        payment = ask(server, "POST", f"/invoices/{invoice['id']}/payment", paid)["data"]
        say(client, {"type": "ping"})
        *events, pong = heard(client, 5)
    assert pong["type"] == "pong"  # the payment changes the invoice too, whose status is then none of those asked for
    assert [(one["channel"], one["data"]["id"]) for one in events] == [
        ("invoice.created", invoice["id"]),
        ("invoice.sent", invoice["id"]),
        ("invoice.updated", invoice["id"]),
        ("payment.received", payment["id"]),
    ]
    first = events[0]
    assert first["type"] == "event"
    assert first["data"] == {
        "id": invoice["id"],
        "invoiceNumber": invoice["invoiceNumber"],
        "customerId": "cust_456",
        "total": 5,
        "amountDue": 5,
        "status": "draft",
        "timestamp": NOW,
    }
    assert first["meta"]["companyId"] == TENANT
    assert first["meta"]["timestamp"] == NOW
    assert first["meta"]["eventId"].startswith("evt_")


def test_other_companies_and_narrow_keys_hear_their_own(server):
    with opened(server) as other, opened(server) as sales, opened(server) as all_:
        say(other, {**SAMPLE_AUTH, "companyId": "company_xyz789"}, {"type": "subscribe", "channels": ["*"]})
        say(
            sales,
            {**SAMPLE_AUTH, "token": "blg_test_sk_sales00000000000"},
            {"type": "subscribe", "channels": ["*", "stock.changes"]},
        )
        say(all_, SAMPLE_AUTH, {"type": "subscribe", "channels": ["*"]})
        subscribed = [heard(client, 2)[1] for client in (other, sales, all_)]
        assert [one["code"] for one in subscribed[1]["rejected"]] == ["FORBIDDEN"]
        ask(
            server,
            "POST",
            "/items",
            {
                "itemCode": "STREAM-1",
                "name": "Heard by those who may read items",
                "type": "service",
                "pricing": {"sellingPrice": 1},
            },
        )
        ask(server, "POST", "/customers", {"name": "Heard", "email": "heard@stream.example"})
        for client in (other, sales, all_):
            say(client, {"type": "ping"})
        channels = [
            [one.get("channel", one["type"]) for one in heard(client, count)]
            for client, count in ((other, 1), (sales, 2), (all_, 3))
        ]
    assert channels == [["pong"], ["customer.created", "pong"], ["item.created", "customer.created", "pong"]]


@pytest.mark.parametrize(
    ("message", "said", "closed"),
    [
        pytest.param("not json", ["error"], 4400, id="no JSON"),
        pytest.param(b'{"type": "ping"}', ["error"], 4400, id="binary"),
        pytest.param('{"type": "ping", "x": "' + "x" * 65536 + '"}', ["error"], 4400, id="too large"),
        pytest.param("x" * (1 << 20) + "x", [], 1009, id="far too large"),
        pytest.param(json.dumps({**SAMPLE_AUTH, "token": "wrong"}), ["error"], 4401, id="an unknown key"),
        pytest.param(json.dumps({**SAMPLE_AUTH, "token": "blg_test_sk_expired000000000"}), ["error"], 4401, id="an expired key"),
        pytest.param(json.dumps({**SAMPLE_AUTH, "companyId": "company_other"}), ["error"], 4403, id="another company"),
    ],
)  # fmt: skip
def test_hostile_frames_end_their_own_connection_only(server, message, said, closed):
    with opened(server) as bystander, opened(server) as client:
        say(bystander, SAMPLE_AUTH)
        client.send(message)
        found, code = rest(client)
        assert ([one["type"] for one in found], code) == (said, closed)
        say(bystander, {"type": "ping"})
        assert [one["type"] for one in heard(bystander, 2)] == ["authenticated", "pong"]


def test_ten_thousand_subscriptions_are_answered_and_leave_the_server_unharmed(server):
    with opened(server) as client:
        say(client, SAMPLE_AUTH)
        heard(client)
        for number in range(10_000):
            say(client, {"type": "subscribe", "channels": [f"channel.{number}"]})
            assert heard(client)[0]["rejected"][0]["code"] == "INVALID_CHANNEL"
        say(client, {"type": "subscribe", "channels": [f"channel.{number}" for number in range(501)]})
        assert heard(client)[0]["error"]["code"] == "INVALID_MESSAGE"
    assert httpx.get(f"{server.root}/health").status_code == 200


def test_a_key_has_five_connections_where_limits_are_on():
    with running("--now", NOW, rate_limit="on") as server, ExitStack() as stack:
        clients = [stack.enter_context(opened(server)) for _ in range(6)]
        for client in clients:
            say(client, {**SAMPLE_AUTH, "token": "blg_test_sk_pos0000000000000"})
        assert [heard(client)[0]["type"] for client in clients[:5]] == ["authenticated"] * 5
        found, code = rest(clients[5])
    assert (found[0]["error"]["code"], code) == ("RATE_LIMIT_EXCEEDED", 4429)


def test_it_answers_under_both_base_paths_and_says_what_is_no_stream(server):
    with connect(f"{server.root.replace('http', 'ws')}/api/v1/stream") as client:
        assert client.response.headers["X-Request-ID"].startswith("req_")
    with pytest.raises(InvalidStatus) as refused, opened(server, "/customers"):
        pass
    assert refused.value.response.status_code == 404
    error = json.loads(refused.value.response.body)["error"]
    assert (error["code"], error["message"]) == (
        "NOT_FOUND",
        "There is no stream at /v1/customers: open the WebSocket at /v1/stream",
    )


@pytest.mark.parametrize("version", ["12", "7, 8", ""])
def test_a_handshake_of_another_version_is_told_which_there_is(server, version):
    place = urlsplit(f"{server.address}/stream")
    with socket.socket() as raw:
        raw.settimeout(HANGS)
        raw.connect((place.hostname, place.port))
        raw.sendall(HANDSHAKE.format(path=place.path, version=version).encode())
        answer = b"".join(iter(lambda: raw.recv(4096), b"")).decode()
    head, _, body = answer.partition("\r\n\r\n")
    lines = [line.lower() for line in head.split("\r\n")]
    assert lines[0].startswith("http/1.1 426 ")
    assert {"sec-websocket-version: 13", "upgrade: websocket"} <= set(lines)
    error = json.loads(body)["error"]
    assert (error["code"], "version 13" in error["message"]) == ("UPGRADE_REQUIRED", True)


def until(raw, wanted):
    """Read a socket until some bytes have come."""
    got = b""
    while wanted not in got:
        more = raw.recv(65536)
        assert more, got[-200:]
        got = got[-len(wanted) :] + more


def to_the_end(raw):
    """Read a socket until the server has ended it: with the code of slow readers, or, where that was not read in time, without."""
    got = b""
    while CLOSED_AS_SLOW not in got:
        try:
            more = raw.recv(65536)
        except ConnectionResetError:
            return
        if not more:
            return
        got = got[-len(CLOSED_AS_SLOW) :] + more


HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: {version}\r\n\r\n"
)


@contextmanager
def raw_socket(address):
    """A WebSocket of a server whose every byte is ours."""
    place = urlsplit(address)
    with socket.socket() as raw:
        raw.settimeout(HANGS)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect((place.hostname, place.port))
        raw.sendall(HANDSHAKE.format(path=place.path, version="13").encode())
        until(raw, b"\r\n\r\n")
        yield raw


def masked(first, content):
    """A frame of a client, masked with zeros: its first byte, and what it holds."""
    return bytes([first, 0x80 | len(content)]) + bytes(4) + content


@contextmanager
def deaf(server, card):
    """A connection that asks for everything, and whose socket is then not read."""
    with raw_socket(f"{server.address}/news") as raw:
        for frame in ({"kind": "hello", "card": card, "branch": "branch_a"}, {"kind": "ask", "names": ["*"]}):
            raw.sendall(masked(0x81, json.dumps(frame).encode()))
        until(raw, b"asked")
        yield raw


@pytest.mark.parametrize(
    ("frames", "closed"),
    [
        pytest.param(masked(0x01, b"{") + masked(0x88, struct.pack("!H", 1000)), 1000, id="a close between fragments"),
        pytest.param(masked(0x81, b"\xff"), 1007, id="text that is not UTF-8"),
        pytest.param(masked(0x88, struct.pack("!H", 1000) + b"\xff"), 1007, id="a reason that is not UTF-8"),
        pytest.param(masked(0x83, b""), 1002, id="a reserved opcode"),
        pytest.param(masked(0xC1, b"{}"), 1002, id="a reserved bit"),
        pytest.param(masked(0x09, b""), 1002, id="a ping in fragments"),
        pytest.param(b"\x81\x00", 1002, id="no mask"),
    ],
)
def test_the_protocol_is_kept_as_rfc_6455_says(server, frames, closed):
    with raw_socket(f"{server.address}/stream") as raw:
        raw.sendall(frames)
        until(raw, struct.pack("!H", closed))


def test_fifty_slow_readers_and_one_that_hears_everything(library):
    with ExitStack() as stack:
        slow = [stack.enter_context(deaf(library, f"slow{number}")) for number in range(50)]
        exact = stack.enter_context(opened(library, "/news"))
        say(exact, {"kind": "hello", "card": "exact", "branch": "branch_a"}, {"kind": "ask", "names": ["book.added"]})
        heard(exact, 2)
        http = stack.enter_context(httpx.Client(headers={"Authorization": "Bearer any", "X-Branch": "branch_a"}))
        for number in range(150):
            made = http.post(f"{library.address}/books", json={"title": f"Volume {number}"})
            assert made.status_code == 201, made.text
            assert heard(exact)[0]["facts"]["title"] == made.json()["book"]["title"]
        for raw in slow:
            to_the_end(raw)


def test_the_end_of_the_server_is_told():
    with running() as server, opened(server) as client:
        say(client, SAMPLE_AUTH)
        heard(client)
        assert server.end() == 0
        assert rest(client) == ([], 1001)


def test_a_contract_loaded_anew_is_told(tmp_path):
    contract = tmp_path / "library.yaml"
    contract.write_text(LIBRARY.read_text())
    with running(str(contract), "--reload") as server, opened(server, "/news") as client:
        say(client, {"kind": "hello", "card": "any", "branch": "branch_a"})
        heard(client)
        contract.write_text(contract.read_text().replace("title: Library", "title: Bookshop"))
        assert rest(client) == ([], 1012)


@pytest.mark.parametrize("base", ["/v1", "/api/v1"])
def test_the_asyncapi_document_is_served(server, base):
    found = httpx.get(f"{server.root}{base}/asyncapi.json").json()
    assert found == yaml.safe_load(httpx.get(f"{server.root}{base}/asyncapi.yaml").text)
    assert found["asyncapi"] == "3.0.0"
    assert found["servers"]["this"] == {
        "host": urlsplit(server.root).netloc,
        "protocol": "ws",
        "pathname": "/v1",
        "description": "This server",
    }


def test_every_reference_of_the_asyncapi_document_leads_somewhere(server):
    whole = httpx.get(f"{server.address}/asyncapi.json").json()
    references = re.findall(r'"\$ref":\s*"#/([^"]+)"', json.dumps(whole))
    assert len(references) > 100
    for reference in references:
        found = whole
        for step in reference.split("/"):
            found = found[step]
        assert found


def test_every_event_and_frame_that_is_told_fits_the_asyncapi_document(server):
    whole = httpx.get(f"{server.address}/asyncapi.json").json()
    with opened(server) as client:
        say(
            client,
            SAMPLE_AUTH,
            {"type": "subscribe", "channels": ["*", "no"]},
            {"type": "unsubscribe", "channels": ["no"]},
            {"type": "ping"},
            {"type": "no"},
        )
        frames = heard(client, 5)
        invoice = ask(server, "POST", "/invoices", INVOICE)["data"]
        ask(server, "POST", f"/invoices/{invoice['id']}/send")
        frames += heard(client, 3)
    for frame in frames:
        name = frame.get("channel") or f"server.{frame['type']}"
        Draft7Validator({**whole["components"]["messages"][name]["payload"], "components": whole["components"]}).validate(
            frame
        )


def test_a_contract_without_a_stream_has_no_asyncapi_document(tmp_path):
    contract = tmp_path / "plain.yaml"
    contract.write_text("openapi: 3.0.3\ninfo: {title: Plain, version: '1'}\npaths: {}\n")
    client = Client(build(Settings(contract, None)))
    assert client("GET", "/asyncapi.json", root=True, judge=False).status_code == 404
