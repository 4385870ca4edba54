"""What a second bookkeeper keeps: balances of accounts, lots of goods, and what customers owe, all exact decimals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

SEN = Decimal("0.01")
FIVE_SEN = Decimal("0.05")


def sen(amount: Decimal) -> Decimal:
    """To the sen, halves away from zero."""
    return amount.quantize(SEN, ROUND_HALF_UP)


def to_five_sen(amount: Decimal) -> Decimal:
    """As cash is paid in Malaysia: the total, to the nearest five sen."""
    return (amount / FIVE_SEN).quantize(Decimal(1), ROUND_HALF_UP) * FIVE_SEN


def share(total: Decimal, before: Decimal, part: Decimal, of: Decimal) -> Decimal:
    """What the next `part` of a total gets after `before`: up to each point, its exact share rounded once."""
    return sen(total * (before + part) / of) - sen(total * before / of)


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


@dataclass
class Ledger:
    """Balances by account number, debits positive, and the lots by item and location."""

    balances: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    lots: defaultdict[tuple[str, str], Lot] = field(default_factory=lambda: defaultdict(Lot))
    owed: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """By customer, in the company's currency."""

    def post(self, debits: Mapping[str, Decimal], credits: Mapping[str, Decimal]) -> None:
        """One entry; it must balance, or the bookkeeper has erred."""
        assert sum(debits.values()) == sum(credits.values()), (debits, credits)
        for account, amount in debits.items():
            self.balances[account] += amount
        for account, amount in credits.items():
            self.balances[account] -= amount

    def trial_balance(self) -> dict[str, Decimal]:
        """The accounts that are not level, debits positive."""
        return {account: balance for account, balance in sorted(self.balances.items()) if balance != 0}


@dataclass(frozen=True)
class Line:
    """What a line of a document comes to."""

    discount: Decimal
    total: Decimal
    tax: Decimal


def line_of(
    quantity: Decimal, price: Decimal, rate: Decimal, percent: Decimal = Decimal(0), discount: Decimal | None = None
) -> Line:
    """Quantity by price less discount, to the sen; the tax on that, to the sen."""
    off = sen(quantity * price * percent / 100) if discount is None else discount
    total = sen(quantity * price - off)
    return Line(off, total, sen(total * rate / 100))


def merged(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Amounts by account, those of nothing left out."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for account, amount in amounts:
        sums[account] += amount
    return {account: amount for account, amount in sums.items() if amount != 0}
