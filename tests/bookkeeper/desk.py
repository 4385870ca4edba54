"""What the bookkeeper works with: the sandbox behind its API, a random source, and the ledger kept beside it."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from tests.bookkeeper.ledger import Accounts, Ledger, Lot
from tests.conftest import Client

Row = dict[str, Any]

FREE_TAXES = {"SST": 6, "SV8": 8, "ST10": 10, "ST5": 5, "EX": 0, "NA": 0}
GOODS = ("item_widget001", "item_mouse001", "item_kopi001", "item_kertas001", "item_batik001")
LOCATIONS = ("loc_warehouse1", "loc_store1", "loc_store2")
CUSTOMERS = ("cust_456", "cust_123", "cust_serikandi", "cust_sabah", "cust_mutiara")
RECEIVABLE, TAX, SHIPPING = "1200", "2200", "4020"
INVENTORY, TRANSIT, COST_OF_SALES = "1300", "1350", "5000"


@dataclass
class Desk:
    """One company's books, kept twice."""

    client: Client
    random: Random
    ledger: Ledger
    documents: dict[str, list[Row]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    items: dict[str, Row] = field(default_factory=dict)
    goods_before: dict[str, Decimal] = field(default_factory=dict)
    """By location: what was posted to the inventory by hand."""
    log: list[str] = field(default_factory=list)
    """What was done, for whoever looks for a difference."""

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and body of a call."""
        how = {} if body is None else {"content": json.dumps(body, default=_number), "headers": JSON}
        answer = self.client(method, path, judge=False, **how)
        return answer.status_code, json.loads(answer.text, parse_float=Decimal, parse_int=Decimal)

    def do(self, method: str, path: str, body: Any = None) -> Any:
        """The data of a call that has to succeed."""
        self.log.append(f"{method} {path} {json.dumps(body, default=_number)}")
        status, answer = self.ask(method, path, body)
        assert status < 300, (path, body, answer)
        return answer["data"]

    def refused(self, code: str, method: str, path: str, body: Any = None) -> None:
        """A call that has to be refused with this error code."""
        self.log.append(f"refused {method} {path} {json.dumps(body, default=_number)}")
        status, answer = self.ask(method, path, body)
        assert (status, answer.get("error", {}).get("code")) == (422, code), (path, body, answer)

    def lot(self, item: str, location: str) -> Lot:
        """Goods of an item at a location."""
        return self.ledger.lots[item, location]

    def pick(self, kind: str, **states: Any) -> Row | None:
        """Any document of a kind in one of some states."""
        rows = [row for row in self.documents.get(kind, []) if all(row[name] in values for name, values in states.items())]
        return self.random.choice(rows) if rows else None

    def keep(self, kind: str, **row: Any) -> Row:
        """Remember a document."""
        self.documents.setdefault(kind, []).append(row)
        return row

    def amount(self, low: int, high: int, places: int = 2) -> Decimal:
        """Any amount between two whole ones, with so many decimals."""
        return Decimal(self.random.randint(low * 10**places, high * 10**places)) / 10**places

    def account(self, number: str) -> str:
        """The id of the account of a number."""
        return next(name for name, known in self.numbers.items() if known == number)

    def balances(self, query: str = "") -> dict[str, Decimal]:
        """The trial balance of the sandbox, debits positive."""
        report = self.ask("GET", f"/reports/trial-balance?{query}")[1]["data"]
        assert report["totalDebit"] == report["totalCredit"], query
        sides = {row["accountNumber"]: row["debit"] - row["credit"] for row in report["rows"]}
        return {number: amount for number, amount in sides.items() if amount != 0}


JSON = {"Content-Type": "application/json"}


def _number(amount: Decimal) -> int | float:
    """As JSON has it; every amount here has few enough digits for a float to say it exactly."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def steer(client: Client, method: str, path: str, **how: Any) -> Any:
    """A call of the control plane."""
    answer = client(
        method, f"/_sandbox{path}", root=True, judge=False, key=None, tenant=None, headers={"Host": "localhost"}, **how
    )
    return answer.json()


def open_books(client: Client, seed: int) -> Desk:
    """The books as they stand in the demo world: from here on the two sets are kept apart."""
    desk = Desk(client, Random(seed), Ledger(steer(client, "GET", "/clock")["today"]))
    accounts = desk.do("GET", "/accounts?limit=100")
    desk.numbers = {row["id"]: row["accountNumber"] for row in accounts}
    desk.items = {name: desk.do("GET", f"/items/{name}") for name in (*GOODS, "item_consult001", "item_nasi001")}
    open_accounts(desk, desk.ledger.balances)
    for row in desk.do("GET", "/stock?limit=200"):
        lot = desk.lot(row["itemId"], row["locationId"])
        lot.quantity, lot.value = row["currentStock"], row["stockValue"]
        lot.reserved, lot.in_transit = row["reservedStock"], row["inTransitStock"]
    for location in LOCATIONS:
        goods = sum(lot.value for (_, at), lot in desk.ledger.lots.items() if at == location)
        desk.goods_before[location] = desk.ledger.balances[location, INVENTORY] - goods
    for name in CUSTOMERS:
        desk.ledger.owed[name] = desk.do("GET", f"/customers/{name}")["currentBalance"]
    return desk


def open_accounts(desk: Desk, balances: Accounts) -> None:
    """Take over what each location has, and what no location has."""
    for account, amount in desk.balances().items():
        balances[None, account] += amount
    for location in LOCATIONS:
        for account, amount in desk.balances(f"locationId={location}").items():
            balances[location, account] += amount
            balances[None, account] -= amount
