"""Which events are heard by whom: the channels they asked for, and the filters they set on them."""

from collections.abc import Iterable, Mapping

from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.plan import Plan
from mockserver.store.base import value_at

Filters = Mapping[str, Mapping[str, Json]]
"""Per channel: the values, or lists of them, that fields must have."""


def through(plan: Plan, channels: Iterable[str], event: str, data: Mapping[str, Json]) -> list[str]:
    """Those of the channels under which an event with this payload is heard."""
    scope = Scope({"data": data})
    return [
        name
        for name in channels
        for heard in plan.channels.get(name, ())
        if heard.event == event and (heard.when is None or heard.when.holds(scope))
    ]


def passes(wanted: Mapping[str, Json], fields: Mapping[str, Json]) -> bool:
    """Whether every wanted field is there and has the value, or one of the values.

    >>> passes({"status": ["draft", "sent"]}, {"status": "draft"}), passes({"price": 1}, {"status": "draft"})
    (True, False)
    >>> passes({"author.name": "Jane"}, {"author": {"name": "Jane"}}), passes({"open": True}, {"open": 1})
    (True, False)
    """
    return all(_fits(value_at(fields, path), value) for path, value in wanted.items())


def _fits(found: Json, wanted: Json) -> bool:
    """Whether a value is the one wanted, or one of those wanted; a list fits when one of its members does."""
    if isinstance(found, list):
        return any(_fits(one, wanted) for one in found)
    if isinstance(wanted, list):
        return any(_fits(found, one) for one in wanted)
    return found is not None and isinstance(found, bool) == isinstance(wanted, bool) and bool(found == wanted)


def heard(plan: Plan, channels: Iterable[str], filters: Filters, event: str, data: Mapping[str, Json]) -> bool:
    """Whether an event is heard through at least one of the channels, with that channel's filters."""
    return any(passes(filters.get(name) or {}, data) for name in through(plan, channels, event, data))
