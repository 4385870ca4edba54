"""The drawer of a till: its float, cash put in and taken out, and what is counted at the end."""

from decimal import Decimal

from tests.bookkeeper.desk import Desk
from tests.bookkeeper.ledger import SEN

DRAWER, PETTY_CASH, BANK, OVER_SHORT = "1020", "1010", "1000", "7030"
STORE = "loc_store1"
REPORTED = ("netSales", "tax", "rounding", "total")


def open_session(desk: Desk) -> None:
    """A till with a float, posted when it is said where it comes from."""
    if desk.pick("session", status=["open"]):
        return
    cash = Decimal(desk.random.choice((200, 500)))
    body = {"locationId": STORE, "registerId": "reg_002", "cashierName": "Aishah", "openingFloat": cash}
    posted = desk.random.random() < 0.5
    body |= {"accountId": desk.account(PETTY_CASH)} if posted else {}
    answer = desk.do("POST", "/pos/sessions", body)
    if posted:
        desk.ledger.post({DRAWER: cash}, {PETTY_CASH: cash}, STORE)
    desk.keep(
        "session",
        id=answer["id"],
        status="open",
        cash=cash,
        day=desk.ledger.today,
        report=dict.fromkeys(REPORTED, Decimal(0)),
    )


def move_cash(desk: Desk) -> None:
    """Into the drawer from petty cash, out of it to there, or to the bank."""
    session = desk.pick("session", status=["open"])
    if not session:
        return None
    kind, amount = desk.random.choice(("cash_in", "cash_out", "safe_drop")), desk.amount(1, 300)
    body = {"type": kind, "amount": amount, "reason": "Change"}
    path = f"/pos/sessions/{session['id']}/cash-movements"
    if kind != "cash_in" and amount > session["cash"]:
        return desk.refused("BUSINESS_RULE_VIOLATION", "POST", path, body)
    incoming = amount if kind == "cash_in" else -amount
    answer = desk.do("POST", path, body)
    session["cash"] += incoming
    assert answer["expectedCash"] == session["cash"], answer
    desk.ledger.post({DRAWER: incoming}, {BANK if kind == "safe_drop" else PETTY_CASH: incoming}, STORE, session["day"])
    return None


def close_session(desk: Desk) -> None:
    """Counted: what is over or short is posted."""
    session = desk.pick("session", status=["open"])
    if not session:
        return
    over = desk.random.choice((Decimal(0), Decimal("0.35"), -5 * SEN, Decimal(-7)))
    answer = desk.do("POST", f"/pos/sessions/{session['id']}/close", {"countedCash": session["cash"] + over})
    assert (answer["expectedCash"], answer["variance"]) == (session["cash"], over), answer
    assert {name: answer[name] for name in REPORTED} == session["report"], (answer, session)
    desk.ledger.post({DRAWER: over}, {OVER_SHORT: over}, STORE, session["day"])
    session["status"] = "closed"
