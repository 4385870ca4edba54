"""How sentences about expressions name their parts: as they are written, as far as that is short.

>>> from mockserver.language.expression import expression
>>> [label(expression(source).node) for source in ("loan.days - 1", "today()", "find('Loan', days=3)", "none")]
['loan.days - 1', 'today()', 'find(…)', 'none']
"""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

MOST_MEMBERS = 3
"""Lists with more members are not written out."""


def label(node: nodes.Node) -> str:
    """The text of a node."""
    if isinstance(node, nodes.BinExpr):
        return f"{label(node.left)} {node.operator} {label(node.right)}"
    written = LABELS.get(type(node))
    return "what stands there" if written is None else written(node)


def _const(node: nodes.Const) -> str:
    names = {None: "none", True: "true", False: "false"}
    return names[node.value] if node.value is None or isinstance(node.value, bool) else repr(node.value)


def _call(node: nodes.Call) -> str:
    return f"{label(node.node)}({'…' if node.args or node.kwargs else ''})"


def _members(members: list[nodes.Expr]) -> str:
    return ", ".join(map(label, members)) if len(members) <= MOST_MEMBERS else "…"


def _filter(node: nodes.Filter) -> str:
    return node.name if node.node is None else f"{label(node.node)} | {node.name}"


LABELS: Mapping[type[nodes.Node], Callable[[Any], str]] = {
    nodes.Const: _const,
    nodes.Name: lambda node: str(node.name),
    nodes.Getattr: lambda node: f"{label(node.node)}.{node.attr}",
    nodes.Getitem: lambda node: f"{label(node.node)}[{label(node.arg)}]",
    nodes.List: lambda node: f"[{_members(node.items)}]",
    nodes.Tuple: lambda node: f"({_members(node.items)})",
    nodes.Dict: lambda node: "{…}" if node.items else "{}",
    nodes.Neg: lambda node: f"-{label(node.node)}",
    nodes.Not: lambda node: f"not {label(node.node)}",
    nodes.Concat: lambda node: " ~ ".join(map(label, node.nodes)),
    nodes.CondExpr: lambda node: f"{label(node.expr1)} if … else {label(node.expr2)}",
    nodes.Filter: _filter,
    nodes.Call: _call,
}
