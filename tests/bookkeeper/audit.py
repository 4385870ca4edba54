"""The two sets of books laid side by side."""

from tests.bookkeeper.desk import CUSTOMERS, Desk


def compare(desk: Desk) -> None:
    """Accounts, goods and customers are the same in both, and the sandbox's own reports agree with each other."""
    report = desk.ask("GET", "/reports/trial-balance")[1]["data"]
    accounts = {row["accountNumber"]: row["debit"] - row["credit"] for row in report["rows"]}
    kept = desk.ledger.trial_balance()
    assert {name: amount for name, amount in accounts.items() if amount != 0} == kept, difference(accounts, kept)
    assert report["totalDebit"] == report["totalCredit"]
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


def difference(accounts: dict, kept: dict) -> dict:
    """The accounts that are not the same: the sandbox's balance, the bookkeeper's."""
    both = accounts.keys() | kept.keys()
    return {name: (accounts.get(name, 0), kept.get(name, 0)) for name in both if accounts.get(name, 0) != kept.get(name, 0)}
