"""Connections of the stream: their queues, their ends, and the time that is moved by hand."""

import asyncio
import json

from mockserver.engine.event_log import read_log
from mockserver.web.security import ApiKey, Authenticator
from mockserver.web.websocket import FAILED, GOING_AWAY, GRACE, RESTARTED, Hub
from tests.revision import revised, schema


class HandMoved:
    """A timer that stands still until it is moved."""

    def __init__(self):
        self.now = 0.0
        self.calls = []

    def time(self):
        return self.now

    def call_at(self, when, callback):
        entry = [when, callback]
        self.calls.append(entry)
        return type("Handle", (), {"cancel": lambda _: self.calls.remove(entry) if entry in self.calls else None})()

    def move(self, to):
        self.now = to
        for entry in sorted((one for one in self.calls if one[0] <= to), key=lambda one: one[0]):
            if entry in self.calls:
                self.calls.remove(entry)
                entry[1]()


class Peer:
    """The other side of one connection: what it says, and what has reached it; it can stop reading."""

    def __init__(self, hub):
        self.sent = asyncio.Queue()
        self.got = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.sent.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(hub.serve(self.sent.get, self._receive))

    async def _receive(self, message):
        await self.reading.wait()
        self.got.append(message)

    async def say(self, *frames):
        for frame in frames:
            self.sent.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})
        await settle()

    def leave(self):
        self.sent.put_nowait({"type": "websocket.disconnect", "code": 1000})

    @property
    def heard(self):
        return [json.loads(one["text"]) for one in self.got if one["type"] == "websocket.send"]

    @property
    def closed(self):
        return next((one["code"] for one in self.got if one["type"] == "websocket.close"), None)


async def settle():
    """Let everything that can happen now happen."""
    for _ in range(200):
        await asyncio.sleep(0)


def hub_of(desk, timer=None, keys=None, limited=True):
    plan = desk.engine.plan
    authenticator = Authenticator(plan.conventions.security, keys or {})
    hub = Hub(plan, plan.stream, desk.engine, authenticator, timer or HandMoved(), limited)
    desk.engine.commit.after_commit.append(hub.publish)
    return hub


async def listening(hub, *names, card="any", branch="branch_a"):
    peer = Peer(hub)
    await peer.say({"kind": "hello", "card": card, "branch": branch}, {"kind": "ask", "names": list(names)})
    return peer


def names(peer):
    return [one["name"] for one in peer.heard if one["kind"] == "news"]


def played(scene):
    """What a scene gives, once all its connections have been left."""

    async def whole():
        result = await scene()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        return result

    return asyncio.run(whole())


def test_what_is_committed_is_heard_once_in_order_with_the_ids_of_the_log(desk):
    async def scene():
        peer = await listening(hub_of(desk), "*", "book.added", "loan.opened")
        book = desk.run("addBook", {"title": "Emma"})
        member = desk.run("enrol", {"name": "Ann"})
        await settle()
        desk.run("lend", {"bookId": book["id"], "memberId": member["id"], "days": 1})
        await settle()
        return peer

    peer = played(scene)
    log = read_log(desk.engine.store, "branch_a")
    heard = [(one["about"]["id"], one["name"], one["facts"]) for one in peer.heard if one["kind"] == "news"]
    assert heard == [(row["id"], row["event"], row["data"]) for row in log]
    assert names(peer) == ["book.added", "loan.opened"]


def test_each_tenant_hears_its_own_events_only(desk):
    async def scene():
        hub = hub_of(desk)
        ours, theirs = await listening(hub, "*"), await listening(hub, "*", branch="branch_b")
        stranger = Peer(hub)
        await stranger.say({"kind": "ask", "names": ["*"]})
        desk.run("addBook", {"title": "Emma"})
        await settle()
        return ours, theirs, stranger

    ours, theirs, stranger = played(scene)
    assert (names(ours), names(theirs), stranger.heard) == (["book.added"], [], [])


def test_a_narrow_key_hears_only_what_its_scopes_allow(desk):
    keys = {
        "lib_test_1": ApiKey("lib_test_1", tenants=("branch_a",), scopes=("read:loans",)),
        "lib_test_2": ApiKey("lib_test_2", tenants=("branch_a",), scopes=("write:books",)),
    }

    async def scene():
        hub = hub_of(desk, keys=keys)
        narrow, wide = await listening(hub, "*", card="lib_test_1"), await listening(hub, "*", card="lib_test_2")
        desk.run("addBook", {"title": "Emma"})
        await settle()
        return narrow, wide

    narrow, wide = played(scene)
    assert (names(narrow), names(wide)) == ([], ["book.added"])


def test_a_reader_that_stands_still_is_dropped_and_others_hear_everything(desk):
    async def scene():
        timer = HandMoved()
        hub = hub_of(desk, timer)
        slow = [await listening(hub, "*", card=f"slow {number}") for number in range(50)]
        exact = await listening(hub, "book.added", card="exact")
        for peer in slow:
            peer.reading.clear()
        for number in range(20):
            desk.run("addBook", {"title": f"Volume {number}"})
            await settle()
        waiting = [len(one._waiting) for one in hub.connections]
        timer.move(GRACE)
        await settle()
        return exact, waiting, [peer.task.done() for peer in slow], len(hub.connections)

    exact, waiting, dropped, left = played(scene)
    assert [one["facts"]["title"] for one in exact.heard if one["kind"] == "news"] == [
        f"Volume {number}" for number in range(20)
    ]
    assert max(waiting) <= 4
    assert (dropped, left) == ([True] * 50, 1)


def test_a_slow_reader_that_reads_on_is_told_why_it_was_dropped(desk):
    async def scene():
        peer = await listening(hub_of(desk), "*")
        peer.reading.clear()
        for number in range(20):
            desk.run("addBook", {"title": f"Volume {number}"})
        peer.reading.set()
        await settle()
        return peer

    peer = played(scene)
    assert peer.closed == 4008
    assert "5 frames wait" in peer.got[-1]["reason"]


def test_a_client_that_asks_much_at_once_is_no_slow_reader(desk):
    async def scene():
        peer = await listening(hub_of(desk))
        for number in range(100):
            peer.sent.put_nowait({"type": "websocket.receive", "text": json.dumps({"kind": "there", "mark": str(number)})})
        await settle()
        return peer

    assert [one["mark"] for one in played(scene).heard if one["kind"] == "here"] == [str(number) for number in range(100)]


def test_a_key_has_only_so_many_connections_until_one_is_left(desk):
    async def scene():
        hub = hub_of(desk)
        first, second, third = [await listening(hub, "*", card="one") for _ in range(3)]
        other = await listening(hub, "*", card="another")
        first.leave()
        await settle()
        fourth = await listening(hub, "*", card="one")
        return second, third, other, fourth

    second, third, other, fourth = played(scene)
    assert (third.heard[0]["code"], third.closed) == ("TOO_MANY_REQUESTS", 4029)
    assert [peer.closed for peer in (second, other, fourth)] == [None, None, None]
    assert fourth.heard[0]["kind"] == "welcome"


def test_a_key_has_as_many_connections_as_it_likes_where_limits_are_off(desk):
    async def scene():
        hub = hub_of(desk, limited=False)
        peers = [await listening(hub, "*", card="one") for _ in range(9)]
        return [(peer.heard[0]["kind"], peer.closed) for peer in peers]

    assert played(scene) == [("welcome", None)] * 9


def test_no_credentials_and_the_connection_ends_in_time(desk):
    async def scene():
        timer = HandMoved()
        hub = hub_of(desk, timer)
        silent, known = Peer(hub), await listening(hub)
        timer.move(9.9)
        await settle()
        early = silent.closed
        timer.move(10)
        await settle()
        return early, silent, known

    early, silent, known = played(scene)
    assert (early, silent.closed, known.closed) == (None, 4001, None)


def test_a_ping_comes_at_every_heartbeat(desk):
    async def scene():
        timer = HandMoved()
        peer = await listening(hub_of(desk, timer))
        for seconds in (29, 30, 59, 60):
            timer.move(seconds)
            await settle()
        return peer

    assert [one["kind"] for one in played(scene).heard] == ["welcome", "asked", "there", "there"]


def test_nothing_is_told_after_the_end(desk):
    async def scene():
        hub = hub_of(desk)
        peer = await listening(hub, "*")
        await peer.say(["no object"], {"kind": "there"})
        desk.run("addBook", {"title": "Emma"})
        await settle()
        return peer, len(hub.connections)

    peer, left = played(scene)
    assert [one["type"] for one in peer.got[-2:]] == ["websocket.send", "websocket.close"]
    assert (names(peer), peer.closed, left) == ([], 4000, 0)


def test_the_end_of_the_server_is_told_to_all_and_to_those_that_come_late(desk):
    async def scene(end):
        hub = hub_of(desk)
        peers = [await listening(hub, card=f"{number}") for number in range(3)]
        await hub.close(end)
        late = Peer(hub)
        await settle()
        return [peer.closed for peer in (*peers, late)]

    assert played(lambda: scene(GOING_AWAY)) == [1001] * 4
    assert played(lambda: scene(RESTARTED)) == [1012] * 4


def test_filters_that_cannot_be_worked_out_end_their_connection_only(desk, caplog):
    deep = "x"
    for _ in range(900):
        deep = [deep]

    async def scene():
        hub = hub_of(desk)
        bad, good = await listening(hub), await listening(hub, "book.added", card="good")
        bad_filters = {"book.added": {"title": deep}}
        next(one for one in hub.connections if one.key == "any").conversation.subscriptions.update(bad_filters)
        desk.run("addBook", {"title": "Emma"})
        await settle()
        return bad, good

    bad, good = played(scene)
    assert (bad.closed, names(good)) == (FAILED.code, ["book.added"])
    assert "filters of a connection failed" in caplog.text


BROKEN = "{{ 1 / 0 }}"


def test_an_event_that_cannot_be_told_is_stored_all_the_same(tmp_path, caplog):
    def change(document):
        schema(document, "News")["properties"]["about"]["properties"]["id"]["x-value"] = BROKEN

    desk = revised(tmp_path, change)

    async def scene():
        peer = await listening(hub_of(desk), "*")
        book = desk.run("addBook", {"title": "Emma"})
        await settle()
        return peer, book

    peer, book = played(scene)
    assert (names(peer), peer.closed) == ([], None)
    assert desk.run("getBook", bookId=book["id"]) == book
    assert f"The event {read_log(desk.engine.store, 'branch_a')[0]['id']} could not be sent" in caplog.text


def test_a_frame_that_cannot_be_answered_ends_its_connection_only(tmp_path, caplog):
    def change(document):
        document["paths"]["/news"]["get"]["x-stream"]["sends"]["pong"]["properties"]["mark"]["x-value"] = BROKEN

    async def scene():
        hub = hub_of(revised(tmp_path, change))
        bad, good = await listening(hub), await listening(hub, card="good")
        await bad.say({"kind": "there", "mark": "x"})
        return bad, good

    bad, good = played(scene)
    assert (bad.closed, good.closed) == (FAILED.code, None)
    assert "A message of a client failed" in caplog.text
