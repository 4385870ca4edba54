"""Sales orders: promised, shipped, closed short, and billed in parts, as the bookkeeper expects it."""

from decimal import Decimal

from tests.bookkeeper.desk import COST_OF_SALES, GOODS, INVENTORY, LOCATIONS, Desk, Row
from tests.bookkeeper.ledger import PLACES, Line, line_of, rounded, sen, share
from tests.bookkeeper.lines import Entered, lines, tracked
from tests.bookkeeper.sales import CURRENCIES, charged, drafted, priced

CUSTOMER = "cust_sabah"
"""One without a credit limit."""


def order(desk: Desk) -> None:
    """Confirmed at once: the goods are promised, nothing is posted."""
    location, (currency, rate) = desk.random.choice(LOCATIONS), desk.random.choice(CURRENCIES)
    entered = lines(desk, location, PLACES[currency], most=3)
    shipping = desk.random.choice((Decimal(0), desk.amount(1, 40, PLACES[currency])))
    body: Row = {"customerId": CUSTOMER, "locationId": location, "shippingCost": shipping}
    body |= {"items": [line.body for line in entered]} | priced(currency, rate)
    answer = desk.do("POST", "/sales-orders", body)
    assert answer["total"] == sum(line.sum.total + line.sum.tax for line in entered) + shipping, (answer, entered)
    desk.do("POST", f"/sales-orders/{answer['id']}/confirm")
    for line in tracked(entered):
        desk.lot(line.item, location).reserved += line.quantity
    kept = [ordered(desk, location, line, row["id"]) for line, row in zip(entered, answer["items"], strict=True)]
    desk.keep("order", id=answer["id"], status="open", lines=kept, location=location, rate=Decimal(rate), shipping=shipping,
              total=answer["total"])  # fmt: skip


def ordered(desk: Desk, location: str, line: Entered, name: str) -> Row:
    """A line of an order, and how far it is."""
    lot = desk.lot(line.item, location) if line.item in GOODS else None
    nothing = dict.fromkeys(("shipped", "billed", "drafted", "closed", "taken"), Decimal(0))
    return {"id": name, "entered": line, "item": line.item, "lot": lot, "quantity": line.quantity} | nothing


def rest_of(line: Row) -> Decimal:
    """What is still to be shipped."""
    return Decimal(line["quantity"] - line["shipped"] - line["closed"])


def ship(desk: Desk) -> None:
    """Some of what is promised leaves: cost of sales against the inventory."""
    row = desk.pick("order", status=["open"])
    waiting = [line for line in row["lines"] if rest_of(line) > 0] if row else []
    if not row or not waiting:
        return
    chosen = desk.random.sample(waiting, desk.random.randint(1, len(waiting)))
    parts = [(line, part_of(desk, rest_of(line))) for line in chosen]
    body = {"items": [{"id": line["id"], "quantity": quantity} for line, quantity in parts]}
    desk.do("POST", f"/sales-orders/{row['id']}/ship", body)
    for line, quantity in parts:
        line["shipped"] += quantity
        if line["lot"]:
            line["lot"].reserved -= quantity
            cost = line["lot"].issue(quantity)
            desk.ledger.post({COST_OF_SALES: cost}, {INVENTORY: cost}, row["location"])


def part_of(desk: Desk, rest: Decimal) -> Decimal:
    """All of it, or some."""
    some = rounded(rest * desk.random.randint(1, 99) / 100, desk.random.choice((0, 1)))
    return rest if desk.random.random() < 0.3 or not 0 < some < rest else some


def close(desk: Desk) -> None:
    """What remains is not shipped any more; nothing is posted."""
    row = desk.pick("order", status=["open"])
    if not row or not any(line["shipped"] > 0 for line in row["lines"]) or not any(map(rest_of, row["lines"])):
        return None
    path = f"/sales-orders/{row['id']}/close"
    if any(line["drafted"] > line["shipped"] for line in row["lines"]):
        return desk.refused("BUSINESS_RULE_VIOLATION", "POST", path, {"reason": "Sold out"})
    answer = desk.do("POST", path, {"reason": "Sold out"})
    for line in row["lines"]:
        if line["lot"]:
            line["lot"].reserved -= rest_of(line)
        line["closed"] = line["quantity"] - line["shipped"]
    assert [line["closedQuantity"] for line in answer["items"]] == [line["closed"] for line in row["lines"]], answer
    return None


def bill(desk: Desk) -> None:
    """A draft of all or some of what is not billed yet; the delivery with the first."""
    row = desk.pick("order", status=["open"])
    open_lines = [(line, line["quantity"] - line["closed"] - line["drafted"]) for line in row["lines"]] if row else []
    open_lines = [(line, rest) for line, rest in open_lines if rest > 0]
    if not row or not open_lines:
        return
    whole = desk.random.random() < 0.3
    chosen = open_lines if whole else desk.random.sample(open_lines, desk.random.randint(1, len(open_lines)))
    parts = [(line, rest if whole else part_of(desk, rest)) for line, rest in chosen]
    sums = [(line["entered"].account, billed(line, quantity)) for line, quantity in parts]
    body = {} if whole else {"partialItems": [{"itemId": line["id"], "quantity": quantity} for line, quantity in parts]}
    answer = desk.do("POST", f"/sales-orders/{row['id']}/convert-to-invoice", body)
    shipping = max(Decimal(0), row["shipping"] - charged(desk, row))
    kept = drafted(desk, answer, sums, shipping, goods=[], rate=row["rate"], customer=CUSTOMER, location=row["location"])
    kept |= {
        "order": row,
        "parts": parts,
        "off": [(line, sum_.discount) for (line, _), (_, sum_) in zip(parts, sums, strict=True)],
    }
    for line, quantity in parts:
        line["drafted"] += quantity
    for line, discount in kept["off"]:
        line["taken"] += discount


def billed(line: Row, quantity: Decimal) -> Line:
    """A part of an ordered line: percent of its own, or what is due by then of the amount that was taken off the whole."""
    whole: Entered = line["entered"]
    places = whole.places
    if whole.percent:
        discount = rounded(quantity * whole.price * whole.percent / 100, places)
    else:
        by_then = share(whole.discount, Decimal(0), line["drafted"] + quantity, whole.quantity, places)
        discount = max(Decimal(0), min(rounded(quantity * whole.price, places), by_then - line["taken"]))
    return line_of(quantity, whole.price, discount, whole.rate, places)


def still_to_bill(desk: Desk, row: Row) -> Decimal:
    """What an order will still cost the customer, in the company's currency: less what is closed, less what was sent."""
    sent = [
        one["total"]
        for one in desk.documents.get("invoice", [])
        if one["order"] is row and one["status"] in ("sent", "paid")
    ]
    closed = Decimal(0)
    for line in row["lines"]:
        entered: Entered = line["entered"]
        kept = line["quantity"] - line["closed"]
        for amount in (entered.sum.total, entered.sum.tax):
            closed += share(amount, kept, line["closed"], line["quantity"], entered.places)
    return max(Decimal(0), sen((row["total"] - closed - sum(sent)) * row["rate"]))


def look_at(desk: Desk) -> None:
    """Any order: what is still to be billed of it."""
    row = desk.pick("order", status=["open"])
    if row:
        answer = desk.do("GET", f"/sales-orders/{row['id']}")
        assert answer["uninvoicedAmount"] == still_to_bill(desk, row), (answer, row)
