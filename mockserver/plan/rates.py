"""Rates: how many requests a key may make in each window, written as in `1000/hour`.

>>> parse_rate("1000/hour")
Rate(limit=1000, seconds=3600)
>>> parse_rates(["5/minute", "1/second"])
(Rate(limit=5, seconds=60), Rate(limit=1, seconds=1))
>>> parse_rates(False)
()
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.json import Json
from mockserver.language.template import Fill


@dataclass(frozen=True)
class Rate:
    """So many requests in each window of so many seconds; windows begin at whole multiples of their length."""

    limit: int
    seconds: int


@dataclass(frozen=True)
class RateLimit:
    """The rates of a key that has none of its own, the first of which the headers of every answer tell."""

    rates: tuple[Rate, ...]
    headers: Mapping[str, Fill] = field(default_factory=dict)


UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
"""The windows a rate may be counted in, in seconds."""
FORM = re.compile(rf"([1-9][0-9]{{0,8}})/({'|'.join(UNITS)})")


def parse_rate(text: Json) -> Rate:
    """The rate of a text; ValueError says what one looks like."""
    match = FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text} is not a rate: write one as 1000/hour; a window is a {' or '.join(UNITS)}")
    return Rate(int(match[1]), UNITS[match[2]])


def parse_rates(rates: Json) -> tuple[Rate, ...]:
    """One rate or several; none where it says `off`, which YAML reads as false."""
    if rates is False or rates == "off":
        return ()
    return tuple(parse_rate(rate) for rate in (rates if isinstance(rates, list) else [rates]))


def window_name(seconds: int) -> str:
    """What a window of so many seconds is called.

    >>> window_name(3600)
    'hour'
    """
    return next((unit for unit, length in UNITS.items() if length == seconds), f"{seconds} seconds")
