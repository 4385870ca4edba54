"""Rate limits: how many requests a key may make, counted in windows of the sandbox's clock.

Windows begin at whole multiples of their length: an hour's at the full hour. A request that is refused does not count.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from mockserver.engine.clock import Clock, later
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.plan import Rate, RateLimit
from mockserver.plan.rates import window_name
from mockserver.web.security import ApiKey, Authenticator

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


class Limiter:
    """Counts the requests of keys by the rates of a contract, unless it is not to enforce them."""

    def __init__(
        self,
        rate_limit: RateLimit | None,
        clock: Clock,
        enforced: bool = True,
        authenticator: Authenticator | None = None,
    ) -> None:
        self.rate_limit = rate_limit
        self.clock = clock
        self.enforced = enforced
        self.authenticator = authenticator

    @cached_property
    def _tally(self) -> "Tally":
        from mockserver.web.windows import Tally  # its library is imported with the first request that counts

        return Tally(self.clock)

    def count(self, key: ApiKey) -> tuple[Standing | None, Problem | None]:
        """Count a request of a key, in each of its rates or in none.

        Where it stands in its first rate then, and the refusal if the request is one too many.
        """
        rates, now = self._rates(key), self.clock.instant()
        if not rates:
            return self.untouched(), None
        left = [self._tally.left(rate, key.key) for rate in rates]
        passes = all(left)
        for rate in rates if passes else ():
            self._tally.add(rate, key.key)
        standing = Standing(rates[0].limit, left[0] - passes, ends(rates[0], now))
        return standing, None if passes else self._exceeded(rates[left.index(0)], now)

    def _rates(self, key: ApiKey) -> tuple[Rate, ...]:
        if not self.enforced:
            return ()
        return key.rates if key.rates is not None else self.rate_limit.rates if self.rate_limit else ()

    def standing(self, authorization: str | None) -> Standing | None:
        """Where the key of an Authorization header stands, without counting; as one unused where no key counts."""
        key = self._key(authorization)
        rates = self._rates(key) if key is not None else ()
        if key is None or not rates or "_tally" not in self.__dict__:  # nothing has been counted
            return self.untouched() if not rates else self._unused(rates[0])
        return Standing(rates[0].limit, self._tally.left(rates[0], key.key), ends(rates[0], self.clock.instant()))

    def _key(self, authorization: str | None) -> ApiKey | None:
        try:
            return self.authenticator.key(authorization) if self.authenticator is not None else None
        except Problem:
            return None

    def untouched(self) -> Standing | None:
        """Where a key that has made no request stands: what an answer tells when no key was counted."""
        if self.rate_limit is None:
            return None
        return self._unused(self.rate_limit.rates[0])

    def _unused(self, rate: Rate) -> Standing:
        return Standing(rate.limit, rate.limit, ends(rate, self.clock.instant()))

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


def check_key(authenticator: Authenticator, limiter: Limiter, request: HTTPConnection) -> ApiKey:
    """The key of a request, which counts from now on; Problem when there is none that counts, or it asks too often."""
    key = authenticator.key(request.headers.get("authorization"))
    request.scope["state"]["rate"], refusal = limiter.count(key)
    if refusal is not None:
        raise refusal
    return key


def ends(rate: Rate, now: datetime) -> int:
    """When the present window of a rate ends, in seconds since 1970.

    >>> ends(Rate(1000, 3600), datetime(2022, 1, 15, 11, 59, 59, tzinfo=UTC))
    1642248000
    """
    return (int(now.timestamp() // rate.seconds) + 1) * rate.seconds
