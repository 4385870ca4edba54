"""Compiles `x-stream`: the operation that is a stream of events, and its frames."""

from collections.abc import Mapping
from typing import cast

from mockserver.compiling.context import CompileContext
from mockserver.compiling.envelopes import templates
from mockserver.compiling.operations import Route, routes
from mockserver.json import Json
from mockserver.language.functions import CLOCK_FUNCTIONS
from mockserver.language.template import Fill, ObjectFill, template
from mockserver.language.types import ANY, CALLER, OBJECT, PROBLEM, TEXT, TypeNames, object_
from mockserver.plan.stream import ANSWERS, End, Incoming, Sort, Stream, Verb
from mockserver.reading.document import pointer
from mockserver.reading.schema import Schema, validator

Node = dict[str, Json]

CHANNELS: TypeNames = {
    "caller": CALLER,
    "channels": TEXT.listed(),
    "rejected": object_(channel=TEXT, code=TEXT, message=TEXT).listed(),
}
SEEN: Mapping[Sort, TypeNames] = {
    "authenticated": {"caller": CALLER},
    "subscribed": CHANNELS,
    "unsubscribed": CHANNELS,
    "event": {"event": object_(id=TEXT, event=TEXT, at=TEXT, data=OBJECT, object=OBJECT, previous=ANY, tenant=TEXT)},
    "ping": {},
    "pong": {"frame": OBJECT},
    "error": {"problem": PROBLEM},
}
"""What the templates of each frame see."""


def stream(context: CompileContext) -> Stream | None:
    """The stream of a contract, if it has one."""
    declared = [route for route in routes(context) if "x-stream" in route.node]
    for other in declared[1:]:
        context.mistakes.add(f"{other.at}/x-stream", f"there is a stream already, at {declared[0].path}")
    return _stream(context, declared[0]) if declared else None


def _stream(context: CompileContext, route: Route) -> Stream:
    node, at = route.node["x-stream"], f"{route.at}/x-stream"
    if route.method != "GET":
        context.mistakes.add(at, f"a stream is opened by GET, not {route.method}")
    _complete(context, node, at)
    limits, seconds = node.get("limits", {}), node.get("seconds", {})
    heartbeat, silence = float(seconds.get("heartbeat", 30)), float(seconds.get("silence", 60))
    if silence <= heartbeat:
        context.mistakes.add(f"{at}/seconds", "silence must be longer than the time between two heartbeats")
    return Stream(
        path=route.path,
        type=node["type"],
        receives=_receives(context, node, at),
        sends={
            cast(Sort, sort): _outgoing(context, cast(Sort, sort), schema, node["type"], f"{at}/sends/{sort}")
            for sort, schema in node["sends"].items()
        },
        close=cast(dict[End, int], dict(node["close"])),
        frame_bytes=limits.get("frameBytes", Stream.frame_bytes),
        connections=limits.get("connections", Stream.connections),
        subscriptions=limits.get("subscriptions", Stream.subscriptions),
        early=limits.get("early", Stream.early),
        waiting=limits.get("waiting", Stream.waiting),
        waiting_bytes=limits.get("waitingBytes", Stream.waiting_bytes),
        patience=float(seconds.get("authenticate", Stream.patience)),
        heartbeat=heartbeat,
        silence=silence,
    )


def _complete(context: CompileContext, node: Node, at: str) -> None:
    """Note frames of clients that could not be answered."""
    for verb, sort in ANSWERS.items():
        if verb in node["receives"] and sort not in node["sends"]:
            context.mistakes.add(f"{at}/sends", f"{verb} is answered by a frame {sort}: there is none")


def _receives(context: CompileContext, node: Node, at: str) -> dict[str, Incoming]:
    frames: dict[str, Incoming] = {}
    for verb, facts in node["receives"].items():
        where = f"{at}/receives/{verb}"
        name = _type(context, facts["schema"], node["type"], f"{where}/schema")
        if name in frames:
            context.mistakes.add(f"{where}/schema", f"{name} is the type of another frame already")
        with context.with_names({"frame": context.schema_type(facts["schema"])}, functions=CLOCK_FUNCTIONS):
            values = {key: context.expression(facts[key], f"{where}/{key}") for key in facts if key != "schema"}
        frames[name] = Incoming(cast(Verb, verb), validator(context.document, facts["schema"]), values)
    return frames


def _outgoing(context: CompileContext, sort: Sort, schema: Schema, member: str, at: str) -> Fill:
    """What fills in a frame: its type, and every other property by its `x-value`."""
    name = _type(context, schema, member, at)
    properties = context.flat(schema).get("properties", {})
    with context.with_names(SEEN[sort], functions=CLOCK_FUNCTIONS):
        fills = {
            key: templates(context, part, f"{at}/properties/{key}") for key, part in properties.items() if key != member
        }

    for key, part in properties.items():
        schema_node = context.flat(part)
        if key != member and "x-value" not in schema_node and "properties" not in schema_node:
            context.mistakes.add(at, f"what is {key}? Give it an x-value")
    return ObjectFill({member: template(name), **fills})


def _type(context: CompileContext, schema: Schema, member: str, at: str) -> str:
    """The type of a frame: the one value that its schema allows."""
    choices = context.flat(schema).get("properties", {}).get(member, {}).get("enum", [])
    if len(choices) != 1 or not isinstance(choices[0], str):
        context.mistakes.add(at, f"its {member} must be an enum of one text")
        return pointer(at)
    return choices[0]
