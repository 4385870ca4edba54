"""Compiles what the contract says of behaviour: rules, emissions, effects, actions."""

from typing import get_args

from mockserver.compiling.blame import check_code, check_field
from mockserver.compiling.context import CompileContext, strings
from mockserver.compiling.shared import shared
from mockserver.json import Json
from mockserver.language.types import ANY, NUMBER, Type, at_path, laid_over
from mockserver.operators import OPERATORS
from mockserver.plan import Action, Choice, Effect, EffectKind, Emission, Rule, RuleGroup
from mockserver.reading.document import pointer
from mockserver.reading.errors import suggestion

Node = dict[str, Json]
LIST = Type("list")


def rule(context: CompileContext, node: Node, at: str, document: Type | None = None) -> Rule:
    """One entry of `rules`, which are about documents of a type, or of `require`."""
    each, name = context.expression_if_any(node, "each", at, LIST), node.get("as", "it")
    element = {name: context.expression_type(node["each"]).of(), "index": NUMBER} if each else {}
    with context.with_names(context.names, element):
        let = context.lets(node, at)
        context.rules.add(at)
        check_code(context, node, at)
        check_field(context, node, at, document)
        return Rule(
            holds=context.expression(node["rule"], f"{at}/rule"),
            message=context.template(node.get("message", f"It must hold that {node['rule']}"), f"{at}/message"),
            details=context.template(node.get("details", {}), f"{at}/details"),
            code=node.get("code"),
            name=node.get("name"),
            field=context.template_if_any(node, "field", at),
            detail=node.get("detail"),
            when=context.expression_if_any(node, "when", at),
            each=each,
            each_as=name,
            let=let,
        )


def rules(
    context: CompileContext, nodes: list[Node] | None, at: str, document: Type | None = None, using: tuple[str, ...] = ()
) -> tuple[Rule | RuleGroup, ...]:
    """The entries of `rules`, about documents of a type, or of `require`; a `use` becomes the shared rules it names."""
    return tuple(
        _rule_group(context, node, f"{at}/{index}", document, using)
        if "use" in node
        else rule(context, node, f"{at}/{index}", document)
        for index, node in enumerate(nodes or [])
    )


def _rule_group(context: CompileContext, node: Node, at: str, document: Type | None, using: tuple[str, ...]) -> RuleGroup:
    """Shared rules with the arguments of one use: their names are checked anew at each use."""
    entry, where = shared(context, "x-rules", node, at, using), f"#/components/x-rules/{node['use']}"
    if entry is None:
        return RuleGroup(())
    when = context.expression_if_any(node, "when", at)
    with context.with_names(context.names):
        arguments = context.lets({"let": node.get("with", {})}, at)
        let = context.lets(entry, where)
        inner = rules(context, entry["rules"], f"{where}/rules", document, (*using, node["use"]))
    return RuleGroup((RuleGroup(inner, let),), arguments, when)


def emissions(context: CompileContext, node: Json, at: str, document: Type = ANY) -> tuple[Emission, ...]:
    """The entries of `emit`: an event's name, or a mapping that says of what and when; else it is of the document."""
    if isinstance(node, str):
        return (_emission(context, {"event": node}, at, at, document),)
    return tuple(
        _emission(context, {"event": entry}, f"{at}/{index}", f"{at}/{index}", document)
        if isinstance(entry, str)
        else _emission(context, entry, f"{at}/{index}", f"{at}/{index}/event", document)
        for index, entry in enumerate(node or [])
    )


def _emission(context: CompileContext, node: Node, at: str, name_at: str, document: Type) -> Emission:
    """An emission; its event's name stands at `name_at`."""
    name, declared = node["event"], context.document.root.get("x-events", {})
    context.mistakes.add_unless_known(name, declared, name_at, "event")
    about = context.expression_type(node["of"]) if "of" in node else document
    context.emitted.setdefault(name, []).append(laid_over(about, context.template_type(node.get("with", {}))))
    payload = declared.get(name, {}).get("payload", {})
    return Emission(
        name,
        context.expression_if_any(node, "of", at),
        context.expression_if_any(node, "when", at),
        context.template_if_any(node, "with", at, context.schema_type(payload) if "with" in node else ANY),
    )


def effects(context: CompileContext, nodes: list[Node] | None, at: str, using: tuple[str, ...] = ()) -> tuple[Effect, ...]:
    """The entries of `effects`; the names each gives are in sight of those after it."""
    compiled = []
    for index, node in enumerate(nodes or []):
        with context.with_names(context.names):
            compiled.append(effect(context, node, f"{at}/{index}", using))
        if context.names is not None:
            context.names = {**context.names, **bound_names(context, compiled[-1])}
    return tuple(compiled)


def bound_names(context: CompileContext, source: Effect) -> dict[str, Type]:
    """The names an effect gives, and what they are."""
    if source.kind in ("each", "group"):
        inner = {name: row for effect in source.effects for name, row in bound_names(context, effect).items()}
        return {name: row.listed() for name, row in inner.items()} if source.kind == "each" else inner
    if source.name is None:
        return {}
    row = context.resource_types.get(source.resource or "", ANY)
    return {source.name: row.listed() if source.where is not None and source.or_create is None else row}


def effect(context: CompileContext, node: Node, at: str, using: tuple[str, ...]) -> Effect:
    """One effect; a `use` becomes the shared effects it names."""
    if "use" in node:
        return _shared(context, node, at, using)
    kind: EffectKind = next((word for word in get_args(EffectKind) if word in node), "group")
    resource = node[kind] if kind in ("create", "update", "delete") else None
    if resource is not None:
        context.mistakes.add_unless_known(resource, context.resource_names, f"{at}/{kind}", "resource")
    _check_where(context, str(resource), node.get("where"), f"{at}/where")
    let = context.lets(node, at)
    when, each = context.expression_if_any(node, "when", at), context.expression_if_any(node, "each", at, LIST)
    target = {"id": context.template_if_any(node, "id", at), "where": context.template_if_any(node, "where", at)}
    row = context.resource_types.get(resource or "", ANY)
    or_create = context.template_if_any(node, "or_create", at, row)
    inside = {node.get("as", "it"): context.expression_type(node["each"]).of()} if each else {"it": row, "was": row}
    with context.with_names(context.names, inside if resource or each else {}):
        return Effect(
            kind=kind,
            resource=resource,
            **target,
            or_create=or_create,
            values=context.template_if_any(node, "with" if kind == "create" else "set", at, row),
            each=each,
            name=node.get("as"),
            when=when,
            let=let,
            require=rules(context, node.get("require"), f"{at}/require"),
            transition=transitions(context, node, str(resource), at),
            emit=_emissions(context, node, row, at),
            effects=effects(context, node.get("effects"), f"{at}/effects", using),
        )


def _check_where(context: CompileContext, resource: str, where: Json, at: str) -> None:
    """Note fields that a resource is searched by and does not have, and values they never have."""
    if not isinstance(where, dict) or resource not in context.resource_types:
        return
    row = context.resource_types[resource]
    for path, value in where.items():
        field = at_path(row, path.replace("__", "."))
        if field is None:
            context.mistakes.add(f"{at}/{path}", f"there is no field {path}{suggestion(path, row.members or ())}")
        else:
            context.checker.lookups.add((resource, path.replace("__", ".")))
            _check_equality(context, value, field.of() if field.kind == "list" else field, f"{at}/{path}")


def _check_equality(context: CompileContext, value: Json, field: Type, at: str) -> None:
    """Note what a field is searched by and never is: a value, one of a list, or the operators of an object."""
    if isinstance(value, list):
        for index, member in enumerate(value):
            context.check(member, field, f"{at}/{index}")
    elif isinstance(value, dict):
        for operator in value:
            context.mistakes.add_unless_known(operator, OPERATORS, f"{at}/{operator}", "operator")
    else:
        context.check(value, field, at)


def _emissions(context: CompileContext, node: Node, row: Type, at: str) -> tuple[Emission, ...]:
    named = {node["as"]: row} if "as" in node and "each" not in node else {}
    with context.with_names(context.names, named):
        return emissions(context, node.get("emit"), f"{at}/emit", row)


def _shared(context: CompileContext, node: Node, at: str, using: tuple[str, ...]) -> Effect:
    name, entry = node["use"], shared(context, "x-effects", node, at, using)
    if entry is None:
        return Effect("group")
    when, where = context.expression_if_any(node, "when", at), f"#/components/x-effects/{name}"
    outer = context.lets({"let": node.get("with", {})}, at)
    let = context.lets(entry, where)
    inner = effects(context, entry["effects"], f"{where}/effects", (*using, name))
    return Effect("group", when=when, let=outer, effects=(Effect("group", let=let, effects=inner),))


def transitions(context: CompileContext, node: Node, resource: str, at: str) -> tuple[str, ...]:
    """The names in `transition`, those of a resource's lifecycle."""
    names, declared = strings(node.get("transition")), context.transitions(resource)
    for index, name in enumerate(names):
        where = f"{at}/transition" if isinstance(node["transition"], str) else f"{at}/transition/{index}"
        context.mistakes.add_unless_known(name, declared, where, "transition")
    return names


def action(context: CompileContext, node: Node, at: str, resource: str | None, result: Type = ANY) -> Action:
    """What `x-action` says, in the order in which it is done: about a document of a resource, with a result of a type."""
    document = context.resource_types.get(resource or "", ANY)
    let = context.lets(node, at)
    require = rules(context, node.get("require"), f"{at}/require")
    change = context.template_if_any(node, "set", at, document)
    compiled = effects(context, node.get("effects"), f"{at}/effects")
    return Action(
        let=let,
        require=require,
        set=change,
        transition=transitions(context, node, str(resource), at),
        effects=compiled,
        emit=emissions(context, node.get("emit"), f"{at}/emit", document),
        reply=context.template_if_any(node, "reply", at, result),
        formats={
            name: context.template(form, at + pointer("formats", name)[1:]) for name, form in node.get("formats", {}).items()
        },
        bulk=node.get("bulk", {}),
        deliver=context.expression_if_any(node, "deliver", at),
        choose=_choice(context, node["choose"], f"{at}/choose") if "choose" in node else None,
    )


def _choice(context: CompileContext, node: Node, at: str) -> Choice:
    return Choice(context.expression(node["by"], f"{at}/by"), node["of"], context.template_if_any(node, "input", at))
