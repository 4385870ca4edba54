"""Compiles `x-sandbox.listing`: the query parameters that steer every list."""

from mockserver.json import Json
from mockserver.plan import Listing


def listing(node: dict[str, Json], timezone: str = "UTC") -> Listing:
    """What `listing` says, in a contract of a time zone."""
    return Listing(
        limit=node.get("limit"),
        cursor=node.get("cursor"),
        sort=node.get("sort"),
        order=node.get("order"),
        search=node.get("search"),
        search_fields=node.get("searchFields"),
        since=node.get("from"),
        until=node.get("to"),
        range_years=node.get("rangeYears"),
        timezone=timezone,
    )
