"""The nodes of expressions that compare and choose."""

import operator
from collections.abc import Callable, Mapping
from itertools import pairwise

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.arithmetic import number
from mockserver.language.inference import Build, Evaluate, Inference, NodeRow, constants
from mockserver.language.labels import label
from mockserver.language.scope import ExpressionError, Scope
from mockserver.language.types import ANY, BOOLEAN, TEXT, Type, fits, is_known, join


def _ordered(apply: Callable[[Json, Json], bool]) -> Callable[[Json, Json], bool]:
    def compare(left: Json, right: Json) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return apply(left, right)
        return apply(number(left), number(right))

    return compare


def _contained(member: Json, container: Json) -> bool:
    if not isinstance(container, list | dict | str):
        raise ExpressionError(f"{container!r} holds nothing")
    return member in container


def _check_equal(inference: Inference, left: nodes.Node, right: nodes.Node) -> None:
    types = inference.type_of(left), inference.type_of(right)
    if types[0].kind != types[1].kind and all(map(is_known, types)):
        inference.note(f"{label(left)} is {types[0].noun} and {label(right)} {types[1].noun}: they are never equal")
    for type_, node in ((types[0], right), (types[1], left)):
        for value in constants(node):
            inference.choice(type_, value)


def _check_order(inference: Inference, left: nodes.Node, right: nodes.Node) -> None:
    types = inference.type_of(left), inference.type_of(right)
    for node, type_ in zip((left, right), types, strict=True):
        if type_.kind not in ("any", "number", "text"):
            inference.note(f"{label(node)} is {type_.noun}: only numbers and texts can be compared by order")
            return
    if not fits(*types):
        inference.note(f"{label(left)} is {types[0].noun} and {label(right)} {types[1].noun}: they cannot be compared")


def _check_contained(inference: Inference, left: nodes.Node, right: nodes.Node) -> None:
    member, container = inference.type_of(left), inference.type_of(right)
    if container.kind in ("null", "number", "boolean"):
        inference.note(f"{label(right)} is {container.noun}: nothing is in it")
    within = container.of() if container.kind == "list" else TEXT if container.kind in ("text", "object") else ANY
    if not fits(member, within):
        inference.note(f"{label(left)} is {member.noun}: it is never in {label(right)}")
    if container.kind == "object":
        for name in constants(left):
            inference.member(container, name)
    for type_, node in ((member, right), (container.of() if container.kind == "list" else ANY, left)):
        for value in constants(node):
            inference.choice(type_, value)


Check = Callable[[Inference, nodes.Node, nodes.Node], None]

COMPARISONS: Mapping[str, tuple[Callable[[Json, Json], bool], Check]] = {
    "eq": (operator.eq, _check_equal),
    "ne": (operator.ne, _check_equal),
    "gt": (_ordered(operator.gt), _check_order),
    "gteq": (_ordered(operator.ge), _check_order),
    "lt": (_ordered(operator.lt), _check_order),
    "lteq": (_ordered(operator.le), _check_order),
    "in": (_contained, _check_contained),
    "notin": (lambda member, container: not _contained(member, container), _check_contained),
}
"""Each comparison, with what is checked of its sides before there are values."""


def _compare(node: nodes.Compare, build: Build) -> Evaluate:
    first = build(node.expr)
    steps = [(COMPARISONS[operand.op][0], build(operand.expr)) for operand in node.ops]
    if len(steps) == 1:
        compare, right = steps[0]
        return lambda scope: compare(first(scope), right(scope))

    def evaluate(scope: Scope) -> bool:
        sides = pairwise([first(scope), *(value(scope) for _, value in steps)])
        return all(compare(left, right) for (left, right), (compare, _) in zip(sides, steps, strict=True))

    return evaluate


def _compare_type(inference: Inference, node: nodes.Compare) -> Type:
    sides = pairwise([node.expr, *(operand.expr for operand in node.ops)])
    for (left, right), operand in zip(sides, node.ops, strict=True):
        COMPARISONS[operand.op][1](inference, left, right)
    return BOOLEAN


def _not(node: nodes.Not, build: Build) -> Evaluate:
    value = build(node.node)
    return lambda scope: not value(scope)


def _not_type(inference: Inference, node: nodes.Not) -> Type:
    inference.type_of(node.node)
    return BOOLEAN


def _and(node: nodes.And, build: Build) -> Evaluate:
    left, right = build(node.left), build(node.right)
    return lambda scope: left(scope) and right(scope)


def _or(node: nodes.Or, build: Build) -> Evaluate:
    left, right = build(node.left), build(node.right)
    return lambda scope: left(scope) or right(scope)


def _and_type(inference: Inference, node: nodes.And) -> Type:
    """The second side's type, or that of a first side that counts as false: null, false, 0, or what is empty."""
    left, right = inference.type_of(node.left), inference.type_of(node.right)
    return join(left, right) if left.kind != "object" else right


def _or_type(inference: Inference, node: nodes.Or) -> Type:
    return join(inference.type_of(node.left), inference.type_of(node.right))


def _choice(node: nodes.CondExpr, build: Build) -> Evaluate:
    if node.expr2 is None:
        raise ExpressionError("an if needs an else")
    test, chosen, otherwise = build(node.test), build(node.expr1), build(node.expr2)
    return lambda scope: chosen(scope) if test(scope) else otherwise(scope)


def _choice_type(inference: Inference, node: nodes.CondExpr) -> Type:
    inference.type_of(node.test)
    otherwise = inference.type_of(node.expr2) if node.expr2 is not None else ANY
    return join(inference.type_of(node.expr1), otherwise)


LOGIC: Mapping[type[nodes.Node], NodeRow] = {
    nodes.Compare: NodeRow(_compare, _compare_type),
    nodes.Not: NodeRow(_not, _not_type),
    nodes.And: NodeRow(_and, _and_type),
    nodes.Or: NodeRow(_or, _or_type),
    nodes.CondExpr: NodeRow(_choice, _choice_type),
}
