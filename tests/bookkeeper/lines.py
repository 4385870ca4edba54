"""Lines of documents: what is sent, and what it comes to by the bookkeeper's own arithmetic."""

from dataclasses import dataclass
from decimal import Decimal

from tests.bookkeeper.desk import FREE_TAXES, GOODS, Desk, Row
from tests.bookkeeper.ledger import Line, line_of, rounded

INCOME = "4000"
RATES = FREE_TAXES | {"SV6": 6}


@dataclass
class Entered:
    """A line as a client sends it, with what the bookkeeper knows about it."""

    body: Row
    quantity: Decimal
    price: Decimal
    rate: Decimal
    account: str
    places: int
    percent: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    item: str | None = None

    @property
    def sum(self) -> Line:
        """What all of it comes to."""
        return line_of(self.quantity, self.price, self.discount, self.rate, self.places)


def quantity_of(desk: Desk, most: int) -> Decimal:
    """Often whole, sometimes of up to three decimals."""
    return desk.amount(1, most, desk.random.choice((0, 0, 0, 1, 3)))


def discounted(desk: Desk, line: Entered) -> Entered:
    """Sometimes with a discount, in percent or as an amount."""
    gross = line.quantity * line.price
    if desk.random.random() < 0.25:
        line.percent = desk.random.choice((Decimal(5), Decimal("12.5"), Decimal("33.333"), Decimal(100)))
        line.discount = rounded(gross * line.percent / 100, line.places)
        line.body["discountPercent"] = line.percent
    elif desk.random.random() < 0.3:
        line.discount = rounded(rounded(gross, line.places) * desk.random.randint(0, 99) / 100, line.places)
        line.body["discountAmount"] = line.discount
    return line


def free_line(desk: Desk, places: int = 2) -> Entered:
    """A line in free words."""
    code = desk.random.choice(list(FREE_TAXES))
    quantity, price = quantity_of(desk, 30), desk.amount(0, 200, desk.random.choice((0, 2, 4)))
    body: Row = {"description": "Work", "quantity": quantity, "unitPrice": price, "taxCode": code}
    return discounted(desk, Entered(body, quantity, price, Decimal(FREE_TAXES[code]), INCOME, places))


def item_line(desk: Desk, location: str, places: int = 2) -> Entered | None:
    """A line of goods that are there, or of a service."""
    name = desk.random.choice((*GOODS, "item_consult001", "item_nasi001"))
    item = desk.items[name]
    quantity = quantity_of(desk, 6)
    if item["inventory"]["tracked"] and desk.lot(name, location).available < quantity:
        return None
    rate = Decimal(RATES.get(item["tax"]["salesTaxCode"], 0))
    account = desk.numbers[item["accounting"]["incomeAccountId"]]
    body = {"itemId": name, "quantity": quantity}
    return discounted(desk, Entered(body, quantity, item["pricing"]["sellingPrice"], rate, account, places, item=name))


def lines(desk: Desk, location: str, places: int = 2, most: int = 4) -> list[Entered]:
    """One to some lines; each item at most once, so that what is there suffices."""
    made: dict[str | int, Entered] = {}
    for number in range(desk.random.randint(1, most)):
        line = free_line(desk, places) if desk.random.random() < 0.4 else item_line(desk, location, places)
        if line is not None:
            made.setdefault(line.item or number, line)
    return list(made.values()) or [free_line(desk, places)]


def tracked(entered: list[Entered]) -> list[Entered]:
    """Those of goods that are counted."""
    return [line for line in entered if line.item in GOODS]
