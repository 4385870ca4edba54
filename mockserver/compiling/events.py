"""Compiles `x-events`: what each event is called, and what its payload takes from the document it is about."""

from functools import reduce

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.language.template import Fill
from mockserver.language.types import OBJECT, laid_over, object_
from mockserver.plan import Event, Payload
from mockserver.reading.errors import suggestion

Node = dict[str, Json]


def events(context: CompileContext) -> dict[str, Event]:
    """What `x-events` declares."""
    return {
        name: Event(
            name,
            payload(context, name, facts["payload"], f"#/x-events/{name}/payload"),
            tuple(facts.get("groups", [])),
            facts.get("scope"),
        )
        for name, facts in context.document.root.get("x-events", {}).items()
    }


def payload(context: CompileContext, event: str, schema: Node, at: str) -> Payload:
    """What picks an event's payload from a document: its properties by name, those with `x-value` filled in."""
    properties = context.flat(schema).get("properties", {})
    document = reduce(laid_over, context.emitted.get(event, []), object_()) if event in context.emitted else OBJECT
    with context.with_names(context.call_names, {"document": document, "old": OBJECT}):
        valued = _valued(context, properties, f"{at}/properties")
    for name in properties:
        if name not in valued and document.members is not None and name not in document.members:
            hint = suggestion(name, document.members)
            context.mistakes.add(f"{at}/properties/{name}", f"what is emitted as {event} has no {name}{hint}")
    return Payload(tuple(properties), valued)


def _valued(context: CompileContext, properties: Node, at: str) -> dict[str, Fill]:
    schemas = {name: context.flat(part) for name, part in properties.items()}
    return {
        name: context.template(part["x-value"], f"{at}/{name}/x-value", context.schema_type(part))
        for name, part in schemas.items()
        if "x-value" in part
    }
