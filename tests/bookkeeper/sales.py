"""Invoices, as the bookkeeper expects them posted."""

from decimal import Decimal
from typing import Any

from tests.bookkeeper.desk import COST_OF_SALES, CUSTOMERS, INVENTORY, LOCATIONS, RECEIVABLE, SHIPPING, TAX, Desk, Row
from tests.bookkeeper.ledger import PLACES, Line, merged, sen
from tests.bookkeeper.lines import lines, tracked

CURRENCIES = (("MYR", "1"),) * 4 + (("USD", "4.4715"), ("SGD", "3.305"), ("JPY", "0.029417"), ("KWD", "14.5"))
STANDING = ["draft", "sent", "paid"]


def invoice(desk: Desk) -> None:
    """A new draft: nothing is posted."""
    location = desk.random.choice(LOCATIONS)
    currency, rate = desk.random.choice(CURRENCIES)
    places = PLACES[currency]
    entered = lines(desk, location, places)
    shipping = desk.random.choice((Decimal(0), Decimal(0), desk.amount(1, 60, places)))
    body: Row = {"customerId": desk.random.choice(CUSTOMERS), "locationId": location, "shippingCost": shipping}
    body |= {"items": [line.body for line in entered]} | priced(currency, rate)
    answer = desk.do("POST", "/invoices", body)
    sums = [(line.account, line.sum) for line in entered]
    goods = [(line.item, line.quantity) for line in tracked(entered)]
    drafted(desk, answer, sums, shipping, goods=goods, rate=Decimal(rate), customer=body["customerId"], location=location)


def priced(currency: str, rate: str) -> Row:
    """The currency of a document, and its rate unless it is the ledger's."""
    return {"currency": currency} | ({} if currency == "MYR" else {"exchangeRate": Decimal(rate)})


def drafted(desk: Desk, answer: Row, sums: list[tuple[str, Line]], shipping: Decimal, **known: Any) -> Row:
    """Keep a draft whose totals are as expected."""
    subtotal, tax = sum(line.total for _, line in sums), sum(line.tax for _, line in sums)
    expected = [subtotal, sum(line.discount for _, line in sums), tax, subtotal + tax + shipping]
    assert [answer[name] for name in ("subtotal", "totalDiscount", "totalTax", "total")] == expected, (expected, answer)
    amounts = merged([*((account, line.total) for account, line in sums), (TAX, tax)])
    credits = [*amounts.items(), (SHIPPING, shipping)]
    return desk.keep(
        "invoice", id=answer["id"], status="draft", total=expected[3], paid=Decimal(0), base_paid=Decimal(0),
        day=desk.ledger.today, currency=answer["currency"], credits=credits, shipping=shipping,
        order=None, parts=[], **known,
    )  # fmt: skip


def send(desk: Desk) -> None:
    """Issued on its own date: receivable against income, tax and delivery; goods leave at their average cost."""
    row = desk.pick("invoice", status=["draft"])
    if not row:
        return None
    path = f"/invoices/{row['id']}/send"
    credits = merged((account, sen(amount * row["rate"])) for account, amount in row["credits"])
    if row["total"] == 0 or not credits:
        return desk.refused("BUSINESS_RULE_VIOLATION", "POST", path)
    if row["order"]:
        from_order(desk, row)
    if any(desk.lot(name, row["location"]).available < quantity for name, quantity in row["goods"] if not row["order"]):
        return desk.refused("INSUFFICIENT_STOCK", "POST", path)
    answer = desk.do("POST", path)
    row |= {"status": "sent", "base": sum(credits.values())}
    assert answer["baseTotal"] == row["base"], (answer, row)
    costs = [(name, quantity, desk.lot(name, row["location"]).issue(quantity)) for name, quantity in row["goods"]]
    cost = sum((value for _, _, value in costs), Decimal(0))
    desk.ledger.post({RECEIVABLE: row["base"]}, credits, row["location"], row["day"])
    desk.ledger.post({COST_OF_SALES: cost}, {INVENTORY: cost}, row["location"], row["day"])
    desk.ledger.owed[row["customer"]] += row["base"]
    row |= {"costs": costs, "entry": ({RECEIVABLE: row["base"]}, credits), "cost": cost}
    return None


def from_order(desk: Desk, row: Row) -> None:
    """What was shipped and not billed before covers the lines first; only the rest leaves the stock now."""
    row["goods"], row["issued"] = [], []
    for line, quantity in row["parts"]:
        issued = max(Decimal(0), line["billed"] + quantity - line["shipped"])
        line["billed"] += quantity
        line["shipped"] += issued
        row["issued"].append((line, issued))
        if issued > 0 and line["lot"]:
            line["lot"].reserved -= issued
            row["goods"].append((line["item"], issued))


def void(desk: Desk) -> None:
    """All that sending did is undone; what was paid has to be given back first."""
    row = desk.pick("invoice", status=["sent", "paid"])
    if not row:
        return None
    if row["paid"] > 0:
        return desk.refused("INVALID_STATE", "POST", f"/invoices/{row['id']}/void", {"reason": "Wrong"})
    desk.do("POST", f"/invoices/{row['id']}/void", {"reason": "Wrong"})
    debits, credits = row["entry"]
    desk.ledger.post(credits, debits, row["location"])
    desk.ledger.post({INVENTORY: row["cost"]}, {COST_OF_SALES: row["cost"]}, row["location"])
    for name, quantity, value in row["costs"]:
        desk.lot(name, row["location"]).receive(quantity, value)
    desk.ledger.owed[row["customer"]] -= row["base"]
    row["status"] = "void"
    unbilled(row)
    for line, quantity in row["parts"]:
        line["billed"] -= quantity
    for line, issued in row.get("issued", []):
        line["shipped"] -= issued
        if line["lot"]:
            line["lot"].reserved += issued
    return None


def cancel(desk: Desk) -> None:
    """A draft that is not wanted: nothing is posted, and its order can be billed again."""
    row = desk.pick("invoice", status=["draft"])
    if not row:
        return
    desk.do("POST", f"/invoices/{row['id']}/cancel")
    row["status"] = "cancelled"
    unbilled(row)


def unbilled(row: Row) -> None:
    """What it billed of its order can be billed again."""
    for line, quantity in row["parts"]:
        line["drafted"] -= quantity
    for line, discount in row.get("off", []):
        line["taken"] -= discount


def charged(desk: Desk, order: Row) -> Decimal:
    """What of an order's delivery stands in its invoices."""
    rows = [row for row in desk.documents.get("invoice", []) if row["order"] is order and row["status"] in STANDING]
    return sum((row["shipping"] for row in rows), Decimal(0))
