"""From a routed request to its answer, with a runner in place of the engine."""

import asyncio
import io
from dataclasses import dataclass, field

import pytest

from mockserver.engine.call import Call, Caller, Reply
from mockserver.engine.clock import Clock
from mockserver.engine.problems import Problem
from mockserver.web.answer import Writer
from mockserver.web.dispatch import ROUTING, SECURITY, Dispatch

BOOK = {"id": "a/b c", "title": "Emma"}


@dataclass
class Runner:
    """Gives a reply to any call, and remembers the calls."""

    reply: Reply
    calls: list[Call] = field(default_factory=list)

    async def run(self, call):
        self.calls.append(call)
        return self.reply


@pytest.fixture
def dispatch(library_plan):
    """Asks for an operation: the runner, the status, the headers and the content."""

    def ask(operation, reply, body=b"", query=b"", headers=(), admit=lambda *_: Caller("branch_a"), **path):
        runner, messages = Runner(reply), []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            messages.append(message)

        scope = {
            "type": "http",
            "query_string": query,
            "headers": [(b"content-type", b"application/json"), *headers],
            "path_params": path,
            "extensions": {ROUTING: {"operation_id": operation}, SECURITY: {"token_info": {"Card": "card"}}},
            "state": {"request": {"id": "req_1", "method": "", "path": "/nowhere"}, "base_path": "/alias"},
        }
        asyncio.run(Dispatch(runner, admit, Writer(library_plan, Clock("UTC")))(scope, receive, send))
        start, *rest = messages
        sent = {name.decode(): value.decode() for name, value in start["headers"]}
        return runner, start["status"], sent, b"".join(message["body"] for message in rest)

    return ask


def test_where_the_router_leaves_its_words_is_connexions():
    from connexion.middleware.abstract import ROUTING_CONTEXT

    assert ROUTING == ROUTING_CONTEXT


def test_a_call_has_what_the_request_says(dispatch):
    runner, *_ = dispatch("changeBook", Reply(BOOK), b'{"title": "Emma"}', bookId="book_1")
    (call,) = runner.calls
    assert (call.operation.id, call.input, call.path) == ("changeBook", {"title": "Emma"}, {"bookId": "book_1"})
    assert (call.caller.tenant, call.idempotency_key, call.files) == ("branch_a", None, {})


def test_a_list_is_asked_for_in_values(dispatch):
    runner, *_ = dispatch("listBooks", Reply([], {"hasMore": False}), query=b"price[gte]=5&sort=title:desc")
    request = runner.calls[0].list_request
    assert (request.where, request.order) == (((("price",), "gte", 5),), (("title", True),))


def test_what_was_created_has_its_place_below_the_path_that_was_asked(dispatch):
    _, status, headers, _ = dispatch("addBook", Reply(BOOK, created=BOOK), b'{"title": "Emma"}')
    assert (status, headers["location"]) == (201, "/alias/books/a%2Fb%20c")


def test_a_file_is_sent_as_it_is_and_closed(dispatch):
    content = io.BytesIO(b"x" * 100_000)
    file = {"type": "image/png", "size": 100_000, "name": "café.png", "sha256": ""}
    _, status, headers, sent = dispatch("seePicture", Reply(file, content=content), pictureId="pic_1")
    assert (status, headers["content-type"], len(sent), content.closed) == (200, "image/png", 100_000, True)
    assert headers["content-disposition"].startswith('attachment; filename="cafe.png"; filename*=')
    assert headers["x-content-type-options"] == "nosniff"


def test_who_is_not_let_in_runs_nothing(dispatch):
    def refuse(operation, credentials):
        assert credentials == {"Card": "card"}
        raise Problem("scope", required="x", current=[])

    with pytest.raises(Problem, match="scope"):
        dispatch("addBook", Reply(BOOK), b"{", admit=refuse)


def test_a_request_that_no_operation_was_named_for_has_no_route(dispatch):
    with pytest.raises(Problem) as refused:
        dispatch(None, Reply(None))
    assert (refused.value.kind, refused.value.facts["path"]) == ("no_route", "/nowhere")
