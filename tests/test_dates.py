"""Dates that cannot be, where a story cannot say it: tax codes that have ended, at every place that takes a code."""

import pytest

from mockserver.json import copy
from mockserver.store.base import Change
from tests.conftest import TENANT

ENDED = "2024-06-30"
TILL = {"locationId": "loc_store2", "registerId": "reg_003", "cashierName": "Mei", "openingFloat": 0}
LINES = [{"description": "Work", "quantity": 1, "unitPrice": 10, "taxCode": "SV8"}]
BODIES = {
    "/invoices": {"customerId": "cust_456", "items": LINES},
    "/quotes": {"customerId": "cust_456", "items": LINES},
    "/sales-orders": {"customerId": "cust_456", "items": LINES},
    "/pos/transactions": {"items": LINES, "tenders": [{"method": "credit_card", "amount": 10.8}]},
}


@pytest.fixture
def ended(fresh):
    """A demo world, on 2025-02-10, in which the tax code SV8 was in force until the end of June 2024."""
    store = fresh.sandbox.engine.store
    row = {**copy(store.get(TENANT, "tax-codes", "tax_sv8")), "effectiveTo": ENDED}
    store.apply(TENANT, [Change("tax-codes", row["id"], row)])
    fresh.sandbox.engine.clock.freeze(fresh.sandbox.engine.clock.instant().replace(year=2025, month=2, day=10))
    return fresh


@pytest.mark.parametrize("path", BODIES)
def test_a_tax_code_is_not_used_after_its_end(ended, path):
    session = {"sessionId": ended.data("POST", "/pos/sessions", json=TILL)["id"]} if "pos" in path else {}
    refused = ended("POST", path, json={**BODIES[path], **session})
    (detail,) = refused.json()["error"]["details"]
    assert refused.status_code == 422
    assert (detail["field"], detail["code"], detail["effectiveTo"]) == ("items[0].taxCode", "DATE_CONSTRAINT", ENDED)
    assert detail["message"].startswith(f"Tax code SV8 was in force until {ENDED}")


def test_its_last_day_belongs_to_it(ended):
    assert ended("POST", "/invoices", json={**BODIES["/invoices"], "invoiceDate": ENDED}).status_code == 201
    assert ended("POST", "/invoices", json={**BODIES["/invoices"], "invoiceDate": "2024-07-01"}).status_code == 422


def test_what_is_made_of_an_older_quote_is_mended_before_it_counts(ended):
    made = ended.data("POST", "/quotes", json={**BODIES["/quotes"], "quoteDate": ENDED, "validUntil": "2099-12-31"})
    ended.data("POST", f"/quotes/{made['id']}/accept", json={})
    order = ended.data("POST", f"/quotes/{made['id']}/convert-to-order", json={})
    address = f"/sales-orders/{order['id']}"
    refused = ended("POST", f"{address}/confirm").json()["error"]["details"]
    assert [detail["field"] for detail in refused] == ["items[0].taxCode"]
    ended.data("PUT", address, json={"items": [{**LINES[0], "taxCode": "SV6"}]})
    assert ended.data("POST", f"{address}/confirm")["status"] == "confirmed"


def test_a_session_is_not_opened_in_closed_books(fresh):
    session = {**TILL, "locationId": "loc_pm_shop", "registerId": "reg_pm_01", "businessDate": "2023-12-31"}
    refused = fresh("POST", "/pos/sessions", tenant="company_xyz789", json=session)
    assert refused.json()["error"]["code"] == "PERIOD_LOCKED"
