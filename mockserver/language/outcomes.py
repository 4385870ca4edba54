"""What the text of an expression shows without running it: the values it may give, and the names it reads.

>>> constants("'back' if late else status")
['back']
>>> sorted(names("price * (days - 1) if late else none"))
['days', 'late', 'price']
"""

from collections.abc import Iterator

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.expression import parse
from mockserver.language.scope import ExpressionError


def constants(source: str) -> list[Json]:
    """The values that stand in an expression as they are and may be what it gives."""
    return [node.value for piece in _parse(source) for node in _outcomes(piece) if isinstance(node, nodes.Const)]


def names(source: str) -> set[str]:
    """The names an expression reads."""
    trees = _parse(source)
    inner = (node for tree in trees for node in tree.find_all(nodes.Name))
    return {node.name for node in (*trees, *inner) if isinstance(node, nodes.Name)}


def _parse(source: str) -> tuple[nodes.Expr, ...]:
    """The trees of an expression, or of a template, which has braces of its own."""
    try:
        return parse(source if "{{" in source else "{{ " + source + " }}")
    except ExpressionError:
        return ()  # noted where it is compiled


def _outcomes(node: nodes.Node) -> Iterator[nodes.Node]:
    """The parts of a tree of which one is its value."""
    if isinstance(node, nodes.CondExpr):
        yield from _outcomes(node.expr1)
        yield from _outcomes(node.expr2) if node.expr2 is not None else ()
    elif isinstance(node, nodes.Or):
        yield from _outcomes(node.left)
        yield from _outcomes(node.right)
    else:
        yield node
