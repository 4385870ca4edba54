"""Expressions: the contract's rules and computed values, in Jinja2's expression syntax.

Jinja2 parses; evaluation is ours, so that numbers are exact decimals, null passes through members but is loud in
arithmetic, names that do not exist are errors, and nothing but the listed operations can be reached.

>>> expression("quantity * unitPrice * 0.05").evaluate(Scope({"quantity": 3, "unitPrice": Decimal("1.10")}))
Decimal('0.1650')
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from mockserver.json import Json
from mockserver.language.functions import FILTERS, FUNCTIONS, WORLD
from mockserver.language.scope import ExpressionError, Scope

PARSER = Environment(  # noqa: S701, it only parses
    block_start_string="\x01%", block_end_string="%\x01", comment_start_string="\x01#", comment_end_string="#\x01"
)


Evaluate = Callable[[Scope], Json]


@dataclass(frozen=True)
class Expression:
    """One expression: its text, its tree, and what computes its value in a scope."""

    source: str
    node: nodes.Expr
    _evaluate: Evaluate

    def evaluate(self, scope: Scope) -> Json:
        """The value in this scope; ExpressionError says which expression failed and why."""
        try:
            return self._evaluate(scope)
        except (ExpressionError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            if isinstance(error, ExpressionError) and " in the expression " in str(error):
                raise
            raise ExpressionError(f"{error} in the expression {self.source}") from error

    def holds(self, scope: Scope) -> bool:
        """Whether it is true in this scope."""
        return bool(self.evaluate(scope))


def _number(value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ExpressionError(f"{value!r} is not a number")
    return value


def _const(node: nodes.Const) -> Evaluate:
    value = Decimal(repr(node.value)) if isinstance(node.value, float) else node.value
    return lambda _: value


def _name(node: nodes.Name) -> Evaluate:
    name = node.name
    return lambda scope: scope[name]


def _list(node: nodes.List | nodes.Tuple) -> Evaluate:
    members = [build(member) for member in node.items]
    return lambda scope: [member(scope) for member in members]


def _dict(node: nodes.Dict) -> Evaluate:
    pairs = [(build(pair.key), build(pair.value)) for pair in node.items]
    return lambda scope: {key(scope): value(scope) for key, value in pairs}


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


def _getattr(node: nodes.Getattr) -> Evaluate:
    base, name = build(node.node), node.attr
    return lambda scope: member(base(scope), name)


def _getitem(node: nodes.Getitem) -> Evaluate:
    base, key = build(node.node), build(node.arg)
    return lambda scope: member(base(scope), key(scope))


def _arithmetic(apply: Callable[[Json, Json], Json]) -> Callable[[Any], Evaluate]:
    def builder(node: nodes.BinExpr) -> Evaluate:
        left, right = build(node.left), build(node.right)
        return lambda scope: apply(_number(left(scope)), _number(right(scope)))

    return builder


def _add(node: nodes.Add) -> Evaluate:
    left, right = build(node.left), build(node.right)

    def evaluate(scope: Scope) -> Json:
        one, other = left(scope), right(scope)
        if isinstance(one, list) and isinstance(other, list):
            return one + other
        return _number(one) + _number(other)

    return evaluate


def _divide(one: Json, other: Json) -> Decimal:
    return Decimal(one) / Decimal(other)


def _floor(one: Json, other: Json) -> int:
    return int((Decimal(one) / Decimal(other)).to_integral_value(ROUND_FLOOR))


def _remainder(one: Json, other: Json) -> Json:
    return one - other * _floor(one, other)


def _negative(node: nodes.Neg) -> Evaluate:
    value = build(node.node)
    return lambda scope: -_number(value(scope))


def _not(node: nodes.Not) -> Evaluate:
    value = build(node.node)
    return lambda scope: not value(scope)


def _and(node: nodes.And) -> Evaluate:
    left, right = build(node.left), build(node.right)
    return lambda scope: left(scope) and right(scope)


def _or(node: nodes.Or) -> Evaluate:
    left, right = build(node.left), build(node.right)
    return lambda scope: left(scope) or right(scope)


def _choice(node: nodes.CondExpr) -> Evaluate:
    if node.expr2 is None:
        raise ExpressionError("an if needs an else")
    test, one, other = build(node.test), build(node.expr1), build(node.expr2)
    return lambda scope: one(scope) if test(scope) else other(scope)


def _concat(node: nodes.Concat) -> Evaluate:
    parts = [build(part) for part in node.nodes]
    return lambda scope: "".join(text(part(scope)) for part in parts)


def text(value: Json) -> str:
    """How a value reads within a text: null is nothing, numbers are written out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(text, value))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _ordered(apply: Callable[[Json, Json], bool]) -> Callable[[Json, Json], bool]:
    def compare(one: Json, other: Json) -> bool:
        if isinstance(one, str) and isinstance(other, str):
            return apply(one, other)
        return apply(_number(one), _number(other))

    return compare


def _contained(one: Json, other: Json) -> bool:
    if not isinstance(other, list | dict | str):
        raise ExpressionError(f"{other!r} holds nothing")
    return one in other


COMPARISONS: dict[str, Callable[[Json, Json], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": _ordered(operator.gt),
    "gteq": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lteq": _ordered(operator.le),
    "in": _contained,
    "notin": lambda one, other: not _contained(one, other),
}


def _compare(node: nodes.Compare) -> Evaluate:
    first = build(node.expr)
    rest = [(COMPARISONS[operand.op], build(operand.expr)) for operand in node.ops]
    if len(rest) == 1:
        compare, other = rest[0]
        return lambda scope: compare(first(scope), other(scope))

    def evaluate(scope: Scope) -> bool:
        values = [first(scope), *(value(scope) for _, value in rest)]
        return all(compare(values[place], values[place + 1]) for place, (compare, _) in enumerate(rest))

    return evaluate


def _arguments(node: nodes.Call | nodes.Filter) -> tuple[list[Evaluate], dict[str, Evaluate]]:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise ExpressionError("* and ** are not part of expressions")
    return [build(argument) for argument in node.args], {str(pair.key): build(pair.value) for pair in node.kwargs}


def _filter(node: nodes.Filter) -> Evaluate:
    if node.name not in FILTERS:
        raise ExpressionError(f"there is no filter {node.name}: use one of {', '.join(sorted(FILTERS))}")
    if node.node is None:
        raise ExpressionError("a filter needs a value")
    apply, value = FILTERS[node.name], build(node.node)
    places, named = _arguments(node)
    if named:
        return lambda scope: apply(
            value(scope), *(argument(scope) for argument in places), **{key: at(scope) for key, at in named.items()}
        )
    return lambda scope: apply(value(scope), *(argument(scope) for argument in places))


def _call(node: nodes.Call) -> Evaluate:
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    places, named = _arguments(node)
    if name in WORLD:
        return lambda scope: getattr(scope.functions, name)(
            *(argument(scope) for argument in places), **{key: at(scope) for key, at in named.items()}
        )
    if name not in FUNCTIONS:
        known = ", ".join(sorted([*FUNCTIONS, *WORLD]))
        raise ExpressionError(f"there is no function {name or 'of that form'}: use one of {known}")
    if named:
        raise ExpressionError(f"{name} takes no named arguments")
    apply = FUNCTIONS[name]
    return lambda scope: apply(*(argument(scope) for argument in places))


BUILDERS: dict[type[nodes.Node], Callable[[Any], Evaluate]] = {
    nodes.Const: _const,
    nodes.TemplateData: lambda node: lambda _: node.data,
    nodes.Name: _name,
    nodes.List: _list,
    nodes.Tuple: _list,
    nodes.Dict: _dict,
    nodes.Getattr: _getattr,
    nodes.Getitem: _getitem,
    nodes.Add: _add,
    nodes.Sub: _arithmetic(operator.sub),
    nodes.Mul: _arithmetic(operator.mul),
    nodes.Div: _arithmetic(_divide),
    nodes.FloorDiv: _arithmetic(_floor),
    nodes.Mod: _arithmetic(_remainder),
    nodes.Neg: _negative,
    nodes.Not: _not,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.CondExpr: _choice,
    nodes.Concat: _concat,
    nodes.Compare: _compare,
    nodes.Filter: _filter,
    nodes.Call: _call,
}


def build(node: nodes.Node) -> Evaluate:
    """What computes the value of a tree; ExpressionError when it holds anything that is not allowed."""
    builder = BUILDERS.get(type(node))
    if builder is None:
        raise ExpressionError(f"{type(node).__name__} is not part of expressions")
    return builder(node)


@cache
def parse(source: str) -> tuple[nodes.Expr, ...]:
    """The pieces of a text with braces, each a tree; text between braces is a TemplateData.

    Contracts say the same thing in many places, and each is compiled and checked: what was parsed is kept.
    """
    try:
        body = PARSER.parse(source).body
    except TemplateSyntaxError as error:
        raise ExpressionError(f"{error.message} in {source}") from None
    return tuple(piece for output in body if isinstance(output, nodes.Output) for piece in output.nodes)


@cache
def expression(source: str | bool | int | Decimal) -> Expression:
    """The expression of a text; ExpressionError when it cannot be understood."""
    if not isinstance(source, str):
        return Expression(str(source), nodes.Const(source), lambda _: source)
    pieces = parse("{{ " + source + " }}")
    if len(pieces) != 1 or isinstance(pieces[0], nodes.TemplateData):
        raise ExpressionError(f"{source} is not one expression")
    return Expression(source, pieces[0], build(pieces[0]))
