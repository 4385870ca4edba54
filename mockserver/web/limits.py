"""Rate limits: how many requests a key may make, counted in windows of the sandbox's clock.

Windows begin at whole multiples of their length: an hour's at the full hour. A request that is refused does not count.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

from mockserver.engine.clock import Clock, later
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.plan import Rate, RateLimit
from mockserver.plan.rates import window_name
from mockserver.web.security import ApiKey

if TYPE_CHECKING:
    from mockserver.web.windows import Tally


@dataclass(frozen=True)
class Standing:
    """Where a key stands in the window of a rate, which ends at `reset`, in seconds since 1970."""

    limit: int
    remaining: int
    reset: int

    def names(self) -> dict[str, Json]:
        """What the templates of headers call `rate`."""
        return {"limit": self.limit, "remaining": self.remaining, "reset": self.reset}


@dataclass(frozen=True)
class Counted:
    """Where a key stands in its first rate after a request, and the refusal if the request is one too many."""

    standing: Standing | None
    refusal: Problem | None = None


class Limiter:
    """Counts the requests of keys by the rates of a contract, unless it is not to enforce them."""

    def __init__(self, said: RateLimit | None, clock: Clock, enforced: bool = True) -> None:
        self.said = said
        self.clock = clock
        self.enforced = enforced

    @cached_property
    def _tally(self) -> "Tally":
        from mockserver.web.windows import Tally  # its library is imported with the first request that counts

        return Tally(self.clock)

    def count(self, key: ApiKey) -> Counted:
        """Count a request of a key, in each of its rates or in none."""
        rates, now = self._rates(key), self.clock.instant()
        if not rates:
            return Counted(self.untouched())
        left = [self._tally.left(rate, key.key) for rate in rates]
        passes = all(left)
        for rate in rates if passes else ():
            self._tally.add(rate, key.key)
        standing = Standing(rates[0].limit, left[0] - passes, ends(rates[0], now))
        return Counted(standing, None if passes else self._exceeded(rates[left.index(0)], now))

    def _rates(self, key: ApiKey) -> tuple[Rate, ...]:
        if not self.enforced:
            return ()
        return key.rates if key.rates is not None else self.said.rates if self.said else ()

    def untouched(self) -> Standing | None:
        """Where a key that has made no request stands: what an answer tells when no key was counted."""
        if self.said is None:
            return None
        first = self.said.rates[0]
        return Standing(first.limit, first.limit, ends(first, self.clock.instant()))

    def _exceeded(self, rate: Rate, now: datetime) -> Problem:
        end = ends(rate, now)
        begin = datetime.fromtimestamp(end - rate.seconds, UTC)
        return Problem(
            "rate_limit",
            limit=rate.limit,
            window=window_name(rate.seconds),
            remaining=0,
            resetTime=later(begin, timedelta(seconds=rate.seconds)),
            retryAfter=max(1, ceil(end - now.timestamp())),
            frozen=self.clock.frozen,
        )


def ends(rate: Rate, now: datetime) -> int:
    """When the present window of a rate ends, in seconds since 1970.

    >>> ends(Rate(1000, 3600), datetime(2022, 1, 15, 11, 59, 59, tzinfo=UTC))
    1642248000
    """
    return (int(now.timestamp() // rate.seconds) + 1) * rate.seconds
