"""Entries by hand, and days that pass."""

from datetime import date
from decimal import Decimal

from tests.bookkeeper.desk import Desk, steer
from tests.bookkeeper.ledger import merged

BY_HAND = ("1000", "1010", "1500", "1590", "2000", "2100", "2500", "3000", "4900", "6000", "6100", "6200", "6500", "7000")


def write(desk: Desk) -> None:
    """One debit against one to three credits, posted at once or written first and posted then, of today or before."""
    chosen = desk.random.sample(BY_HAND, desk.random.randint(2, 4))
    amounts = [desk.amount(1, 900) for _ in chosen[1:]]
    lines = [{"accountId": desk.account(chosen[0]), "debit": sum(amounts)}]
    lines += [{"accountNumber": number, "credit": amount} for number, amount in zip(chosen[1:], amounts, strict=True)]
    day = desk.random.choice([desk.ledger.today, *desk.ledger.past])
    at_once = desk.random.random() < 0.5
    body = {"date": day, "lines": lines} | ({"status": "posted"} if at_once else {})
    answer = desk.do("POST", "/journal-entries", body)
    if not at_once:
        desk.do("POST", f"/journal-entries/{answer['id']}/post")
    debits, credits = {chosen[0]: Decimal(sum(amounts))}, merged(zip(chosen[1:], amounts, strict=True))
    desk.ledger.post(debits, credits, None, day)
    desk.keep("entry", id=answer["id"], status="posted", debits=debits, credits=credits)


def void_entry(desk: Desk) -> None:
    """Its sides exchanged, today."""
    row = desk.pick("entry", status=["posted"])
    if not row:
        return
    desk.do("POST", f"/journal-entries/{row['id']}/void", {"reason": "Written twice"})
    desk.ledger.post(row["credits"], row["debits"], None)
    row["status"] = "void"


def next_day(desk: Desk) -> None:
    """The clock goes on; nothing is posted by that."""
    days = desk.random.choice((1, 1, 2, 7, 31))
    answer = steer(desk.client, "POST", "/clock/advance", json={"by": f"P{days}D"})
    desk.log.append(f"{days} days later it is {answer['today']}")
    assert (date.fromisoformat(answer["today"]) - date.fromisoformat(desk.ledger.today)).days == days, answer
    desk.ledger.end_day(answer["today"])
