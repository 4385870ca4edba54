"""What a second bookkeeper keeps: balances of accounts, lots of goods, and what customers owe, all exact decimals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

SEN = Decimal("0.01")
FIVE_SEN = Decimal("0.05")


PLACES = {"MYR": 2, "USD": 2, "SGD": 2, "JPY": 0, "KWD": 3}
"""Decimal places of amounts in a currency, by ISO 4217."""


def rounded(amount: Decimal, places: int) -> Decimal:
    """To so many decimals, halves away from zero."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def sen(amount: Decimal) -> Decimal:
    """To the sen, halves away from zero."""
    return rounded(amount, 2)


def to_five_sen(amount: Decimal) -> Decimal:
    """As cash is paid in Malaysia: the total, to the nearest five sen."""
    return (amount / FIVE_SEN).quantize(Decimal(1), ROUND_HALF_UP) * FIVE_SEN


def share(total: Decimal, before: Decimal, part: Decimal, of: Decimal, places: int = 2) -> Decimal:
    """What the next `part` of a total gets after `before`: up to each point, its exact share rounded once."""
    return rounded(total * (before + part) / of, places) - rounded(total * before / of, places)


@dataclass
class Lot:
    """Goods of one item at one location, and what they are worth."""

    quantity: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    in_transit: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        """What may leave."""
        return self.quantity - self.reserved

    def cost_of(self, quantity: Decimal) -> Decimal:
        """What so many of them are worth, by the moving average; what empties the lot takes all of its value."""
        return self.value if quantity == self.quantity else sen(self.value * quantity / self.quantity)

    def issue(self, quantity: Decimal) -> Decimal:
        """Take so many away; gives their cost."""
        cost = self.cost_of(quantity)
        self.quantity -= quantity
        self.value -= cost
        return cost

    def receive(self, quantity: Decimal, value: Decimal) -> None:
        """Put so many in, worth so much together."""
        self.quantity += quantity
        self.value += value


Accounts = defaultdict[tuple[str | None, str], Decimal]
"""Balances by location (none for entries by hand) and account number, debits positive."""


@dataclass
class Ledger:
    """The accounts of each location, today and at the end of days before, and the lots by item and location."""

    today: str
    balances: Accounts = field(default_factory=lambda: defaultdict(Decimal))
    past: dict[str, Accounts] = field(default_factory=dict)
    """By day: the balances when it ended, and what was dated by then since."""
    lots: defaultdict[tuple[str, str], Lot] = field(default_factory=lambda: defaultdict(Lot))
    owed: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """By customer, in the company's currency."""

    def post(
        self, debits: Mapping[str, Decimal], credits: Mapping[str, Decimal], location: str | None, day: str | None = None
    ) -> None:
        """One entry, of today unless of another day; it must balance, or the bookkeeper has erred."""
        assert sum(debits.values()) == sum(credits.values()), (debits, credits)
        ended = [balances for date, balances in self.past.items() if date >= (day or self.today)]
        for balances in (self.balances, *ended):
            for account, amount in debits.items():
                balances[location, account] += amount
            for account, amount in credits.items():
                balances[location, account] -= amount

    def end_day(self, tomorrow: str) -> None:
        """Go on to another day; what stands now is kept."""
        self.past[self.today] = defaultdict(Decimal, self.balances)
        self.today = tomorrow


def trial_balance(balances: Accounts, location: str | None = None) -> dict[str, Decimal]:
    """The accounts that are not level, of one location or of all."""
    return merged((account, amount) for (at, account), amount in balances.items() if location in (None, at))


@dataclass(frozen=True)
class Line:
    """What a line of a document comes to."""

    discount: Decimal
    total: Decimal
    tax: Decimal


def line_of(quantity: Decimal, price: Decimal, discount: Decimal, rate: Decimal, places: int = 2) -> Line:
    """Quantity by price less discount, and the tax on that, each to the decimal places of the currency."""
    total = rounded(quantity * price, places) - discount
    return Line(discount, total, rounded(total * rate / 100, places))


def merged(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Amounts by account, those of nothing left out."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for account, amount in amounts:
        sums[account] += amount
    return {account: amount for account, amount in sums.items() if amount != 0}
