"""The short way of ordinary calls answers what the way of all others does, byte for byte."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from mockserver.sandbox import build
from mockserver.settings import Settings
from mockserver.web.memory import Memory
from mockserver.web.shortcut import RawRequest, ShortWay
from tests.conftest import KEY, LIBRARY, NOW, SETTINGS, TENANT, forked

READ_ONLY = "blg_test_sk_readonly00000000"
INVOICE = {"customerId": "cust_456", "items": [{"itemId": "item_laptop001", "quantity": 1}]}
REQUESTS = [
    ("GET", "/customers/cust_456", {}),
    ("GET", "/customers/cust_none", {}),
    ("GET", "/customers?status=active&sort=name:desc&limit=3", {}),
    ("GET", "/customers?limit=0", {}),
    ("GET", "/customers?nonsense=1", {}),
    ("GET", "/invoices?total[gte]=1000&limit=2", {"headers": {"accept-encoding": "gzip"}}),
    ("GET", "/invoices?total[gte]=1000&limit=2", {"headers": {"accept-encoding": "deflate;q=0.5, gzip;q=0"}}),
    ("GET", "/customers/cust_456", {"headers": {"x-request-id": "mine-1"}}),
    ("GET", "/customers/cust_456", {"headers": {"x-request-id": "not one"}}),
    ("GET", "/customers/cust_456", {"headers": {"x-api-version": "2024-01-15"}}),
    ("GET", "/customers/cust_456", {"headers": {"x-api-version": "1999-01-01"}}),
    ("GET", "/customers/cust_456", {"headers": {"origin": "https://page.example"}}),
    ("GET", "/customers/cust%5F456", {}),
    ("HEAD", "/customers/cust_456", {}),
    ("PATCH", "/customers/cust_456", {"json": {}}),
    ("POST", "/customers", {"json": {"name": "Kedai Baru", "email": "baru@kedai.example"}}),
    ("POST", "/customers", {"json": {"name": "Kedai Baru"}}),
    ("POST", "/customers", {"content": b"{", "headers": {"content-type": "application/json"}}),
    ("POST", "/customers", {"content": b"{}", "headers": {"content-type": "text/plain"}}),
    ("POST", "/invoices", {"json": INVOICE}),
    ("POST", "/invoices", {"json": INVOICE, "headers": {"idempotency-key": "again"}}),
    ("POST", "/invoices/inv_123/send", {}),
    ("POST", "/invoices/inv_123/void", {"json": {"reason": "Wrong"}}),
    ("PUT", "/customers/cust_456", {"json": {"notes": "Pays late", "tags": ["slow"]}}),
    ("DELETE", "/invoices/inv_789", {}),
    ("GET", "/reports/trial-balance", {}),
    ("GET", "/stock?limit=2", {}),
    ("GET", "/attachments?limit=2", {}),
    ("POST", "/bulk/customers", {"json": {"operations": [{"operation": "create", "data": {"name": "A"}}]}}),
    ("GET", "/nothing/here", {}),
]


def before_short_way(sandbox):
    """What passes requests on to the short way."""
    outer = sandbox.app
    while not isinstance(outer.app, ShortWay):
        outer = outer.app
    return outer


class Both:
    """Two sandboxes in the same state: one as it is served, one without the short way."""

    def __init__(self, made):
        sources, world = made
        self.served, self.plain = (build(SETTINGS, forked(world.engine), sources) for _ in range(2))
        self.short = before_short_way(self.served).app.shortcut
        self.taken = []
        answer = self.short.answer

        def counted(request):
            found = answer(request)
            self.taken.append(found is not None)
            return found

        self.short.answer = counted
        before = before_short_way(self.plain)
        before.app = before.app.app

    def ask(self, method, path, how, key=KEY):
        headers = {"authorization": f"Bearer {key}", "x-company-id": TENANT, **how.get("headers", {})}
        how = {**how, "headers": headers}

        async def one(app):
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox") as client:
                return await client.request(method, "/v1" + path, **how)

        return [asyncio.run(one(sandbox.app)) for sandbox in (self.served, self.plain)]


@pytest.fixture(scope="module")
def both(made):
    return Both(made)


def told(answer):
    return (
        answer.status_code,
        sorted((name, value) for name, value in answer.headers.items() if name != "x-response-time"),
        answer.content,
    )


@pytest.mark.parametrize(("method", "path", "how"), REQUESTS, ids=[f"{method} {path}" for method, path, _ in REQUESTS])
def test_both_ways_answer_the_same(both, method, path, how):
    for _ in range(3):
        short, plain = both.ask(method, path, how)
        assert told(short) == told(plain)


def test_the_short_way_is_taken_once_the_credentials_were_let_in(both):
    both.ask("GET", "/customers/cust_123", {})
    both.taken.clear()
    both.ask("GET", "/customers/cust_123", {})
    both.ask("GET", "/customers/cust_123", {"headers": {"origin": "https://page.example"}})
    both.ask("GET", "/customers/cust_123", {}, key="blg_test_sk_nobody0000000000")
    assert both.taken == [True, False, False]


def test_a_verdict_holds_for_its_operation_only(both):
    assert [answer.status_code for answer in both.ask("GET", "/customers/cust_123", {}, key=READ_ONLY)] == [200, 200]
    for _ in range(2):
        short, plain = both.ask("PUT", "/customers/cust_123", {"json": {"notes": "x"}}, key=READ_ONLY)
        assert (short.status_code, plain.status_code) == (403, 403)


def test_what_is_counted_is_counted_once(made):
    sources, world = made
    limited = build(replace(SETTINGS, rate_limit="on"), forked(world.engine), sources)
    key = "blg_test_sk_lowlimit00000000"

    async def ask():
        transport = httpx.ASGITransport(app=limited.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            headers = {"authorization": f"Bearer {key}", "x-company-id": TENANT}
            return [await client.get("/v1/customers/cust_123", headers=headers) for _ in range(7)]

    answers = asyncio.run(ask())
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers[:5]] == ["4", "3", "2", "1", "0"]


def library():
    sandbox = build(Settings(LIBRARY, None, now=NOW))
    return sandbox, sandbox.answer_now


def raw(method, path, body=b"", query=b""):
    headers = [(b"authorization", b"Bearer any"), (b"x-branch", b"branch_a"), (b"content-type", b"application/json")]
    return RawRequest(
        method, path if "://" in path or path[1] == "_" or path == "/health" else "/v1" + path, query, headers, body
    )


def ask(sandbox, method, path, **how):
    async def one():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox.app), base_url="http://sandbox") as client:
            headers = {"authorization": "Bearer any", "x-branch": "branch_a", "content-type": "application/json"}
            return await client.request(method, "/v1" + path, headers=headers, **how)

    return asyncio.run(one())


def test_what_is_odd_is_left_to_the_long_way():
    sandbox, now = library()
    book = ask(sandbox, "POST", "/books", content=b'{"title": "Emma"}').json()["book"]["id"]
    ask(sandbox, "GET", f"/books/{book}"), ask(sandbox, "GET", "/books")
    ask(sandbox, "POST", "/books/many", json={"books": [{"do": "add", "book": {"title": "Persuasion"}}]})
    assert now(raw("GET", f"/books/{book}")).status == 200
    assert now(raw("POST", "/books", b'{"title": "Sanditon"}')).status == 201
    odd = {
        "a fragment": raw("GET", f"/books/{book}#top"),
        "a fragment of the query": raw("GET", "/books", query=b"limit=1#top"),
        "an escape": raw("GET", f"/books/{book[:-1]}%{ord(book[-1]):x}"),
        "an absolute address": raw("GET", f"http://sandbox/books/{book}"),
        "letters that are not ASCII": raw("GET", "/books/caf\xe9"),
        "too large a body": raw("POST", "/books", b'{"title": "Emma"}' + b" " * 65_536),
        "several operations": raw("POST", "/books/many", b'{"books": [{"do": "add", "book": {"title": "Emma"}}]}'),
        "the control plane": raw("GET", "/_sandbox/world"),
        "a page": raw("GET", "/health"),
    }
    assert [name for name, request in odd.items() if now(request) is not None] == []


def test_little_is_remembered_of_what_clients_make_long():
    memory = Memory()
    assert [memory.remember(("listBooks", b"x" * length), length) for length in (10, 2000)] == [10, 2000]
    assert list(memory.values()) == [10]
