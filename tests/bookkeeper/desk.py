"""What the bookkeeper works with: the sandbox behind its API, a random source, and the ledger kept beside it."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from tests.bookkeeper.ledger import Ledger, Lot
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
    ledger: Ledger = field(default_factory=Ledger)
    documents: dict[str, list[Row]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    items: dict[str, Row] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    """What was done, for whoever looks for a difference."""

    def ask(self, method: str, path: str, body: Any = None, root: bool = False) -> tuple[int, Any]:
        """Status and body of a call."""
        how = {} if body is None else {"content": json.dumps(body, default=_number), "headers": JSON}
        if root:
            how |= {"key": None, "tenant": None}
        answer = self.client(method, path, judge=False, root=root, **how)
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

    def today(self) -> str:
        """The sandbox's date."""
        return self.ask("GET", "/_sandbox/clock", root=True)[1]["today"]


JSON = {"Content-Type": "application/json"}


def _number(amount: Decimal) -> int | float:
    """As JSON has it; every amount here has few enough digits for a float to say it exactly."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def open_books(client: Client, seed: int) -> Desk:
    """The books as they stand in the demo world: from here on the two sets are kept apart."""
    desk = Desk(client, Random(seed))
    accounts = desk.do("GET", "/accounts?limit=100")
    desk.numbers = {row["id"]: row["accountNumber"] for row in accounts}
    desk.items = {name: desk.do("GET", f"/items/{name}") for name in (*GOODS, "item_consult001", "item_nasi001")}
    for row in desk.do("GET", "/reports/trial-balance")["rows"]:
        desk.ledger.balances[row["accountNumber"]] = row["debit"] - row["credit"]
    for row in desk.do("GET", "/stock?limit=200"):
        lot = desk.lot(row["itemId"], row["locationId"])
        lot.quantity, lot.value = row["currentStock"], row["stockValue"]
        lot.reserved, lot.in_transit = row["reservedStock"], row["inTransitStock"]
    for name in CUSTOMERS:
        desk.ledger.owed[name] = desk.do("GET", f"/customers/{name}")["currentBalance"]
    return desk
