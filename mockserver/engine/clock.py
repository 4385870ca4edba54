"""The sandbox's clock: it runs with the world's, stands still, or is moved.

>>> clock = Clock("Asia/Tokyo")
>>> clock.freeze(moment("2024-01-15T18:30:00Z", "UTC"))
>>> clock.now(), clock.today()
('2024-01-15T18:30:00Z', '2024-01-16')
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mockserver.json import Json

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Between these a clock may be set: seconds are counted since 1970, and what is due later must be a date too."""


def moment(text: str, timezone: str) -> datetime:
    """The instant of an ISO 8601 text; one without an offset is in the zone `timezone`. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(timezone))


def settable(at: datetime) -> datetime:
    """An instant that a clock may be set to; ValueError for any other."""
    if not FIRST <= at < LAST:
        raise ValueError(f"is not between the years {FIRST.year} and {LAST.year}")
    return at


class Clock:
    """Tells the time, to the second, in UTC; `today` is the date in the contract's time zone."""

    def __init__(self, timezone: str = "UTC") -> None:
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"there is no time zone {timezone}") from None
        self._frozen: datetime | None = None
        self._offset = timedelta()

    def instant(self) -> datetime:
        """The current instant."""
        return self._frozen or datetime.now(UTC) + self._offset

    def now(self) -> str:
        """The current instant as text, such as 2024-01-15T10:30:00Z."""
        return written(self.instant())

    def today(self) -> str:
        """The current date in the contract's time zone."""
        return self.instant().astimezone(self.zone).date().isoformat()

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen is not None

    def state(self) -> dict[str, Json]:
        """What tells this clock from the world's: the instant it stands at, or the microseconds it is ahead."""
        if self._frozen is not None:
            return {"frozen": self._frozen.isoformat()}
        return {"ahead": self._offset // timedelta(microseconds=1)} if self._offset else {}

    def restore(self, state: dict[str, Json]) -> None:
        """Stand, or run ahead, as a clock of this state did."""
        self._frozen = datetime.fromisoformat(state["frozen"]) if "frozen" in state else None
        self._offset = timedelta(microseconds=state.get("ahead", 0))

    def until(self, at: datetime) -> float | None:
        """Seconds until an instant comes, 0 when it has; null when the clock stands still before it."""
        remaining = (at - self.instant()).total_seconds()
        return 0.0 if remaining <= 0 else None if self.frozen else remaining

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, at the current instant or another; ValueError for one that is out of reach."""
        self._frozen = settable(at or self.instant()).astimezone(UTC)

    def at(self, instant: datetime) -> "Clock":
        """A clock of the same zone that stands at an instant."""
        clock = Clock(self.zone.key)
        clock._frozen = instant.astimezone(UTC)
        return clock

    def set(self, at: datetime) -> None:
        """Move to an instant; a frozen clock stays frozen. ValueError for one that is out of reach."""
        settable(at)
        if self._frozen is not None:
            self._frozen = at.astimezone(UTC)
        else:
            self._offset = at - datetime.now(UTC)

    def run(self) -> None:
        """Run on from the current instant."""
        if self._frozen is not None:
            self._offset, self._frozen = self._frozen - datetime.now(UTC), None


def later(instant: datetime, by: timedelta) -> str:
    """A later instant as text; the last there is where it would be after that."""
    try:
        return written(instant + by)
    except OverflowError:
        return written(datetime.max.replace(tzinfo=UTC))


def written(instant: datetime) -> str:
    """An instant as text, to the second, in UTC."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
