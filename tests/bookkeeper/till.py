"""Sales at a till, their refunds and voids, as the bookkeeper expects them posted."""

from decimal import Decimal

from tests.bookkeeper.desk import COST_OF_SALES, INVENTORY, TAX, Desk, Row
from tests.bookkeeper.drawer import DRAWER, STORE
from tests.bookkeeper.goods import some
from tests.bookkeeper.ledger import merged, rounded, sen, share, to_five_sen
from tests.bookkeeper.lines import Entered, lines, tracked

TENDERS = {"cash": DRAWER, "credit_card": "1040", "duitnow_qr": "1030", "voucher": "2300", "bank_transfer": "1000"}
ROUNDING, RETURNS = "7020", "4090"
METHODS = (["cash"], ["cash"], ["cash"], ["credit_card"], ["voucher"], ["duitnow_qr", "cash"], ["cash", "bank_transfer"])


def sell(desk: Desk) -> None:
    """Paid in full by one or two tenders; with cash among them the total is rounded to five sen."""
    session = desk.pick("session", status=["open"])
    if not session:
        return
    entered = given_away(desk) if desk.random.random() < 0.08 else lines(desk, STORE, most=3)
    exact = sum((line.sum.total + line.sum.tax for line in entered), Decimal(0))
    methods = desk.random.choice(METHODS)
    total = to_five_sen(exact) if "cash" in methods else exact
    methods = methods[:1] if total < 1 else methods
    total = to_five_sen(exact) if "cash" in methods else exact
    parts = [total] if len(methods) == 1 else [sen(total / 3), total - sen(total / 3)]
    tenders = [{"method": method, "amount": amount} for method, amount in zip(methods, parts, strict=True) if total > 0]
    body = {"sessionId": session["id"], "items": [line.body for line in entered], "tenders": tenders}
    answer = desk.do("POST", "/pos/transactions", body)
    assert (answer["totalBeforeRounding"], answer["roundingAmount"]) == (exact, total - exact), answer
    debits = merged((TENDERS[method], amount) for method, amount in zip(methods, parts, strict=True))
    amounts = [(line.account, line.sum.total) for line in entered] + [(TAX, line.sum.tax) for line in entered]
    credits = merged([*amounts, (ROUNDING, total - exact)])
    desk.ledger.post(debits, credits, STORE, session["day"])
    session["cash"] += debits.get(DRAWER, Decimal(0))
    figures = figures_of([(line.sum.total, line.sum.tax) for line in entered], total)
    count(session, figures, 1)
    ids = [line["id"] for line in answer["items"]]
    kept = [sold(desk, line, name) for line, name in zip(entered, ids, strict=True)]
    cost = sum((line["cost"] for line in kept), Decimal(0))
    desk.ledger.post({COST_OF_SALES: cost}, {INVENTORY: cost}, STORE, session["day"])
    desk.keep("sale", id=answer["id"], status="completed", session=session, lines=kept, entry=(debits, credits), total=total, figures=figures,
              method=tenders[0]["method"] if tenders else None, paid_back=Decimal(0), exact_back=Decimal(0))  # fmt: skip


def figures_of(lines_: list[tuple[Decimal, ...]], total: Decimal) -> dict[str, Decimal]:
    """What a receipt adds to its session's report, by the report's names."""
    net, tax = (sum((line[column] for line in lines_), Decimal(0)) for column in (0, 1))
    return {"netSales": net, "tax": tax, "rounding": total - net - tax, "total": total}


def count(session: Row, figures: dict[str, Decimal], sign: int) -> None:
    """Add a receipt to its session's report, or take it out."""
    for name, amount in figures.items():
        session["report"][name] += sign * amount


def given_away(desk: Desk) -> list[Entered]:
    """A sale of nothing: discounted in full."""
    entered = lines(desk, STORE, most=2)
    for line in entered:
        line.percent, line.discount = Decimal(100), rounded(line.quantity * line.price, 2)
        line.body.pop("discountAmount", None)
        line.body["discountPercent"] = line.percent
    return entered


def sold(desk: Desk, line: Entered, name: str) -> Row:
    """A line of a sale, and the goods that left for it."""
    goods = line.item if tracked([line]) else None
    cost = desk.lot(goods, STORE).issue(line.quantity) if goods else Decimal(0)
    nothing = dict.fromkeys(("back", "restocked"), Decimal(0))
    return {"id": name, "sum": line.sum, "quantity": line.quantity, "goods": goods, "cost": cost} | nothing


def give_back(desk: Desk) -> None:
    """A refund: each amount its exact share, goods at the cost they left with, cash rounded over all refunds so far."""
    sale, session = desk.pick("sale", status=["completed"]), desk.pick("session", status=["open"])
    whole = desk.random.random() < 0.3
    wanted = returning(desk, sale, whole) if sale and session else []
    if not sale or not session or not wanted:
        return None
    shares = [tuple(share(amount, line["back"], quantity, line["quantity"]) for amount in (line["sum"].total, line["sum"].tax))
              for line, quantity, _ in wanted]  # fmt: skip
    exact = sum((sum(pair) for pair in shares), Decimal(0))
    final = all(
        line["back"] + sum(part for one, part, _ in wanted if one is line) == line["quantity"] for line in sale["lines"]
    )
    due = (sale["total"] if final else min(sale["total"], sale["exact_back"] + exact)) - sale["paid_back"]
    cash = sale["method"] == "cash"
    amount = max(Decimal(0), to_five_sen(due) if cash else due)
    body: Row = {"sessionId": session["id"], "reason": "Returned"} | ({} if whole else {"items": [
        {"id": line["id"], "quantity": quantity, "restock": back} for line, quantity, back in wanted]})  # fmt: skip
    path = f"/pos/transactions/{sale['id']}/refund"
    if cash and amount > session["cash"]:
        return desk.refused("BUSINESS_RULE_VIOLATION", "POST", path, body)
    answer = desk.do("POST", path, body)
    seen = [(line["lineTotal"], line["taxAmount"]) for line in answer["items"]]
    assert (answer["total"], seen) == (amount, shares), (answer, amount, shares)
    tax = sum((pair[1] for pair in shares), Decimal(0))
    debits = merged([(RETURNS, exact - tax), (TAX, tax), (ROUNDING, amount - exact)])
    desk.ledger.post(debits, {TENDERS[sale["method"]]: amount} if amount else {}, STORE, session["day"])
    for line, quantity, back in wanted:
        take_back(desk, line, quantity, back, session["day"])
    count(session, figures_of(shares, amount), -1)
    session["cash"] -= amount if cash else 0
    sale["paid_back"] += amount
    sale["exact_back"] += exact
    sale["status"] = "refunded" if final else "completed"
    return None


def returning(desk: Desk, sale: Row, whole: bool) -> list[tuple[Row, Decimal, bool]]:
    """What comes back of which lines, and whether it goes on the shelf again."""
    rests = [(line, line["quantity"] - line["back"]) for line in sale["lines"]]
    parts = [(line, rest if whole else some(desk, rest)) for line, rest in rests]
    return [(line, quantity, whole or desk.random.random() < 0.8) for line, quantity in parts if quantity > 0]


def take_back(desk: Desk, line: Row, quantity: Decimal, shelved: bool, day: str) -> None:
    """The goods of a line are on the shelf again, unless they are spoilt."""
    line["back"] += quantity
    if line["goods"] and shelved:
        cost = share(line["cost"], line["restocked"], quantity, line["quantity"])
        line["restocked"] += quantity
        desk.lot(line["goods"], STORE).receive(quantity, cost)
        desk.ledger.post({INVENTORY: cost}, {COST_OF_SALES: cost}, STORE, day)


def void_sale(desk: Desk) -> None:
    """All of a sale undone, in its own session."""
    sale = desk.pick("sale", status=["completed"])
    if not sale or any(line["back"] > 0 for line in sale["lines"]):
        return None
    session, path = sale["session"], f"/pos/transactions/{sale['id']}/void"
    if session["status"] != "open":
        return desk.refused("SESSION_NOT_OPEN", "POST", path, {"reason": "Mistake"})
    debits, credits = sale["entry"]
    if debits.get(DRAWER, 0) > session["cash"]:
        return desk.refused("BUSINESS_RULE_VIOLATION", "POST", path, {"reason": "Mistake"})
    desk.do("POST", path, {"reason": "Mistake"})
    desk.ledger.post(credits, debits, STORE, session["day"])
    for line in sale["lines"]:
        take_back(desk, line, line["quantity"], True, session["day"])
    count(session, sale["figures"], -1)
    session["cash"] -= debits.get(DRAWER, Decimal(0))
    sale["status"] = "voided"
    return None
