"""Functions over amounts: exact decimals, rounded half up.

An amount has two decimal places where nothing else is said: `places` says how many its currency has.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from mockserver.json import Json, Number

CENTS = 2
"""The decimal places of an amount of which no others are said."""


def share(amount: Number, count: Number, of: Number, places: int | None = None) -> Decimal:
    """The share of an amount for `count` of `of` units: multiplied, divided, and rounded once.

    >>> share(Decimal("0.71"), 3, 6), share(100, 1, 3, 0)
    (Decimal('0.36'), Decimal('33'))
    """
    return _half_up(Fraction(amount) * Fraction(count) / Fraction(of), places)


def portion(amount: Number, before: Number, now: Number, of: Number, places: int | None = None) -> Decimal:
    """The share of an amount for `now` units after `before` of `of` units, so that all shares add up to the cent.

    What all units so far come to is their exact share, rounded once; a portion is what it grows by.

    >>> [portion(Decimal("10"), done, 1, 3) for done in (0, 1, 2)]
    [Decimal('3.33'), Decimal('3.34'), Decimal('3.33')]
    """
    return share(amount, before + now, of, places) - share(amount, before, of, places)


def _half_up(amount: Fraction, places: int | None) -> Decimal:
    decimals = CENTS if places is None else places
    units = int(abs(amount) * 10**decimals + Fraction(1, 2))
    return Decimal(units if amount >= 0 else -units).scaleb(-decimals)


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


def money(amount: Number, places: int | None = None) -> Decimal:
    """A number rounded half up to the decimal places of a currency.

    >>> money(Decimal("2.345")), money(Decimal("2.345"), 0)
    (Decimal('2.35'), Decimal('2'))
    """
    return round_(amount, CENTS if places is None else places)


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
