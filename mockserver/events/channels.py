"""Which events match a subscription: its channels, and the filters it sets on them."""

from collections.abc import Iterable, Mapping

from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.plan import Plan
from mockserver.store.base import value_at

Filters = Mapping[str, Mapping[str, Json]]
"""Per channel: the values, or lists of them, that fields must have."""


def matching_channels(plan: Plan, channels: Iterable[str], event: str, data: Mapping[str, Json]) -> list[str]:
    """Those of the channels under which an event with this payload is heard."""
    scope = Scope({"data": data})
    return [
        name
        for name in channels
        for entry in plan.channels.get(name, ())
        if entry.event == event and (entry.when is None or entry.when.holds(scope))
    ]


def covers(plan: Plan, wide: str, narrow: str) -> bool:
    """Whether every event of one channel is heard under another too, whatever it says."""
    always = {heard.event for heard in plan.channels[wide] if heard.when is None}
    return all(heard.event in always or heard in plan.channels[wide] for heard in plan.channels[narrow])


def fits(filters: Mapping[str, Json], fields: Mapping[str, Json]) -> bool:
    """Whether every field of the filters is there and has the value, or one of the values.

    >>> fits({"status": ["draft", "sent"]}, {"status": "draft"}), fits({"price": 1}, {"status": "draft"})
    (True, False)
    >>> fits({"author.name": "Jane"}, {"author": {"name": "Jane"}}), fits({"open": True}, {"open": 1})
    (True, False)
    """
    return all(_has(value_at(fields, path), operand) for path, operand in filters.items())


def _has(value: Json, operand: Json) -> bool:
    """Whether a value is the operand, or one of its values; of a list, whether one of its members is."""
    if isinstance(value, list):
        return any(_has(member, operand) for member in value)
    if isinstance(operand, list):
        return any(_has(value, member) for member in operand)
    return value is not None and isinstance(value, bool) == isinstance(operand, bool) and bool(value == operand)


def matches(plan: Plan, channels: Iterable[str], filters: Filters, event: str, data: Mapping[str, Json]) -> bool:
    """Whether an event is heard through at least one of the channels, with that channel's filters."""
    return any(fits(filters.get(name) or {}, data) for name in matching_channels(plan, channels, event, data))
