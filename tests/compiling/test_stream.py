"""The stream: its frames, its limits, and why it ends."""

import pytest

from mockserver.compiling.stream import stream
from mockserver.language.scope import Scope
from mockserver.plan.stream import Stream
from tests.compiling.small import context, merged, node, told

HELLO = "{schema: {properties: {kind: {enum: [hello]}, card: {type: string}}}, key: frame.card, tenant: frame.card}"
SMALL = (
    """
paths:
  /news:
    get:
      operationId: news
      responses: {'101': {description: News}}
      x-stream:
        type: kind
        receives: {authenticate: """
    + HELLO
    + """}
        sends:
          authenticated: {properties: {kind: {enum: [welcome]}, who: {x-value: '{{ caller.tenant }}'}}}
        close: {frame: 4000, credentials: 4001}
"""
)


def made(change: str = "{}"):
    """The stream with something else in it, and what is wrong with it."""
    more = merged(node(SMALL), {"paths": {"/news": {"get": {"x-stream": node(change)}}}})
    compiling = context()
    compiling.document.root["paths"].update(more["paths"])
    return stream(compiling), told(compiling)


def test_a_contract_without_a_stream_has_none():
    assert stream(context()) is None


def test_a_stream_that_says_nothing_has_the_limits_of_the_plan():
    compiled, mistakes = made()
    assert (compiled.path, compiled.type, compiled.close, mistakes) == (
        "/news",
        "kind",
        {"frame": 4000, "credentials": 4001},
        [],
    )
    for name in ("frame_bytes", "connections", "subscriptions", "early", "waiting", "waiting_bytes", "patience"):
        assert getattr(compiled, name) == getattr(Stream, name), name
    assert (compiled.heartbeat, compiled.silence) == (Stream.heartbeat, Stream.silence)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("frame_bytes", 2000),
        ("connections", 2),
        ("subscriptions", 3),
        ("early", 2),
        ("waiting", 4),
        ("waiting_bytes", 100000),
        ("patience", 10),
        ("heartbeat", 30),
        ("silence", 60),
    ],
)
def test_a_contract_sets_limits(library_plan, name, value):
    assert getattr(library_plan.stream, name) == value


def test_a_frame_of_a_client_is_known_by_its_type(library_plan):
    frames = {name: (frame.verb, sorted(frame.values)) for name, frame in library_plan.stream.receives.items()}
    assert frames == {
        "hello": ("authenticate", ["key", "tenant"]),
        "ask": ("subscribe", ["channels", "filters"]),
        "forget": ("unsubscribe", ["channels"]),
        "there": ("ping", []),
        "here": ("pong", []),
    }
    hello = library_plan.stream.receives["hello"]
    assert hello.values["key"].evaluate(Scope({"frame": {"card": "k1"}})) == "k1"
    assert [flaw.field for flaw in hello.validate({"kind": "hello", "card": "k1"})] == ["branch"]


def test_a_frame_of_the_server_is_filled_in(library_plan):
    sends = library_plan.stream.sends
    assert sends["authenticated"](Scope({"caller": {"tenant": "b"}})) == {"kind": "welcome", "branch": "b"}
    assert sends["pong"](Scope({"frame": {"mark": "7"}})) == {"kind": "here", "mark": "7"}
    assert sends["ping"](Scope({})) == {"kind": "there"}


AT = "#/paths/~1news/get/x-stream"


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ("{seconds: {heartbeat: 60}}", f"{AT}/seconds: silence must be longer than the time between two heartbeats"),
        (
            "{receives: {ping: {schema: {properties: {kind: {enum: [ping]}}}}}}",
            f"{AT}/sends: ping is answered by a frame pong: there is none",
        ),
        (
            "{receives: {pong: {schema: {properties: {kind: {enum: [hello]}}}}}}",
            f"{AT}/receives/pong/schema: hello is the type of another frame already",
        ),
        (
            "{sends: {ping: {properties: {kind: {enum: [a, b]}}}}}",
            f"{AT}/sends/ping: its kind must be an enum of one text",
        ),
        ("{sends: {ping: {properties: {kind: {enum: [a]}, at: {}}}}}", f"{AT}/sends/ping: what is at? Give it an x-value"),
        (
            "{sends: {authenticated: {properties: {who: {x-value: '{{ frame.card }}'}}}}}",
            f"{AT}/sends/authenticated/properties/who/x-value: there is no name frame",
        ),
        (
            "{receives: {authenticate: {key: frame.crd}}}",
            f"{AT}/receives/authenticate/key: there is no member crd: did you mean card?",
        ),
    ],
)
def test_each_frame_can_be_sent_and_read(change, mistake):
    mistakes = made(change)[1]
    assert [line.startswith(mistake) for line in mistakes] == [True], mistakes


def test_there_is_one_stream_opened_by_get():
    compiling = context()
    paths = node(SMALL)["paths"]
    compiling.document.root["paths"] |= {"/a": {"post": paths["/news"]["get"]}, "/b": paths["/news"]}
    assert stream(compiling).path == "/a"
    assert told(compiling) == [
        "#/paths/~1b/get/x-stream: there is a stream already, at /a",
        "#/paths/~1a/post/x-stream: a stream is opened by GET, not POST",
    ]
