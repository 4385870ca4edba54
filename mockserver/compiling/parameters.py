"""Compiles parameters and bodies: what a request may carry, and what is taken from it."""

from collections.abc import Callable

from mockserver.compiling.context import Reader
from mockserver.compiling.forms import FORM, binary, files, parts
from mockserver.json import Json
from mockserver.language.types import ANY
from mockserver.operators import OPERATORS
from mockserver.plan import Body, Filter, Operand, Parameter, Resource
from mockserver.reading.schema import Schema, validator

Node = dict[str, Json]


def is_filter(parameter: Node) -> bool:
    """Whether a query parameter narrows a list."""
    return parameter["in"] == "query" and ("x-filter" in parameter or parameter.get("style") == "deepObject")


def parameter(reader: Reader, node: Node, kinds: dict[str, str]) -> Parameter:
    """A path, query or header parameter."""
    schema = reader.flat(node.get("schema", {}))
    return Parameter(
        name=node["name"],
        location=node["in"],
        type=_scalar_type(reader, schema),
        validate=validator(reader.document, node.get("schema", {})),
        required=bool(node.get("required")),
        default=schema.get("default"),
        kind=kinds.get(node["name"], "parameter"),
    )


def _scalar_type(reader: Reader, schema: Schema) -> str:
    if "type" in schema:
        return str(schema["type"])
    parts = [reader.flat(part) for part in choices(schema)]
    return next((str(part["type"]) for part in parts if part.get("type") not in (None, "object")), "string")


def choices(schema: Schema) -> list[Schema]:
    """The alternatives of a schema, if it has any."""
    found: list[Schema] = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
    return found


def _operand(reader: Reader, schema: Schema) -> Operand:
    return Operand(_scalar_type(reader, reader.flat(schema)), validator(reader.document, schema))


def filter_(reader: Reader, node: Node, resource: Resource, at: str) -> Filter | None:
    """A filter: a deepObject parameter named as a field, or any parameter with `x-filter`."""
    said = node.get("x-filter", {})
    field = said.get("field", node["name"])
    with reader.seeing(reader.shapes.get(resource.name, ANY).members):
        rule = reader.maybe(said, "rule", f"{at}/x-filter")
    schema = reader.flat(node.get("schema", {}))
    parts = choices(schema) or [schema]
    scalars = [part for part in parts if reader.flat(part).get("type") != "object"]
    operators = {
        name: part
        for choice in parts
        for name, part in reader.flat(choice).get("properties", {}).items()
        if reader.flat(choice).get("type") == "object"
    }
    if rule is None and field not in resource.paths:
        reader.mistakes.add(at, f"{resource.name} has no field {field} to filter by")
    for name in [*operators, *([said["operator"]] if "operator" in said else [])]:
        if name not in OPERATORS:
            reader.mistakes.add(at, f"there is no operator {name}: use one of {', '.join(OPERATORS)}")
    member = scalars[0] if scalars else operators.get("eq", {"type": "string"})
    return Filter(
        name=node["name"],
        field=field,
        operands={name: _operand(reader, part) for name, part in operators.items()},
        member=_operand(reader, member),
        bare=said.get("operator", "eq") if scalars else None,
        rule=rule,
    )


def body(reader: Reader, node: Node | None, at: str) -> Body | None:
    """A request body, if there is one."""
    if not node:
        return None
    whole = reader.document.resolve(node)
    content: Node = whole.get("content", {})
    media: Node = next(iter(content.values()), {})
    schema: Schema = media.get("schema", {})
    form = FORM in content
    if form and len(content) > 1:
        reader.mistakes.add(f"{at}/content", f"a body is either {FORM} or something else, not both")
    if not form and binary(reader, schema):
        reader.mistakes.add(f"{at}/content", f"a file needs a body of {FORM}")
    return Body(
        required=bool(whole.get("required")),
        media_types=tuple(content),
        validate=validator(reader.document, schema),
        project=projection(reader, schema),
        schema=reader.flat(schema),
        parts=parts(reader, schema) if form else {},
        files=files(reader, media, f"{at}/content/multipart~1form-data") if form else {},
    )


def projection(reader: Reader, schema: Schema, depth: int = 0) -> Callable[[Json], Json]:
    """What keeps of a value only the members a schema declares and lets clients write."""
    whole = reader.flat(schema)
    if whole.get("type") == "array" and "items" in whole:
        entry = projection(reader, whole["items"], depth + 1)
        return lambda value: [entry(member) for member in value] if isinstance(value, list) else value
    properties = dict(whole.get("properties", {}))
    for part in choices(whole):
        properties.update(reader.flat(part).get("properties", {}))
    if not properties or whole.get("additionalProperties") or depth > 8:
        return lambda value: value
    members = {
        name: projection(reader, part, depth + 1)
        for name, part in properties.items()
        if not reader.flat(part).get("readOnly")
    }

    def keep(value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        return {name: member(value[name]) for name, member in members.items() if name in value}

    return keep
