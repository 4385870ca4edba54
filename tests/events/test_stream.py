"""The conversation on a stream, with the library's frames: what is said back to what."""

import json

import pytest

from mockserver.events.stream import REASON_BYTES, Close, Conversation
from mockserver.language.scope import Scope
from mockserver.web.security import ApiKey, Authenticator

KEYS = {
    "lib_test_all": ApiKey("lib_test_all", "all", tenants=("branch_a", "branch_b"), scopes=("librarian",)),
    "lib_test_loans": ApiKey("lib_test_loans", "loans", tenants=("branch_a",), scopes=("read:loans",)),
    "lib_test_gone": ApiKey("lib_test_gone", "gone", tenants=("branch_a",), scopes=("librarian",), status="revoked"),
}


class Entrance:
    """The door of a gate with keys."""

    def __init__(self, plan):
        self.authenticator = Authenticator(plan.conventions.security, KEYS)

    def admit(self, key, tenant):
        return self.authenticator.authenticate(key, tenant)

    def grants(self, caller, scope):
        return self.authenticator.may(caller.permissions, scope)


class Client:
    """Says frames, and hears what is said back."""

    def __init__(self, plan, now=0.0):
        self.conversation = Conversation(plan, plan.stream, Entrance(plan), None, now)

    def __call__(self, kind, **members):
        return self.raw(json.dumps({"kind": kind, **members}))

    def raw(self, text):
        return self.conversation.take(text)

    def hears(self, event, data=None):
        return self.conversation.matches({"event": event, "data": data or {}})


@pytest.fixture
def stranger(library_plan):
    return Client(library_plan)


def known(plan, card="lib_test_all", branch="branch_a"):
    client = Client(plan)
    assert client("hello", card=card, branch=branch) == [{"kind": "welcome", "branch": branch}]
    return client


@pytest.fixture
def client(library_plan):
    return known(library_plan)


def test_a_channel_is_asked_for_and_given_up(client):
    assert not client.hears("book.added")
    assert client("ask", names=["book.added", "loan.*"]) == [{"kind": "asked", "names": ["book.added", "loan.*"], "no": []}]
    assert client.hears("book.added")
    assert client.hears("loan.opened")
    assert client("forget", names=["book.added", "book"]) == [
        {
            "kind": "forgotten",
            "names": ["book.added"],
            "no": [{"channel": "book", "code": "NO_SUCH_CHANNEL", "message": "There is no channel book"}],
        }
    ]
    assert not client.hears("book.added")


def rejections(answers):
    """What a frame was answered: the names, and what is rejected with its message."""
    (answer,) = answers
    return answer["names"], {refusal["channel"]: refusal["message"] for refusal in answer["no"]}


def test_a_channel_that_another_covers_is_not_given_up_alone(client):
    client("ask", names=["*", "loan.opened"])
    covered = "The channel {} is heard through *: unsubscribe that"
    names, refused = rejections(client("forget", names=["book.added", "loan.*", "loan.opened"]))
    assert (names, refused) == ([], {name: covered.format(name) for name in ("book.added", "loan.*", "loan.opened")})
    assert client.hears("book.added")
    assert rejections(client("forget", names=["loan.opened", "*"])) == (["loan.opened", "*"], {})
    assert not client.hears("loan.opened")


def test_a_wide_channel_is_given_up_while_a_narrow_one_stays(client):
    client("ask", names=["loan.*", "loan.opened"])
    assert rejections(client("forget", names=["loan.*", "book.added"])) == (["loan.*", "book.added"], {})
    assert client.hears("loan.opened")
    assert not client.hears("loan.closed", {"status": "back"})


def test_a_channel_under_a_condition_covers_none_that_has_no_such_condition(client):
    client("ask", names=["loan.returned"])
    assert rejections(client("forget", names=["loan.closed"])) == (["loan.closed"], {})
    client("ask", names=["loan.closed"])
    names, refused = rejections(client("forget", names=["loan.returned"]))
    assert (names, list(refused)) == ([], ["loan.returned"])


def test_filters_belong_to_their_channel_and_asking_again_replaces_them(client):
    client("ask", names=["loan.closed", "book.news"], only={"loan.closed": {"status": ["back", "lost"]}})
    assert client.hears("loan.closed", {"status": "back"})
    assert not client.hears("loan.closed", {"status": "overdue"})
    assert not client.hears("loan.closed")
    assert client.hears("book.added")
    client("ask", names=["loan.closed"])
    assert client.hears("loan.closed", {"status": "overdue"})


def test_frames_before_the_credentials_wait_for_them_in_order(stranger):
    assert stranger("ask", names=["book.added"]) == []
    assert stranger("there", mark="x") == []
    assert not stranger.hears("book.added")
    said = stranger("hello", card="lib_test_all", branch="branch_a")
    assert [one["kind"] for one in said] == ["welcome", "asked", "here"]
    assert stranger.hears("book.added")


def test_a_frame_that_waited_in_vain_is_answered_like_any_other(stranger):
    stranger("ask", names=["book.added"], only={"loan.closed": {}})
    said = stranger("hello", card="lib_test_all", branch="branch_a")
    assert [one["kind"] for one in said] == ["welcome", "trouble"]


def test_only_so_many_frames_wait_for_the_credentials(stranger):
    assert [stranger("there"), stranger("there")] == [[], []]
    error, end = stranger("there")
    assert (error["code"], end.code) == ("BAD_FRAME", 4000)


@pytest.mark.parametrize(
    ("card", "branch", "code", "closed"),
    [
        pytest.param("lib_test_none", "branch_a", "UNAUTHORIZED", 4001, id="an unknown key"),
        pytest.param("lib_test_gone", "branch_a", "UNAUTHORIZED", 4001, id="a revoked key"),
        pytest.param("lib_live_all", "branch_a", "UNAUTHORIZED", 4001, id="a key of another environment"),
        pytest.param("lib_test_loans", "branch_b", "FORBIDDEN", 4003, id="a tenant the key may not use"),
        pytest.param("lib_test_loans", "elsewhere", "UNPROCESSABLE", 4003, id="what is no tenant"),
    ],
)
def test_credentials_that_do_not_count_end_the_connection(stranger, card, branch, code, closed):
    stranger("ask", names=["book.added"])
    error, end = stranger("hello", card=card, branch=branch)
    assert (error["code"], end.code, end.reason) == (code, closed, error["why"])
    assert not stranger.hears("book.added")


def test_credentials_are_given_once(client):
    (error,) = client("hello", card="lib_test_loans", branch="branch_a")
    assert (error["kind"], error["code"]) == ("trouble", "BAD_FRAME")
    assert client.conversation.caller.key == "all"


def test_a_key_hears_only_what_it_may(library_plan):
    client = known(library_plan, "lib_test_loans")
    (asked,) = client("ask", names=["book.added", "book.news", "*"])
    assert asked["names"] == ["*"]
    assert [(one["channel"], one["code"]) for one in asked["no"]] == [
        ("book.added", "NOT_ALLOWED"),
        ("book.news", "NOT_ALLOWED"),
    ]
    assert asked["no"][0]["message"] == "This needs read:books"
    assert not client.hears("book.added")
    assert client.hears("loan.opened")


def test_a_connection_has_only_so_many_channels(client):
    (asked,) = client("ask", names=["book.added", "loan.*", "*", "loan.opened"])
    assert asked["names"] == ["book.added", "loan.*", "*"]
    assert [(one["channel"], one["code"]) for one in asked["no"]] == [("loan.opened", "TOO_MANY_REQUESTS")]
    (again,) = client("ask", names=["book.added"])
    assert again["no"] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hello", id="not JSON"),
        pytest.param("", id="empty"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param('{"kind": NaN}', id="a number that JSON has not"),
        pytest.param("[" * 1990, id="nested deeply"),
        pytest.param('{"kind": "there", "mark": "' + "x" * 2000 + '"}', id="too large"),
        pytest.param('{"kind": "there", "mark": "' + "é" * 990 + '"}', id="too many bytes, though not characters"),
        pytest.param(None, id="binary"),
    ],
)
def test_what_cannot_be_read_ends_the_connection(client, text):
    error, end = client.raw(text)
    assert (error["kind"], error["code"], end.code) == ("trouble", "BAD_FRAME", 4000)
    assert 0 < len(end.reason.encode()) <= REASON_BYTES


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("{}", "The frame has no kind that is one of hello, ask, forget, there, here", id="no type"),
        pytest.param('{"kind": "sing"}', "no kind that is one of", id="an unknown type"),
        pytest.param('{"kind": ["ask"]}', "no kind that is one of", id="a type that is a list"),
        pytest.param('{"kind": "news"}', "no kind that is one of", id="a frame of the server"),
        pytest.param('{"kind": "ask"}', "The frame ask is not valid: names is required", id="a member too few"),
        pytest.param('{"kind": "ask", "names": "book.added"}', "names", id="a text for a list"),
        pytest.param('{"kind": "ask", "names": [1e999]}', "names[0]", id="a huge number for a text"),
        pytest.param(
            '{"kind": "ask", "names": [], "only": {"loan.closed": {}}}',
            "has filters for loan.closed",
            id="filters of no channel",
        ),
    ],
)
def test_what_cannot_be_accepted_is_answered_and_the_conversation_goes_on(client, text, why):
    (error,) = client.raw(text)
    assert (error["kind"], error["code"]) == ("trouble", "BAD_FRAME")
    assert why in error["why"]
    assert client("there", mark="m") == [{"kind": "here", "mark": "m"}]


def test_credentials_must_come_in_time(library_plan):
    client = Client(library_plan, now=100.0)
    assert client.conversation.due == 110.0
    assert client.conversation.tick(109.9) == []
    error, end = client.conversation.tick(110.0)
    assert (error["code"], end) == ("UNAUTHORIZED", Close(4001, "No credentials came within 10 s"))


def test_a_ping_is_said_at_every_heartbeat(library_plan):
    client = known(library_plan)
    assert client.conversation.due == 30.0
    assert client.conversation.tick(29.0) == []
    assert client.conversation.tick(30.5) == [{"kind": "there"}]
    assert client.conversation.due == 60.5
    assert client("here") == []


def test_a_reason_is_as_long_as_a_close_frame_can_hold(library_plan):
    client = known(library_plan)
    end = client.raw('{"kind":' + "é" * 300)[-1]
    assert len(end.reason.encode()) <= REASON_BYTES
    assert "�" not in end.reason


def test_an_event_is_filled_in_for_everyone_alike(library_plan):
    event = {"id": "note_1", "event": "book.added", "at": "2024-01-15T10:30:00Z", "data": {"id": "b1"}, "tenant": "branch_a"}
    assert library_plan.stream.sends["event"](Scope({"event": event})) == {
        "kind": "news",
        "name": "book.added",
        "facts": {"id": "b1"},
        "about": {"id": "note_1", "branch": "branch_a", "at": "2024-01-15T10:30:00Z"},
    }
