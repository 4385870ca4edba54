"""Where requests go: the operations of a plan by method and path, found without trying one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.plan import Operation, Plan

Route = tuple[Operation, tuple[str, ...]]
"""An operation, and the names of the parameters of its path, in order."""


@dataclass
class _Node:
    """What may follow after some segments of a path."""

    fixed: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)
    """By method, where the path ends here."""


class Routes:
    """The addresses of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._root = _Node()
        for method, path, operation_id in plan.addresses():
            segments = path.split("/")[1:]
            node = self._root
            for segment in segments:
                node = _step(node, segment)
            names = tuple(segment[1:-1] for segment in segments if segment.startswith("{"))
            node.routes[method] = (plan.operations[operation_id], names)

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """The operation at a path below the base path, and the texts of its parameters.

        A fixed segment counts before a parameter (OpenAPI 3.0, Paths Object), if an operation of the method lies there.
        """
        texts: list[str] = []
        route = _find(self._root, path.split("/")[1:], method, texts)
        return None if route is None else (route[0], dict(zip(route[1], texts, strict=True)))


def _step(node: _Node, segment: str) -> _Node:
    if not segment.startswith("{"):
        return node.fixed.setdefault(segment, _Node())
    if node.parameter is None:
        node.parameter = _Node()
    return node.parameter


def _find(node: _Node, segments: Sequence[str], method: str, texts: list[str]) -> Route | None:
    if not segments:
        return node.routes.get(method)
    segment, *rest = segments
    fixed = node.fixed.get(segment)
    route = None if fixed is None else _find(fixed, rest, method, texts)
    if route is None and node.parameter is not None and segment:
        texts.append(segment)
        route = _find(node.parameter, rest, method, texts)
        if route is None:
            texts.pop()
    return route
