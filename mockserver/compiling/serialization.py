"""Compiles how parameters are written: style, explode, and the types of what a list or an object holds."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.plan import CONTENT, SCALARS, Serialization
from mockserver.reading.schema import Schema

Node = dict[str, Json]

DEFAULT_STYLES = {"query": "form", "path": "simple", "header": "simple", "cookie": "form"}
"""The style of a parameter that says none (OpenAPI 3.0, Parameter Object)."""
LISTS_ONLY = ("spaceDelimited", "pipeDelimited")


def schema_of(context: CompileContext, node: Node) -> Schema:
    """The schema of a parameter, which stands in its `content` where it has one."""
    content: Node = node.get("content", {})
    described: Node = next(iter(content.values())) if content else node
    schema: Schema = described.get("schema", {})
    return schema


def serialization(context: CompileContext, node: Node, at: str) -> Serialization:
    """How a parameter is written; what OpenAPI leaves without a meaning is noted."""
    if "content" in node:
        return _content(context, node, at)
    style = node.get("style", DEFAULT_STYLES[node["in"]])
    schema = context.flat(node.get("schema", {}))
    kind = schema.get("type", "string")
    compiled = Serialization(
        style=style,
        explode=node.get("explode", style == "form") or style == "deepObject",
        items=scalar_type(context, schema.get("items", {})),
        members={name: scalar_type(context, part) for name, part in schema.get("properties", {}).items()},
        other=scalar_type(context, _schema(schema.get("additionalProperties"))),
    )
    for flaw in _flaws(compiled, kind, node["in"]):
        context.mistakes.add(at, f"{node['name']} {flaw}")
    return compiled


def _content(context: CompileContext, node: Node, at: str) -> Serialization:
    media_type = next(iter(node["content"]), "")
    if media_type.partition(";")[0].strip().lower() != "application/json":
        context.mistakes.add(at, f"{node['name']} is {media_type}: a parameter with content is application/json")
    return Serialization(style=CONTENT)


def _schema(additional: Json) -> Schema:
    return additional if isinstance(additional, dict) else {}


def scalar_type(context: CompileContext, schema: Schema) -> str:
    """The type of a value that is written as text: of alternatives the first that is no object."""
    flat = context.flat(schema)
    if "type" in flat:
        return str(flat["type"])
    parts = [context.flat(part) for part in [*flat.get("anyOf", []), *flat.get("oneOf", [])]]
    return next((str(part["type"]) for part in parts if part.get("type") not in (None, "object")), "string")


def _flaws(compiled: Serialization, kind: str, location: str) -> list[str]:
    """What OpenAPI does not say how to write, each as the end of a sentence."""
    inner = {"array": [compiled.items], "object": [*compiled.members.values(), compiled.other]}.get(kind, [])
    flaws: list[str] = []
    if any(part not in SCALARS for part in inner):
        flaws.append(f"holds lists or objects, which no style writes within {_noun(kind)}: use content: application/json")
    if compiled.style == "deepObject" and kind != "object":
        flaws.append("is deepObject, a style of objects only")
    if compiled.style in LISTS_ONLY and not inner:
        flaws.append(f"is {compiled.style}, a style of lists only: use form")
    if compiled.style in LISTS_ONLY and kind == "object" and compiled.explode:
        flaws.append(f"is {compiled.style} and exploded, which OpenAPI writes no object as: use form, or explode: false")
    if compiled.style == "label" and "number" in inner:
        flaws.append("is label, which separates by points, and numbers have points too: use simple or matrix")
    if kind == "object" and compiled.explode and compiled.style == "form" and not compiled.members:
        flaws.append(f"declares no properties, so that nothing tells its members from other parameters of {location}")
    return flaws


def _noun(kind: str) -> str:
    return "a list" if kind == "array" else "an object"
