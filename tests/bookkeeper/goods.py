"""Adjustments of the stock, as the bookkeeper expects them."""

from decimal import Decimal

from tests.bookkeeper.desk import GOODS, INVENTORY, LOCATIONS, Desk, Row
from tests.bookkeeper.ledger import merged, rounded, sen

ADJUSTMENT, OPENING = "5100", "3100"
REASONS = ("found", "damaged", "initial_stock")


def adjust(desk: Desk) -> None:
    """More, fewer or counted, of one to three items; posted at once or kept as a draft."""
    location, reason = desk.random.choice(LOCATIONS), desk.random.choice(REASONS)
    names = desk.random.sample(GOODS, desk.random.randint(1, 3))
    kept = [wanted(desk, name, location, reason) for name in names]
    body: Row = {"reason": reason, "locationId": location, "items": [line["body"] for line in kept]}
    if desk.random.random() < 0.25:
        answer = desk.do("POST", "/stock-adjustments", body | {"status": "draft"})
        desk.keep("adjustment", id=answer["id"], status="draft", lines=kept, location=location, day=desk.ledger.today)
        return None
    if short(kept):
        return desk.refused("INSUFFICIENT_STOCK", "POST", "/stock-adjustments", body)
    answer = desk.do("POST", "/stock-adjustments", body)
    row = desk.keep("adjustment", id=answer["id"], location=location, lines=kept, day=desk.ledger.today)
    return posted(desk, row, answer)


def wanted(desk: Desk, name: str, location: str, reason: str) -> Row:
    """A line: a quantity with its price, a quantity that goes, or what was counted."""
    lot, body = desk.lot(name, location), {"itemId": name}
    against = desk.random.choice((reason, reason, *REASONS))
    body |= {"reason": against} if against != reason else {}
    counted = Decimal(desk.random.randint(0, 60)) if desk.random.random() < 0.2 else None
    quantity = Decimal(desk.random.choice((-3, -2, -1, 1, 2, 5, 7))) + desk.random.choice((0, 0, Decimal("0.25")))
    cost = desk.amount(1, 60, 4)
    body |= {"newQuantity": counted} if counted is not None else {"adjustmentQuantity": quantity}
    body |= {"unitCost": cost} if counted is not None or quantity > 0 else {}
    return {"body": body, "lot": lot, "counted": counted, "quantity": quantity, "cost": cost,
            "against": OPENING if against == "initial_stock" else ADJUSTMENT}  # fmt: skip


def change(line: Row) -> Decimal:
    """By how much, as things stand now."""
    return Decimal(line["quantity"] if line["counted"] is None else line["counted"] - line["lot"].quantity)


def short(kept: list[Row]) -> bool:
    """Whether more would go than may."""
    return any(change(line) < 0 and line["lot"].available < -change(line) for line in kept)


def posted(desk: Desk, row: Row, answer: Row) -> None:
    """What comes in at its price, what goes out at its average cost, dated as the document is."""
    for line in row["lines"]:
        quantity = change(line)
        value = sen(quantity * line["cost"]) if quantity >= 0 else -line["lot"].cost_of(-quantity)
        line["lot"].receive(quantity, value)
        line |= {"moved": quantity, "value": value}
    book(desk, row, [(line["against"], line["value"]) for line in row["lines"]], row["day"])
    assert answer["totalValue"] == sum(line["value"] for line in row["lines"]), (answer, row)
    row["status"] = "posted"


def book(desk: Desk, row: Row, values: list[tuple[str, Decimal]], day: str) -> None:
    """The inventory against what it is about."""
    desk.ledger.post({INVENTORY: sum(value for _, value in values)}, merged(values), row["location"], day)


def post_draft(desk: Desk) -> None:
    """A draft is counted and priced when it is posted."""
    row = desk.pick("adjustment", status=["draft"])
    if not row:
        return None
    path = f"/stock-adjustments/{row['id']}/post"
    if short(row["lines"]):
        return desk.refused("INSUFFICIENT_STOCK", "POST", path)
    return posted(desk, row, desk.do("POST", path))


def reverse(desk: Desk) -> None:
    """What came in leaves at today's average cost; what went out is back at what it was worth."""
    row = desk.pick("adjustment", status=["posted"])
    if not row:
        return
    moved = [line for line in row["lines"] if line["moved"] != 0]
    path = f"/stock-adjustments/{row['id']}/reverse"
    if any(line["moved"] > 0 and line["lot"].available < line["moved"] for line in moved):
        desk.refused("INSUFFICIENT_STOCK", "POST", path, {"reason": "Wrong shelf"})
        return
    desk.do("POST", path, {"reason": "Wrong shelf"})
    row["status"] = "reversed"
    values = []
    for line in moved:
        value = -line["lot"].cost_of(line["moved"]) if line["moved"] > 0 else -line["value"]
        line["lot"].receive(-line["moved"], value)
        values.append((line["against"], value))
    book(desk, row, values, desk.ledger.today)


def some(desk: Desk, most: Decimal) -> Decimal:
    """From nothing to all."""
    return rounded(most * desk.random.choice((0, 0, 1, 1, desk.random.randint(1, 99) / Decimal(100))), 3)
