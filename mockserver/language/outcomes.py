"""What the text of an expression shows without running it: the values it may give, and what it reads.

>>> constants(parse("{{ 'back' if late else status }}")[0].node)
['back']
>>> sorted(reads("book.price * (days - 1) if late else none"))
[('book', 'price'), ('days',), ('late',)]
"""

from collections.abc import Iterator

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.expression import parse
from mockserver.language.scope import ExpressionError


def constants(node: nodes.Node) -> list[Json]:
    """The values that stand in an expression as they are and may be what it gives."""
    return [outcome.value for outcome in _outcomes(node) if isinstance(outcome, nodes.Const)]


def reads(source: str) -> set[tuple[str, ...]]:
    """The names an expression reads, each with the members that are written behind it."""
    return {path for tree in _parse(source) for path in _paths(tree)}


def guarded(source: str) -> set[tuple[str, ...]]:
    """The names that an expression reads knowing that they may be null: beside an `or`, or compared with none."""
    parts = [node for tree in _parse(source) for node in (tree, *tree.find_all((nodes.Or, nodes.Compare)))]
    return {_path(part) for node in parts for part in _guarded(node)} - {()}


def _guarded(node: nodes.Node) -> list[nodes.Node]:
    if isinstance(node, nodes.Or):
        return [node.left, node.right]
    if isinstance(node, nodes.Compare) and any(_is_null(operand.expr) for operand in node.ops):
        return [node.expr]
    return []


def _is_null(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and node.value is None


def _paths(node: nodes.Node) -> Iterator[tuple[str, ...]]:
    path = _path(node)
    if path:
        yield path
    else:
        for child in node.iter_child_nodes():
            yield from _paths(child)


def _path(node: nodes.Node) -> tuple[str, ...]:
    """The steps of a name with members; none where a node is something else."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    inner = _path(node.node) if isinstance(node, nodes.Getattr) else ()
    return (*inner, node.attr) if inner and isinstance(node, nodes.Getattr) else ()


def _parse(source: str) -> tuple[nodes.Expr, ...]:
    """The trees of an expression, or of a template, which has braces of its own."""
    try:
        return tuple(part.node for part in parse(source if "{{" in source else "{{ " + source + " }}"))
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
