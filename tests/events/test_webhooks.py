"""Deliveries on the library contract: who gets what, when it is tried again, and that nobody waits for anybody else."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from mockserver.engine.call import Call, Caller
from mockserver.engine.clock import moment
from mockserver.engine.engine import Engine
from mockserver.engine.event_log import read_log
from mockserver.engine.problems import Refused
from mockserver.events.http_sender import AttemptResult, WebhookRequest
from mockserver.events.outbox import AT_ONCE, Outbox
from mockserver.events.scheduler import Scheduler
from mockserver.events.webhooks import Deliveries
from tests.conftest import Desk

TAKEN, FAILED = AttemptResult(200, "thanks"), AttemptResult(503, "not now")


async def deliver(outbox):
    """Attempt everything that is due, until nothing is under way."""
    outbox.start_due()
    while attempts := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(attempts)
        await asyncio.sleep(0)  # what waited for these begins
        outbox.start_due()


@dataclass
class Receivers:
    """Stands in for the network: what each address answers, in turn, and what it was sent."""

    answers: dict[str, list[AttemptResult]] = field(default_factory=dict)
    letters: list[WebhookRequest] = field(default_factory=list)
    held: dict[str, asyncio.Event] = field(default_factory=dict)

    async def send(self, letter: WebhookRequest) -> AttemptResult:
        self.letters.append(letter)
        if letter.url in self.held:
            await self.held[letter.url].wait()
        waiting = self.answers.get(letter.url, [])
        return waiting.pop(0) if waiting else TAKEN

    def sent(self, url: str) -> list[dict]:
        return [json.loads(letter.body) for letter in self.letters if letter.url == url]


def connected(desk: Desk, receivers: Receivers) -> Outbox:
    said = desk.engine.plan.conventions.webhooks
    outbox = Outbox(desk.engine, said, receivers.send)
    desk.engine.commit.before_commit.append(Deliveries(said))
    desk.engine.commit.on_changes.append(outbox.note)
    return outbox


@pytest.fixture
def receivers():
    return Receivers()


@pytest.fixture
def outbox(desk, receivers):
    return connected(desk, receivers)


def listen(desk, url="http://one/", about=("book.added",), **more):
    return desk.run("listen", {"url": url, "about": list(about), **more})


def letters(desk, listener):
    return desk.run("listLetters", listenerId=listener["id"])


def later(desk, seconds):
    desk.engine.time.move(moment(desk.engine.clock.now(), "UTC") + timedelta(seconds=seconds))


def test_an_event_reaches_those_who_asked_for_it(desk, outbox, receivers):
    listen(desk, "http://books/"), listen(desk, "http://loans/", ["loan.*"])
    book = desk.run("addBook", {"title": "Emma"})
    asyncio.run(deliver(outbox))
    (sent,) = receivers.sent("http://books/")
    assert (sent["event"], sent["about"]["id"]) == ("book.added", book["id"])
    assert sent["note"] == read_log(desk.engine.store, desk.tenant)[0]["id"]
    assert receivers.sent("http://loans/") == []


def test_what_is_sent_is_signed_as_the_contract_says_at_the_real_time(desk, outbox, receivers, monkeypatch):
    monkeypatch.setattr("mockserver.events.outbox.time.time", lambda: 1732630000.7)
    listen(desk, seal="0123456789")
    desk.run("addBook", {"title": "Émile"})
    asyncio.run(deliver(outbox))
    (letter,) = receivers.letters
    assert letter.headers["X-Seal"] == hmac.new(b"0123456789", letter.body, hashlib.sha256).hexdigest()
    assert letter.headers["X-Time"] == "1732630000"
    assert "Émile" in letter.body.decode()


@pytest.mark.parametrize(
    ("only", "heard"),
    [
        pytest.param({"title": "Emma"}, 1, id="a-value"),
        pytest.param({"title": ["Persuasion", "Emma"]}, 1, id="one-of-several"),
        pytest.param({"title": "Persuasion"}, 0, id="another-value"),
        pytest.param({"author.name": "Jane"}, 1, id="within"),
        pytest.param({"colour": "red"}, 0, id="a-field-that-is-not-there"),
        pytest.param({"book.news": {"title": "Persuasion"}}, 1, id="of-another-channel"),
        pytest.param({"book.added": {"title": "Persuasion"}}, 0, id="of-the-channel"),
        pytest.param({"book.added": "Emma"}, 0, id="of-the-channel-but-none"),
    ],
)
def test_filters_narrow_what_is_heard(desk, outbox, only, heard):
    listener = listen(desk, only=only)
    desk.run("addBook", {"title": "Emma", "author": {"name": "Jane"}})
    assert len(letters(desk, listener)) == heard


def test_an_event_is_delivered_once_however_often_it_was_asked_for(desk, outbox):
    listener = listen(desk, about=["book.added", "book.news", "*"])
    desk.run("addBook", {"title": "Emma"})
    assert len(letters(desk, listener)) == 1


def test_a_refused_call_delivers_nothing_and_other_tenants_hear_nothing(desk, outbox):
    listener = listen(desk)
    with pytest.raises(Refused):
        desk.run("addBook", {"title": "Emma", "isbn": "1"})
    other = desk.engine.plan.operations["addBook"]
    desk.engine.calls.run(Call(other, Caller("branch_b"), input={"title": "Emma"}))
    assert letters(desk, listener) == []


def test_a_failure_is_tried_again_on_the_clock_with_the_same_body_until_it_is_lost(desk, outbox, receivers):
    receivers.answers["http://one/"] = [FAILED, AttemptResult(error="refused"), FAILED]
    listener = listen(desk)
    desk.run("addBook", {"title": "Emma"})
    tried = []
    for seconds in (0, 9, 1, 19, 1, 1000):
        later(desk, seconds)
        asyncio.run(deliver(outbox))
        tried.append(len(receivers.letters))
    assert tried == [1, 1, 2, 2, 3, 3]
    assert len({letter.body for letter in receivers.letters}) == 1
    (letter,) = letters(desk, listener)
    assert (letter["state"], letter["tries"], letter["answer"], letter["due"]) == ("lost", 3, 503, None)
    assert desk.run("getListener", listenerId=listener["id"])["listening"] is False
    desk.run("addBook", {"title": "Persuasion"})
    assert len(letters(desk, listener)) == 1


def test_a_later_attempt_may_succeed(desk, outbox, receivers):
    receivers.answers["http://one/"] = [FAILED]
    listener = listen(desk)
    desk.run("addBook", {"title": "Emma"})
    for seconds in (0, 10):
        later(desk, seconds)
        asyncio.run(deliver(outbox))
    (letter,) = letters(desk, listener)
    assert (letter["state"], letter["tries"], letter["trouble"]) == ("taken", 2, None)


def test_a_slow_receiver_holds_up_nobody(desk, outbox, receivers):
    slow, quick = listen(desk, "http://slow/"), listen(desk, "http://quick/")

    async def play():
        receivers.held["http://slow/"] = asyncio.Event()
        for number in range(10):
            desk.run("addBook", {"title": f"Book {number}"})
        outbox.start_due()
        while any(letter["state"] == "waiting" for letter in letters(desk, quick)):
            await asyncio.sleep(0)
        assert len(receivers.sent("http://slow/")) == 1, "one at a time until one was answered"
        assert {letter["state"] for letter in letters(desk, slow)} == {"waiting"}
        receivers.held["http://slow/"].set()
        await deliver(outbox)

    asyncio.run(play())
    assert {letter["state"] for letter in letters(desk, slow)} == {"taken"}
    assert [one["about"]["title"] for one in receivers.sent("http://quick/")] == [f"Book {n}" for n in range(10)]


def test_as_many_at_once_as_the_contract_allows_go_to_one_that_answers_soon(desk, outbox, receivers):
    listen(desk)

    async def play():
        desk.run("addBook", {"title": "Emma"})
        await deliver(outbox)
        receivers.held["http://one/"] = asyncio.Event()
        for number in range(10):
            desk.run("addBook", {"title": f"Book {number}"})
        outbox.start_due()
        for _ in range(20):
            await asyncio.sleep(0)
            outbox.start_due()
        assert len(receivers.letters) == 2
        receivers.held["http://one/"].set()
        await deliver(outbox)

    asyncio.run(play())


def test_more_slow_receivers_than_there_is_room_for_hold_up_nobody(desk, outbox, receivers, monkeypatch):
    monkeypatch.setattr("mockserver.events.outbox.RESPONSIVE", 0)
    for number in range(AT_ONCE + 1):
        listen(desk, f"http://slow/{number}")
        receivers.held[f"http://slow/{number}"] = asyncio.Event()
    quick = listen(desk, "http://quick/")

    async def play():
        desk.run("addBook", {"title": "Emma"})
        outbox.start_due()
        while letters(desk, quick)[0]["state"] == "waiting":
            await asyncio.sleep(0)
        for held in receivers.held.values():
            held.set()
        await deliver(outbox)

    asyncio.run(play())
    assert len(receivers.letters) == AT_ONCE + 2


@pytest.mark.parametrize("tenant", ["branch_a", None])
def test_what_is_forgotten_while_it_is_under_way_is_not_taken_for_what_bears_its_id_later(desk, outbox, receivers, tenant):
    """The ids begin again after a reset: an answer to a letter of before says nothing about the one of now."""

    async def play():
        begun = desk.engine.state.random.getstate()
        receivers.held["http://one/"] = asyncio.Event()
        listen(desk)
        desk.run("addBook", {"title": "Emma"})
        outbox.start_due()
        while not receivers.letters:
            await asyncio.sleep(0)
        desk.engine.lifetime.clear(tenant)
        outbox.forget(tenant)
        desk.engine.state.random.setstate(begun)
        listener = listen(desk, "http://two/")
        desk.run("addBook", {"title": "Persuasion"})
        receivers.held["http://one/"].set()
        await deliver(outbox)
        return letters(desk, listener)

    (letter,) = asyncio.run(play())
    assert (letter["state"], letter["tries"]) == ("taken", 1)
    assert [one["about"]["title"] for one in receivers.sent("http://two/")] == ["Persuasion"]


def test_what_is_broken_off_stays_due_for_the_next_engine_on_the_same_store(desk, outbox, receivers):
    listener = listen(desk)

    async def break_off():
        receivers.held["http://one/"] = asyncio.Event()
        desk.run("addBook", {"title": "Emma"})
        outbox.start_due()
        await asyncio.sleep(0)
        await outbox.stop()

    asyncio.run(break_off())
    assert letters(desk, listener)[0]["state"] == "waiting"
    anew = Desk(Engine(desk.engine.plan, desk.engine.store), desk.tenant)
    fresh = connected(anew, Receivers())
    anew.engine.lifetime.take_over(desk.engine.state)
    asyncio.run(deliver(fresh))
    assert letters(anew, listener)[0]["state"] == "taken"


def test_the_oldest_that_are_done_with_are_forgotten(desk, outbox, receivers):
    listener = listen(desk)
    receivers.answers["http://one/"] = [FAILED]
    for number in range(25):
        desk.run("addBook", {"title": f"Book {number}"})
        asyncio.run(deliver(outbox))
    kept = desk.run("listLetters", {}, {"limit": 50}, listenerId=listener["id"])
    assert [one["text"]["title"] for one in kept] == ["Book 0", *(f"Book {number}" for number in range(5, 25))]
    assert kept[0]["state"] == "waiting", "what is still to be delivered is kept"


def test_a_listener_that_is_gone_gets_nothing_more(desk, outbox, receivers):
    receivers.answers["http://one/"] = [FAILED]
    listener = listen(desk)
    desk.run("addBook", {"title": "Emma"})
    asyncio.run(deliver(outbox))
    desk.run("hush", listenerId=listener["id"])
    later(desk, 10)
    asyncio.run(deliver(outbox))
    assert len(receivers.letters) == 1


def test_an_attempt_may_be_made_at_any_time(desk, outbox, receivers):
    receivers.answers["http://one/"] = [FAILED]
    listener = listen(desk)
    reply = desk.reply("ring", listenerId=listener["id"])
    assert reply.deliver == reply.result["id"]
    assert asyncio.run(outbox.attempt(desk.tenant, reply.deliver)) is True
    assert letters(desk, listener)[0]["answer"] == 503
    assert asyncio.run(outbox.attempt(desk.tenant, "letter_none")) is False


def test_the_pulse_takes_what_becomes_due_and_rests_meanwhile(desk, outbox, receivers):
    """The clock stands still: only moving it lets something happen, and waking is enough to be seen."""
    receivers.answers["http://one/"] = [FAILED]
    listen(desk)

    async def live():
        scheduler = Scheduler(desk.engine, outbox)
        desk.engine.commit.on_changes.append(scheduler.on_changes)
        running = asyncio.create_task(scheduler.run())
        desk.run("addBook", {"title": "Emma"})
        while outbox.soonest is None or len(receivers.letters) < 1:
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(receivers.letters) == 1
        later(desk, 10)
        scheduler.wake()
        while len(receivers.letters) < 2:
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(live())
