"""Many clients at once, over real sockets: each call is whole, and none sees half of another."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.conftest import KEY, TENANT
from tests.running import running

HEAD = {"Authorization": f"Bearer {KEY}", "X-Company-Id": TENANT}
CLIENTS = 16


@pytest.fixture(scope="module")
def address():
    with running("--now", "2024-12-31T12:00:00Z") as server:
        yield server.address


def at_once(address, method, path, bodies):
    """The answers to calls that are sent at once, each over a connection of its own."""

    def one(body):
        return httpx.request(method, address + path, headers=HEAD, json=body, timeout=60)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(one, bodies))


def data(address, path):
    return httpx.get(address + path, headers=HEAD).json()["data"]


def test_payments_at_once_are_never_more_than_the_invoice_is_worth(address):
    body = {"customerId": "cust_456", "items": [{"description": "x", "quantity": 1, "unitPrice": 100}]}
    invoice = httpx.post(f"{address}/invoices", headers=HEAD, json=body).json()["data"]
    httpx.post(f"{address}/invoices/{invoice['id']}/send", headers=HEAD, json={})
    before = data(address, "/accounts/acc_receivable")["balance"]["net"]
    answers = at_once(address, "POST", f"/invoices/{invoice['id']}/payment", [{"amount": 30}] * CLIENTS)
    assert Counter(answer.status_code for answer in answers) == {201: 3, 422: CLIENTS - 3}
    codes = {answer.json()["error"]["code"] for answer in answers if answer.status_code == 422}
    assert codes == {"PAYMENT_EXCEEDS_AMOUNT_DUE"}
    assert data(address, f"/invoices/{invoice['id']}")["amountDue"] == 10
    assert data(address, "/accounts/acc_receivable")["balance"]["net"] == before - 90
    assert data(address, "/reports/trial-balance")["balanced"] is True


def test_a_call_that_is_sent_many_times_at_once_with_one_key_happens_once(address):
    def one(_):
        body = {"name": "Once", "email": "once@example.com"}
        return httpx.post(f"{address}/customers", headers={**HEAD, "Idempotency-Key": "once"}, json=body, timeout=60)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(one, range(CLIENTS)))
    assert Counter(answer.status_code for answer in answers) == {201: CLIENTS}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == CLIENTS - 1
    assert len(data(address, "/customers?email[eq]=once@example.com")) == 1


def test_a_unique_value_is_given_once_and_numbers_have_no_gaps(address):
    answers = at_once(
        address, "POST", "/customers", [{"name": f"C{n}", "email": "same@example.com"} for n in range(CLIENTS)]
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: CLIENTS - 1}
    answers = at_once(
        address, "POST", "/customers", [{"name": f"C{n}", "email": f"c{n}@example.com"} for n in range(CLIENTS)]
    )
    numbers = sorted(int(answer.json()["data"]["customerNumber"][-4:]) for answer in answers)
    assert numbers == list(range(numbers[0], numbers[0] + CLIENTS))
