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
from mockserver.language.types import ANY, BOOLEAN, NUMBER, OBJECT, TEXT, Type, TypeNames, at_path, object_
from mockserver.reading.errors import Mistakes


@dataclass
class Inference:
    """One expression's walk: what it sees, and where it stands."""

    resources: TypeNames
    names: TypeNames
    mistakes: Mistakes
    lookups: set[tuple[str, str]]
    at: str

    def note(self, message: str) -> None:
        """Note a mistake in this expression."""
        self.mistakes.add(self.at, message)

    def type_of(self, node: nodes.Node) -> Type:
        """The shape of a part of the tree."""
        inference = INFERENCES.get(type(node))
        if inference is not None:
            return inference(self, node)
        for child in node.iter_child_nodes():
            self.type_of(child)
        return RESULTS.get(type(node), ANY)

    def member(self, base: Type, name: Json) -> Type:
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

    def path(self, base: Type, path: Json) -> Type:
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


def _name(inference: Inference, node: nodes.Name) -> Type:
    if node.name in inference.names:
        return inference.names[node.name]
    inference.note(f"there is no name {node.name}{_near(node.name, inference.names)}")
    return ANY


def _getattr(inference: Inference, node: nodes.Getattr) -> Type:
    return inference.member(inference.type_of(node.node), node.attr)


def _getitem(inference: Inference, node: nodes.Getitem) -> Type:
    base = inference.type_of(node.node)
    inference.type_of(node.arg)
    return inference.member(base, node.arg.value) if isinstance(node.arg, nodes.Const) else base.of()


def _choice(inference: Inference, node: nodes.CondExpr) -> Type:
    inference.type_of(node.test)
    one, other = inference.type_of(node.expr1), inference.type_of(node.expr2) if node.expr2 is not None else ANY
    return other if one == ANY else one if other == ANY or one.kind == other.kind else ANY


def _either(inference: Inference, node: nodes.Or) -> Type:
    one, other = inference.type_of(node.left), inference.type_of(node.right)
    return one if one.kind == other.kind else ANY


def _dict(inference: Inference, node: nodes.Dict) -> Type:
    members = {}
    for pair in node.items:
        value = inference.type_of(pair.value)
        if isinstance(pair.key, nodes.Const):
            members[pair.key.value] = value
    return Type("object", members)


def _list(inference: Inference, node: nodes.List) -> Type:
    found = [inference.type_of(member) for member in node.items]
    return (found[0] if found else ANY).listed()


def _add(inference: Inference, node: nodes.Add) -> Type:
    one, other = inference.type_of(node.left), inference.type_of(node.right)
    return one if one.kind == "list" else other if other.kind == "list" else NUMBER


def _compare(inference: Inference, node: nodes.Compare) -> Type:
    first = inference.type_of(node.expr)
    for operand in node.ops:
        other = inference.type_of(operand.expr)
        for choices, given in ((first, operand.expr), (other, node.expr)):
            for value in _constants(given):
                if choices.choices and value is not None and value not in choices.choices:
                    inference.note(f"{value} is never the case: it is one of {', '.join(map(str, choices.choices))}")
    return BOOLEAN


def _constants(node: nodes.Node) -> list[Json]:
    if isinstance(node, nodes.Const):
        return [node.value] if isinstance(node.value, str) else []
    return (
        [value for member in node.items for value in _constants(member)]
        if isinstance(node, nodes.List | nodes.Tuple)
        else []
    )


def _call(inference: Inference, node: nodes.Call) -> Type:
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    for argument in node.args:
        inference.type_of(argument)
    for pair in node.kwargs:
        inference.type_of(pair.value)
    if name not in ("get", "find"):
        return CALLED.get(name, NUMBER)
    wanted = str(node.args[0].value) if node.args and isinstance(node.args[0], nodes.Const) else ""
    if wanted not in inference.resources:
        inference.note(f"there is no resource {wanted}{_near(wanted, inference.resources)}")
        return ANY
    found = inference.resources[wanted]
    for pair in node.kwargs:
        _looked_up(inference, wanted, str(pair.key), pair.value)
    return found if name == "get" else found.listed()


def _looked_up(inference: Inference, resource: str, key: str, value: nodes.Expr) -> None:
    """Check one of find's equalities, and note that the field is looked up by."""
    path = key.replace("__", ".")
    of = inference.path(inference.resources[resource], path)
    if not of.choices and not isinstance(value, nodes.Dict):
        inference.lookups.add((resource, path))
    for constant in _constants(value):
        if of.choices and constant not in of.choices:
            inference.note(f"{key} is never {constant}: it is one of {', '.join(map(str, of.choices))}")


def _filter(inference: Inference, node: nodes.Filter) -> Type:
    value = inference.type_of(node.node) if node.node is not None else ANY
    for argument in node.args:
        inference.type_of(argument)
    for pair in node.kwargs:
        inference.type_of(pair.value)
    constants = [argument.value if isinstance(argument, nodes.Const) else None for argument in node.args]
    keys = [str(pair.key).replace("__", ".") for pair in node.kwargs]
    return FILTERED.get(node.name, _number)(inference, value, constants, keys)


Filtered = Callable[[Inference, Type, list[Json], list[str]], Type]


def _same(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    return value


def _by(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    for path in [*constants[-1:], *keys]:
        inference.path(value, path)
    return value


def _total(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    _by(inference, value, constants, keys)
    return NUMBER


def _group(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    key = inference.path(value, constants[0] if constants else None)
    return object_(key=key, rows=value).listed()


def _gather(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    return inference.path(value, constants[0] if constants else None).listed()


def _index(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    _by(inference, value, constants, keys)
    return Type("object", element=value.of())


def _pick(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    return Type("object", {name: inference.path(value, name) for name in constants if isinstance(name, str)})


def _merge(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    return OBJECT


def _number(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    return NUMBER


def _text(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    return TEXT


def _pattern(inference: Inference, value: Type, constants: list[Json], keys: list[str]) -> Type:
    for pattern in constants:
        try:
            re.compile(pattern if isinstance(pattern, str) else "")
        except re.error as error:
            inference.note(f"{pattern} is no regular expression: {error}")
    return BOOLEAN


FILTERED: Mapping[str, Filtered] = {
    "sum": _total,
    "group": _group,
    "gather": _gather,
    "index": _index,
    "flatten": lambda inference, value, constants, keys: value.of() if value.kind == "list" else ANY,
    "where": _by,
    "merge": _merge,
    "pick": _pick,
    "top": _by,
    "sort": lambda inference, value, constants, keys: _by(inference, value, constants[:1], keys),
    "unique": _same,
    "first": lambda inference, value, constants, keys: value.of(),
    "last": lambda inference, value, constants, keys: value.of(),
    "running": lambda inference, value, constants, keys: NUMBER.listed(),
    "keys": lambda inference, value, constants, keys: TEXT.listed(),
    "type_of": lambda inference, value, constants, keys: Type("text", choices=TYPES),
    "min": lambda inference, value, constants, keys: value.of(),
    "max": lambda inference, value, constants, keys: value.of(),
    "plus_days": _text,
    "plus_hours": _text,
    "plus_seconds": _text,
    "time_of_day": _text,
    "matches": _pattern,
    "hmac": _text,
    "url_parts": lambda inference, value, constants, keys: object_(
        scheme=TEXT, user=TEXT, host=TEXT, port=NUMBER, path=TEXT, network=Type("text", choices=NETWORKS)
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

CALLED: Mapping[str, Type] = {
    "min": ANY,
    "max": ANY,
    "now": TEXT,
    "today": TEXT,
    "events_of": TEXT.listed(),
    "periods": Type("list", element=Type("object", {"name": TEXT, "from": TEXT, "to": TEXT})),
}

INFERENCES: Mapping[type[nodes.Node], Callable[[Inference, Any], Type]] = {
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

RESULTS: Mapping[type[nodes.Node], Type] = {
    nodes.Sub: NUMBER,
    nodes.Mul: NUMBER,
    nodes.Div: NUMBER,
    nodes.Neg: NUMBER,
    nodes.Not: BOOLEAN,
    nodes.Concat: TEXT,
}
