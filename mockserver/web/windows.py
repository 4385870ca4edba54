"""The counts behind rate limits: the fixed windows of the library `limits`, on the sandbox's clock."""

from collections import Counter
from functools import cache

from limits import RateLimitItemPerSecond
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from mockserver.engine.clock import Clock
from mockserver.plan import Rate


class Windows(Storage):
    """A storage of `limits` that counts in the present window of each length, and forgets the one before."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._counts: dict[int, tuple[int, Counter[str]]] = {}
        """By the length of windows in seconds: the number of the present one since 1970, and the counts in it."""

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong in it: nothing of its own."""
        return ValueError

    def _present(self, seconds: int, now: float) -> Counter[str]:
        number = int(now // seconds)
        held = self._counts.get(seconds)
        if held is None or held[0] != number:
            held = self._counts[seconds] = (number, Counter())
        return held[1]

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count in windows of `expiry` seconds; the new count."""
        counts = self._present(expiry, self._clock.instant().timestamp())
        counts[key] += amount
        return counts[key]

    def get(self, key: str) -> int:
        """A count; each key is counted in windows of one length only."""
        now = self._clock.instant().timestamp()
        return sum(self._present(seconds, now).get(key, 0) for seconds in self._counts)

    def get_expiry(self, key: str) -> float:
        """When the window of a key ends, in seconds since 1970; 0 for a key of which nothing was counted."""
        return max(((number + 1) * length for length, (number, counts) in self._counts.items() if key in counts), default=0)

    def check(self) -> bool:
        """Whether it works."""
        return True

    def reset(self) -> int:
        """Forget every count; how many there were."""
        count = sum(len(counts) for _, counts in self._counts.values())
        self._counts.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one count."""
        for _, counts in self._counts.values():
            counts.pop(key, None)


class Tally:
    """Counts requests by rate and key."""

    def __init__(self, clock: Clock) -> None:
        self._windows = FixedWindowRateLimiter(Windows(clock))

    def left(self, rate: Rate, key: str) -> int:
        """How many requests a key has left in the present window."""
        return max(0, rate.limit - self._windows.storage.get(_item(rate).key_for(key)))

    def add(self, rate: Rate, key: str) -> None:
        """Count one request."""
        self._windows.hit(_item(rate), key)


@cache
def _item(rate: Rate) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(rate.limit, rate.seconds)
