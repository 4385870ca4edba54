"""What is raised while a request is served becomes an answer of the contract's form."""

import asyncio
import json

import pytest
from starlette.exceptions import HTTPException

from mockserver.engine.clock import Clock
from mockserver.engine.problems import Problem
from mockserver.web.answer import Answer, Writer, send_answer
from mockserver.web.exceptions import ExceptionMiddleware

REQUEST = {"id": "req_1", "method": "GET", "path": "/books"}


def asked(plan, error, method="GET", path="/books", before=None):
    """The answer where an application raises an error, after it has sent another answer or none."""
    messages = []

    async def app(scope, receive, send):
        if before is not None:
            await send_answer(before, scope, send)
        raise error

    async def send(message):
        messages.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "state": {"request": REQUEST}}
    asyncio.run(ExceptionMiddleware(app, Writer(plan, Clock("UTC")))(scope, None, send))
    start, end = messages
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, json.loads(end["body"])


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        pytest.param("/books", "GET, HEAD, POST", id="fixed"),
        pytest.param("/books/b1", "DELETE, GET, HEAD, PUT", id="with-a-parameter"),
        pytest.param("/books/many", "POST", id="fixed-where-a-parameter-would-match-too"),
    ],
)
def test_a_method_that_a_path_has_not_is_answered_with_those_it_has(library_plan, path, allowed):
    status, headers, _ = asked(library_plan, HTTPException(405), "PATCH", path)
    assert (status, headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(HTTPException(404), 404, id="no-route"),
        pytest.param(Problem("not_found", resource="Book", id="b1", field="id"), 404, id="problem"),
        pytest.param(ZeroDivisionError("one by none"), 500, id="mistake-of-ours"),
    ],
)
def test_each_error_has_its_status(library_plan, error, status):
    assert asked(library_plan, error)[0] == status


def test_a_mistake_of_ours_is_logged_and_not_told(library_plan, caplog):
    _, _, body = asked(library_plan, ZeroDivisionError("one by none"))
    assert "one by none" not in json.dumps(body)
    assert "GET /books failed: one by none" in caplog.text


def test_once_an_answer_has_begun_no_other_is_sent(library_plan):
    with pytest.raises(ZeroDivisionError):
        asked(library_plan, ZeroDivisionError(), before=Answer(200, b"{}"))
