"""The stream as an AsyncAPI document: its frames, and every event that may be heard."""

import pytest

from mockserver.describing.asyncapi import asyncapi, draft7, server
from mockserver.reading.document import read
from tests.compiling.small import document, node, plan
from tests.conftest import LIBRARY


@pytest.fixture(scope="module")
def described(library_plan):
    """The library's stream, described."""
    return asyncapi(read(LIBRARY), library_plan)


def test_a_contract_without_a_stream_has_no_description():
    assert asyncapi(document(), plan()) is None


def test_it_is_of_the_stream(described):
    assert (described["asyncapi"], described["info"]["title"]) == ("3.0.0", "Library: the stream")
    assert described["channels"]["stream"]["address"] == "/news"
    assert described["servers"] == {"server1": {"host": "localhost", "protocol": "ws", "pathname": "/v1"}}


def test_each_frame_and_event_is_a_message(described):
    clients = {f"client.{verb}" for verb in ("authenticate", "subscribe", "unsubscribe", "ping", "pong")}
    frames = {f"server.{sort}" for sort in ("authenticated", "subscribed", "unsubscribed", "ping", "pong", "error")}
    events = {"book.added", "loan.opened", "loan.closed", "fine.due"}
    assert set(described["components"]["messages"]) == clients | frames | events
    sent = {
        action: {message["$ref"].rsplit("/", 1)[-1] for message in operation["messages"]}
        for action, operation in described["operations"].items()
    }
    assert sent == {"receive": clients, "send": frames | events}


def test_an_event_narrows_the_frame_of_events(described):
    payload = described["components"]["messages"]["book.added"]["payload"]
    frame, own = payload["allOf"]
    assert frame == {"$ref": "#/components/schemas/News"}
    assert own["properties"] == {
        "name": {"type": "string", "enum": ["book.added"]},
        "facts": {"$ref": "#/components/schemas/BookNote"},
    }


def test_schemas_that_are_referred_to_come_along_and_no_others(described):
    assert set(described["components"]["schemas"]) == {"Hello", "Ask", "Forget", "Asked", "News", "BookNote"}
    assert "x-value" not in str(described)


@pytest.mark.parametrize(
    ("url", "facts"),
    [
        ("https://a.example/v1", ("a.example", "wss", "/v1")),
        ("http://a.example:80", ("a.example:80", "ws", "/")),
        ("ftp://a.example/", ("a.example", "wss", "/")),
    ],
)
def test_a_server_is_that_of_a_socket(url, facts):
    described = server({"url": url})
    assert (described["host"], described["protocol"], described["pathname"]) == facts


@pytest.mark.parametrize(
    ("schema", "converted"),
    [
        ("{type: string, nullable: true}", {"type": ["string", "null"]}),
        ("{type: string, nullable: false}", {"type": "string"}),
        ("{example: a, x-value: b}", {"examples": ["a"]}),
        ("{type: array, items: {example: a}}", {"type": "array", "items": {"examples": ["a"]}}),
        ("{oneOf: [{example: a}], not: {example: b}}", {"oneOf": [{"examples": ["a"]}], "not": {"examples": ["b"]}}),
        ("{properties: {example: {type: string}}}", {"properties": {"example": {"type": "string"}}}),
        ("{maximum: 3, exclusiveMaximum: true}", {"exclusiveMaximum": 3}),
        ("{additionalProperties: {nullable: true, type: string}}", {"additionalProperties": {"type": ["string", "null"]}}),
        ("{additionalProperties: false}", {"additionalProperties": False}),
    ],
)
def test_a_schema_is_in_the_words_of_draft_7(schema, converted):
    assert draft7(node(schema)) == converted
