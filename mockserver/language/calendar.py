"""Filters and functions about dates and instants."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mockserver.json import Json, Number

Row = dict[str, Json]


def day(moment: str) -> date:
    """The date of an ISO 8601 date or instant."""
    return date.fromisoformat(moment[:10])


def plus_days(moment: str, days: Number) -> str:
    """A date so many days later; the calendar ends with the year 9999.

    >>> plus_days("2024-01-31", 30)
    '2024-03-01'
    """
    try:
        return (day(moment) + timedelta(days=int(days))).isoformat()
    except OverflowError:
        return date.max.isoformat() if days > 0 else date.min.isoformat()


def plus_hours(moment: str, hours: Number) -> str:
    """An instant so many hours later.

    >>> plus_hours("2024-01-31T10:00:00Z", 72)
    '2024-02-03T10:00:00Z'
    """
    later = datetime.fromisoformat(moment) + timedelta(hours=int(hours))
    return later.isoformat().replace("+00:00", "Z")


def plus_seconds(moment: str, seconds: Number) -> str:
    """An instant so many seconds later, to the second.

    >>> plus_seconds("2024-01-31T23:59:58Z", 5)
    '2024-02-01T00:00:03Z'
    """
    try:
        later = datetime.fromisoformat(moment) + timedelta(seconds=int(seconds))
    except OverflowError:
        return "9999-12-31T23:59:59Z"
    return later.isoformat().replace("+00:00", "Z")


def time_of_day(moment: str) -> str:
    """The time of day of an instant, in UTC.

    >>> time_of_day("2024-01-31T18:30:00+08:00")
    '10:30:00Z'
    """
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%H:%M:%SZ")


def hour(moment: str, zone: str) -> int:
    """The hour of the day, 0 to 23, that an instant falls in, in a time zone.

    >>> hour("2024-01-31T18:30:00Z", "Asia/Tokyo")
    3
    """
    try:
        return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).hour
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"hour: {moment} is no instant, or {zone} no time zone") from None


def days_since(moment: str, until: str) -> int:
    """Whole days from one date to another.

    >>> days_since("2024-01-31", "2024-03-01")
    30
    """
    return (day(until) - day(moment)).days


def year_start(moment: str, begins: str = "01-01") -> str:
    """The first day of the (fiscal) year a date falls in.

    >>> year_start("2024-03-15", "04-01")
    '2023-04-01'
    """
    year = int(moment[:4])
    return f"{year if moment[5:10] >= begins else year - 1:04}-{begins}"


def periods(since: str, until: str, by: Literal["month", "quarter", "year"]) -> list[Row]:
    """The calendar months, quarters or years that two dates span, cut off at them.

    >>> [period["name"] for period in periods("2024-01-15", "2024-04-02", "quarter")]
    ['2024-Q1', '2024-Q2']
    """
    months = {"month": 1, "quarter": 3, "year": 12}[by]
    first, rows = day(since), []
    while first <= day(until):
        begin = (first.month - 1) // months * months
        year, month = divmod(first.year * 12 + begin + months, 12)
        after = date(year, month + 1, 1)
        names = {"month": f"{first:%Y-%m}", "quarter": f"{first.year:04}-Q{begin // 3 + 1}", "year": f"{first.year:04}"}
        last = min(after - timedelta(days=1), day(until))
        rows.append({"name": names[by], "from": first.isoformat(), "to": last.isoformat()})
        first = after
    return rows
