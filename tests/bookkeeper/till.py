"""The point of sale, as the bookkeeper expects it posted."""

from decimal import Decimal

from tests.bookkeeper.desk import COST_OF_SALES, GOODS, INVENTORY, TAX, Desk, Row
from tests.bookkeeper.ledger import SEN, merged, sen, share, to_five_sen
from tests.bookkeeper.sales import free_line, item_line

DRAWER, CARDS, WALLETS = "1020", "1040", "1030"
TENDERS = {"cash": DRAWER, "credit_card": CARDS, "duitnow_qr": WALLETS}
ROUNDING, OVER_SHORT, RETURNS = "7020", "7030", "4090"
STORE = "loc_store1"


def open_session(desk: Desk) -> None:
    """A till with a float."""
    if desk.pick("session", status=["open"]):
        return
    float_ = Decimal(desk.random.choice((200, 500)))
    body = {"locationId": STORE, "registerId": "reg_002", "cashierName": "Aishah", "openingFloat": float_}
    answer = desk.do("POST", "/pos/sessions", body)
    desk.keep("session", id=answer["id"], status="open", cash=float_)


def sell(desk: Desk) -> None:
    """Paid in full by one or two tenders; with cash among them the total is rounded to five sen."""
    session = desk.pick("session", status=["open"])
    line = free_line(desk) if desk.random.random() < 0.6 else item_line(desk, STORE)
    if not session or not line:
        return
    body, sum_, account = line
    exact = sum_.total + sum_.tax
    methods = desk.random.choice((["cash"], ["cash"], ["credit_card"], ["duitnow_qr", "cash"]))
    total = to_five_sen(exact) if "cash" in methods else exact
    if total <= 0 or (len(methods) > 1 and total < 1):
        return
    parts = [total] if len(methods) == 1 else [sen(total / 3), total - sen(total / 3)]
    tenders = [{"method": method, "amount": amount} for method, amount in zip(methods, parts, strict=True)]
    answer = desk.do("POST", "/pos/transactions", {"sessionId": session["id"], "items": [body], "tenders": tenders})
    assert (answer["totalBeforeRounding"], answer["roundingAmount"]) == (exact, total - exact), answer
    debits = merged((TENDERS[method], amount) for method, amount in zip(methods, parts, strict=True))
    credits = merged([(account, sum_.total), (TAX, sum_.tax), (ROUNDING, total - exact)])
    desk.ledger.post(debits, credits)
    session["cash"] += debits.get(DRAWER, Decimal(0))
    cost, goods = Decimal(0), body.get("itemId")
    if goods in GOODS:
        cost = desk.lot(goods, STORE).issue(body["quantity"])
        desk.ledger.post({COST_OF_SALES: cost}, {INVENTORY: cost})
    desk.keep(
        "sale", id=answer["id"], status="completed", session=session, line=answer["items"][0]["id"], quantity=body["quantity"],
        sum=sum_, entry=(debits, credits), total=total, method=methods[0], back=Decimal(0), paid_back=Decimal(0),
        exact_back=Decimal(0), goods=goods if goods in GOODS else None, cost=cost,
    )  # fmt: skip


def give_back(desk: Desk) -> None:
    """A refund: each amount its exact share, goods at the cost they left with, cash rounded over all refunds so far."""
    sale, session = desk.pick("sale", status=["completed"]), desk.pick("session", status=["open"])
    if not sale or not session:
        return
    rest = sale["quantity"] - sale["back"]
    quantity = rest if desk.random.random() < 0.4 or rest < 1 else Decimal(desk.random.randint(1, int(rest)))
    taken = (sale["back"], quantity, sale["quantity"])
    line, tax = share(sale["sum"].total, *taken), share(sale["sum"].tax, *taken)
    final, cash = quantity == rest, sale["method"] == "cash"
    due = (sale["total"] if final else min(sale["total"], sale["exact_back"] + line + tax)) - sale["paid_back"]
    amount = max(Decimal(0), to_five_sen(due) if cash else due)
    if cash and amount > session["cash"]:
        return
    body: Row = {"sessionId": session["id"], "reason": "Returned", "items": [{"id": sale["line"], "quantity": quantity}]}
    answer = desk.do("POST", f"/pos/transactions/{sale['id']}/refund", body)
    assert (answer["items"][0]["lineTotal"], answer["items"][0]["taxAmount"]) == (line, tax), (answer, line, tax)
    assert answer["total"] == amount, (answer["total"], amount)
    account = TENDERS[sale["method"]]
    desk.ledger.post(merged([(RETURNS, line), (TAX, tax), (ROUNDING, amount - line - tax)]), merged([(account, amount)]))
    session["cash"] -= amount if cash else 0
    if sale["goods"]:
        cost = share(sale["cost"], *taken)
        desk.lot(sale["goods"], STORE).receive(quantity, cost)
        desk.ledger.post({INVENTORY: cost}, {COST_OF_SALES: cost})
    sale["back"] += quantity
    sale["paid_back"] += amount
    sale["exact_back"] += line + tax
    sale["status"] = "refunded" if final else "completed"


def void_sale(desk: Desk) -> None:
    """All of a sale undone, in its own session."""
    sale = desk.pick("sale", status=["completed"])
    if not sale or sale["back"] > 0 or sale["session"]["status"] != "open":
        return
    debits, credits = sale["entry"]
    if debits.get(DRAWER, 0) > sale["session"]["cash"]:
        return
    desk.do("POST", f"/pos/transactions/{sale['id']}/void", {"reason": "Mistake"})
    desk.ledger.post(credits, debits)
    if sale["goods"]:
        desk.lot(sale["goods"], STORE).receive(sale["quantity"], sale["cost"])
        desk.ledger.post({INVENTORY: sale["cost"]}, {COST_OF_SALES: sale["cost"]})
    sale["session"]["cash"] -= debits.get(DRAWER, Decimal(0))
    sale["status"] = "voided"


def close_session(desk: Desk) -> None:
    """Counted: what is over or short is posted."""
    session = desk.pick("session", status=["open"])
    if not session:
        return
    over = desk.random.choice((Decimal(0), Decimal("0.35"), -5 * SEN, Decimal(-7)))
    answer = desk.do("POST", f"/pos/sessions/{session['id']}/close", {"countedCash": session["cash"] + over})
    assert (answer["expectedCash"], answer["variance"]) == (session["cash"], over), answer
    desk.ledger.post({DRAWER: over}, {OVER_SHORT: over})
    session["status"] = "closed"
