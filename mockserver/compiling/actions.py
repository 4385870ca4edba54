"""Compiles what the contract says of behaviour: rules, emissions, effects, actions."""

from typing import get_args

from mockserver.compiling.context import CompileContext, strings
from mockserver.compiling.shared import shared
from mockserver.json import Json
from mockserver.language.types import ANY, NUMBER, Type
from mockserver.plan import Action, Choice, Effect, EffectKind, Emission, Rule, RuleGroup

Node = dict[str, Json]


def rule(context: CompileContext, node: Node, at: str) -> Rule:
    """One entry of `rules` or `require`."""
    each, name = context.expression_if_any(node, "each", at), node.get("as", "it")
    element = {name: context.expression_type(node["each"]).of(), "index": NUMBER} if each else {}
    with context.with_names(context.names, **element):
        let = context.lets(node, at)
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
    context: CompileContext, nodes: list[Node] | None, at: str, using: tuple[str, ...] = ()
) -> tuple[Rule | RuleGroup, ...]:
    """The entries of `rules` or `require`; a `use` becomes the shared rules it names."""
    return tuple(
        _rule_group(context, node, f"{at}/{place}", using) if "use" in node else rule(context, node, f"{at}/{place}")
        for place, node in enumerate(nodes or [])
    )


def _rule_group(context: CompileContext, node: Node, at: str, using: tuple[str, ...]) -> RuleGroup:
    """Shared rules with the arguments of one use: their names are checked anew at each use."""
    entry, where = shared(context, "x-rules", node, at, using), f"#/components/x-rules/{node['use']}"
    if entry is None:
        return RuleGroup(())
    when = context.expression_if_any(node, "when", at)
    with context.with_names(context.names):
        arguments = context.lets({"let": node.get("with", {})}, at)
        let = context.lets(entry, where)
        inner = rules(context, entry["rules"], f"{where}/rules", (*using, node["use"]))
    return RuleGroup((RuleGroup(inner, let),), arguments, when)


def emissions(context: CompileContext, node: Json, at: str) -> tuple[Emission, ...]:
    """The entries of `emit`: an event's name, or a mapping that says of what and when."""
    entries = [node] if isinstance(node, str) else node or []
    return tuple(
        Emission(entry)
        if isinstance(entry, str)
        else Emission(
            entry["event"],
            context.expression_if_any(entry, "of", f"{at}/{place}"),
            context.expression_if_any(entry, "when", f"{at}/{place}"),
            context.template_if_any(entry, "with", f"{at}/{place}"),
        )
        for place, entry in enumerate(entries)
    )


def effects(context: CompileContext, nodes: list[Node] | None, at: str, using: tuple[str, ...] = ()) -> tuple[Effect, ...]:
    """The entries of `effects`; the names each gives are in sight of those after it."""
    compiled = []
    for place, node in enumerate(nodes or []):
        with context.with_names(context.names):
            compiled.append(effect(context, node, f"{at}/{place}", using))
        if context.names is not None:
            context.names = {**context.names, **given(context, compiled[-1])}
    return tuple(compiled)


def given(context: CompileContext, one: Effect) -> dict[str, Type]:
    """The names an effect gives, and what they are."""
    if one.kind in ("each", "group"):
        inner = {name: found for effect in one.effects for name, found in given(context, effect).items()}
        return {name: found.listed() for name, found in inner.items()} if one.kind == "each" else inner
    if one.name is None:
        return {}
    found = context.resource_types.get(one.resource or "", ANY)
    return {one.name: found.listed() if one.where is not None and one.or_create is None else found}


def effect(context: CompileContext, node: Node, at: str, using: tuple[str, ...]) -> Effect:
    """One effect; a `use` becomes the shared effects it names."""
    if "use" in node:
        return _shared(context, node, at, using)
    kind: EffectKind = next((word for word in get_args(EffectKind) if word in node), "group")
    resource = node[kind] if kind in ("create", "update", "delete") else None
    _members(context, resource, node, at)
    let = context.lets(node, at)
    when, each = context.expression_if_any(node, "when", at), context.expression_if_any(node, "each", at)
    for path in node["where"] if isinstance(node.get("where"), dict) and resource in context.resource_types else ():
        context.checker.lookups.add((str(resource), path.replace("__", ".")))
    target = {"id": context.template_if_any(node, "id", at), "where": context.template_if_any(node, "where", at)}
    or_create = context.template_if_any(node, "or_create", at)
    row = context.resource_types.get(resource or "", ANY)
    inside = {node.get("as", "it"): context.expression_type(node["each"]).of()} if each else {"it": row, "was": row}
    with context.with_names(context.names, **(inside if resource or each else {})):
        return Effect(
            kind=kind,
            resource=resource,
            **target,
            or_create=or_create,
            values=context.template_if_any(node, "with" if kind == "create" else "set", at),
            each=each,
            name=node.get("as"),
            when=when,
            let=let,
            require=rules(context, node.get("require"), f"{at}/require"),
            transition=strings(node.get("transition")),
            emit=_told(context, node, row, at),
            effects=effects(context, node.get("effects"), f"{at}/effects", using),
        )


def _members(context: CompileContext, resource: str | None, node: Node, at: str) -> None:
    """Note members that an effect gives and its resource does not have."""
    members = context.resource_types.get(resource or "", ANY).members
    for key in ("with", "set", "or_create", "where"):
        given = node.get(key)
        if members is None or not isinstance(given, dict) or "each" in given or "value" in given:
            continue
        for name in given:
            if name.partition("__")[0] not in members and name not in ("when", "let"):
                context.mistakes.add(f"{at}/{key}/{name}", f"{resource} has no field {name}")


def _told(context: CompileContext, node: Node, row: Type, at: str) -> tuple[Emission, ...]:
    named = {node["as"]: row} if "as" in node and "each" not in node else {}
    with context.with_names(context.names, **named):
        return emissions(context, node.get("emit"), f"{at}/emit")


def _shared(context: CompileContext, node: Node, at: str, using: tuple[str, ...]) -> Effect:
    name, entry = node["use"], shared(context, "x-effects", node, at, using)
    if entry is None:
        return Effect("group")
    when, where = context.expression_if_any(node, "when", at), f"#/components/x-effects/{name}"
    outer = context.lets({"let": node.get("with", {})}, at)
    let = context.lets(entry, where)
    inner = effects(context, entry["effects"], f"{where}/effects", (*using, name))
    return Effect("group", when=when, let=outer, effects=(Effect("group", let=let, effects=inner),))


def action(context: CompileContext, node: Node, at: str) -> Action:
    """What `x-action` says, in the order in which it is done."""
    let = context.lets(node, at)
    require = rules(context, node.get("require"), f"{at}/require")
    change = context.template_if_any(node, "set", at)
    made = effects(context, node.get("effects"), f"{at}/effects")
    return Action(
        let=let,
        require=require,
        set=change,
        transition=strings(node.get("transition")),
        effects=made,
        emit=emissions(context, node.get("emit"), f"{at}/emit"),
        reply=context.template_if_any(node, "reply", at),
        bulk=node.get("bulk", {}),
        deliver=context.expression_if_any(node, "deliver", at),
        choose=_choice(context, node["choose"], f"{at}/choose") if "choose" in node else None,
    )


def _choice(context: CompileContext, node: Node, at: str) -> Choice:
    return Choice(context.expression(node["by"], f"{at}/by"), node["of"], context.template_if_any(node, "input", at))
