"""Compiles what the contract says of behaviour: rules, emissions, effects, actions."""

from typing import get_args

from mockserver.compiling.context import Reader, strings
from mockserver.json import Json
from mockserver.language.types import ANY, NUMBER, Shape
from mockserver.plan import Action, Choice, Effect, EffectKind, Emission, Rule

Node = dict[str, Json]


def rule(reader: Reader, node: Node, at: str) -> Rule:
    """One entry of `rules` or `require`."""
    each, name = reader.maybe(node, "each", at), node.get("as", "it")
    element = {name: reader.shape(node["each"]).of(), "index": NUMBER} if each else {}
    with reader.seeing(reader.names, **element):
        let = reader.lets(node, at)
        return Rule(
            holds=reader.expression(node["rule"], f"{at}/rule"),
            message=reader.template(node.get("message", f"It must hold that {node['rule']}"), f"{at}/message"),
            details=reader.template(node.get("details", {}), f"{at}/details"),
            code=node.get("code"),
            name=node.get("name"),
            field=reader.maybe_template(node, "field", at),
            detail=node.get("detail"),
            when=reader.maybe(node, "when", at),
            each=each,
            each_as=name,
            let=let,
        )


def rules(reader: Reader, nodes: list[Node] | None, at: str) -> tuple[Rule, ...]:
    """The entries of `rules` or `require`."""
    return tuple(rule(reader, node, f"{at}/{place}") for place, node in enumerate(nodes or []))


def emissions(reader: Reader, node: Json, at: str) -> tuple[Emission, ...]:
    """The entries of `emit`: an event's name, or a mapping that says of what and when."""
    entries = [node] if isinstance(node, str) else node or []
    return tuple(
        Emission(entry)
        if isinstance(entry, str)
        else Emission(
            entry["event"],
            reader.maybe(entry, "of", f"{at}/{place}"),
            reader.maybe(entry, "when", f"{at}/{place}"),
            reader.maybe_template(entry, "with", f"{at}/{place}"),
        )
        for place, entry in enumerate(entries)
    )


def effects(reader: Reader, nodes: list[Node] | None, at: str, using: tuple[str, ...] = ()) -> tuple[Effect, ...]:
    """The entries of `effects`; the names each gives are in sight of those after it."""
    compiled = []
    for place, node in enumerate(nodes or []):
        with reader.seeing(reader.names):
            compiled.append(effect(reader, node, f"{at}/{place}", using))
        if reader.names is not None:
            reader.names = {**reader.names, **given(reader, compiled[-1])}
    return tuple(compiled)


def given(reader: Reader, one: Effect) -> dict[str, Shape]:
    """The names an effect gives, and what they are."""
    if one.kind in ("each", "group"):
        inner = {name: found for effect in one.effects for name, found in given(reader, effect).items()}
        return {name: found.listed() for name, found in inner.items()} if one.kind == "each" else inner
    if one.name is None:
        return {}
    found = reader.shapes.get(one.resource or "", ANY)
    return {one.name: found.listed() if one.where is not None and one.or_create is None else found}


def effect(reader: Reader, node: Node, at: str, using: tuple[str, ...]) -> Effect:
    """One effect; a `use` becomes the shared effects it names."""
    if "use" in node:
        return _shared(reader, node, at, using)
    kind: EffectKind = next((word for word in get_args(EffectKind) if word in node), "group")
    resource = node[kind] if kind in ("create", "update", "delete") else None
    _members(reader, resource, node, at)
    let = reader.lets(node, at)
    when, each = reader.maybe(node, "when", at), reader.maybe(node, "each", at)
    for path in node["where"] if isinstance(node.get("where"), dict) and resource in reader.shapes else ():
        reader.checker.lookups.add((str(resource), path.replace("__", ".")))
    target = {"id": reader.maybe_template(node, "id", at), "where": reader.maybe_template(node, "where", at)}
    or_create = reader.maybe_template(node, "or_create", at)
    row = reader.shapes.get(resource or "", ANY)
    inside = {node.get("as", "it"): reader.shape(node["each"]).of()} if each else {"it": row, "was": row}
    with reader.seeing(reader.names, **(inside if resource or each else {})):
        return Effect(
            kind=kind,
            resource=resource,
            **target,
            or_create=or_create,
            values=reader.maybe_template(node, "with" if kind == "create" else "set", at),
            each=each,
            name=node.get("as"),
            when=when,
            let=let,
            require=rules(reader, node.get("require"), f"{at}/require"),
            transition=strings(node.get("transition")),
            emit=_told(reader, node, row, at),
            effects=effects(reader, node.get("effects"), f"{at}/effects", using),
        )


def _members(reader: Reader, resource: str | None, node: Node, at: str) -> None:
    """Note members that an effect gives and its resource does not have."""
    members = reader.shapes.get(resource or "", ANY).members
    for key in ("with", "set", "or_create", "where"):
        given = node.get(key)
        if members is None or not isinstance(given, dict) or "each" in given or "value" in given:
            continue
        for name in given:
            if name.partition("__")[0] not in members and name not in ("when", "let"):
                reader.mistakes.add(f"{at}/{key}/{name}", f"{resource} has no field {name}")


def _told(reader: Reader, node: Node, row: Shape, at: str) -> tuple[Emission, ...]:
    named = {node["as"]: row} if "as" in node and "each" not in node else {}
    with reader.seeing(reader.names, **named):
        return emissions(reader, node.get("emit"), f"{at}/emit")


def _shared(reader: Reader, node: Node, at: str, using: tuple[str, ...]) -> Effect:
    name = node["use"]
    library = reader.document.root.get("components", {}).get("x-effects", {})
    if name not in library or name in using:
        reason = "use themselves" if name in using else "do not exist"
        reader.mistakes.add(f"{at}/use", f"the shared effects {name} {reason}")
        return Effect("group")
    shared, arguments = library[name], node.get("with", {})
    for argument in sorted(set(shared.get("args", [])) ^ set(arguments)):
        word = "missing" if argument not in arguments else "not one of the arguments"
        reader.mistakes.add(f"{at}/with", f"{argument} is {word}")
    when, where = reader.maybe(node, "when", at), f"#/components/x-effects/{name}"
    outer = reader.lets({"let": arguments}, at)
    let = reader.lets(shared, where)
    inner = effects(reader, shared["effects"], f"{where}/effects", (*using, name))
    return Effect("group", when=when, let=outer, effects=(Effect("group", let=let, effects=inner),))


def action(reader: Reader, node: Node, at: str) -> Action:
    """What `x-action` says, in the order in which it is done."""
    let = reader.lets(node, at)
    require = rules(reader, node.get("require"), f"{at}/require")
    change = reader.maybe_template(node, "set", at)
    made = effects(reader, node.get("effects"), f"{at}/effects")
    return Action(
        let=let,
        require=require,
        set=change,
        transition=strings(node.get("transition")),
        effects=made,
        emit=emissions(reader, node.get("emit"), f"{at}/emit"),
        reply=reader.maybe_template(node, "reply", at),
        bulk=node.get("bulk", {}),
        deliver=reader.maybe(node, "deliver", at),
        choose=_choice(reader, node["choose"], f"{at}/choose") if "choose" in node else None,
    )


def _choice(reader: Reader, node: Node, at: str) -> Choice:
    return Choice(reader.expression(node["by"], f"{at}/by"), node["of"], reader.maybe_template(node, "input", at))
