"""`mockserver serve --data`: what was acknowledged survives a kill, and what cannot be kept is said in a sentence."""

import asyncio
import os
import resource
import signal
import subprocess
import threading
from contextlib import closing

import httpx
import pytest

from mockserver.sandbox import build
from mockserver.server import Current, renew
from mockserver.settings import Settings
from tests.conftest import LIBRARY, Desk
from tests.running import HANGS, command, running
from tests.test_serve import told

HEADERS = {"Authorization": "Bearer any", "X-Branch": "branch_a"}


def serving(data, *arguments, contract=LIBRARY, **how):
    return running(str(contract), "--data", str(data), *arguments, lines=4, **how)


def kill(server):
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(HANGS)


def post(server, path, **body):
    answer = httpx.post(f"{server.address}{path}", headers=HEADERS, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def get(server, path):
    return httpx.get(f"{server.address}{path}", headers=HEADERS).json()


def test_what_was_acknowledged_survives_a_kill_and_goes_on(tmp_path):
    with serving(tmp_path, "--now", "2024-01-15T00:00:00Z", "--seed", "5") as server:
        book = post(server, "/books", title="Emma", price=9.9)["book"]
        member = post(server, "/members", name="Ann")
        loan = post(server, "/loans", bookId=book["id"], memberId=member["id"])
        kill(server)
    with serving(tmp_path, "--now", "2024-06-01T00:00:00Z", "--seed", "5") as server:
        assert f"data in {tmp_path} since " in server.greeting
        assert ": 4 documents\n" in server.greeting
        assert get(server, f"/books/{book['id']}")["book"] == {**book, "copies": 0}
        late = get(server, f"/loans/{loan['id']}")
        assert late == {**loan, "status": "overdue", "reminderId": late["reminderId"]}
        assert late["reminderId"] is not None
        next = post(server, "/books", title="Persuasion")["book"]
        assert (book["number"], next["number"]) == ("B-2024-001", "B-2024-002")
        assert next["id"] != book["id"]
        assert [one["id"] for one in get(server, "/books")["books"]] == [book["id"], next["id"]]
        assert server.end() == 0
    assert next["id"] != post_once(tmp_path)["id"]


def post_once(data):
    with serving(data, "--seed", "5") as server:
        return post(server, "/books", title="Again")["book"]


@pytest.mark.parametrize("sync", ["always", "off"])
def test_whenever_it_is_killed_every_answer_it_gave_holds(tmp_path, sync):
    given = []
    for _ in range(3):
        with serving(tmp_path, "--data-sync", sync) as server:
            enough = threading.Event()
            writer = threading.Thread(target=write, args=(server, given, enough))
            writer.start()
            assert enough.wait(HANGS)
            kill(server)
            writer.join()
    with serving(tmp_path) as server:
        with httpx.Client(base_url=server.address, headers=HEADERS) as client:
            found = [client.get(f"/members/{id}").json() for id, _ in given]
        assert [(one["id"], one["name"]) for one in found] == given
        assert len(dict(given)) == len(given) >= 90


def write(server, given, enough, count=30):
    """Enrol members until the server is gone; those it acknowledged."""
    begin = len(given)
    with httpx.Client(base_url=server.address, headers=HEADERS) as client:
        try:
            while True:
                member = client.post("/members", json={"name": f"Ann {len(given)}"}).json()
                given.append((member["id"], member["name"]))
                if len(given) == begin + count:
                    enough.set()
        except httpx.TransportError:
            return


def test_on_a_full_disk_a_call_is_refused_and_the_log_says_what_to_do(tmp_path):
    with serving(tmp_path) as server:
        post(server, "/members", name="Ann")
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (200, hard))
        answer = httpx.post(f"{server.address}/members", headers=HEADERS, json={"name": "Bob"})
        assert (answer.status_code, answer.json()["trouble"]["code"]) == (500, "INTERNAL")
        assert get(server, "/books")["page"]["total"] == 0
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        kept = post(server, "/members", name="Cid")
        told(server, "Make sure that there is room and that the folder may be written to, then send the call again.")
        kill(server)
    with serving(tmp_path) as server:
        assert ": 2 documents\n" in server.greeting
        assert get(server, f"/members/{kept['id']}")["name"] == "Cid"


def fails(*arguments):
    done = subprocess.run(
        command("serve", *map(str, arguments), "--port", "0"), capture_output=True, text=True, timeout=HANGS, check=False
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    return done.stderr


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path):
    with serving(tmp_path) as server:
        assert fails(LIBRARY, "--data", tmp_path) == (
            f"{tmp_path} is in use by another server: end that one, or choose another folder.\n"
        )
        for name in ("Ann", "Bob"):
            post(server, "/members", name=name)
        kill(server)
    log = tmp_path / "changes.1"
    raw = log.read_bytes()
    log.write_bytes(raw[:20] + b"?" + raw[21:])
    assert fails(LIBRARY, "--data", tmp_path) == (
        f"{log} is damaged: record 1, at byte 0, is not what was written. "
        f"Nothing was started or changed: put back a copy of {tmp_path}, or choose another folder.\n"
    )
    log.write_bytes(raw[:-1])
    with serving(tmp_path) as server:
        assert ": 1 document\n" in server.greeting
        told(server, "which was never acknowledged")


def test_another_contract_serves_what_is_kept_and_says_so(tmp_path):
    data, changed = tmp_path / "data", tmp_path / "library.yaml"
    with serving(data) as server:
        book = post(server, "/books", title="Emma")["book"]
        server.end()
    changed.write_text(LIBRARY.read_text().replace("version: 1.0.0", "version: 2.0.0"))
    with serving(data, contract=changed) as server:
        told(server, "was kept under Library 1.0.0 and is served under Library 2.0.0")
        assert get(server, f"/books/{book['id']}")["book"]["title"] == "Emma"


def test_a_contract_of_another_title_is_refused_unless_it_is_to_adopt_what_is_kept(tmp_path):
    data, other = tmp_path / "data", tmp_path / "library.yaml"
    with serving(data) as server:
        book = post(server, "/books", title="Emma")["book"]
        kill(server)
    other.write_text(LIBRARY.read_text().replace("title: Library", "title: Archive"))
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    assert fails(other, "--data", data) == (
        f"{data} was kept under Library, and this is Archive: choose another folder, or serve its documents under this "
        "contract with --data-adopt. Nothing was started or changed.\n"
    )
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before
    with serving(data, "--data-adopt", contract=other) as server:
        told(server, "was kept under Library 1.0.0 and is served under Archive 1.0.0")
        assert get(server, f"/books/{book['id']}")["book"]["title"] == "Emma"


def test_fixtures_make_a_world_only_where_nothing_is_kept(tmp_path):
    data, fixtures = tmp_path / "data", tmp_path / "fixtures"
    fixtures.mkdir()
    world = fixtures / "demo.yaml"
    world.write_text("- {tenant: branch_a, steps: [{call: enrol, body: {name: ''}}]}\n")
    fails(LIBRARY, "--data", data, "--fixtures", fixtures)
    world.write_text("- {tenant: branch_a, steps: [{call: enrol, body: {name: Ann}}]}\n")
    with serving(data, "--fixtures", str(fixtures)) as server:
        assert ": 1 document\n" in server.greeting
        post(server, "/members", name="Bob")
        kill(server)
    with running(str(LIBRARY), lines=4, env={**os.environ, "MOCKSERVER_DATA": str(data)}) as server:
        assert ": 2 documents\n" in server.greeting


def test_new_fixtures_do_not_replace_what_is_kept(tmp_path, caplog):
    fixtures = tmp_path / "fixtures"
    fixtures.mkdir()
    world = fixtures / "demo.yaml"
    world.write_text("- {tenant: branch_a, steps: [{call: enrol, body: {name: Ann}}]}\n")
    settings = Settings(LIBRARY, fixtures, data=tmp_path / "data")
    with closing(build(settings)) as sandbox:
        current = Current(sandbox)

        async def renewed():
            await current.begin(sandbox)
            await renew(current, settings, {world})
            await current.end()

        world.write_text("- {tenant: branch_a, steps: [{call: enrol, body: {name: Bob}}]}\n")
        asyncio.run(renewed())
        assert current.sandbox is not sandbox
        members = current.sandbox.engine.state.work("branch_a").find("Member")
        assert [one["name"] for one in members] == ["Ann"]
    assert f"documents stay as in {settings.data}: stop and remove it to start afresh" in caplog.text


def test_deliveries_that_are_due_survive(tmp_path):
    settings = Settings(LIBRARY, None, now="2024-01-15T00:00:00Z", data=tmp_path)
    with closing(build(settings)) as sandbox:
        desk = Desk(sandbox.engine)
        desk.run("listen", {"url": "http://127.0.0.1:9/", "about": ["book.added"]})
        desk.run("addBook", {"title": "Emma"})
        due = sandbox.outbox.soonest
    with closing(build(settings)) as sandbox:
        assert sandbox.outbox.soonest == due is not None
