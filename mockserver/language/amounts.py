"""Functions over amounts: exact decimals, rounded half up."""

from decimal import ROUND_HALF_UP, Decimal

from mockserver.json import Json, Number


def portion(amount: Number, before: Number, now: Number, of: Number) -> Decimal:
    """The share of an amount for `now` units after `before` of `of` units, so that all shares add up to the cent.

    >>> [portion(Decimal("10"), done, 1, 3) for done in (0, 1, 2)]
    [Decimal('3.33'), Decimal('3.34'), Decimal('3.33')]
    """
    share = Decimal(amount) / Decimal(of)
    return money(share * (before + now)) - money(share * before)


def nearest(amount: Number, step: Number) -> Decimal:
    """An amount rounded half up to a multiple of a step.

    >>> nearest(Decimal("43.89"), Decimal("0.05"))
    Decimal('43.90')
    """
    return (Decimal(amount) / Decimal(step)).quantize(Decimal(1), ROUND_HALF_UP) * Decimal(step)


def round_(amount: Number, places: int = 0) -> Decimal:
    """A number rounded half up to so many decimal places.

    >>> round_(Decimal("2.345"), 2)
    Decimal('2.35')
    """
    return Decimal(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def money(amount: Number) -> Decimal:
    """A number rounded half up to cents."""
    return round_(amount, 2)


def min_(value: Json, *others: Json) -> Json:
    """The smallest of the values, or of a list; null of an empty list."""
    members = value if isinstance(value, list) and not others else (value, *others)
    return min(members) if members else None


def max_(value: Json, *others: Json) -> Json:
    """The largest of the values, or of a list; null of an empty list."""
    members = value if isinstance(value, list) and not others else (value, *others)
    return max(members) if members else None


def abs_(amount: Number) -> Number:
    """A number without its sign."""
    return amount if amount >= 0 else -amount
