"""Compiles component schemas into resources: what is stored, field by field."""

import re
from collections.abc import Iterator

from mockserver.compiling.actions import effects, emissions, rules
from mockserver.compiling.blame import check_code
from mockserver.compiling.context import CompileContext
from mockserver.compiling.order import check_order, derived_from
from mockserver.json import Json
from mockserver.language.template import Fill
from mockserver.language.types import ANY, Type
from mockserver.plan import Computed, Field, IdForm, Lifecycle, Reference, Resource, Transition
from mockserver.reading.document import pointer
from mockserver.reading.errors import suggestion
from mockserver.reading.schema import Schema

NUMBERED = re.compile(r"^[^{}]*(\{year\})?[^{}]*\{n(:0\d+)?\}[^{}]*$")
"""A pattern of running numbers."""
DEEPEST = 6
"""How many levels of nesting are read; a schema that contains itself ends there."""


def resource(context: CompileContext, name: str, schema: Schema, facts: dict[str, Json]) -> Resource:
    """The resource of a component schema; `facts` is what `x-resource` says."""
    at = pointer("components", "schemas", name)
    document = context.resource_types.get(name, ANY)
    with context.with_names(context.document_names(name)):
        fields = tuple(_fields(context, schema, at, "", document))
        node = facts.get("lifecycle")
        lifecycle = _lifecycle(context, node, f"{at}/x-resource/lifecycle", document) if node else None
        required = rules(context, facts.get("rules"), f"{at}/x-resource/rules", document)
    check_order(context, fields, at)
    every = dict(_walk(fields))
    for index, path in enumerate(facts.get("search", [])):
        context.mistakes.add_unless_known(path, every, f"{at}/x-resource/search/{index}", "field")
    for other, path in facts.get("sort", {}).items():
        context.mistakes.add_unless_known(path, every, f"{at}/x-resource/sort/{other}", "field")
    if "date" in facts:
        context.mistakes.add_unless_known(facts["date"], every, f"{at}/x-resource/date", "field")
    if lifecycle is not None:
        _check_states(context, lifecycle, every, f"{at}/x-resource/lifecycle")
    references = tuple(field for field in every.values() if field.reference)
    unique = tuple(field for field in every.values() if field.unique)
    return Resource(
        name=name,
        collection=facts["collection"],
        fields=fields,
        prefix=facts.get("id", ""),
        date=facts.get("date"),
        search=tuple(facts.get("search", [])),
        sort=facts.get("sort", {}),
        rules=required,
        lifecycle=lifecycle,
        pointer=at,
        names=frozenset(field.name for field in fields),
        paths=every,
        virtual=tuple(field for field in fields if field.value),
        hidden=frozenset(field.name for field in fields if field.write_only),
        unique=unique,
        maps=tuple(field for field in every.values() if field.is_map and "maxProperties" in field.schema),
        references=references,
        derived=frozenset(field.path.partition(".")[0] for field in every.values() if field.derived_from),
        files=_files(context, every, at),
    )


def _files(context: CompileContext, every: dict[str, Field], at: str) -> tuple[Field, ...]:
    """The fields that hold files; what is kept of them is no text of bytes, and is not given out."""
    files = tuple(field for field in every.values() if field.schema.get("format") == "binary")
    for field in files:
        where = f"{at}/properties/{field.path}"
        if field.name != field.path:
            context.mistakes.add(where, "a file stands at the top of its document")
        elif not field.write_only:
            context.mistakes.add(where, "a file is writeOnly: another operation answers with it")
    return files


def _walk(fields: tuple[Field, ...]) -> Iterator[tuple[str, Field]]:
    for field in fields:
        yield field.path, field
        yield from _walk(field.fields)


def _fields(context: CompileContext, schema: Schema, at: str, above: str, inside: Type) -> Iterator[Field]:
    flattened = context.flat(schema)
    for name, part in flattened.get("properties", {}).items():
        path = f"{above}.{name}" if above else name
        yield _field(context, path, part, f"{at}/properties/{name}", name in flattened.get("required", []), inside)


def _field(context: CompileContext, path: str, part: Schema, at: str, required: bool, inside: Type) -> Field:
    """A field; `inside` is the shape of the document or list entry whose names it sees."""
    schema = context.flat(part)
    with context.with_names(None if context.names is None else inside.members):
        immutable = context.expression_if_any(schema, "x-immutable", at)
        templated = "x-value" in schema
        value = context.template(schema["x-value"], f"{at}/x-value", context.schema_type(schema)) if templated else None
    if "x-sequence" in schema and not NUMBERED.search(schema["x-sequence"]):
        context.mistakes.add(f"{at}/x-sequence", "needs {n}, as in B-{year}-{n:03}, and knows only {n} and {year}")
    return Field(
        name=path.rpartition(".")[2],
        path=path,
        type=schema.get("type", "object" if "properties" in schema else ""),
        schema=schema,
        nullable=bool(schema.get("nullable")),
        read_only=bool(schema.get("readOnly")),
        write_only=bool(schema.get("writeOnly")),
        required=required,
        default=_default(context, schema, at),
        derived_from=derived_from(context, schema, inside),
        sequence=schema.get("x-sequence"),
        id_form=_id_form(context, schema["x-id"], f"{at}/x-id") if "x-id" in schema else None,
        computed=_computed(context, schema, at),
        value=value,
        reference=_reference_of(context, schema, at),
        unique=bool(schema.get("x-unique")),
        immutable=immutable,
        faker=schema.get("x-faker"),
        fields=_inner(context, schema, at, path, inside),
    )


def _inner(context: CompileContext, schema: Schema, at: str, path: str, inside: Type) -> tuple[Field, ...]:
    """The fields within an object, which see what is around it, or within a list's entries, which see themselves."""
    listed = schema.get("type") == "array" and "items" in schema
    inner = context.flat(schema["items"]) if listed else schema
    if inner.get("type") != "object" or path.count(".") >= DEEPEST:
        return ()
    if not listed:
        return tuple(_fields(context, inner, at, path, inside))
    element = context.schema_type(inner)
    with context.with_names(context.names, {**(element.members or {}), "parent": inside}):
        return tuple(_fields(context, inner, f"{at}/items", path, element))


def _default(context: CompileContext, schema: Schema, at: str) -> Fill | None:
    if "x-default" in schema:
        return context.template(schema["x-default"], f"{at}/x-default", context.schema_type(schema))
    return context.template(schema["default"], f"{at}/default") if "default" in schema else None


def _computed(context: CompileContext, schema: Schema, at: str) -> Computed | None:
    """What `x-computed` says: an expression, or a mapping of `value` with `let` and `when`."""
    if "x-computed" not in schema:
        return None
    node, where, target = schema["x-computed"], f"{at}/x-computed", context.schema_type(schema)
    if not isinstance(node, dict):
        return Computed(context.expression(node, where, target))
    with context.with_names(context.names):
        let = context.lets(node, where)
        when = context.expression_if_any(node, "when", where)
        return Computed(context.expression(node["value"], f"{where}/value", target), let, when)


def _id_form(context: CompileContext, node: str | dict[str, Json], at: str) -> IdForm:
    facts: dict[str, Json] = {"prefix": node} if isinstance(node, str) else {**node}
    when = context.expression_if_any(facts, "when", at)
    return IdForm(**{**facts, "when": when})


def _reference_of(context: CompileContext, schema: Schema, at: str) -> Reference | None:
    """What a property refers to, or each entry of its list."""
    if "x-ref" in schema:
        return _reference(context, schema["x-ref"], f"{at}/x-ref")
    items = context.flat(schema["items"]) if isinstance(schema.get("items"), dict) else {}
    return _reference(context, items["x-ref"], f"{at}/items/x-ref") if "x-ref" in items else None


def _reference(context: CompileContext, node: dict[str, Json], at: str) -> Reference:
    choose = node.get("choose", {})
    if choose and "." in at.partition("/properties/")[2].replace("/properties/", "."):
        context.mistakes.add(f"{at}/choose", "belongs on a property at the top of a resource")
    check_code(context, node, at)
    with context.with_names(context.resource_types.get(node.get("to", ""), ANY).members):
        return Reference(
            to=node.get("to", ""),
            chosen_by=choose.get("by"),
            choices=choose.get("of", {}),
            by=node.get("by", "id"),
            when=context.expression_if_any(node, "when", at),
            code=node.get("code"),
            name=node.get("name"),
            message=context.template_if_any(node, "message", at),
            on_delete=node.get("delete", "restrict"),
        )


def _lifecycle(context: CompileContext, node: dict[str, Json], at: str, document: Type) -> Lifecycle:
    moves = {
        name: _transition(context, name, move, f"{at}/transitions/{name}", document)
        for name, move in node["transitions"].items()
    }
    return Lifecycle(node["field"], node["initial"], moves)


def _transition(context: CompileContext, name: str, move: dict[str, Json], at: str, document: Type) -> Transition:
    """A transition; the names that its effects give are in sight of its events."""
    when, due = context.expression_if_any(move, "when", at), context.expression_if_any(move, "at", at)
    values = context.template_if_any(move, "set", at, document)
    with context.with_names(context.names):
        return Transition(
            name=name,
            sources=tuple(move["from"]),
            target=move.get("to"),
            when=when,
            reason=context.template_if_any(move, "reason", at),
            at=due,
            set=values,
            effects=effects(context, move.get("effects"), f"{at}/effects"),
            emit=emissions(context, move.get("emit"), f"{at}/emit", document),
        )


def _check_states(context: CompileContext, lifecycle: Lifecycle, every: dict[str, Field], at: str) -> None:
    context.mistakes.add_unless_known(lifecycle.field, every, f"{at}/field", "field")
    if lifecycle.field not in every:
        return
    states = every[lifecycle.field].schema.get("enum", [])
    named = [(f"{at}/initial", lifecycle.initial)]
    for name, move in lifecycle.transitions.items():
        named += [(f"{at}/transitions/{name}/from/{index}", state) for index, state in enumerate(move.sources)]
        named += [(f"{at}/transitions/{name}/to", move.target)] if move.target is not None else []
    for where, state in named:
        if state not in states:
            others = f": {lifecycle.field} is one of {', '.join(map(str, states))}"
            context.mistakes.add(where, f"{state} is not a state{suggestion(state, states, others)}")
