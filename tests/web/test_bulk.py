"""The bulk endpoints, with the samples of the API reference."""

import pytest


def bulk(client, path, *operations):
    return client("POST", f"/bulk/{path}", json={"operations": list(operations)})


def test_the_documented_sample_succeeds_in_part(fresh):
    answer = bulk(
        fresh,
        "customers",
        {"operation": "create", "data": {"name": "Customer 1", "email": "customer1@example.com"}},
        {"operation": "create", "data": {"name": "Customer 2", "email": "customer2@example.com"}, "referenceId": "mine"},
    )
    told = answer.json()
    assert (answer.status_code, told["success"]) == (200, True)
    data = told["data"]
    assert (data["processed"], data["successful"], data["failed"]) == (2, 1, 1)
    first, second = data["results"]
    assert (first["index"], first["success"], first["data"]["name"]) == (0, True, "Customer 1")
    assert (second["success"], second["error"]["code"], second["referenceId"]) == (False, "VALIDATION_ERROR", "mine")
    assert second["error"]["details"][0]["code"] == "DUPLICATE_VALUE"
    assert fresh.data("GET", f"/customers/{first['data']['id']}")["email"] == "customer1@example.com"


def test_the_documented_update(fresh):
    answer = bulk(
        fresh,
        "customers",
        {"operation": "update", "id": "cust_123", "data": {"creditLimit": 15000}},
        {"operation": "update", "id": "cust_456", "data": {"status": "inactive"}},
    )
    assert answer.json()["data"]["successful"] == 2
    assert fresh.data("GET", "/customers/cust_123")["creditLimit"] == 15000
    assert fresh.data("GET", "/customers/cust_456")["status"] == "inactive"


@pytest.mark.parametrize(
    ("path", "most"),
    [("customers", 100), ("invoices", 50), ("journal-entries", 100), ("payments", 100), ("inventory-adjustments", 200)],
)
def test_the_most_operations_run_and_one_more_runs_none(fresh, path, most):
    entry = {"operation": "create", "data": {}}
    assert bulk(fresh, path, *[entry] * most).json()["data"]["failed"] == most
    over = bulk(fresh, path, *[entry] * (most + 1))
    assert (over.status_code, over.json()["error"]["code"]) == (422, "BULK_LIMIT_EXCEEDED")


def test_payments_of_one_invoice_stop_at_what_it_is_worth(fresh):
    body = {"customerId": "cust_456", "items": [{"description": "x", "quantity": 1, "unitPrice": 100}]}
    invoice = fresh.data("POST", "/invoices", json=body)["id"]
    fresh.data("POST", f"/invoices/{invoice}/send", json={})
    pay = {"operation": "create", "data": {"invoiceId": invoice, "amount": 40}}
    data = bulk(fresh, "payments", pay, pay, pay).json()["data"]
    assert [one["success"] for one in data["results"]] == [True, True, False]
    assert data["results"][2]["error"]["code"] == "PAYMENT_EXCEEDS_AMOUNT_DUE"
    assert fresh.data("GET", f"/invoices/{invoice}")["amountDue"] == 20
