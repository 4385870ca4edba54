"""The stream as an AsyncAPI 3.0 document: its frames, and every event that may be heard on it."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from mockserver.json import Json, plain
from mockserver.plan import Plan
from mockserver.reading.document import Document
from mockserver.reading.schema import with_null, with_own_bounds

Node = dict[str, Json]

PROTOCOLS = {"http": "ws", "https": "wss"}


def asyncapi(document: Document, plan: Plan) -> Node | None:
    """The document, where the contract has a stream."""
    if plan.stream is None:
        return None
    node = document.root["paths"][plan.stream.path]["get"]
    stream, info = node["x-stream"], document.root.get("info", {})
    clients = {f"client.{name}": _message(facts["schema"]) for name, facts in stream["receives"].items()}
    frames = {f"server.{name}": _message(schema) for name, schema in stream["sends"].items() if name != "event"}
    events = {name: _event(document, stream, name, facts) for name, facts in document.root.get("x-events", {}).items()}
    messages = {**clients, **frames, **events}
    schemas = {name: draft7(schema) for name, schema in _used(document, messages)}
    specification: Node = plain(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": f"{info.get('title', 'API')}: the stream",
                "version": str(info.get("version", "1")),
                "description": node.get("description", node.get("summary", "")),
            },
            "defaultContentType": "application/json",
            "servers": {
                f"server{number}": server(declared)
                for number, declared in enumerate(document.root.get("servers", []), 1)
                if "://" in declared["url"]
            },
            "channels": {
                "stream": {
                    "address": plan.stream.path,
                    "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                    "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
                }
            },
            "operations": {
                "receive": _operation("receive", "What clients send.", clients),
                "send": _operation("send", "What the server sends.", {**frames, **events}),
            },
            "components": {"messages": messages, "schemas": schemas},
        }
    )
    return specification


def server(declared: Node) -> Node:
    """A server of an OpenAPI document, as that of a WebSocket.

    >>> server({"url": "https://api.example/v1", "description": "Production"})
    {'host': 'api.example', 'protocol': 'wss', 'pathname': '/v1', 'description': 'Production'}
    """
    url = urlsplit(declared["url"])
    facts = {"host": url.netloc, "protocol": PROTOCOLS.get(url.scheme, "wss"), "pathname": url.path or "/"}
    return facts | {name: declared[name] for name in ("description", "variables") if name in declared}


def _operation(action: str, summary: str, messages: Iterable[str]) -> Node:
    references = [{"$ref": f"#/channels/stream/messages/{name}"} for name in messages]
    return {"action": action, "channel": {"$ref": "#/channels/stream"}, "summary": summary, "messages": references}


def _message(schema: Node) -> Node:
    title = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    return {**({"title": title} if title else {}), "payload": draft7(schema)}


def _event(document: Document, stream: Node, name: str, facts: Node) -> Node:
    """The message of one event: the frame of events, with what this one is about."""
    frame = stream["sends"]["event"]
    schemas: Node = {"{{event.data}}": facts["payload"], "{{event.event}}": {"type": "string", "enum": [name]}}
    members = {
        key: "".join(str(part.get("x-value", "")).split())
        for key, part in document.resolve(frame).get("properties", {}).items()
    }
    narrowed = {key: schemas[value] for key, value in members.items() if value in schemas}
    payload = {"allOf": [frame, {"type": "object", "properties": narrowed}]}
    return {
        "name": name,
        "title": name,
        **({"summary": facts["summary"]} if "summary" in facts else {}),
        "payload": draft7(payload),
    }


def _used(document: Document, messages: Json) -> Iterator[tuple[str, Node]]:
    """The schemas that a document refers to, and those that these refer to."""
    schemas: Node = document.root.get("components", {}).get("schemas", {})
    seen: set[str] = set()
    waiting = list(_references(messages))
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.add(name)
            waiting += _references(schemas[name])
            yield name, schemas[name]


def _references(node: Json) -> Iterator[str]:
    if isinstance(node, list):
        for member in node:
            yield from _references(member)
    elif isinstance(node, dict):
        for key, member in node.items():
            if key == "$ref" and str(member).startswith("#/components/schemas/"):
                yield str(member).rsplit("/", 1)[-1]
            else:
                yield from _references(member)


def draft7(schema: Json) -> Json:
    """An OpenAPI 3.0 schema as AsyncAPI has them, which is JSON Schema draft 7.

    >>> draft7({"type": "string", "nullable": True, "example": "Emma", "x-unique": True})
    {'type': ['string', 'null'], 'examples': ['Emma']}
    >>> draft7({"type": "object", "properties": {"type": {"type": "number", "minimum": 0, "exclusiveMinimum": True}}})
    {'type': 'object', 'properties': {'type': {'type': 'number', 'exclusiveMinimum': 0}}}
    """
    if not isinstance(schema, dict):
        return schema
    result = with_own_bounds({key: _part(key, value) for key, value in schema.items() if not key.startswith("x-")})
    if result.pop("nullable", False):
        result = with_null(result)
    if "example" in result:
        result["examples"] = [result.pop("example")]
    return result


def _part(key: str, value: Json) -> Json:
    if key == "properties":
        return {name: draft7(part) for name, part in value.items()}
    if key in ("allOf", "anyOf", "oneOf"):
        return [draft7(part) for part in value]
    return draft7(value) if key in ("items", "not", "additionalProperties") else value
