"""Goods that go from one location to another, as the bookkeeper expects them posted."""

from decimal import Decimal

from tests.bookkeeper.desk import GOODS, INVENTORY, LOCATIONS, TRANSIT, Desk, Row
from tests.bookkeeper.goods import some
from tests.bookkeeper.ledger import share

LOSS = "5110"


def transfer(desk: Desk) -> None:
    """One to three items, at once, on the way, or planned."""
    source, target = desk.random.sample(LOCATIONS, 2)
    names = desk.random.sample(GOODS, desk.random.randint(1, 3))
    wanted = [(name, desk.amount(1, 9, desk.random.choice((0, 0, 2)))) for name in names]
    body: Row = {"fromLocationId": source, "toLocationId": target}
    body |= {"items": [{"itemId": name, "quantity": quantity} for name, quantity in wanted]}
    plan = desk.random.choice(("at once", "on its way", "on its way", "draft"))
    body |= {"status": "draft"} if plan == "draft" else {"inTransit": plan == "on its way"}
    if plan != "draft" and short(desk, source, wanted):
        return desk.refused("INSUFFICIENT_STOCK", "POST", "/stock-transfers", body)
    answer = desk.do("POST", "/stock-transfers", body)
    row: Row = {"id": answer["id"], "status": plan, "source": source, "target": target, "wanted": wanted}
    row |= {"ids": [line["id"] for line in answer["items"]], "day": desk.ledger.today}
    if plan == "draft":
        desk.keep("transfer", **row)
        return None
    leave(desk, row, answer)
    if plan == "at once":
        return arrive(desk, row, [quantity for _, quantity in wanted])
    desk.keep("transfer", **row)
    return None


def short(desk: Desk, source: str, wanted: list[tuple[str, Decimal]]) -> bool:
    """Whether more would go than may."""
    return any(desk.lot(name, source).available < quantity for name, quantity in wanted)


def leave(desk: Desk, row: Row, answer: Row) -> None:
    """The goods are out of the one location's books, at their average cost there."""
    row["values"] = [desk.lot(name, row["source"]).issue(quantity) for name, quantity in row["wanted"]]
    assert answer["totalValue"] == sum(row["values"]), (answer, row)
    for name, quantity in row["wanted"]:
        desk.lot(name, row["target"]).in_transit += quantity
    desk.ledger.post({TRANSIT: sum(row["values"])}, {INVENTORY: sum(row["values"])}, row["source"], row["day"])


def arrive(desk: Desk, row: Row, arrived: list[Decimal]) -> None:
    """What came is in the other's books for its share; what did not is lost."""
    worth = []
    for (name, quantity), value, came in zip(row["wanted"], row["values"], arrived, strict=True):
        worth.append(share(value, Decimal(0), came, quantity))
        desk.lot(name, row["target"]).in_transit -= quantity
        desk.lot(name, row["target"]).receive(came, worth[-1])
    whole = sum(row["values"])
    desk.ledger.post({INVENTORY: sum(worth), LOSS: whole - sum(worth)}, {TRANSIT: whole}, row["target"])
    row["status"] = "received"


def send_off(desk: Desk) -> None:
    """What was planned goes, at today's average cost."""
    row = desk.pick("transfer", status=["draft"])
    if not row:
        return None
    path = f"/stock-transfers/{row['id']}/ship"
    if short(desk, row["source"], row["wanted"]):
        return desk.refused("INSUFFICIENT_STOCK", "POST", path)
    leave(desk, row, desk.do("POST", path))
    row["status"] = "on its way"
    return None


def receive(desk: Desk) -> None:
    """All that was shipped, or less of some lines; those that are not named came in full."""
    row = desk.pick("transfer", status=["on its way"])
    if not row:
        return
    named = [desk.random.random() < 0.7 for _ in row["wanted"]]
    arrived = [some(desk, quantity) if told else quantity for told, (_, quantity) in zip(named, row["wanted"], strict=True)]
    lines = zip(named, row["ids"], arrived, strict=True)
    body = {"items": [{"id": name, "quantityReceived": came} for told, name, came in lines if told]}
    desk.do("POST", f"/stock-transfers/{row['id']}/receive", body)
    arrive(desk, row, arrived)


def turn_back(desk: Desk) -> None:
    """A transfer cancelled on its way: the goods are where they were, worth what they were."""
    row = desk.pick("transfer", status=["on its way", "draft"])
    if not row:
        return
    desk.do("POST", f"/stock-transfers/{row['id']}/cancel", {"reason": "Flood"})
    if row["status"] == "on its way":
        for (name, quantity), value in zip(row["wanted"], row["values"], strict=True):
            desk.lot(name, row["target"]).in_transit -= quantity
            desk.lot(name, row["source"]).receive(quantity, value)
        desk.ledger.post({INVENTORY: sum(row["values"])}, {TRANSIT: sum(row["values"])}, row["source"])
    row["status"] = "cancelled"
