"""Calls as the vendor's own pages make them, with other values: each is answered, with the fields that are published."""

import pytest

LISTS = [
    "/customers?creditLimitMin=10000&creditLimitMax=40000&balanceMin=0&sort=creditLimit&order=desc",
    "/customers?createdAfter=2023-12-04T00:00:00Z&createdBefore=2023-12-05T00:00:00Z&tags=retail",
    "/invoices?invoiceDateFrom=2024-01-01&invoiceDateTo=2024-03-31&totalMin=100&totalMax=20000&dueDateFrom=2024-01-01",
    "/invoices?overdue=true&paymentStatus=partial",
    "/sales-orders?orderDateFrom=2024-01-01&orderDateTo=2024-12-31&sort=total&order=asc",
    "/journal-entries?dateFrom=2024-01-01&dateTo=2024-01-31&accountId=acc_cash",
    "/einvoice?dateFrom=2024-01-01&dateTo=2024-12-31&portal=myinvois",
    "/accounts?active=true&type=asset&level=1",
    "/items?costPriceMin=10&sellingPriceMax=100&location=loc_store1&includeVariants=true&includeImages=false",
    "/stock?location=loc_store1&category=cat_food&valueMin=10&valueMax=5000&includeReserved=true",
    "/stock-adjustments?itemId=item_kopi001&dateTo=2024-12-31",
    "/events?event[startswith]=invoice.&dateFrom=2024-01-01&sort=timestamp&order=desc",
    "/accounts/acc_cash/ledger?dateFrom=2024-01-01&dateTo=2024-12-31&limit=2",
    "/reports/profit-loss?periodFrom=2024-01-01&periodTo=2024-12-31",
    "/items/item_kopi001?includeStockHistory=true&includeTransactions=true",
]


@pytest.mark.parametrize("path", LISTS)
def test_the_vendors_parameters_are_taken_and_narrow(complete_demo, path):
    answer = complete_demo("GET", path)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"], "nothing is left to see whether it narrows"


def ids(asked, path):
    return [row["id"] for row in asked.data("GET", f"{path}&limit=100")]


@pytest.mark.parametrize(
    ("alias", "own"),
    [
        ("/invoices?invoiceDateFrom=2024-03-10&periodTo=2024-03-24", "/invoices?fromDate=2024-03-10&toDate=2024-03-24"),
        ("/quotes?quoteDateTo=2024-04-10", "/quotes?toDate=2024-04-10"),
        ("/invoices?totalMin=5000", "/invoices?total[gte]=5000"),
        ("/customers?sort=totalSales&order=desc", "/customers?sort=totalSales:desc"),
        ("/items?sort=pricing.costPrice,name:asc&order=desc", "/items?sort=pricing.costPrice:desc,name:asc"),
        ("/items?sort=stock&order=desc", "/items?sort=inventory.currentStock:desc"),
        ("/items?sort=sellingPrice:desc,costPrice", "/items?sort=pricing.sellingPrice:desc,pricing.costPrice"),
        ("/stock?location=loc_store2", "/stock?locationId=loc_store2"),
    ],
)
def test_another_name_means_the_same(complete_demo, alias, own):
    assert ids(complete_demo, alias) == ids(complete_demo, own) != []


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/invoices?invoiceDateFrom=2024-02-01&invoiceDateTo=2024-01-01", "INVALID_DATE_RANGE", "begins after it ends"),
        ("/invoices?dateFrm=2024-01-01", "INVALID_FILTER", "did you mean dateFrom?"),
        ("/customers?credtLimit[gte]=5", "INVALID_FILTER", "did you mean creditLimit?"),
        ("/quotes?invoiceDateFrom=2024-01-01", "INVALID_FILTER", "is not one that this list knows"),
        ("/reports/trial-balance?asOfDat=2024-01-31", "INVALID_PARAMETER", "did you mean asOfDate?"),
        ("/invoices?fromDate=2024-01-01&dateFrom=2024-01-01", "INVALID_PARAMETER", "another name of fromDate"),
        ("/customers?order=desc", "INVALID_PARAMETER", "needs sort"),
    ],
)
def test_a_name_that_is_not_one_is_refused_with_the_one_that_was_meant(complete_demo, path, code, said):
    error = complete_demo("GET", path).json()["error"]
    assert (error["code"], said in error["message"]) == (code, True), error


def test_a_draft_is_posted_and_voided_as_published(complete):
    posted = complete.data("POST", "/journal-entries/je_987654321/post")
    assert (posted["status"], posted["postedAt"] is not None) == ("posted", True)
    void = {"reason": "Entered twice", "voidDate": "2024-12-30"}
    assert complete.data("POST", "/journal-entries/je_987654321/void", json=void)["status"] == "void"


@pytest.mark.parametrize(("secret", "status"), [("a-secret", 201), ("fifteen-letters", 201), ("7-chars", 422)])
def test_a_secret_has_eight_characters_at_least(fresh, secret, status):
    body = {"url": "https://example.com/hooks", "events": ["invoice.paid"], "secret": secret}
    assert fresh("POST", "/webhooks/subscribe", json=body).status_code == status


def test_a_stock_level_is_set_by_an_adjustment(complete):
    body = {"itemId": "item_kopi001", "locationId": "loc_store2", "newQuantity": 33, "costPrice": 9.5, "reference": "SC-9"}
    made = complete.data("PUT", "/inventory/stock", json=body)
    assert (made["totalValue"], made["reference"], made["location"]["id"]) == (123.5, "SC-9", "loc_store2")
    (row,) = complete.data("GET", "/stock?itemId=item_kopi001&location=loc_store2")
    assert row["currentStock"] == 33
    missing = complete("PUT", "/inventory/stock", json={**body, "itemId": "item_none"})
    assert missing.json()["error"]["details"][0]["code"] == "REFERENCE_NOT_FOUND"


def test_a_transfer_says_when_it_is_expected_as_a_day_or_an_instant(complete):
    lines = [{"itemId": "item_kopi001", "quantity": 1}]
    body = {"fromLocationId": "loc_warehouse1", "toLocationId": "loc_store1", "status": "draft", "items": lines}
    for expected in ("2024-12-31", "2024-12-31T14:00:00Z"):
        made = complete.data("POST", "/stock-transfers", json=body)
        told = {"status": "shipped", "shipping": {"method": "van", "estimatedDelivery": expected}}
        moved = complete.data("PATCH", f"/inventory/transfers/{made['id']}/status", json=told, judge=False)
        assert (moved["status"], moved["shipping"]["estimatedDelivery"]) == ("in_transit", expected)


def test_a_customers_summary_counts_what_was_invoiced(complete):
    for day, quantity in (("2024-08-01", 2), ("2024-11-10", 3), ("2024-12-10", 2)):
        lines = [{"itemId": "item_delivery001", "quantity": quantity, "unitPrice": 100, "taxCode": "NA"}]
        made = complete.data("POST", "/invoices", json={"customerId": "cust_sgp", "invoiceDate": day, "items": lines})
        complete.data("POST", f"/invoices/{made['id']}/send", json={})
    told = complete.data("GET", "/customers/cust_sgp/summary")
    assert (told["summary"]["totalSales"], told["summary"]["totalInvoices"]) == (700, 3)
    assert told["summary"]["orderFrequency"] == "quarterly"  # 131 days between three invoices
    assert told["trends"] == {"salesGrowth": 150, "orderVolumeGrowth": 100, "paymentDaysImprovement": None}
    assert [(row["itemId"], row["quantityOrdered"], row["totalValue"]) for row in told["topProducts"]] == [
        ("item_delivery001", 7, 700)
    ]


def test_events_are_told_as_webhooks_are(complete):
    made = complete.data("POST", "/customers", json={"name": "Warung Ali", "email": "ali@example.com"})
    complete.data("PUT", f"/customers/{made['id']}", json={"name": "Warung Abu"})
    created, updated = complete.data("GET", f"/events?data.object.id={made['id']}")
    assert (created["event"], created["data"]["object"]["name"]) == ("customer.created", "Warung Ali")
    assert (updated["event"], updated["data"]["previous_attributes"]["name"]) == ("customer.updated", "Warung Ali")
    assert complete("GET", "/events", key="blg_test_sk_sales00000000000").status_code == 403


def test_a_tax_number_of_twelve_digits_is_warned_of_and_taken(complete):
    body = {
        "customerId": "cust_sabah",
        "items": [{"description": "Advice", "quantity": 1, "unitPrice": 90, "taxCode": "NA"}],
    }
    made = complete.data("POST", "/invoices", json=body)
    complete.data("POST", f"/invoices/{made['id']}/send", json={})
    buyer = {"taxId": "987654321098"}
    told = complete.data("POST", "/einvoice/create", json={"invoiceId": made["id"], "buyer": buyer, "autoSubmit": True})
    assert told["status"] == "submitted"
    assert "W002" in [warning["code"] for warning in told["validation"]["warnings"]]
