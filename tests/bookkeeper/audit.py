"""The two sets of books laid side by side."""

from decimal import Decimal

from tests.bookkeeper.desk import CUSTOMERS, LOCATIONS, Desk
from tests.bookkeeper.ledger import trial_balance


def compare(desk: Desk) -> None:
    """Accounts and goods are the same in both."""
    same(desk.balances(), trial_balance(desk.ledger.balances), "all")
    for row in desk.ask("GET", "/stock?limit=200")[1]["data"]:
        lot = desk.lot(row["itemId"], row["locationId"])
        seen = (row["currentStock"], row["stockValue"], row["reservedStock"], row["inTransitStock"])
        assert seen == (lot.quantity, lot.value, lot.reserved, lot.in_transit), (row["id"], seen, lot)


def compare_customers(desk: Desk) -> None:
    """What customers owe, and what the ageing says they do."""
    ageing = desk.ask("GET", "/reports/aged-receivables")[1]["data"]
    owing = {row["customerId"]: row["totalOwing"] for row in ageing["customers"]}
    for name in CUSTOMERS:
        balance = desk.ask("GET", f"/customers/{name}")[1]["data"]["currentBalance"]
        assert balance == desk.ledger.owed[name] == owing.get(name, 0), name
    sheet = desk.ask("GET", "/reports/balance-sheet")[1]["data"]
    assert sheet["balanced"] is True
    assert sheet["assets"]["totalAssets"] == sheet["totalLiabilitiesAndEquity"]


def compare_locations(desk: Desk) -> None:
    """The books of each location are the same in both and balance; with the entries by hand they are the whole."""
    for location in LOCATIONS:
        kept = trial_balance(desk.ledger.balances, location)
        assert sum(kept.values()) == 0, (location, kept)
        same(desk.balances(f"locationId={location}"), kept, location)
        goods = sum(lot.value for (_, place), lot in desk.ledger.lots.items() if place == location)
        assert kept.get("1300", Decimal(0)) - desk.goods_before[location] == goods, location


def compare_past(desk: Desk) -> None:
    """The ends of days before, with what was dated back since."""
    for day, balances in list(desk.ledger.past.items())[-3:]:
        same(desk.balances(f"asOfDate={day}"), trial_balance(balances), day)


def same(seen: dict[str, Decimal], kept: dict[str, Decimal], what: str) -> None:
    """No account differs."""
    both = seen.keys() | kept.keys()
    differences = {name: (seen.get(name, 0), kept.get(name, 0)) for name in both if seen.get(name, 0) != kept.get(name, 0)}
    assert not differences, f"{what}: the sandbox's balance and the bookkeeper's differ: {differences}"
