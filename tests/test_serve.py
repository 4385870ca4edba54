"""`mockserver serve` as a process: what it prints, how it ends, and what it says when it cannot start."""

import os
import shlex
import socket
import subprocess
import sys
from contextlib import suppress
from shutil import copytree
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.settings import default_contract
from tests.conftest import CONTRACTS, LIBRARY
from tests.running import HANGS, command, running


def test_it_says_where_it_listens_and_gives_a_line_that_works():
    with running("--now", "2024-06-15", "--seed", "3") as server:
        assert "resources" in server.greeting
        assert "seed 3; clock frozen at 2024-06-14T16:00:00Z" in server.greeting
        assert httpx.get(f"{server.root}/health").json() == {"status": "ok"}
        line = server.greeting.partition("try: ")[2].strip()
        assert '"success":true' in subprocess.run(shlex.split(line), capture_output=True, text=True, check=True).stdout
        assert server.end() == 0
        assert "Traceback" not in server.process.stderr.read()


def test_every_option_is_an_environment_variable_too():
    with running(env={**os.environ, "MOCKSERVER_NOW": "2024-01-01T00:00:00Z", "MOCKSERVER_SEED": "9"}) as server:
        assert "seed 9; clock frozen at 2024-01-01T00:00:00Z" in server.greeting


def test_another_contract_is_served_as_well():
    with running(str(LIBRARY)) as server:
        assert httpx.get(f"{server.address}/books").json()["trouble"]["code"] == "UNAUTHORIZED"
        credentials = {"Authorization": "Bearer any", "X-Branch": "branch_a"}
        made = httpx.post(f"{server.address}/books", headers=credentials, json={"title": "Emma"})
        assert (made.status_code, made.json()["book"]["number"]) == (201, f"B-{made.json()['book']['createdAt'][:4]}-001")
        assert httpx.get(f"{server.root}/library/v1/books", headers=credentials).json()["page"]["total"] == 1


SOCKET = "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

LAST = "Host: x\r\nConnection: close\r\n"

UNREADABLE = [
    pytest.param("/v1/openapi.json", LAST.replace("x", "[", 1), 200, id="a host that is none"),
    pytest.param(
        "/v1/asyncapi.json", LAST.replace("x", "[", 1), 200, id="a host that is none, in the address of the stream"
    ),
    pytest.param("/health", f"{LAST}X-Long: {'x' * 3_000_000}\r\n", 400, id="headers that do not end"),
    pytest.param("/" + "x" * 3_000_000, LAST, 400, id="a path that does not end"),
    pytest.param("/v1/stream", f"{SOCKET}X-Long: {'x' * 9000}\r\n", 431, id="a handshake with a long header"),
    pytest.param("/v1/stream", SOCKET + "X-Many: x\r\n" * 200, 431, id="a handshake with many headers"),
    pytest.param("/v1/stream", f"{SOCKET}Content-Length: 5\r\n", 400, id="a handshake with a body"),
]


@pytest.fixture(scope="module")
def server():
    with running() as found:
        yield found


@pytest.mark.parametrize(("path", "headers", "status"), UNREADABLE)
def test_whatever_is_sent_is_answered_and_the_connection_ends(server, path, headers, status):
    place, said = urlsplit(server.root), b""
    with socket.create_connection((place.hostname, place.port), HANGS) as raw, suppress(ConnectionError):
        raw.sendall(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
        while more := raw.recv(65536):
            said += more
    reset = len(path + headers) > 1_000_000 and said == b""  # what was not read on may cost the client its answer
    assert reset or said.startswith(f"HTTP/1.1 {status} ".encode())


def fails(*arguments):
    done = subprocess.run(command(*arguments), capture_output=True, text=True, timeout=HANGS, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_that_is_taken_is_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = fails("serve", "--port", str(port))
    assert said == f"Cannot listen on 127.0.0.1:{port}: address already in use. Choose another with --port.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("serve", "nowhere.yaml"), "there is no file", id="missing-contract"),
        pytest.param(
            ("serve", str(LIBRARY), "--set", "fineRte=1"), "no setting fineRte: did you mean fineRate?", id="unknown-setting"
        ),
        pytest.param(("serve", str(LIBRARY), "--set", "fineRate=-1"), "fineRate cannot be -1", id="setting-out-of-bounds"),
        pytest.param(("serve", str(LIBRARY), "--set", "fineRate=much"), "fineRate cannot be much", id="unfit-setting"),
        pytest.param(("serve", "--set", "fineRate"), "Write NAME=VALUE", id="setting-without-value"),
        pytest.param(("serve", "--fixtures", "nowhere"), "there is no folder", id="missing-fixtures"),
        pytest.param(
            ("serve", str(CONTRACTS / "broken" / "names.yaml")),
            "10 mistakes found; nothing was started.",
            id="broken-contract",
        ),
        pytest.param(("serve", "--now", "yesterday"), "--now yesterday is not a time", id="no-time"),
        pytest.param(("serve", "--host", "no.such.host.invalid"), "Choose another with --host.", id="no-host"),
        pytest.param(("serve", "--host", "192.0.2.1", "--port", "0"), "Choose another with --host.", id="host-of-another"),
        pytest.param(("serve", "--port", "70000"), "70000 is not in the range", id="no-port"),
        pytest.param(("serve", "--trusted-proxies", "10.0.0.0/8,proxy"), "'proxy' does not appear to be", id="no-address"),
        pytest.param(("check", "nowhere.yaml"), "there is no file", id="check"),
    ],
)
def test_what_cannot_start_says_why_in_a_sentence(arguments, words):
    assert words in fails(*arguments)


def test_fixtures_that_cannot_be_are_named_with_their_step(tmp_path):
    (tmp_path / "demo.yaml").write_text(
        "- tenant: company_abc123\n  steps:\n    - {call: createCustomer, body: {name: ''}}\n"
    )
    said = fails("serve", "--fixtures", str(tmp_path))
    assert "demo.yaml#/steps/0: VALIDATION_ERROR: name must not be empty" in said


def test_routes_and_bundle_show_the_contract(tmp_path):
    listed = subprocess.run(command("routes"), capture_output=True, text=True, check=True).stdout
    assert "POST    /customers" in listed
    out = tmp_path / "openapi.json"
    subprocess.run(command("bundle", "--format", "json", "-o", str(out)), check=True, capture_output=True)
    from openapi_spec_validator import validate
    from openapi_spec_validator.readers import read_from_filename

    document, _ = read_from_filename(str(out))
    validate(document)
    assert "x-resource" not in out.read_text()


def test_a_changed_contract_is_followed_and_what_is_stored_is_kept(tmp_path):
    copytree(default_contract().parent, tmp_path, dirs_exist_ok=True)
    contract = tmp_path / default_contract().name
    fixtures = default_contract().parent.parent / "fixtures"
    head = {"Authorization": "Bearer blg_test_sk_1234567890abcdef", "X-Company-Id": "company_abc123"}
    inventory = tmp_path / "inventory.yaml"
    good = inventory.read_text()
    with running(str(contract), "--fixtures", str(fixtures), "--reload") as server:
        made = httpx.post(f"{server.address}/customers", headers=head, json={"name": "Kept", "email": "kept@example.com"})
        inventory.write_text(good.replace("operationId: listItems", "operationId: [", 1))
        told(server, "is not valid; the sandbox before stays in service")
        assert httpx.get(f"{server.address}/items?limit=200", headers=head).is_success
        inventory.write_text(good)
        told(server, "stored documents stay")
        common = tmp_path / "common.yaml"
        common.write_text(common.read_text().replace("maximum: 200, default: 50", "maximum: 3, default: 3", 1))
        told(server, "stored documents stay")
        assert httpx.get(f"{server.address}/items?limit=4", headers=head).status_code == 400
        assert httpx.get(server.root + made.headers["location"], headers=head).json()["data"]["name"] == "Kept"


def told(server, words):
    """Read the log until it says something."""
    for line in server.process.stderr:
        if words in line:
            return
    raise AssertionError(f"the log ended without: {words}")


def test_a_start_does_not_import_the_command_line_of_an_http_client():
    """It takes a tenth of a second where its libraries are installed, as they are beside test tools."""
    asked = (
        "import sys, mockserver.sandbox; print('httpx' in sys.modules, 'httpx._main' in sys.modules, 'rich' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["True", "False", "False"]
