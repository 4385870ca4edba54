"""The worked example of docs/accounting.md: its tables are read from the page and compared with the sandbox's answers."""

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mockserver.engine.clock import moment
from mockserver.sandbox import build
from tests.conftest import SETTINGS, Client

PAGE = (Path(__file__).parent.parent / "docs" / "accounting.md").read_text()
STORE, WAREHOUSE = "loc_store1", "loc_warehouse1"
Entries = dict[int, dict[tuple[str, str], Decimal]]
"""By step: by date and account number, debits positive."""


def table(name: str) -> list[list[str]]:
    """The rows of the table after a mark, without its head."""
    rows = PAGE.split(f"<!-- {name} -->")[1].strip().split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def amount(debit: str, credit: str) -> Decimal:
    """Two cells as one amount, debits positive."""
    left, right = (Decimal(re.sub(r"[*,]", "", cell) or 0) for cell in (debit, credit))
    return left - right


@pytest.fixture(scope="module")
def books(made):
    """The example, played in a demo world: its entries by step, and the trial balances before and after."""
    client = Client(build(replace(SETTINGS, now="2025-02-10T03:00:00Z"), sources=made[0]))
    before = balances(client)
    entries = Example(client).play()
    return entries, before, balances(client), client


def balances(client: Client) -> dict[str, Decimal]:
    """The trial balance, debits positive."""
    rows = client.data("GET", "/reports/trial-balance?includeZeroBalances=true")["rows"]
    return {row["accountNumber"]: exact(row["debit"]) - exact(row["credit"]) for row in rows}


def exact(number: float) -> Decimal:
    """An amount of JSON as a decimal."""
    return Decimal(str(number))


class Example:
    """Makes the example's calls, step by step, and collects what each has posted."""

    def __init__(self, client: Client) -> None:
        self.client, self.entries, self.seen = client, {}, {row["id"] for row in self.posted(client)}

    @staticmethod
    def posted(client: Client) -> list[Any]:
        """The newest entries."""
        return client.data("GET", "/journal-entries?limit=100&sort=createdAt:desc&status[in]=posted,void")

    def call(self, path: str, body: Any = None) -> Any:
        """A call that succeeds."""
        return self.client.data("POST", path, **({} if body is None else {"json": body}))

    def step(self, number: int, path: str, body: Any = None) -> Any:
        """A call of the example; what it posts is of this step."""
        answer = self.call(path, body)
        lines: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for entry in self.posted(self.client):
            if entry["id"] not in self.seen:
                self.seen.add(entry["id"])
                for line in entry["lines"]:
                    lines[entry["date"], line["accountNumber"]] += exact(line["debit"]) - exact(line["credit"])
        self.entries[number] = dict(lines)
        return answer

    def day(self, date: str) -> None:
        """The morning of a day."""
        engine = self.client.sandbox.engine
        engine.time.move(moment(f"{date}T11:00:00+08:00", engine.plan.conventions.timezone))

    def play(self) -> Entries:
        """All of it."""
        item = self.call("/items", {"itemCode": "LAMP", "name": "Lamp", "type": "inventory", "tax": {"salesTaxCode": "ST10"},
                                    "pricing": {"sellingPrice": 39.9}})["id"]  # fmt: skip
        self.stock(item)
        self.order(item)
        self.foreign()
        self.till(item)
        entry = self.step(19, "/journal-entries", {
            "date": "2025-02-01", "status": "posted",
            "lines": [{"accountNumber": "6100", "debit": 500}, {"accountNumber": "1000", "credit": 500}],
        })["id"]  # fmt: skip
        self.step(20, f"/journal-entries/{entry}/void", {"reason": "paid twice"})
        return self.entries

    def stock(self, item: str) -> None:
        """Steps 1 to 4."""
        for number, reason, quantity, cost in ((1, "initial_stock", 10, 20), (2, "found", 5, 23)):
            line = {"itemId": item, "adjustmentQuantity": quantity, "unitCost": cost}
            self.step(number, "/stock-adjustments", {"reason": reason, "locationId": WAREHOUSE, "items": [line]})
        transfer = self.step(3, "/stock-transfers", {"fromLocationId": WAREHOUSE, "toLocationId": STORE, "inTransit": True,
                                                     "items": [{"itemId": item, "quantity": 4}]})  # fmt: skip
        self.day("2025-02-11")
        arrived = {"items": [{"id": transfer["items"][0]["id"], "quantityReceived": 3}]}
        self.step(4, f"/stock-transfers/{transfer['id']}/receive", arrived)

    def order(self, item: str) -> None:
        """Steps 5 to 10."""
        line = {"itemId": item, "quantity": 6, "unitPrice": 40, "discountAmount": 10}
        body = {"customerId": "cust_sabah", "locationId": WAREHOUSE, "shippingCost": 15, "items": [line]}
        order = self.call("/sales-orders", body)
        path, name = f"/sales-orders/{order['id']}", order["items"][0]["id"]
        self.call(f"{path}/confirm")
        self.step(5, f"{path}/ship", {"items": [{"id": name, "quantity": 4}]})
        first, second = (
            self.call(f"{path}/convert-to-invoice", {"partialItems": [{"itemId": name, "quantity": quantity}]})["id"]
            for quantity in (4, 2)
        )
        self.step(6, f"/invoices/{first}/send")
        self.step(7, f"/invoices/{second}/send")
        self.day("2025-02-12")
        payment = self.step(8, f"/invoices/{first}/payment", {"amount": 100})["id"]
        self.step(9, f"/payments/{payment}/refund", {"amount": 30, "reason": "paid too much"})
        self.step(10, f"/invoices/{second}/void", {"reason": "not wanted"})

    def foreign(self) -> None:
        """Steps 11 to 13."""
        line = {"description": "Design", "quantity": 3, "unitPrice": 33.33, "taxCode": "SV8"}
        body = {"customerId": "cust_sabah", "currency": "USD", "exchangeRate": 4.4715, "items": [line]}
        invoice = self.call("/invoices", body)["id"]
        self.step(11, f"/invoices/{invoice}/send")
        self.day("2025-02-13")
        self.step(12, f"/invoices/{invoice}/payment", {"amount": 50, "exchangeRate": 4.5})
        self.step(13, f"/invoices/{invoice}/payment", {"amount": 57.99, "exchangeRate": 4.4})

    def till(self, item: str) -> None:
        """Steps 14 to 18."""
        petty = self.client.data("GET", "/accounts?accountNumber=1010")[0]["id"]
        opening = {
            "locationId": STORE,
            "registerId": "reg_002",
            "cashierName": "Siti",
            "openingFloat": 100,
            "accountId": petty,
        }
        session = self.step(14, "/pos/sessions", opening)["id"]
        sale = self.step(15, "/pos/transactions", {"sessionId": session, "items": [{"itemId": item, "quantity": 3}],
                                                   "tenders": [{"method": "cash", "amount": 131.65}]})  # fmt: skip
        refund = f"/pos/transactions/{sale['id']}/refund"
        one = [{"id": sale["items"][0]["id"], "quantity": 1}]
        self.step(16, refund, {"sessionId": session, "reason": "too bright", "items": one})
        self.step(17, refund, {"sessionId": session, "reason": "too dark"})
        self.step(18, f"/pos/sessions/{session}/close", {"countedCash": 99.6})


def test_every_entry_of_the_example_is_posted_as_the_page_says(books):
    told: defaultdict[int, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for step, date, account, debit, credit in table("entries"):
        told[int(step)][date, account] = amount(debit, credit)
    assert len(told) == 20
    assert dict(told) == books[0]


def test_the_trial_balance_changes_as_the_page_says(books):
    _, before, after, _ = books
    rows = {account.split()[0]: amount(debit, credit) for account, debit, credit, _ in table("balances")}
    del rows["**Total**"]
    assert rows == {name: after[name] - was for name, was in before.items() if after[name] != was}


def test_the_totals_of_the_page_balance():
    rows = table("balances")
    for side in (1, 2):
        sums = [amount(row[side], "") for row in rows]
        assert sum(sums[:-1]) == sums[-1]


def test_the_inventory_of_the_example_is_its_stock(books):
    levels = books[3].data("GET", "/stock?itemCode=LAMP")
    held = {row["locationId"]: (row["currentStock"], row["stockValue"]) for row in levels}
    assert held == {WAREHOUSE: (7, 147), STORE: (3, 63)}
