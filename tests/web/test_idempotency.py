"""A POST that is sent again with its Idempotency-Key: over HTTP."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from mockserver.sandbox import build
from mockserver.settings import Settings, default_contract, default_fixtures
from tests.conftest import KEY, NOW, TENANT, Client

ONE = count()


@pytest.fixture(scope="module")
def fresh():
    """A demo world: every test sends keys and e-mail addresses of its own."""
    return Client(build(Settings(default_contract(), default_fixtures(), now=NOW)))


@pytest.fixture
def body():
    """A customer that there is not yet."""
    return {"name": "Kedai Kopi Baru", "email": f"kopi{next(ONE)}@example.com"}


@pytest.fixture
def k1():
    """A key that was not sent before."""
    return f"key-{next(ONE)}"


def post(client, path, body, once, **how):
    return client("POST", path, json=body, headers={"Idempotency-Key": once} | how.pop("headers", {}), **how)


def total(client):
    return client("GET", "/customers?limit=1").json()["pagination"]["total"]


def test_a_repetition_gets_the_first_answer_and_happens_once(fresh, body, k1):
    first = post(fresh, "/customers", body, k1, headers={"X-Request-ID": "req_first"})
    before = total(fresh)
    fresh.data("PUT", f"/customers/{first.json()['data']['id']}", json={"name": "Another name"})
    again = post(
        fresh, "/customers", {"email": body["email"], "name": body["name"]}, k1, headers={"X-Request-ID": "req_again"}
    )
    assert (again.status_code, again.content, again.headers["location"]) == (201, first.content, first.headers["location"])
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert again.json()["meta"]["requestId"] == "req_first"
    assert again.headers["x-request-id"] == "req_again"
    assert total(fresh) == before


def test_a_first_answer_stays_what_it_was_while_the_clock_runs(fresh, body, k1):
    first = post(fresh, "/customers", body, k1)
    clock = fresh.sandbox.engine.clock
    clock.set(clock.instant() + timedelta(hours=23, minutes=59, seconds=59))
    assert post(fresh, "/customers", body, k1).content == first.content


def test_after_a_day_the_key_is_free(fresh, body, k1):
    first = post(fresh, "/customers", body, k1).json()["data"]["id"]
    clock = fresh.sandbox.engine.clock
    clock.set(clock.instant() + timedelta(hours=24))
    answer = post(fresh, "/customers", {**body, "email": "later.kopi@example.com"}, k1)
    assert answer.status_code == 201
    assert answer.json()["data"]["id"] != first


def test_other_data_under_the_same_key_is_refused_and_changes_nothing(fresh, body, k1):
    post(fresh, "/customers", body, k1)
    before = total(fresh)
    answer = post(fresh, "/customers", {**body, "email": "other@example.com"}, k1)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert answer.json()["error"]["details"][0]["field"] == "Idempotency-Key"
    assert total(fresh) == before


def test_a_refused_call_is_not_kept_and_its_key_is_free(fresh, body, k1):
    invoice = "/invoices/inv_123/payment"
    assert post(fresh, invoice, {"amount": 0}, k1).status_code == 422
    assert post(fresh, "/customers", {**body, "email": "nope"}, k1).status_code == 422
    answer = post(fresh, "/customers", body, k1)
    assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)


def test_paths_and_companies_have_keys_of_their_own(fresh, body, k1):
    first = post(fresh, "/customers", body, k1).json()["data"]["id"]
    other = post(fresh, "/customers", body, k1, tenant="company_xyz789")
    assert (other.status_code, "idempotency-replayed" in other.headers) == (201, False)
    contact = {"name": "Ann Lee", "email": "ann@example.com"}
    one = post(fresh, f"/customers/{first}/contacts", contact, k1)
    two = post(fresh, "/customers/cust_123/contacts", contact, k1)
    assert (one.status_code, two.status_code) == (201, 201)
    assert one.json()["data"]["id"] != two.json()["data"]["id"]


def test_an_action_is_taken_once(fresh):
    invoiced = {"customerId": "cust_456", "items": [{"description": "x", "quantity": 1, "unitPrice": 100}]}
    invoice = fresh.data("POST", "/invoices", json=invoiced)["id"]
    sent = [post(fresh, f"/invoices/{invoice}/send", {}, "send") for _ in range(2)]
    paid = [post(fresh, f"/invoices/{invoice}/payment", {"amount": 30}, "pay") for _ in range(3)]
    assert [answer.status_code for answer in (*sent, *paid)] == [200, 200, 201, 201, 201]
    assert sent[0].content == sent[1].content
    assert fresh.data("GET", f"/invoices/{invoice}")["amountPaid"] == 30


def test_a_bulk_call_is_repeated_as_a_whole_with_what_it_refused(fresh, k1):
    operations = [{"operation": "create", "data": {"name": f"C{n}", "email": "same@example.com"}} for n in range(2)]
    first = post(fresh, "/bulk/customers", {"operations": operations}, k1)
    assert (first.json()["data"]["successful"], first.json()["data"]["failed"]) == (1, 1)
    before = total(fresh)
    assert post(fresh, "/bulk/customers", {"operations": operations}, k1).content == first.content
    assert total(fresh) == before


def test_the_other_address_of_an_operation_is_the_same_operation(fresh, body, k1):
    first = post(fresh, "/customers", body, k1)
    again = post(fresh, "/api/v1/customers", body, k1, root=True)
    assert again.content == first.content
    assert again.headers["location"] == "/api" + first.headers["location"]


def test_a_repetition_needs_a_key_that_may(fresh, body, k1):
    post(fresh, "/customers", body, k1)
    assert post(fresh, "/customers", body, k1, key="blg_test_sk_readonly00000000").status_code == 403


HOSTILE = {
    "empty": b"",
    "spaces": b"   ",
    "inner-space": b"a b",
    "long": b"x" * 256,
    "10-kB": b"x" * 10_000,
    "not-ascii": "schlüssel".encode(),
    "not-utf-8": b"\xff\xfe",
    "nul": b"a\x00b",
    "escape": b"\x1b[31m",
}


@pytest.mark.parametrize("key", HOSTILE.values(), ids=HOSTILE)
def test_a_key_that_is_none_is_refused_and_nothing_happens(fresh, key, body):
    before = total(fresh)
    answer = fresh("POST", "/customers", json=body, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_PARAMETER"), answer.text
    assert answer.json()["error"]["details"][0]["field"] == "Idempotency-Key"
    assert total(fresh) == before


def test_a_key_that_is_given_twice_is_refused(fresh, body):
    headers = [
        ("Authorization", f"Bearer {KEY}"),
        ("X-Company-Id", TENANT),
        ("Idempotency-Key", "a"),
        ("Idempotency-Key", "b"),
    ]
    answer = asyncio.run(fresh._http.request("POST", "/v1/customers", json=body, headers=headers))
    assert (answer.status_code, "more than once" in answer.text) == (400, True)


@pytest.mark.parametrize("key", ["x" * 255, "!", "~" * 36, "'; drop table--", "../../etc/passwd", "{{7*7}}", "0"])
def test_any_printable_key_will_do(fresh, key, body):
    key = key.replace(" ", "")
    assert post(fresh, "/customers", body, key).content == post(fresh, "/customers", body, key).content


def test_numbers_are_the_same_however_they_are_written(fresh, k1):
    def send(number):
        content = f'{{"name": "N", "email": "n@example.com", "creditLimit": {number}}}'
        headers = {"Idempotency-Key": k1, "content-type": "application/json"}
        return fresh("POST", "/customers", content=content, headers=headers).status_code

    assert [send(number) for number in ("10", "10.0", "1e1", "10.01", "true")] == [201, 201, 201, 422, 422]


def test_odd_bodies_have_a_fingerprint_too(fresh, k1):
    content = b'{"name": "x", "email": "odd@example.com", "odd": "\\ud800", "big": 1e999999999, "long": ' + b"9" * 90 + b"}"
    headers = {"Idempotency-Key": k1, "content-type": "application/json"}
    answers = [fresh("POST", "/customers", content=content, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content


def test_on_a_get_the_header_means_nothing(fresh):
    answers = [fresh("GET", "/company", headers={"Idempotency-Key": "x" * 500}) for _ in range(2)]
    assert [(answer.status_code, "idempotency-replayed" in answer.headers) for answer in answers] == [(200, False)] * 2


def test_every_post_of_the_document_can_be_repeated_and_says_so(demo):
    document = demo("GET", "/openapi.json").json()
    responses = document["components"]["responses"]
    for path, item in document["paths"].items():
        if "post" in item:
            names = [one["$ref"].rpartition("/")[2] for one in item["post"].get("parameters", []) if "$ref" in one]
            assert "IdempotencyKey" in names, path
            good = next(answer for status, answer in item["post"]["responses"].items() if status.startswith("2"))
            told = responses[good["$ref"].rpartition("/")[2]] if "$ref" in good else good
            assert "Idempotency-Replayed" in told["headers"], path
