"""Compiles answer schemas into templates: what each answer is wrapped in, and where its result goes."""

from dataclasses import dataclass

from mockserver.compiling.context import CompileContext
from mockserver.language.functions import CLOCK_FUNCTIONS
from mockserver.language.template import Fill, ObjectFill
from mockserver.language.types import ANSWER, ANY, Type
from mockserver.plan import RESULT, Resource
from mockserver.reading.schema import Schema


@dataclass(frozen=True)
class Envelope:
    """An answer: what fills it in, which resource its result is (one, or a list of them), and the result's type."""

    fill: Fill
    resource: str | None = None
    many: bool = False
    result: Type = ANY


def _named(context: CompileContext, schema: Schema, resources: dict[str, Resource]) -> tuple[str | None, bool]:
    """The resource a schema refers to, by however many references, and whether it is a list of them."""
    many = False
    while True:
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = reference.rsplit("/", 1)[-1]
            if name in resources:
                return name, many
            schema = context.document.at(reference)
        elif schema.get("type") == "array" and not many:
            schema, many = schema.get("items", {}), True
        else:
            return None, many


def _is_templated(context: CompileContext, schema: Schema) -> bool:
    """Whether a schema's every value comes from templates."""
    node = context.flat(schema)
    properties = node.get("properties", {})
    return "x-value" in node or (bool(properties) and all(_is_templated(context, part) for part in properties.values()))


def templates(context: CompileContext, schema: Schema, at: str) -> Fill:
    """What fills in a schema's properties by their `x-value`."""
    node = context.flat(schema)
    if "x-value" in node:
        return context.template(node["x-value"], f"{at}/x-value")
    members = {
        name: templates(context, part, f"{at}/properties/{name}") for name, part in node.get("properties", {}).items()
    }
    return ObjectFill(members)


def envelope(context: CompileContext, schema: Schema | None, resources: dict[str, Resource], at: str) -> Envelope:
    """The envelope of an answer: the whole of it is the result, or exactly one member without `x-value` is."""
    if schema is None:
        return Envelope(RESULT)
    with context.with_names(ANSWER, functions=CLOCK_FUNCTIONS):
        return _envelope(context, schema, resources, at)


def _envelope(context: CompileContext, schema: Schema, resources: dict[str, Resource], at: str) -> Envelope:
    name, many = _named(context, schema, resources)
    node = context.flat(schema)
    properties = node.get("properties", {})
    valued = [member for member, part in properties.items() if _is_templated(context, part)]
    if name or not valued:
        return Envelope(RESULT, name, many, context.schema_type(schema))
    open_members = [member for member in properties if member not in valued]
    if len(open_members) > 1:
        context.mistakes.add(at, f"where does the result go: {' or '.join(open_members)}? Give the others an x-value")
    members = {
        member: RESULT if member in open_members else templates(context, part, f"{at}/properties/{member}")
        for member, part in properties.items()
    }
    result: Schema = properties[open_members[0]] if open_members else {}
    name, many = _named(context, result, resources)
    return Envelope(ObjectFill(members), name, many, context.schema_type(result))
