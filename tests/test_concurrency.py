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


def test_of_ten_units_ten_leave_however_many_reach_for_them(address):
    def post(path, body):
        return httpx.post(address + path, headers=HEAD, json=body, timeout=60).json()["data"]

    item = post(
        "/items", {"itemCode": "TEN", "name": "Ten", "type": "inventory", "pricing": {"costPrice": 3, "sellingPrice": 5}}
    )["id"]
    line = {"itemId": item, "quantity": 1}
    found = {"itemId": item, "adjustmentQuantity": 10, "unitCost": 3}
    post("/stock-adjustments", {"reason": "found", "locationId": "loc_store1", "items": [found]})
    session = post(
        "/pos/sessions", {"locationId": "loc_store1", "registerId": "reg_002", "cashierName": "A", "openingFloat": 0}
    )
    taxed = {"itemId": item, "quantity": 1, "taxCode": "NA"}
    sale = {"sessionId": session["id"], "items": [taxed], "tenders": [{"method": "cash", "amount": 5}]}
    here = {"locationId": "loc_store1", "items": [line]}
    away = {"fromLocationId": "loc_store1", "toLocationId": "loc_store2", "status": "draft", "items": [line]}
    calls = [("/pos/transactions", sale)] * 6
    for _ in range(5):
        calls.append((f"/invoices/{post('/invoices', {'customerId': 'cust_456', **here})['id']}/send", {}))
        calls.append((f"/stock-transfers/{post('/stock-transfers', away)['id']}/ship", {}))
    inventory = data(address, "/accounts/acc_inventory")["balance"]["net"]
    transit = data(address, "/accounts/acc_transit")["balance"]["net"]

    def one(call):
        return httpx.post(address + call[0], headers=HEAD, json=call[1], timeout=60)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(one, calls))
    assert Counter(answer.is_success for answer in answers) == {True: 10, False: CLIENTS - 10}
    refused = [answer.json()["error"]["code"] for answer in answers if not answer.is_success]
    assert set(refused) == {"INSUFFICIENT_STOCK"}
    [row] = data(address, f"/stock?itemId={item}&locationId=loc_store1")
    assert (row["currentStock"], row["stockValue"]) == (0, 0)
    moves = data(address, f"/stock/movements?itemId={item}&locationId=loc_store1&quantity[lt]=0")
    assert [move["quantity"] for move in moves] == [-1] * 10
    shipped = sum(answer.is_success and "/stock-transfers/" in call[0] for call, answer in zip(calls, answers, strict=True))
    assert data(address, "/accounts/acc_inventory")["balance"]["net"] == inventory - 30
    assert data(address, "/accounts/acc_transit")["balance"]["net"] == transit + 3 * shipped
    assert data(address, "/reports/trial-balance")["balanced"] is True


def test_a_transfer_arrives_once_and_no_more_is_given_back_than_was_sold_however_many_try(address):
    def post(path, body):
        return httpx.post(address + path, headers=HEAD, json=body, timeout=60).json()["data"]

    item = post("/items", {"itemCode": "ONCE", "name": "Once", "type": "inventory", "pricing": {"sellingPrice": 5}})["id"]
    found = {"itemId": item, "adjustmentQuantity": 18, "unitCost": 3}
    post("/stock-adjustments", {"reason": "found", "locationId": "loc_store2", "items": [found]})
    away = {"fromLocationId": "loc_store2", "toLocationId": "loc_warehouse1", "inTransit": True}
    sent = post("/stock-transfers", {**away, "items": [{"itemId": item, "quantity": 8}]})
    line = sent["items"][0]["id"]
    arrivals = [{"items": [{"id": line, "quantityReceived": count % 8}]} for count in range(CLIENTS)]
    answers = at_once(address, "POST", f"/stock-transfers/{sent['id']}/receive", arrivals)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 422: CLIENTS - 1}
    [received] = [answer.json()["data"]["items"][0]["quantityReceived"] for answer in answers if answer.is_success]
    [row] = data(address, f"/stock?itemId={item}&locationId=loc_warehouse1")
    assert (row["currentStock"], row["inTransitStock"], row["stockValue"]) == (received, 0, received * 3)
    session = post(
        "/pos/sessions", {"locationId": "loc_store2", "registerId": "reg_003", "cashierName": "A", "openingFloat": 0}
    )
    sold = {"sessionId": session["id"], "items": [{"itemId": item, "quantity": 10, "taxCode": "NA"}]}
    sale = post("/pos/transactions", {**sold, "tenders": [{"method": "cash", "amount": 50}]})
    part = {"sessionId": session["id"], "reason": "x", "items": [{"id": sale["items"][0]["id"], "quantity": 3}]}
    answers = at_once(address, "POST", f"/pos/transactions/{sale['id']}/refund", [part] * CLIENTS)
    assert Counter(answer.status_code for answer in answers) == {201: 3, 422: CLIENTS - 3}
    assert data(address, f"/pos/transactions/{sale['id']}")["refundedAmount"] == 45
    assert data(address, f"/pos/sessions/{session['id']}")["expectedCash"] == 5
    assert data(address, "/reports/trial-balance")["balanced"] is True
