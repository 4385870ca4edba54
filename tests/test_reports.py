"""Reports agree with the documents they are made of, whenever the sandbox starts and wherever goods go."""

import csv
import io
from decimal import Decimal

import pytest

from mockserver.sandbox import build
from mockserver.settings import Settings, default_contract, default_fixtures
from tests.conftest import Client

TILL = {"locationId": "loc_store2", "registerId": "reg_003", "cashierName": "Aminah", "openingFloat": 100}


def client(now):
    return Client(build(Settings(default_contract(), default_fixtures(), now=now)))


def everything(asked, path):
    """All rows of a list."""
    rows, cursor = [], ""
    while cursor is not None:
        answer = asked(
            "GET", f"{path}{'&' if '?' in path else '?'}limit=100{cursor and f'&cursor={cursor}'}", judge=False
        ).json()
        rows, cursor = rows + answer["data"], answer["pagination"]["nextCursor"]
    return rows


def balances(asked, query=""):
    """What each account comes to in the trial balance, debit less credit, by its number."""
    report = asked.data("GET", f"/reports/trial-balance{query}")
    assert report["balanced"]
    return {row["accountNumber"]: exact(row["debit"]) - exact(row["credit"]) for row in report["rows"]}


def exact(number):
    return Decimal(str(number))


def total(rows, name):
    return sum(exact(row[name]) for row in rows)


def by_location(asked):
    """The trial balance of each location."""
    return {place["id"]: balances(asked, f"?locationId={place['id']}") for place in everything(asked, "/locations")}


def held(asked, location):
    """What the stock of a location is worth."""
    return total(everything(asked, f"/stock?location={location}"), "stockValue")


@pytest.mark.parametrize("now", ["2022-01-15", "2024-01-01T12:00:00", "2024-01-15T10:30:00Z", "2024-01-31", "2024-03-27",
                                 "2024-12-31", "2025-02-10T03:00:00Z"])  # fmt: skip
def test_reports_and_documents_agree_whenever_the_sandbox_starts(now):
    asked = client(now)
    ledger = balances(asked)
    invoices = [
        row for row in everything(asked, "/invoices") if row["status"] not in ("draft", "pending", "cancelled", "void")
    ]
    customers = everything(asked, "/customers")
    assert len(customers) == 156
    owed = exact(asked.data("GET", "/reports/aged-receivables")["summary"]["totalOutstanding"])
    assert owed == total(invoices, "amountDue") == total(customers, "currentBalance") == ledger.get("1200", 0)
    assert total(everything(asked, "/stock"), "stockValue") == ledger.get("1300", 0)
    assert asked.data("GET", "/reports/balance-sheet")["balanced"]
    today = asked.sandbox.engine.clock.today()
    for entry in everything(asked, "/journal-entries?status=posted"):
        assert entry["date"] <= today, entry["journalNumber"]
    for path, name in (("/invoices", "invoiceDate"), ("/payments", "paymentDate"), ("/pos/transactions", "businessDate")):
        assert all(row[name] <= today for row in everything(asked, path)), path


def test_a_sale_after_midnight_is_in_its_hour_of_the_sessions_day(complete):
    clock = complete.sandbox.engine.clock
    clock.set(clock.instant().replace(hour=15, minute=10))  # 23:10 in Malaysia
    session = complete.data("POST", "/pos/sessions", json=TILL)
    sale = {"sessionId": session["id"], "items": [{"description": "tea", "quantity": 1, "unitPrice": 5, "taxCode": "NA"}],
            "tenders": [{"method": "cash", "amount": 5}]}  # fmt: skip
    complete.data("POST", "/pos/transactions", json=sale)
    clock.set(clock.instant().replace(hour=16, minute=20))  # 00:20 of the next day
    late = complete.data("POST", "/pos/transactions", json=sale)
    complete.data("POST", f"/pos/transactions/{late['id']}/refund", json={"sessionId": session["id"], "reason": "cold"})
    complete.data("POST", "/pos/transactions", json=sale)
    report = complete.data("GET", f"/pos/reports/daily-sales?date={session['businessDate']}")
    assert report["byHour"] == [
        {"hour": 0, "count": 2, "total": 10, "refunds": 5, "net": 5},
        {"hour": 23, "count": 1, "total": 5, "refunds": 0, "net": 5},
    ]
    assert sum(hour["count"] for hour in report["byHour"]) == report["summary"]["transactionCount"]
    assert sum(hour["net"] for hour in report["byHour"]) == report["summary"]["total"]


def test_a_transfer_at_once_moves_value_from_one_locations_books_to_the_others(complete):
    before, ledger = by_location(complete), balances(complete)
    made = complete.data("POST", "/stock-transfers", json={
        "fromLocationId": "loc_warehouse1", "toLocationId": "loc_store1", "items": [{"itemId": "item_kertas001", "quantity": 7}],
    })  # fmt: skip
    after = by_location(complete)
    assert after["loc_warehouse1"]["1300"] - before["loc_warehouse1"]["1300"] == -exact(made["totalValue"])
    assert after["loc_store1"]["1300"] - before["loc_store1"]["1300"] == exact(made["totalValue"])
    assert balances(complete) == ledger
    assert len(made["journalEntryIds"]) == 2
    assert all(after[place].get("1300", 0) == held(complete, place) for place in after)


def test_what_an_order_keeps_elsewhere_costs_that_location(complete):
    before, ledger = by_location(complete), balances(complete)
    order = complete.data("POST", "/sales-orders", json={
        "customerId": "cust_sabah", "locationId": "loc_store1", "items": [{"itemId": "item_kopi001", "quantity": 5}],
    })  # fmt: skip
    complete.data("POST", f"/sales-orders/{order['id']}/confirm", json={})
    invoice = complete.data("POST", f"/sales-orders/{order['id']}/convert-to-invoice", json={})
    complete.data("PUT", f"/invoices/{invoice['id']}", json={"locationId": "loc_warehouse1"})
    complete.data("POST", f"/invoices/{invoice['id']}/send", json={})
    sold = by_location(complete)
    assert sold["loc_store1"]["1300"] - before["loc_store1"]["1300"] == -46
    assert sold["loc_warehouse1"]["1300"] == before["loc_warehouse1"]["1300"]
    assert sold["loc_warehouse1"]["1200"] - before["loc_warehouse1"]["1200"] == exact(invoice["total"])
    complete.data("POST", f"/invoices/{invoice['id']}/void", json={"reason": "mistake"})
    assert by_location(complete) == before
    assert balances(complete) == ledger


@pytest.mark.parametrize("report", ["trial-balance", "profit-loss"])
def test_locations_together_with_entries_by_hand_are_the_whole(complete_demo, report):
    places = [place["id"] for place in everything(complete_demo, "/locations")]
    if report == "profit-loss":
        year = "fromDate=2024-01-01&toDate=2024-12-31"
        parts = [complete_demo.data("GET", f"/reports/profit-loss?{year}&locationId={place}") for place in places]
        whole = complete_demo.data("GET", f"/reports/profit-loss?{year}")
        assert sum(exact(part["grossProfit"]) for part in parts) == exact(whole["grossProfit"])
        return
    whole, parts = balances(complete_demo), by_location(complete_demo)
    hand = {}
    for entry in everything(complete_demo, "/journal-entries?source.type=manual&status=posted"):
        for line in entry["lines"]:
            hand[line["accountNumber"]] = hand.get(line["accountNumber"], 0) + exact(line["debit"]) - exact(line["credit"])
    for number, amount in whole.items():
        assert amount == hand.get(number, 0) + sum(part.get(number, 0) for part in parts.values()), number


def lines(answer):
    """The rows of a CSV answer, by its columns."""
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_reports_as_csv_hold_what_the_reports_say(complete_demo):
    for report, name, wanted in (
        ("trial-balance", "debit", lambda told: told["totalDebit"]),
        ("profit-loss", "balance", lambda told: sum(part["total"] for part in told["revenue"].values() if isinstance(part, dict))
         + told["costOfGoodsSold"]["total"] + told["expenses"]["totalExpenses"]),
        ("balance-sheet", "balance", lambda told: told["assets"]["totalAssets"] + told["totalLiabilitiesAndEquity"]),
        ("aged-receivables", "totalOwing", lambda told: told["summary"]["totalOutstanding"]),
    ):  # fmt: skip
        told = complete_demo.data("GET", f"/reports/{report}")
        answer = complete_demo("GET", f"/reports/{report}?format=csv")
        assert answer.headers["content-disposition"] == f"attachment; filename={report}.csv"
        assert total(lines(answer), name) == exact(round(wanted(told), 2)), report
    ledger = complete_demo.data("GET", "/reports/general-ledger")["accounts"]
    rows = lines(complete_demo("GET", "/reports/general-ledger?format=csv"))
    assert len(rows) == sum(len(account["entries"]) for account in ledger)
    assert rows[-1]["balance"] == f"{ledger[-1]['entries'][-1]['balance']:.2f}"
    answer = complete_demo("GET", "/reports/trial-balance?format=pdf")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_PARAMETER")


def test_a_report_of_nothing_is_a_line_of_columns():
    answer = client("2022-01-15")("GET", "/reports/trial-balance?format=csv")
    assert answer.text == "accountId,accountNumber,accountName,type,debit,credit\r\n"


def test_both_methods_of_cash_flow_lead_from_the_first_cash_to_the_last(complete):
    spent = [{"accountNumber": "1500", "debit": 900}, {"accountNumber": "1000", "credit": 900}]
    worn = [{"accountNumber": "6500", "debit": 70}, {"accountNumber": "1590", "credit": 70}]
    for lines in (spent, worn):
        body = {"date": "2024-12-10", "status": "posted", "description": "x", "lines": lines}
        complete.data("POST", "/journal-entries", json=body)
    direct, indirect = (
        complete.data("GET", f"/reports/cash-flow?periodFrom=2024-12-01&periodTo=2024-12-31&method={method}")
        for method in ("direct", "indirect")
    )
    for told in (direct, indirect):
        assert told["balanced"]
        assert told["investingActivities"]["total"] == told["netChange"] == -900
        assert told["operatingActivities"]["total"] == told["financingActivities"]["total"] == 0
    assert indirect["netProfit"] == -70
    assert [(row["accountNumber"], row["amount"]) for row in indirect["operatingActivities"]["items"]] == [("1590", 70)]
    cash = sum(amount for number, amount in balances(complete, "?asOfDate=2024-12-31").items() if "1000" <= number < "1100")
    assert exact(direct["closingCash"]) == cash
    year = [complete.data("GET", f"/reports/cash-flow?method={method}") for method in ("direct", "indirect")]
    assert {told["netChange"] for told in year} == {year[0]["closingCash"] - year[0]["openingCash"]}
    assert len({told["operatingActivities"]["total"] for told in year}) == 1


@pytest.mark.parametrize("day", ["2024-01-10", "2024-01-31", "2024-12-30"])
def test_the_stock_is_valued_at_what_the_inventory_account_says(complete_demo, day):
    told = complete_demo.data("GET", f"/inventory/reports/valuation?asOfDate={day}")
    assert exact(told["summary"]["totalValue"]) == balances(complete_demo, f"?asOfDate={day}")["1300"]
    for parts in ("byCategory", "byLocation", "items"):
        assert total(told[parts], "totalValue") == exact(told["summary"]["totalValue"])
    for place in told["byLocation"]:
        query = f"?asOfDate={day}&locationId={place['locationId']}"
        assert exact(place["totalValue"]) == balances(complete_demo, query)["1300"]
    rows = lines(complete_demo("GET", f"/inventory/reports/valuation?asOfDate={day}&format=csv"))
    assert total(rows, "totalValue") == exact(told["summary"]["totalValue"])


def test_movements_lead_from_what_there_was_to_what_there_is(complete_demo):
    told = complete_demo.data("GET", "/inventory/reports/movements?fromDate=2024-01-10&toDate=2024-12-30")["items"]
    for row in told:
        assert row["openingQuantity"] + row["quantityIn"] - row["quantityOut"] == row["closingQuantity"]
        assert exact(row["openingValue"]) + exact(row["valueIn"]) - exact(row["valueOut"]) == exact(row["closingValue"])
    levels = {(row["itemId"], row["locationId"]): row["currentStock"] for row in everything(complete_demo, "/stock")}
    assert {(row["itemId"], row["locationId"]): row["closingQuantity"] for row in told} == levels


def test_items_are_ranked_by_what_was_sold_of_them(complete_demo):
    told = complete_demo.data("GET", "/inventory/reports/abc-analysis?periodFrom=2024-01-01&periodTo=2024-12-30")
    assert [(row["itemCode"], row["classification"]) for row in told["items"][:3]] == [
        ("LAP-001", "A"), ("WDG-001", "B"), ("APP-001", "C"),
    ]  # fmt: skip
    assert told["items"][0]["annualValue"] == 5700  # two laptops of 2,850, in 365 days
    assert sum(part["itemCount"] for part in told["classification"].values()) == len(told["items"]) == 10
    assert told["items"][-1]["cumulativePercentage"] == 100


def test_what_runs_low_is_told_with_the_rules_that_ask_for_it(complete):
    low = complete.data("GET", "/inventory/reports/low-stock?locationId=loc_warehouse1")
    assert [(row["itemCode"], row["shortage"]) for row in low["items"]] == [("WDG-002", 7)]
    rule = {"name": "Widgets", "type": "low_stock", "conditions": {"categories": ["cat_electronics"]}}
    made = complete.data("POST", "/inventory/alerts/rules", json=rule)
    wrong = {**rule, "conditions": {"locations": ["loc_none"]}}
    assert complete("POST", "/inventory/alerts/rules", json=wrong).status_code == 422
    (alert,) = complete.data("GET", "/inventory/alerts?type=low_stock&location=loc_warehouse1")
    assert (alert["itemCode"], alert["threshold"], alert["ruleIds"]) == ("WDG-002", 80, [made["id"]])
    complete.data("PUT", "/inventory/stock", json={"itemId": "item_kopi001", "locationId": "loc_store2", "newQuantity": 0})
    gone = complete.data("GET", "/inventory/alerts?type=out_of_stock&location=loc_store2")
    assert [(row["itemCode"], row["severity"], row["ruleIds"]) for row in gone] == [("FNB-003", "critical", [])]


def test_the_funnel_counts_quotes_orders_and_invoices(complete_demo):
    told = complete_demo.data("GET", "/analytics/sales-funnel?dateFrom=2024-03-01&dateTo=2024-04-30")
    assert [(stage["stage"], stage["count"]) for stage in told["stages"]] == [
        ("quoted", 3), ("accepted", 1), ("ordered", 1), ("invoiced", 2), ("paid", 0),
    ]  # fmt: skip
    assert (told["acceptanceRate"], told["paymentRate"], told["stages"][3]["value"]) == (33.33, 0, 23897.8)
