"""The nodes of expressions that compute: exact decimals, loud where an operand is null or no number."""

import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, Decimal

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.inference import Build, Evaluate, Inference, NodeRow
from mockserver.language.labels import label
from mockserver.language.scope import ExpressionError, Scope
from mockserver.language.texts import text
from mockserver.language.types import ANY, NUMBER, TEXT, Type, join


def number(value: Json) -> Json:
    """A value that must be a number; ExpressionError when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ExpressionError(f"{value!r} is not a number")
    return value


def _divide(dividend: Json, divisor: Json) -> Decimal:
    return Decimal(dividend) / Decimal(divisor)


def _floor(dividend: Json, divisor: Json) -> int:
    return int((Decimal(dividend) / Decimal(divisor)).to_integral_value(ROUND_FLOOR))


def _remainder(dividend: Json, divisor: Json) -> Json:
    return dividend - divisor * _floor(dividend, divisor)


def _binary(sign: str, apply: Callable[[Json, Json], Json]) -> NodeRow:
    """The row of an operator between two numbers."""

    def evaluate(node: nodes.BinExpr, build: Build) -> Evaluate:
        left, right = build(node.left), build(node.right)
        return lambda scope: apply(number(left(scope)), number(right(scope)))

    def infer(inference: Inference, node: nodes.BinExpr) -> Type:
        inference.number(node.left, sign)
        inference.number(node.right, sign)
        return NUMBER

    return NodeRow(evaluate, infer)


def _add(node: nodes.Add, build: Build) -> Evaluate:
    left, right = build(node.left), build(node.right)

    def evaluate(scope: Scope) -> Json:
        augend, addend = left(scope), right(scope)
        if isinstance(augend, list) and isinstance(addend, list):
            return augend + addend
        return number(augend) + number(addend)

    return evaluate


def _add_type(inference: Inference, node: nodes.Add) -> Type:
    types = {operand: inference.type_of(operand) for operand in (node.left, node.right)}
    left, right = types.values()
    for operand, type_ in types.items():
        if type_.kind not in ("any", "number", "list"):
            remedy = ", and ~ joins texts" if type_.kind == "text" else ""
            inference.note(f"{label(operand)} is {type_.noun}: + adds numbers and joins lists{remedy}")
    if {left.kind, right.kind} == {"number", "list"}:
        inference.note(f"{label(node.left)} is {left.noun} and {label(node.right)} {right.noun}: + cannot add them")
    if "list" in (left.kind, right.kind):
        return join(left, right) if left.kind == right.kind else ANY.listed()
    return NUMBER if "number" in (left.kind, right.kind) else ANY


def _negative(node: nodes.Neg, build: Build) -> Evaluate:
    value = build(node.node)
    return lambda scope: -number(value(scope))


def _negative_type(inference: Inference, node: nodes.Neg) -> Type:
    inference.number(node.node, "-")
    return NUMBER


def _concat(node: nodes.Concat, build: Build) -> Evaluate:
    parts = [build(part) for part in node.nodes]
    return lambda scope: "".join(text(part(scope)) for part in parts)


def _concat_type(inference: Inference, node: nodes.Concat) -> Type:
    for part in node.nodes:
        inference.type_of(part)
    return TEXT


ARITHMETIC: Mapping[type[nodes.Node], NodeRow] = {
    nodes.Add: NodeRow(_add, _add_type),
    nodes.Sub: _binary("-", operator.sub),
    nodes.Mul: _binary("*", operator.mul),
    nodes.Div: _binary("/", _divide),
    nodes.FloorDiv: _binary("//", _floor),
    nodes.Mod: _binary("%", _remainder),
    nodes.Neg: NodeRow(_negative, _negative_type),
    nodes.Concat: NodeRow(_concat, _concat_type),
}
