"""Compiles parameters and bodies: what a request may carry, and what is taken from it."""

import re

from mockserver.compiling.context import CompileContext
from mockserver.compiling.forms import FORM, binary, files, parts
from mockserver.compiling.serialization import scalar_type, schema_of, serialization
from mockserver.json import Json
from mockserver.language.types import ANY
from mockserver.operators import LISTS, OPERATORS
from mockserver.plan import Body, Filter, Operand, Parameter, Projection, Resource
from mockserver.reading.counts import counter
from mockserver.reading.errors import suggestion
from mockserver.reading.schema import Schema, flat, validator

Node = dict[str, Json]

WORD = re.compile(r"(?<![\\\w])[A-Za-z]\w+")
"""A word in a regular expression."""
ALIKE = 0.8
"""How alike a word must be to a value to be taken for it, misspelt: patterns may hold any words."""


def is_filter(parameter: Node, documents: bool = True) -> bool:
    """Whether a query parameter narrows a list; a deepObject of an operation without documents is an object as any other."""
    return parameter["in"] == "query" and ("x-filter" in parameter or (documents and parameter.get("style") == "deepObject"))


def parameter(context: CompileContext, node: Node, kinds: dict[str, str], at: str = "#") -> Parameter:
    """A query, path, header or cookie parameter that is no filter."""
    schema = schema_of(context, node)
    flat = context.flat(schema)
    return Parameter(
        name=node["name"],
        location=node["in"],
        type=scalar_type(context, flat),
        validate=validator(context.document, schema),
        required=bool(node.get("required")),
        default=flat.get("default"),
        kind=kinds.get(node["name"], "parameter"),
        serialization=serialization(context, node, at),
    )


def choices(schema: Schema) -> list[Schema]:
    """The alternatives of a schema, if it has any."""
    schemas: list[Schema] = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
    return schemas


def _operand(context: CompileContext, schema: Schema) -> Operand:
    return Operand(scalar_type(context, schema), validator(context.document, schema))


def _holds_ids(resource: Resource, path: str) -> bool:
    """Whether a field is the id of its document, or of one that it refers to."""
    field = resource.paths.get(path)
    return path == "id" or (field is not None and field.reference is not None and field.reference.by == "id")


def filter_(context: CompileContext, node: Node, resource: Resource, at: str) -> Filter | None:
    """A filter: a deepObject parameter named as a field, or any parameter with `x-filter`."""
    filter_node = node.get("x-filter", {})
    field = filter_node.get("field", node["name"])
    with context.with_names(context.resource_types.get(resource.name, ANY).members):
        rule = context.expression_if_any(filter_node, "rule", f"{at}/x-filter")
    schema = context.flat(node.get("schema", {}))
    parts = choices(schema) or [schema]
    scalars = [part for part in parts if context.flat(part).get("type") != "object"]
    operators = {
        name: part
        for choice in parts
        for name, part in context.flat(choice).get("properties", {}).items()
        if context.flat(choice).get("type") == "object"
    }
    if rule is None and field not in resource.paths:
        where = f"{at}/x-filter/field" if "field" in filter_node else f"{at}/name"
        context.mistakes.add(where, f"{resource.name} has no field {field} to filter by{suggestion(field, resource.paths)}")
    for name in [*operators, *([filter_node["operator"]] if "operator" in filter_node else [])]:
        if name not in OPERATORS:
            others = f": use one of {', '.join(OPERATORS)}"
            context.mistakes.add(at, f"there is no operator {name}{suggestion(name, OPERATORS, others)}")
    if rule is None and field in resource.paths:
        _check_choices(context, [*scalars, *operators.values()], resource.paths[field].schema.get("enum"), f"{at}/schema")
    member = scalars[0] if scalars else operators.get("eq", {"type": "string"})
    own = context.flat(resource.paths[field].schema) if rule is None and field in resource.paths else {}
    array = context.flat(member).get("type") == "array"
    bare = filter_node.get("operator", "in" if array else "eq") if scalars else None
    if array and bare not in LISTS:
        context.mistakes.add(at, f"a filter by a list has the operator {' or '.join(LISTS)}")
    return Filter(
        name=node["name"],
        field=field,
        operands={name: _operand(context, part) for name, part in operators.items()},
        member=_operand(context, context.flat(member).get("items", {}) if array else member),
        bare=bare,
        rule=rule,
        instant=own.get("format") == "date-time",
        id=rule is None and _holds_ids(resource, field),
        field_flaws=validator(context.document, own) if own.keys() & {"format", "pattern"} else None,
        array=parameter(context, node, {}, at) if array else None,
    )


def _check_choices(context: CompileContext, operands: list[Schema], choices: list[Json] | None, at: str) -> None:
    """Note values to filter by that the field never has."""
    for operand in map(context.flat, operands) if choices else ():
        for value in operand.get("enum", ()):
            if value not in (choices or ()):
                context.mistakes.add(at, f"it is never {value}{suggestion(value, choices or ())}")
        for word in WORD.findall(str(operand.get("pattern", ""))):
            if word not in (choices or ()) and (hint := suggestion(word, choices or (), likeness=ALIKE)):
                context.mistakes.add(at, f"it is never {word}{hint}")


def body(context: CompileContext, node: Node | None, at: str) -> Body | None:
    """A request body, if there is one."""
    if not node:
        return None
    resolved = context.document.resolve(node)
    content: Node = resolved.get("content", {})
    media: Node = next(iter(content.values()), {})
    schema: Schema = media.get("schema", {})
    form = FORM in content
    if form and len(content) > 1:
        context.mistakes.add(f"{at}/content", f"a body is either {FORM} or something else, not both")
    if not form and binary(context, schema):
        context.mistakes.add(f"{at}/content", f"a file needs a body of {FORM}")
    return Body(
        required=bool(resolved.get("required")),
        media_types=tuple(content),
        validate=validator(context.document, schema),
        project=projection(context, schema),
        schema=context.flat(schema),
        parts=parts(context, schema) if form else {},
        files=files(context, media, f"{at}/content/multipart~1form-data") if form else {},
        too_many=counter(context.document, schema, flat),
    )


def projection(context: CompileContext, schema: Schema, depth: int = 0) -> Projection:
    """The members that a schema declares and lets clients write."""
    resolved = context.flat(schema)
    if resolved.get("type") == "array" and "items" in resolved:
        return Projection(entries=projection(context, resolved["items"], depth + 1))
    properties = dict(resolved.get("properties", {}))
    for part in choices(resolved):
        properties.update(context.flat(part).get("properties", {}))
    if not properties or resolved.get("additionalProperties") or depth > 8:
        return Projection()
    members = {
        name: projection(context, part, depth + 1)
        for name, part in properties.items()
        if not context.flat(part).get("readOnly")
    }
    return Projection(members, closed=resolved.get("additionalProperties") is False)
