"""Expressions: the contract's rules and computed values, in Jinja2's expression syntax.

Jinja2 parses; evaluation is ours, so that numbers are exact decimals, null passes through members but is loud in
arithmetic, names that do not exist are errors, and nothing but the listed operations can be reached. Each sort of node is
a row of NODES: how it is evaluated, and what type it gives.

>>> expression("quantity * unitPrice * 0.05").evaluate(Scope({"quantity": 3, "unitPrice": Decimal("1.10")}))
Decimal('0.1650')
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from mockserver.json import Json
from mockserver.language.arithmetic import ARITHMETIC
from mockserver.language.calls import CALLS
from mockserver.language.inference import Evaluate, NodeRow
from mockserver.language.logic import LOGIC
from mockserver.language.scope import ExpressionError, Scope
from mockserver.language.values import VALUES

PARSER = Environment(  # noqa: S701, it only parses
    block_start_string="\x01%", block_end_string="%\x01", comment_start_string="\x01#", comment_end_string="#\x01"
)

NODES: Mapping[type[nodes.Node], NodeRow] = {**VALUES, **ARITHMETIC, **LOGIC, **CALLS}
"""The whole language: what is no row of it is not part of expressions."""


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


def build(node: nodes.Node) -> Evaluate:
    """What computes the value of a tree; ExpressionError when it holds anything that is not allowed."""
    row = NODES.get(type(node))
    if row is None:
        raise ExpressionError(f"{type(node).__name__} is not part of expressions")
    return row.evaluate(node, build)


@cache
def parse(source: str) -> tuple[Expression, ...]:
    """The pieces of a text with braces; what stands between braces is an expression, the rest a TemplateData.

    Contracts say the same thing in many places: what was parsed is kept.
    """
    try:
        body = PARSER.parse(source).body
    except TemplateSyntaxError as error:
        raise ExpressionError(f"{error.message} in {source}") from None
    pieces = [piece for output in body if isinstance(output, nodes.Output) for piece in output.nodes]
    return tuple(Expression(source, piece, build(piece)) for piece in pieces)


@cache
def expression(source: str | bool | int | Decimal) -> Expression:
    """The expression of a text; ExpressionError when it cannot be understood."""
    if not isinstance(source, str):
        return Expression(str(source), nodes.Const(source), lambda _: source)
    pieces = parse("{{ " + source + " }}")
    if len(pieces) != 1 or isinstance(pieces[0].node, nodes.TemplateData):
        raise ExpressionError(f"{source} is not one expression")
    return replace(pieces[0], source=source)
