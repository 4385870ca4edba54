"""The nodes of expressions that are values: constants, names, members, lists and objects."""

from collections.abc import Mapping
from decimal import Decimal

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.inference import Build, Evaluate, Inference, NodeRow
from mockserver.language.labels import label
from mockserver.language.scope import ExpressionError
from mockserver.language.types import ANY, BOOLEAN, NULL, NUMBER, TEXT, Type, is_known, join
from mockserver.reading.errors import suggestion


def _const(node: nodes.Const, build: Build) -> Evaluate:
    value = Decimal(repr(node.value)) if isinstance(node.value, float) else node.value
    return lambda _: value


def const_type(value: Json) -> Type:
    """The type of a value that stands in an expression as it is."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else NUMBER


def _text(node: nodes.TemplateData, build: Build) -> Evaluate:
    text = node.data
    return lambda _: text


def _name(node: nodes.Name, build: Build) -> Evaluate:
    name = node.name
    return lambda scope: scope[name]


def _name_type(inference: Inference, node: nodes.Name) -> Type:
    if node.name in inference.names:
        return inference.names[node.name]
    if node.name in inference.functions:
        inference.note(f"{node.name} is a function: write {node.name}()")
    else:
        inference.note(f"there is no name {node.name}{suggestion(node.name, inference.names)}")
    return ANY


def _list(node: nodes.List | nodes.Tuple, build: Build) -> Evaluate:
    members = [build(member) for member in node.items]
    return lambda scope: [member(scope) for member in members]


def _list_type(inference: Inference, node: nodes.List | nodes.Tuple) -> Type:
    element = NULL
    for member in node.items:
        element = join(element, inference.type_of(member))
    return element.listed()


def _dict(node: nodes.Dict, build: Build) -> Evaluate:
    pairs = [(build(pair.key), build(pair.value)) for pair in node.items]
    return lambda scope: {key(scope): value(scope) for key, value in pairs}


def _dict_type(inference: Inference, node: nodes.Dict) -> Type:
    types = [(pair.key, inference.type_of(pair.value)) for pair in node.items]
    if not all(isinstance(key, nodes.Const) for key, _ in types):
        return Type("object")
    return Type("object", {key.value: type_ for key, type_ in types if isinstance(key, nodes.Const)})


def member(value: Json, name: Json) -> Json:
    """A member of an object or an element of a list; null when the value is null or has no such member."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and isinstance(name, int):
        return value[name] if -len(value) <= name < len(value) else None
    if value is None:
        return None
    if isinstance(value, Mapping):
        return value.get(name)
    raise ExpressionError(f"{value!r} has no member {name!r}")


def _getattr(node: nodes.Getattr, build: Build) -> Evaluate:
    owner, name = build(node.node), node.attr
    return lambda scope: member(owner(scope), name)


def _getattr_type(inference: Inference, node: nodes.Getattr) -> Type:
    return inference.member(inference.type_of(node.node), node.attr)


def _getitem(node: nodes.Getitem, build: Build) -> Evaluate:
    owner, key = build(node.node), build(node.arg)
    return lambda scope: member(owner(scope), key(scope))


def _getitem_type(inference: Inference, node: nodes.Getitem) -> Type:
    owner, key = inference.type_of(node.node), inference.type_of(node.arg)
    if isinstance(node.arg, nodes.Const):
        return inference.member(owner, node.arg.value)
    if owner.kind == "list" and is_known(key) and key.kind != "number":
        inference.note(f"{label(node.arg)} is {key.noun}: a list has members by number")
    return owner.of()


VALUES: Mapping[type[nodes.Node], NodeRow] = {
    nodes.Const: NodeRow(_const, lambda inference, node: const_type(node.value)),
    nodes.TemplateData: NodeRow(_text, lambda inference, node: TEXT),
    nodes.Name: NodeRow(_name, _name_type),
    nodes.List: NodeRow(_list, _list_type),
    nodes.Tuple: NodeRow(_list, _list_type),
    nodes.Dict: NodeRow(_dict, _dict_type),
    nodes.Getattr: NodeRow(_getattr, _getattr_type),
    nodes.Getitem: NodeRow(_getitem, _getitem_type),
}
