"""Money of invoices: payments, refunds, voids, at the invoice's rate or one of their own."""

from decimal import Decimal

from tests.bookkeeper.desk import RECEIVABLE, Desk, Row
from tests.bookkeeper.ledger import PLACES, merged, rounded, sen, share

METHODS = {"cash": "1010", "bank_transfer": "1000", "credit_card": "1040", "duitnow_qr": "1030"}
EXCHANGE = "7040"


def another_rate(desk: Desk, invoice: Row) -> Decimal:
    """For foreign money, some days the rate is another."""
    if invoice["currency"] == "MYR" or desk.random.random() < 0.4:
        return Decimal(invoice["rate"])
    return rounded(invoice["rate"] * desk.random.randint(900, 1100) / 1000, 6)


def some_of(desk: Desk, whole: Decimal, currency: str) -> Decimal:
    """All of it, or a part in whole units of its currency."""
    if desk.random.random() < 0.4:
        return whole
    smallest = Decimal(1).scaleb(-PLACES[currency])
    return max(smallest, rounded(whole * desk.random.randint(1, 99) / 100, PLACES[currency]))


def pay(desk: Desk) -> None:
    """Settles its share of the receivable, the last all that is left; what the money is worth more is a gain."""
    row = desk.pick("invoice", status=["sent"])
    if not row:
        return None
    due = row["total"] - row["paid"]
    path = f"/invoices/{row['id']}/payment"
    if desk.random.random() < 0.1:
        more = due + Decimal(1)
        return desk.refused("PAYMENT_EXCEEDS_AMOUNT_DUE", "POST", path, {"amount": more})
    amount, rate, method = some_of(desk, due, row["currency"]), another_rate(desk, row), desk.random.choice(list(METHODS))
    body: Row = {"amount": amount, "paymentMethod": method}
    day = desk.random.choice((row["day"], desk.ledger.today))
    body |= {"exchangeRate": rate} if rate != row["rate"] else {}
    answer = desk.do("POST", path, body | {"paymentDate": day})
    left = row["base"] - row["base_paid"]
    settled = left if amount == due else min(left, share(row["base"], row["paid"], amount, row["total"]))
    worth = settled if rate == row["rate"] else sen(amount * rate)
    seen = (answer["baseAmount"], answer["baseSettled"], answer["exchangeGain"])
    assert seen == (worth, settled, worth - settled), (answer, worth, settled)
    debits = merged([(METHODS[method], worth), (EXCHANGE, settled - worth)])
    desk.ledger.post(debits, {RECEIVABLE: settled}, row["location"], day)
    desk.ledger.owed[row["customer"]] -= settled
    row["paid"] += amount
    row["base_paid"] += settled
    row["status"] = "paid" if row["paid"] == row["total"] else "sent"
    assert (answer["invoice"]["amountPaid"], answer["invoice"]["amountDue"]) == (row["paid"], row["total"] - row["paid"])
    desk.keep(
        "payment", id=answer["id"], status="completed", invoice=row, amount=amount, worth=worth, settled=settled, rate=rate,
        back=Decimal(0), account=METHODS[method],
    )  # fmt: skip
    return None


def refund(desk: Desk) -> None:
    """Money back: its share of what the payment was booked at, or what it is worth at a rate of its own."""
    row = desk.pick("payment", status=["completed"])
    if not row:
        return
    amount, rate = some_of(desk, row["amount"] - row["back"], row["invoice"]["currency"]), another_rate(desk, row["invoice"])
    own = rate != row["rate"] and row["invoice"]["currency"] != "MYR" and desk.random.random() < 0.5
    body: Row = {"amount": amount, "reason": "Returned"} | ({"exchangeRate": rate} if own else {})
    desk.do("POST", f"/payments/{row['id']}/refund", body)
    owed = share(row["settled"], row["back"], amount, row["amount"])
    worth = sen(amount * rate) if own else share(row["worth"], row["back"], amount, row["amount"])
    row["back"] += amount
    row["status"] = "refunded" if row["back"] == row["amount"] else "completed"
    reopen(desk, row, amount, worth, owed)


def void_payment(desk: Desk) -> None:
    """A payment that never was."""
    row = desk.pick("payment", status=["completed"])
    if not row:
        return None
    path = f"/payments/{row['id']}/void"
    if row["back"] > 0:
        return desk.refused("INVALID_STATE", "POST", path, {"reason": "Bounced"})
    desk.do("POST", path, {"reason": "Bounced"})
    row["status"] = "voided"
    return reopen(desk, row, row["amount"], row["worth"], row["settled"])


def reopen(desk: Desk, row: Row, amount: Decimal, worth: Decimal, owed: Decimal) -> None:
    """The invoice is due again by so much."""
    invoice = row["invoice"]
    desk.ledger.post(merged([(RECEIVABLE, owed), (EXCHANGE, worth - owed)]), {row["account"]: worth}, invoice["location"])
    desk.ledger.owed[invoice["customer"]] += owed
    invoice["paid"] -= amount
    invoice["base_paid"] -= owed
    invoice["status"] = "sent"
