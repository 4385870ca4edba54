"""Behind proxies: which addresses answers name, and who counts as this machine."""

import asyncio

import httpx
import pytest

from mockserver.sandbox import build
from mockserver.settings import Settings, networks
from tests.conftest import LIBRARY, NOW

TRUSTED = networks(["127.0.0.1", "10.0.0.0/8"])
CREDENTIALS = {"Authorization": "Bearer any", "X-Branch": "branch_a"}


@pytest.fixture(scope="module")
def sandbox():
    return build(Settings(LIBRARY, None, now=NOW, trusted_proxies=TRUSTED, control_token="s3cret"))


def ask(sandbox, method, path, headers, client="127.0.0.1", host="127.0.0.1:8080", **how):
    """An answer to a request that comes from a client."""

    async def request():
        transport = httpx.ASGITransport(app=sandbox.app, client=(client, 4000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
            return await http.request(method, path, headers=headers, **how)

    return asyncio.run(request())


HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example.com"}
STANDARD = 'for=192.0.2.1;proto=https;host="api.example.com:8443", for=10.0.0.2;proto=http;host=inner'

FORWARDED = [
    pytest.param({}, "http://127.0.0.1:8080/v1", id="nothing"),
    pytest.param(HTTPS, "https://api.example.com/v1", id="scheme-and-host"),
    pytest.param({"X-Forwarded-Proto": "https"}, "https://127.0.0.1:8080/v1", id="scheme"),
    pytest.param({**HTTPS, "X-Forwarded-Port": "443"}, "https://api.example.com/v1", id="usual-port"),
    pytest.param({**HTTPS, "X-Forwarded-Port": "8443"}, "https://api.example.com:8443/v1", id="port"),
    pytest.param({"X-Forwarded-Proto": "https", "X-Forwarded-Port": "443"}, "https://127.0.0.1/v1", id="port-of-the-host"),
    pytest.param(
        {"X-Forwarded-Host": "a.example:81", "X-Forwarded-Port": "80"}, "http://a.example:81/v1", id="host-with-port"
    ),
    pytest.param(
        {"X-Forwarded-Host": "a.example, inner", "X-Forwarded-Proto": "https,http"}, "https://a.example/v1", id="two"
    ),
    pytest.param({**HTTPS, "X-Forwarded-Prefix": "/books/"}, "https://api.example.com/books/v1", id="prefix"),
    pytest.param({**HTTPS, "X-Forwarded-Prefix": "/a, /b"}, "https://api.example.com/a/b/v1", id="two-prefixes"),
    pytest.param({"Forwarded": STANDARD}, "https://api.example.com:8443/v1", id="standard"),
    pytest.param({"Forwarded": "Proto=HTTPS;Host=[2001:db8::1]"}, "https://[2001:db8::1]/v1", id="ipv6"),
    pytest.param({"X-Forwarded-Host": 'a"b', "X-Forwarded-Proto": "ftp"}, "http://127.0.0.1:8080/v1", id="nonsense"),
    pytest.param({"X-Forwarded-Prefix": "//evil.example"}, "http://127.0.0.1:8080/v1", id="no-prefix"),
    pytest.param({"X-Forwarded-Prefix": "/a b", "X-Forwarded-Port": "x"}, "http://127.0.0.1:8080/v1", id="no-path"),
]


@pytest.mark.parametrize("client", ["127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3"])
@pytest.mark.parametrize(("headers", "address"), FORWARDED)
def test_the_document_names_the_address_that_a_trusted_proxy_was_asked_at(sandbox, headers, address, client):
    for path in ("/v1/openapi.json", "/library/v1/openapi.json"):
        assert ask(sandbox, "GET", path, headers, client).json()["servers"][0]["url"] == address


@pytest.mark.parametrize(("headers", "address"), FORWARDED)
@pytest.mark.parametrize("client", ["192.0.2.7", "::1", "testclient"])
def test_others_are_not_believed(sandbox, headers, address, client):
    answer = ask(sandbox, "GET", "/v1/openapi.json", headers, client)
    assert answer.json()["servers"][0]["url"] == "http://127.0.0.1:8080/v1"


def test_every_proxy_may_be_trusted():
    sandbox = build(Settings(LIBRARY, None, now=NOW, trusted_proxies=networks("*")))
    for client in ("192.0.2.7", "2001:db8::7"):
        answer = ask(sandbox, "GET", "/v1/openapi.json", HTTPS, client)
        assert answer.json()["servers"][0]["url"] == "https://api.example.com/v1"


def test_what_is_created_is_found_behind_the_prefix(sandbox):
    headers = {**CREDENTIALS, "X-Forwarded-Prefix": "/sandbox"}
    created = ask(sandbox, "POST", "/v1/books", headers, json={"title": "Emma"})
    assert created.headers["location"].startswith("/sandbox/v1/books/")
    created = ask(sandbox, "POST", "/v1/books", {**headers, "X-Forwarded-Prefix": ""}, json={"title": "Emma"})
    assert created.headers["location"].startswith("/v1/books/")


def test_the_stream_is_described_where_it_was_asked(fresh):
    fresh.sandbox.app.trusted = []
    answer = fresh("GET", "/v1/asyncapi.json", root=True, judge=False, headers=HTTPS)
    assert answer.json()["servers"]["this"]["host"] == "sandbox"
    trusting = build(Settings(fresh.sandbox.settings.contract, None, now=NOW, trusted_proxies=networks("*")))
    this = ask(trusting, "GET", "/v1/asyncapi.json", {**HTTPS, "X-Forwarded-Prefix": "/x"}).json()["servers"]["this"]
    assert (this["host"], this["protocol"], this["pathname"]) == ("api.example.com", "wss", "/x/v1")


def test_the_explorer_needs_no_address(sandbox):
    page = ask(sandbox, "GET", "/v1/ui/", {}).text
    assert 'src="swagger-ui-bundle.js"' in page
    assert 'url: "../openapi.json"' in page
    assert "/v1/" not in page


STEERING = [
    pytest.param({}, 200, id="this-machine"),
    pytest.param({"X-Forwarded-For": "127.0.0.1, ::1"}, 200, id="a-proxy-on-this-machine"),
    pytest.param({"Forwarded": 'for="[::1]:4711";proto=http'}, 200, id="a-proxy-on-this-machine-by-the-standard"),
    pytest.param({"X-Forwarded-For": "192.0.2.1"}, 403, id="from-elsewhere"),
    pytest.param({"X-Forwarded-For": "127.0.0.1, 192.0.2.1:80"}, 403, id="from-elsewhere-whatever-it-says"),
    pytest.param({"Forwarded": "for=127.0.0.1", "X-Forwarded-For": "192.0.2.1"}, 403, id="in-one-of-two"),
    pytest.param({"Forwarded": 'for=192.0.2.1, for="[::1]"'}, 403, id="by-the-standard"),
    pytest.param({"Forwarded": "for=unknown"}, 403, id="unknown"),
    pytest.param({"X-Forwarded-Host": "api.example.com"}, 403, id="another-host"),
    pytest.param({"X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer s3cret"}, 200, id="with-the-token"),
]


@pytest.mark.parametrize(("headers", "status"), STEERING)
def test_what_comes_through_a_proxy_from_elsewhere_does_not_steer(sandbox, headers, status):
    assert ask(sandbox, "GET", "/_sandbox/clock", headers).status_code == status


def test_nobody_becomes_this_machine_by_saying_so(sandbox):
    answer = ask(sandbox, "GET", "/_sandbox/clock", {"X-Forwarded-For": "127.0.0.1"}, "192.0.2.1")
    assert answer.status_code == 403
