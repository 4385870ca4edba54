"""Infers the shape of an expression: one function per sort of node, one per filter."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.functions import TYPES
from mockserver.language.signing import NETWORKS
from mockserver.language.types import ANY, BOOLEAN, NUMBER, OBJECT, TEXT, Names, Shape, at_path, object_
from mockserver.reading.errors import Mistakes


@dataclass
class Walk:
    """One expression's walk: what it sees, and where it stands."""

    resources: Names
    names: Names
    mistakes: Mistakes
    lookups: set[tuple[str, str]]
    at: str

    def note(self, message: str) -> None:
        """Note a mistake in this expression."""
        self.mistakes.add(self.at, message)

    def shape(self, node: nodes.Node) -> Shape:
        """The shape of a part of the tree."""
        walk = WALKS.get(type(node))
        if walk is not None:
            return walk(self, node)
        for child in node.iter_child_nodes():
            self.shape(child)
        return RESULTS.get(type(node), ANY)

    def member(self, base: Shape, name: Json) -> Shape:
        """The shape of a member; noted when there cannot be one."""
        if base.kind == "list" and isinstance(name, str):
            self.note(f"a list has no member {name}: use first, gather or each")
            return ANY
        if base.kind == "list":
            return base.of()
        if base.members is None:
            return base.of()
        if isinstance(name, str) and name not in base.members:
            self.note(f"there is no member {name}{_near(name, base.members)}")
            return ANY
        return base.members.get(name, ANY)

    def path(self, base: Shape, path: Json) -> Shape:
        """The shape at a dotted path; noted when there cannot be one."""
        if not isinstance(path, str):
            return ANY
        found = at_path(base, path)
        if found is None:
            self.note(f"there is no member {path}{_near(path, base.of().members or base.members or {})}")
        return found or ANY


def _near(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, 1)
    return f": did you mean {near[0]}?" if near else ""


def _name(walk: Walk, node: nodes.Name) -> Shape:
    if node.name in walk.names:
        return walk.names[node.name]
    walk.note(f"there is no name {node.name}{_near(node.name, walk.names)}")
    return ANY


def _getattr(walk: Walk, node: nodes.Getattr) -> Shape:
    return walk.member(walk.shape(node.node), node.attr)


def _getitem(walk: Walk, node: nodes.Getitem) -> Shape:
    base = walk.shape(node.node)
    walk.shape(node.arg)
    return walk.member(base, node.arg.value) if isinstance(node.arg, nodes.Const) else base.of()


def _choice(walk: Walk, node: nodes.CondExpr) -> Shape:
    walk.shape(node.test)
    one, other = walk.shape(node.expr1), walk.shape(node.expr2) if node.expr2 is not None else ANY
    return other if one == ANY else one if other == ANY or one.kind == other.kind else ANY


def _either(walk: Walk, node: nodes.Or) -> Shape:
    one, other = walk.shape(node.left), walk.shape(node.right)
    return one if one.kind == other.kind else ANY


def _dict(walk: Walk, node: nodes.Dict) -> Shape:
    members = {}
    for pair in node.items:
        value = walk.shape(pair.value)
        if isinstance(pair.key, nodes.Const):
            members[pair.key.value] = value
    return Shape("object", members)


def _list(walk: Walk, node: nodes.List) -> Shape:
    found = [walk.shape(member) for member in node.items]
    return (found[0] if found else ANY).listed()


def _add(walk: Walk, node: nodes.Add) -> Shape:
    one, other = walk.shape(node.left), walk.shape(node.right)
    return one if one.kind == "list" else other if other.kind == "list" else NUMBER


def _compare(walk: Walk, node: nodes.Compare) -> Shape:
    first = walk.shape(node.expr)
    for operand in node.ops:
        other = walk.shape(operand.expr)
        for choices, given in ((first, operand.expr), (other, node.expr)):
            for value in _constants(given):
                if choices.choices and value is not None and value not in choices.choices:
                    walk.note(f"{value} is never the case: it is one of {', '.join(map(str, choices.choices))}")
    return BOOLEAN


def _constants(node: nodes.Node) -> list[Json]:
    if isinstance(node, nodes.Const):
        return [node.value] if isinstance(node.value, str) else []
    return (
        [value for member in node.items for value in _constants(member)]
        if isinstance(node, nodes.List | nodes.Tuple)
        else []
    )


def _call(walk: Walk, node: nodes.Call) -> Shape:
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    for argument in node.args:
        walk.shape(argument)
    for pair in node.kwargs:
        walk.shape(pair.value)
    if name not in ("get", "find"):
        return CALLED.get(name, NUMBER)
    wanted = str(node.args[0].value) if node.args and isinstance(node.args[0], nodes.Const) else ""
    if wanted not in walk.resources:
        walk.note(f"there is no resource {wanted}{_near(wanted, walk.resources)}")
        return ANY
    found = walk.resources[wanted]
    for pair in node.kwargs:
        _looked_up(walk, wanted, str(pair.key), pair.value)
    return found if name == "get" else found.listed()


def _looked_up(walk: Walk, resource: str, key: str, value: nodes.Expr) -> None:
    """Check one of find's equalities, and note that the field is looked up by."""
    path = key.replace("__", ".")
    of = walk.path(walk.resources[resource], path)
    if not of.choices and not isinstance(value, nodes.Dict):
        walk.lookups.add((resource, path))
    for constant in _constants(value):
        if of.choices and constant not in of.choices:
            walk.note(f"{key} is never {constant}: it is one of {', '.join(map(str, of.choices))}")


def _filter(walk: Walk, node: nodes.Filter) -> Shape:
    value = walk.shape(node.node) if node.node is not None else ANY
    for argument in node.args:
        walk.shape(argument)
    for pair in node.kwargs:
        walk.shape(pair.value)
    constants = [argument.value if isinstance(argument, nodes.Const) else None for argument in node.args]
    keys = [str(pair.key).replace("__", ".") for pair in node.kwargs]
    return FILTERED.get(node.name, _number)(walk, value, constants, keys)


Filtered = Callable[[Walk, Shape, list[Json], list[str]], Shape]


def _same(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    return value


def _by(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    for path in [*constants[-1:], *keys]:
        walk.path(value, path)
    return value


def _total(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    _by(walk, value, constants, keys)
    return NUMBER


def _group(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    key = walk.path(value, constants[0] if constants else None)
    return object_(key=key, rows=value).listed()


def _gather(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    return walk.path(value, constants[0] if constants else None).listed()


def _index(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    _by(walk, value, constants, keys)
    return Shape("object", element=value.of())


def _pick(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    return Shape("object", {name: walk.path(value, name) for name in constants if isinstance(name, str)})


def _merge(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    return OBJECT


def _number(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    return NUMBER


def _text(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    return TEXT


def _pattern(walk: Walk, value: Shape, constants: list[Json], keys: list[str]) -> Shape:
    for pattern in constants:
        try:
            re.compile(pattern if isinstance(pattern, str) else "")
        except re.error as error:
            walk.note(f"{pattern} is no regular expression: {error}")
    return BOOLEAN


FILTERED: Mapping[str, Filtered] = {
    "sum": _total,
    "group": _group,
    "gather": _gather,
    "index": _index,
    "flatten": lambda walk, value, constants, keys: value.of() if value.kind == "list" else ANY,
    "where": _by,
    "merge": _merge,
    "pick": _pick,
    "top": _by,
    "sort": lambda walk, value, constants, keys: _by(walk, value, constants[:1], keys),
    "unique": _same,
    "first": lambda walk, value, constants, keys: value.of(),
    "last": lambda walk, value, constants, keys: value.of(),
    "running": lambda walk, value, constants, keys: NUMBER.listed(),
    "keys": lambda walk, value, constants, keys: TEXT.listed(),
    "type_of": lambda walk, value, constants, keys: Shape("text", choices=TYPES),
    "min": lambda walk, value, constants, keys: value.of(),
    "max": lambda walk, value, constants, keys: value.of(),
    "plus_days": _text,
    "plus_hours": _text,
    "plus_seconds": _text,
    "time_of_day": _text,
    "matches": _pattern,
    "hmac": _text,
    "url_parts": lambda walk, value, constants, keys: object_(
        scheme=TEXT, user=TEXT, host=TEXT, port=NUMBER, path=TEXT, network=Shape("text", choices=NETWORKS)
    ),
    "year_start": _text,
    "join": _text,
    "lower": _text,
    "upper": _text,
    "fixed": _text,
    "sha256": _text,
    "base64": _text,
    "qr": _text,
}

CALLED: Mapping[str, Shape] = {
    "now": TEXT,
    "today": TEXT,
    "events_of": TEXT.listed(),
    "periods": Shape("list", element=Shape("object", {"name": TEXT, "from": TEXT, "to": TEXT})),
}

WALKS: Mapping[type[nodes.Node], Callable[[Walk, Any], Shape]] = {
    nodes.Name: _name,
    nodes.Getattr: _getattr,
    nodes.Getitem: _getitem,
    nodes.CondExpr: _choice,
    nodes.Or: _either,
    nodes.Dict: _dict,
    nodes.List: _list,
    nodes.Tuple: _list,
    nodes.Add: _add,
    nodes.Compare: _compare,
    nodes.Call: _call,
    nodes.Filter: _filter,
}

RESULTS: Mapping[type[nodes.Node], Shape] = {
    nodes.Sub: NUMBER,
    nodes.Mul: NUMBER,
    nodes.Div: NUMBER,
    nodes.Neg: NUMBER,
    nodes.Not: BOOLEAN,
    nodes.Concat: TEXT,
}
