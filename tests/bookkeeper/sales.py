"""Invoices, their payments, and orders, as the bookkeeper expects them posted."""

from decimal import Decimal
from typing import Any

from tests.bookkeeper.desk import (
    COST_OF_SALES,
    CUSTOMERS,
    FREE_TAXES,
    GOODS,
    INVENTORY,
    LOCATIONS,
    RECEIVABLE,
    SHIPPING,
    TAX,
    Desk,
    Row,
)
from tests.bookkeeper.ledger import line_of, merged, sen, share

METHODS = {"cash": "1010", "bank_transfer": "1000", "credit_card": "1040", "duitnow_qr": "1030"}
INCOME, SERVICES = "4000", "4010"
CURRENCIES = (("MYR", "1"),) * 4 + (("USD", "4.4715"), ("SGD", "3.305"))


def free_line(desk: Desk) -> tuple[Row, Any, str]:
    """A line in free words: what is sent, what it comes to, and its income account."""
    code = desk.random.choice(list(FREE_TAXES))
    quantity, price = desk.amount(1, 30, desk.random.choice((0, 2))), desk.amount(0, 200, desk.random.choice((0, 2, 4)))
    body: Row = {"description": "Work", "quantity": quantity, "unitPrice": price, "taxCode": code}
    rate = Decimal(FREE_TAXES[code])
    if desk.random.random() < 0.3:
        body["discountPercent"] = desk.random.choice((Decimal(5), Decimal("12.5"), Decimal("33.333"), Decimal(100)))
        return body, line_of(quantity, price, rate, percent=body["discountPercent"]), INCOME
    if desk.random.random() < 0.3:
        body["discountAmount"] = sen(quantity * price * desk.random.randint(0, 99) / 100 - Decimal("0.005"))
        body["discountAmount"] = max(Decimal(0), body["discountAmount"])
        return body, line_of(quantity, price, rate, discount=body["discountAmount"]), INCOME
    return body, line_of(quantity, price, rate), INCOME


def item_line(desk: Desk, location: str) -> tuple[Row, Any, str] | None:
    """A line of goods that are there, or of a service."""
    name = desk.random.choice((*GOODS, "item_consult001", "item_nasi001"))
    item = desk.items[name]
    quantity = Decimal(desk.random.randint(1, 6))
    if item["inventory"]["tracked"] and desk.lot(name, location).available < quantity:
        return None
    rate = Decimal({"SST": 6, "SV8": 8, "SV6": 6, "ST10": 10, "ST5": 5}.get(item["tax"]["salesTaxCode"], 0))
    line = line_of(quantity, item["pricing"]["sellingPrice"], rate)
    return {"itemId": name, "quantity": quantity}, line, desk.numbers[item["accounting"]["incomeAccountId"]]


def lines(desk: Desk, location: str) -> list[tuple[Row, Any, str]]:
    """One to four lines; each item at most once, so that what is there suffices."""
    made = [
        free_line(desk) if desk.random.random() < 0.4 else item_line(desk, location)
        for _ in range(desk.random.randint(1, 4))
    ]
    seen: set[str] = set()
    rows = []
    for line in made:
        name = line and line[0].get("itemId")
        if line and name not in seen:
            rows.append(line)
            seen |= {name} if name else set()
    return rows or [free_line(desk)]


def invoice(desk: Desk) -> None:
    """A new draft: nothing is posted."""
    location = desk.random.choice(LOCATIONS)
    rows = lines(desk, location)
    currency, rate = desk.random.choice(CURRENCIES)
    shipping = desk.random.choice((Decimal(0), Decimal(0), desk.amount(1, 60)))
    body: Row = {"customerId": desk.random.choice(CUSTOMERS), "locationId": location, "items": [row for row, _, _ in rows]}
    body |= {"shippingCost": shipping, "currency": currency} | ({} if currency == "MYR" else {"exchangeRate": Decimal(rate)})
    answer = desk.do("POST", "/invoices", body)
    subtotal, tax = sum(line.total for _, line, _ in rows), sum(line.tax for _, line, _ in rows)
    expected = [subtotal, sum(line.discount for _, line, _ in rows), tax, subtotal + tax + shipping]
    assert [answer[name] for name in ("subtotal", "totalDiscount", "totalTax", "total")] == expected, (body, answer)
    credits = merged((account, line.total) for _, line, account in rows)
    goods = [(row["itemId"], row["quantity"]) for row, _, _ in rows if "itemId" in row]
    desk.keep(
        "invoice", id=answer["id"], status="draft", total=expected[3], rate=Decimal(rate), paid=Decimal(0), base_paid=Decimal(0),
        customer=body["customerId"], location=location, currency=currency, payments=[],
        credits=credits | merged([(TAX, tax), (SHIPPING, shipping)]), goods=goods,
    )  # fmt: skip


def send(desk: Desk) -> None:
    """Issued: receivable against income, tax and delivery; goods leave at their average cost."""
    row = desk.pick("invoice", status=["draft"])
    if not row:
        return None
    goods = [(name, quantity) for name, quantity in row["goods"] if desk.items[name]["inventory"]["tracked"]]
    if row["total"] == 0:
        return desk.refused("BUSINESS_RULE_VIOLATION", "POST", f"/invoices/{row['id']}/send")
    if any(desk.lot(name, row["location"]).available < quantity for name, quantity in goods):
        return desk.refused("INSUFFICIENT_STOCK", "POST", f"/invoices/{row['id']}/send")
    desk.do("POST", f"/invoices/{row['id']}/send")
    credits = merged((account, sen(amount * row["rate"])) for account, amount in row["credits"].items())
    row |= {"status": "sent", "base": sum(credits.values())}
    costs = [(name, quantity, desk.lot(name, row["location"]).issue(quantity)) for name, quantity in goods]
    cost = sum(value for _, _, value in costs)
    desk.ledger.post({RECEIVABLE: row["base"]}, credits)
    desk.ledger.post({COST_OF_SALES: cost}, {INVENTORY: cost})
    desk.ledger.owed[row["customer"]] += row["base"]
    row |= {"costs": costs, "entry": ({RECEIVABLE: row["base"]}, credits), "cost": cost}
    return None


def void(desk: Desk) -> None:
    """All that sending did is undone; what was paid has to be given back first."""
    row = desk.pick("invoice", status=["sent", "paid"])
    if not row:
        return None
    if row["paid"] > 0:
        return desk.refused("INVALID_STATE", "POST", f"/invoices/{row['id']}/void", {"reason": "Wrong"})
    desk.do("POST", f"/invoices/{row['id']}/void", {"reason": "Wrong"})
    debits, credits = row["entry"]
    desk.ledger.post(credits, debits)
    desk.ledger.post({INVENTORY: row["cost"]}, {COST_OF_SALES: row["cost"]})
    for name, quantity, value in row["costs"]:
        desk.lot(name, row["location"]).receive(quantity, value)
    desk.ledger.owed[row["customer"]] -= row["base"]
    row["status"] = "void"
    return None


def pay(desk: Desk) -> None:
    """All or part of what is due; in part, its exact share of the receivable, and the last takes the rest."""
    row = desk.pick("invoice", status=["sent"])
    if not row:
        return None
    due = row["total"] - row["paid"]
    amount = due if desk.random.random() < 0.5 else sen(due * desk.random.randint(1, 99) / 100)
    method = desk.random.choice(list(METHODS))
    if amount <= 0:
        return None
    if desk.random.random() < 0.1:
        path = f"/invoices/{row['id']}/payment"
        return desk.refused("PAYMENT_EXCEEDS_AMOUNT_DUE", "POST", path, {"amount": due + Decimal("0.01")})
    answer = desk.do("POST", f"/invoices/{row['id']}/payment", {"amount": amount, "paymentMethod": method})
    left = row["base"] - row["base_paid"]
    base = left if amount == due else min(left, share(row["base"], row["paid"], amount, row["total"]))
    desk.ledger.post({METHODS[method]: base}, {RECEIVABLE: base})
    desk.ledger.owed[row["customer"]] -= base
    row["paid"] += amount
    row["base_paid"] += base
    row["status"] = "paid" if row["paid"] == row["total"] else "sent"
    assert (answer["invoice"]["amountPaid"], answer["invoice"]["amountDue"]) == (row["paid"], row["total"] - row["paid"])
    desk.keep(
        "payment", id=answer["id"], status="completed", invoice=row, amount=amount, base=base, back=Decimal(0),
        base_back=Decimal(0), account=METHODS[method],
    )  # fmt: skip
    return None


def refund(desk: Desk) -> None:
    """Money back: its share of what the payment was booked at."""
    row = desk.pick("payment", status=["completed"])
    if not row:
        return
    rest = row["amount"] - row["back"]
    amount = rest if desk.random.random() < 0.5 else max(Decimal("0.01"), sen(rest * desk.random.randint(1, 99) / 100))
    desk.do("POST", f"/payments/{row['id']}/refund", {"amount": amount, "reason": "Returned"})
    base = row["base"] - row["base_back"] if amount == rest else share(row["base"], row["back"], amount, row["amount"])
    row["back"] += amount
    row["base_back"] += base
    row["status"] = "refunded" if row["back"] == row["amount"] else "completed"
    _reopen(desk, row, amount, base)


def void_payment(desk: Desk) -> None:
    """A payment that never was."""
    row = desk.pick("payment", status=["completed"])
    if not row or row["back"] > 0:
        return
    desk.do("POST", f"/payments/{row['id']}/void", {"reason": "Bounced"})
    row["status"] = "voided"
    _reopen(desk, row, row["amount"], row["base"])


def _reopen(desk: Desk, row: Row, amount: Decimal, base: Decimal) -> None:
    invoice = row["invoice"]
    desk.ledger.post({RECEIVABLE: base}, {row["account"]: base})
    desk.ledger.owed[invoice["customer"]] += base
    invoice["paid"] -= amount
    invoice["base_paid"] -= base
    invoice["status"] = "sent"
