"""Drafts of the packaged contract: what nobody sent follows the customer, the date and the item; what was sent stays."""

import pytest

PARTIES = ("billingAddress", "shippingAddress", "currency")
LINE = {"itemId": "item_widget001", "quantity": 2}
OF_ITEM = ("itemCode", "description", "unitPrice", "taxCode", "taxRate", "accountId", "unit", "classificationCode")


def draft(fresh, path="/invoices", **members):
    return fresh.data("POST", path, json={"customerId": "cust_456", "items": [LINE], **members})


def put(fresh, path, document, **changes):
    return fresh.data("PUT", f"{path}/{document['id']}", json=changes)


def read(fresh, path, document):
    return fresh.data("GET", f"{path}/{document['id']}")


def of(fresh, customer):
    return fresh.data("GET", f"/customers/{customer}")


@pytest.mark.parametrize("path", ["/invoices", "/sales-orders"])
@pytest.mark.parametrize("way", ["alone", "with-the-whole-document"])
def test_a_draft_for_another_customer_carries_the_other_s_addresses_and_currency(fresh, path, way):
    document = draft(fresh, path)
    whole = read(fresh, path, document) if way == "with-the-whole-document" else {}
    changed = put(fresh, path, document, **{**whole, "customerId": "cust_sgp"})
    other = of(fresh, "cust_sgp")
    assert {name: changed[name] for name in PARTIES} == {name: other[name] for name in PARTIES}
    assert changed["customerName"] == other["name"]
    back = put(fresh, path, document, customerId="cust_456")
    assert {name: back[name] for name in PARTIES} == {name: document[name] for name in PARTIES}


def test_the_terms_of_the_other_customer_make_the_due_date(fresh):
    fresh.data("PUT", "/customers/cust_sgp", json={"paymentTerms": 45})
    invoice = draft(fresh, invoiceDate="2024-01-10")
    assert put(fresh, "/invoices", invoice, customerId="cust_sgp")["dueDate"] == "2024-02-24"
    assert put(fresh, "/invoices", invoice, invoiceDate="2024-01-12")["dueDate"] == "2024-02-26"
    assert put(fresh, "/invoices", invoice, dueDate="2024-03-31")["dueDate"] == "2024-03-31"
    assert put(fresh, "/invoices", invoice, invoiceDate="2024-01-11", customerId="cust_456")["dueDate"] == "2024-03-31"


def test_what_was_sent_stays_with_another_customer(fresh):
    address = {"street": "1 Jalan Satu", "city": "Ipoh", "state": "Perak", "postalCode": "30000", "country": "MY"}
    invoice = draft(fresh, billingAddress=address, dueDate="2024-02-14")
    changed = put(fresh, "/invoices", invoice, customerId="cust_sgp", currency="MYR")
    assert (changed["billingAddress"]["city"], changed["dueDate"], changed["currency"]) == ("Ipoh", "2024-02-14", "MYR")
    assert changed["shippingAddress"] == of(fresh, "cust_sgp")["shippingAddress"]


def test_a_quote_is_valid_as_long_after_its_new_date(fresh):
    quote = draft(fresh, "/quotes", quoteDate="2024-01-10")
    assert quote["validUntil"] == "2024-02-09"
    assert put(fresh, "/quotes", quote, quoteDate="2024-01-15")["validUntil"] == "2024-02-14"


@pytest.mark.parametrize("path", ["/invoices", "/quotes", "/sales-orders"])
def test_a_line_of_another_item_is_that_item_s(fresh, path):
    document = draft(fresh, path)
    fresh_line = draft(fresh, path, items=[{"itemId": "item_mouse001", "quantity": 2}])["items"][0]
    line = {**document["items"][0], "itemId": "item_mouse001"}
    for entry in (line, {"id": line["id"], "itemId": "item_mouse001", "quantity": 2}):
        put(fresh, path, document, items=document["items"])
        changed = put(fresh, path, document, items=[entry])["items"][0]
        assert changed["id"] == line["id"]
        assert {name: changed[name] for name in OF_ITEM} == {name: fresh_line[name] for name in OF_ITEM}


def test_what_was_sent_of_a_line_stays_with_another_item(fresh):
    invoice = draft(fresh, items=[{**LINE, "unitPrice": 19.5, "description": "As agreed"}])
    line = {**invoice["items"][0], "itemId": "item_mouse001"}
    changed = put(fresh, "/invoices", invoice, items=[line])["items"][0]
    assert (changed["unitPrice"], changed["description"]) == (19.5, "As agreed")
    assert changed["taxCode"] == fresh.data("GET", "/items/item_mouse001")["tax"]["salesTaxCode"]


def test_a_discount_in_percent_follows_the_quantity(fresh):
    invoice = draft(fresh, items=[{**LINE, "unitPrice": 10, "discountPercent": 10}])
    line = {**invoice["items"][0], "quantity": 5}
    assert put(fresh, "/invoices", invoice, items=[line])["items"][0]["discountAmount"] == 5


def test_a_price_that_was_derived_stays_while_its_item_does(fresh):
    invoice = draft(fresh)
    fresh.data("PUT", f"/items/{LINE['itemId']}", json={"pricing": {"sellingPrice": 99}})
    assert put(fresh, "/invoices", invoice, notes="urgent")["items"] == invoice["items"]
    assert put(fresh, "/invoices", invoice, **read(fresh, "/invoices", invoice))["items"] == invoice["items"]


def test_a_converted_document_keeps_what_was_agreed_and_follows_another_customer(fresh):
    order = draft(fresh, "/sales-orders", items=[{**LINE, "unitPrice": 19.5}, {"itemId": "item_mouse001", "quantity": 1}])
    fresh.data("POST", f"/sales-orders/{order['id']}/confirm", json={})
    fresh.data("PUT", "/items/item_mouse001", json={"pricing": {"sellingPrice": 999}})
    invoice = fresh.data("POST", f"/sales-orders/{order['id']}/convert-to-invoice", json={})
    changed = put(fresh, "/invoices", invoice, customerId="cust_sgp", notes="for the branch")
    assert [line["unitPrice"] for line in changed["items"]] == [line["unitPrice"] for line in order["items"]]
    assert changed["billingAddress"] == of(fresh, "cust_sgp")["billingAddress"]


def test_master_data_follows_too(fresh):
    customer = fresh.data("POST", "/customers", json={"name": "Kedai Satu", "email": "satu@example.com"})
    moved = put(fresh, "/customers", customer, address={"city": "Muar", "country": "MY"})
    assert moved["billingAddress"]["city"] == moved["shippingAddress"]["city"] == "Muar"
    item = fresh.data("POST", "/items", json={"itemCode": "X-1", "name": "X", "type": "non_inventory"})
    service = put(fresh, "/items", item, type="service")
    assert service["uomCode"] == "E48"
    assert service["accounting"]["incomeAccountId"] != item["accounting"]["incomeAccountId"]
    assert put(fresh, "/items", item, tax={"salesTaxCode": "SST"})["tax"]["taxable"] is True


def test_a_new_account_number_of_a_journal_line_is_the_new_account_s(fresh):
    lines = [{"accountId": "acc_cash", "debit": 10}, {"accountNumber": "4000", "credit": 10}]
    entry = fresh.data("POST", "/journal-entries", json={"date": "2024-01-10", "description": "Draft", "lines": lines})
    first = {**entry["lines"][0], "accountId": "acc_bank_cimb"}
    changed = put(fresh, "/journal-entries", entry, lines=[first, entry["lines"][1]])
    assert changed["lines"][0]["accountNumber"] == fresh.data("GET", "/accounts/acc_bank_cimb")["accountNumber"]


def test_a_draft_made_in_bulk_follows_as_well(fresh):
    made = fresh.data(
        "POST",
        "/bulk/invoices",
        json={"operations": [{"operation": "create", "data": {"customerId": "cust_456", "items": [LINE]}}]},
    )["results"][0]["data"]
    change = {"operation": "update", "id": made["id"], "data": {"customerId": "cust_sgp"}}
    changed = fresh.data("POST", "/bulk/invoices", json={"operations": [change]})["results"][0]["data"]
    assert changed["billingAddress"] == of(fresh, "cust_sgp")["billingAddress"]
