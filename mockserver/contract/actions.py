"""Compiles what the contract says of behaviour: rules, emissions, effects, actions."""

from dataclasses import replace
from typing import get_args

from mockserver.contract.plan import Action, Effect, EffectKind, Emission, Rule
from mockserver.contract.reader import Reader, strings
from mockserver.json import Json

Node = dict[str, Json]


def rule(reader: Reader, node: Node, at: str) -> Rule:
    """One entry of `rules` or `require`."""
    return Rule(
        holds=reader.expression(node["rule"], f"{at}/rule"),
        message=reader.template(node.get("message", f"It must hold that {node['rule']}"), f"{at}/message"),
        details=reader.template(node.get("details", {}), f"{at}/details"),
        code=node.get("code"),
        name=node.get("name"),
        field=reader.maybe_template(node, "field", at),
        detail=node.get("detail"),
        when=reader.maybe(node, "when", at),
        each=reader.maybe(node, "each", at),
        each_as=node.get("as", "it"),
        let=reader.lets(node, at),
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
    """The entries of `effects`."""
    return tuple(effect(reader, node, f"{at}/{place}", using) for place, node in enumerate(nodes or []))


def effect(reader: Reader, node: Node, at: str, using: tuple[str, ...]) -> Effect:
    """One effect; a `use` becomes the shared effects it names."""
    if "use" in node:
        return _shared(reader, node, at, using)
    kind: EffectKind = next((word for word in get_args(EffectKind) if word in node), "group")
    return Effect(
        kind=kind,
        resource=node[kind] if kind in ("create", "update", "delete") else None,
        id=reader.maybe_template(node, "id", at),
        where=reader.maybe_template(node, "where", at),
        or_create=reader.maybe_template(node, "or_create", at),
        values=reader.maybe_template(node, "with" if kind == "create" else "set", at),
        each=reader.maybe(node, "each", at),
        name=node.get("as"),
        when=reader.maybe(node, "when", at),
        let=reader.lets(node, at),
        require=rules(reader, node.get("require"), f"{at}/require"),
        transition=strings(node.get("transition")),
        emit=emissions(reader, node.get("emit"), f"{at}/emit"),
        effects=effects(reader, node.get("effects"), f"{at}/effects", using),
    )


def _shared(reader: Reader, node: Node, at: str, using: tuple[str, ...]) -> Effect:
    name = node["use"]
    library = reader.document.root.get("components", {}).get("x-effects", {})
    if name not in library:
        reader.mistakes.add(f"{at}/use", f"there are no shared effects {name}")
        return Effect("group")
    if name in using:
        reader.mistakes.add(f"{at}/use", f"the shared effects {name} use themselves")
        return Effect("group")
    shared, given = library[name], node.get("with", {})
    for argument in sorted(set(shared.get("args", [])) ^ set(given)):
        reader.mistakes.add(f"{at}/with", f"{argument} is {'missing' if argument not in given else 'not an argument'}")
    where = f"#/components/x-effects/{name}"
    inner = Effect(
        "group", let=reader.lets(shared, where), effects=effects(reader, shared["effects"], f"{where}/effects", (*using, name))
    )
    outer = Effect("group", when=reader.maybe(node, "when", at), let=reader.lets({"let": given}, at))
    return replace(outer, effects=(inner,))


def action(reader: Reader, node: Node, at: str) -> Action:
    """What `x-action` says."""
    return Action(
        let=reader.lets(node, at),
        require=rules(reader, node.get("require"), f"{at}/require"),
        set=reader.maybe_template(node, "set", at),
        transition=strings(node.get("transition")),
        effects=effects(reader, node.get("effects"), f"{at}/effects"),
        emit=emissions(reader, node.get("emit"), f"{at}/emit"),
        reply=reader.maybe_template(node, "reply", at),
        bulk=node.get("bulk", {}),
    )
