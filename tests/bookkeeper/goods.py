"""Adjustments, transfers and orders of goods, as the bookkeeper expects them."""

from decimal import Decimal

from tests.bookkeeper.desk import COST_OF_SALES, GOODS, INVENTORY, LOCATIONS, TRANSIT, Desk
from tests.bookkeeper.ledger import sen, share

ADJUSTMENT, OPENING, LOSS = "5100", "3100", "5110"


def adjust(desk: Desk) -> None:
    """More or fewer: what comes in at a price, what goes out at its average cost."""
    name, location = desk.random.choice(GOODS), desk.random.choice(LOCATIONS)
    lot = desk.lot(name, location)
    line = {"itemId": name, "adjustmentQuantity": Decimal(desk.random.choice((-3, -2, -1, 1, 2, 5, 7)))}
    if line["adjustmentQuantity"] > 0:
        line["unitCost"] = desk.amount(1, 60, 4)
    body = {"reason": desk.random.choice(("found", "damaged", "initial_stock")), "locationId": location, "items": [line]}
    quantity = line["adjustmentQuantity"]
    if quantity < 0 and lot.available < -quantity:
        return desk.refused("INSUFFICIENT_STOCK", "POST", "/stock-adjustments", body)
    answer = desk.do("POST", "/stock-adjustments", body)
    value = sen(quantity * line["unitCost"]) if quantity > 0 else -lot.cost_of(-quantity)
    assert answer["totalValue"] == value, answer
    lot.receive(quantity, value)
    against = OPENING if body["reason"] == "initial_stock" else ADJUSTMENT
    desk.ledger.post({INVENTORY: value}, {against: value})
    desk.keep("adjustment", id=answer["id"], status="posted", lot=lot, quantity=quantity, value=value, against=against)
    return None


def reverse(desk: Desk) -> None:
    """What came in leaves at today's average cost; what went out is back at what it was worth."""
    row = desk.pick("adjustment", status=["posted"])
    if not row:
        return
    lot, quantity = row["lot"], row["quantity"]
    if lot.available < quantity:
        desk.refused("INSUFFICIENT_STOCK", "POST", f"/stock-adjustments/{row['id']}/reverse", {"reason": "Wrong shelf"})
        return
    desk.do("POST", f"/stock-adjustments/{row['id']}/reverse", {"reason": "Wrong shelf"})
    row["status"] = "reversed"
    value = -lot.cost_of(quantity) if quantity > 0 else -row["value"]
    lot.receive(-quantity, value)
    desk.ledger.post({INVENTORY: value}, {row["against"]: value})


def transfer(desk: Desk) -> None:
    """From one location to another, at once or on the way."""
    name = desk.random.choice(GOODS)
    source, target = desk.random.sample(LOCATIONS, 2)
    quantity, on_the_way = Decimal(desk.random.randint(1, 9)), desk.random.random() < 0.5
    body = {"fromLocationId": source, "toLocationId": target, "inTransit": on_the_way}
    body |= {"items": [{"itemId": name, "quantity": quantity}]}
    lot = desk.lot(name, source)
    if lot.available < quantity:
        return desk.refused("INSUFFICIENT_STOCK", "POST", "/stock-transfers", body)
    answer = desk.do("POST", "/stock-transfers", body)
    value = lot.issue(quantity)
    assert answer["totalValue"] == value, answer
    if not on_the_way:
        return desk.lot(name, target).receive(quantity, value)
    desk.lot(name, target).in_transit += quantity
    desk.ledger.post({TRANSIT: value}, {INVENTORY: value})
    line = answer["items"][0]["id"]
    desk.keep("transfer", id=answer["id"], status="in_transit", line=line, item=name, source=source, target=target,
              quantity=quantity, value=value)  # fmt: skip
    return None


def receive(desk: Desk) -> None:
    """All that was shipped, or less: the rest is lost on the way."""
    row = desk.pick("transfer", status=["in_transit"])
    if not row:
        return
    arrived = Decimal(desk.random.randint(0, int(row["quantity"])))
    body = {"items": [{"id": row["line"], "quantityReceived": arrived}]}
    desk.do("POST", f"/stock-transfers/{row['id']}/receive", body)
    value = share(row["value"], Decimal(0), arrived, row["quantity"])
    lot = desk.lot(row["item"], row["target"])
    lot.in_transit -= row["quantity"]
    lot.receive(arrived, value)
    desk.ledger.post({INVENTORY: value, LOSS: row["value"] - value}, {TRANSIT: row["value"]})
    row["status"] = "received"


def turn_back(desk: Desk) -> None:
    """A transfer cancelled on its way: the goods are where they were, worth what they were."""
    row = desk.pick("transfer", status=["in_transit"])
    if not row:
        return
    desk.do("POST", f"/stock-transfers/{row['id']}/cancel", {"reason": "Flood"})
    desk.lot(row["item"], row["target"]).in_transit -= row["quantity"]
    desk.lot(row["item"], row["source"]).receive(row["quantity"], row["value"])
    desk.ledger.post({INVENTORY: row["value"]}, {TRANSIT: row["value"]})
    row["status"] = "cancelled"


def order(desk: Desk) -> None:
    """Confirmed at once: the goods are promised, nothing is posted."""
    name, location = desk.random.choice(GOODS), desk.random.choice(LOCATIONS)
    quantity = Decimal(desk.random.randint(2, 6))
    body = {"customerId": "cust_sabah", "locationId": location, "items": [{"itemId": name, "quantity": quantity}]}
    answer = desk.do("POST", "/sales-orders", body)
    lot = desk.lot(name, location)
    if lot.available < quantity:
        return desk.refused("INSUFFICIENT_STOCK", "POST", f"/sales-orders/{answer['id']}/confirm")
    desk.do("POST", f"/sales-orders/{answer['id']}/confirm")
    lot.reserved += quantity
    line = answer["items"][0]["id"]
    desk.keep("order", id=answer["id"], status="open", line=line, lot=lot, quantity=quantity, shipped=Decimal(0))
    return None


def ship(desk: Desk) -> None:
    """Some of what is promised leaves: cost of sales against the inventory."""
    row = desk.pick("order", status=["open"])
    if not row:
        return
    quantity = Decimal(desk.random.randint(1, int(row["quantity"] - row["shipped"])))
    body = {"items": [{"id": row["line"], "quantity": quantity}]}
    desk.do("POST", f"/sales-orders/{row['id']}/ship", body)
    row["lot"].reserved -= quantity
    cost = row["lot"].issue(quantity)
    desk.ledger.post({COST_OF_SALES: cost}, {INVENTORY: cost})
    row["shipped"] += quantity
    row["status"] = "open" if row["shipped"] < row["quantity"] else "shipped"
