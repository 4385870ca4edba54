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
    channels_: Channels = {name: (Heard(name),) for name in events}
    for event in events.values():
        for name in dict.fromkeys((*event.groups, f"{event.name.split('.')[0]}.{EVERYTHING}", EVERYTHING)):
            if name in events:
                context.mistakes.add(pointer("x-events", event.name, "groups"), f"{name} is an event, not a group")
            channels_[name] = (*channels_.get(name, ()), Heard(event.name))
    for name, heard in _aliases(context):
        if name in channels_:
            at = pointer("x-events", heard.event, "aliases", name)
            context.mistakes.add(at, f"{name} is the name of something else already")
        else:
            channels_[name] = (heard,)
    return channels_


def _aliases(context: CompileContext) -> list[tuple[str, Heard]]:
    declared: dict[str, dict[str, Json]] = context.document.root.get("x-events", {})
    channels_ = []
    for event, facts in declared.items():
        names: TypeNames = {"data": context.schema_type(facts.get("payload", {})) if "payload" in facts else ANY}
        with context.with_names(names, functions=NO_FUNCTIONS):
            channels_ += [
                (name, Heard(event, context.expression(rule, pointer("x-events", event, "aliases", name))))
                for name, rule in facts.get("aliases", {}).items()
            ]
    return channels_
