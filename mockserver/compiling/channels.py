"""Channels: the names under which the outside asks for events. One event, a group of them, or an event with a condition."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.language.functions import NO_FUNCTIONS
from mockserver.language.types import ANY, TypeNames
from mockserver.plan import Event, Heard
from mockserver.reading.document import pointer

EVERYTHING = "*"

Channels = dict[str, tuple[Heard, ...]]


def channels(context: CompileContext, events: dict[str, Event]) -> Channels:
    """Every name that may be asked for, and the events that are heard under it.

    An event's own name, the names of its groups, `loan.*` for every event that begins so, `*` for all,
    and its aliases, under which it is heard when their expression about its payload (`data`) holds.
    """
    table: Channels = {name: (Heard(name),) for name in events}
    for event in events.values():
        for name in dict.fromkeys((*event.groups, f"{event.name.split('.')[0]}.{EVERYTHING}", EVERYTHING)):
            if name in events:
                context.mistakes.add(pointer("x-events", event.name, "groups"), f"{name} is an event, not a group")
            table[name] = (*table.get(name, ()), Heard(event.name))
    for name, entry in _aliases(context):
        if name in table:
            at = pointer("x-events", entry.event, "aliases", name)
            context.mistakes.add(at, f"{name} is the name of something else already")
        else:
            table[name] = (entry,)
    return table


def _aliases(context: CompileContext) -> list[tuple[str, Heard]]:
    declared: dict[str, dict[str, Json]] = context.document.root.get("x-events", {})
    channels = []
    for event, facts in declared.items():
        names: TypeNames = {"data": context.schema_type(facts.get("payload", {})) if "payload" in facts else ANY}
        with context.with_names(names, functions=NO_FUNCTIONS):
            channels += [
                (name, Heard(event, context.expression(rule, pointer("x-events", event, "aliases", name))))
                for name, rule in facts.get("aliases", {}).items()
            ]
    return channels
