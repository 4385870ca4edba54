"""What an expression can see: names, the fields of a document, and the world around.

>>> outer = Scope({"branch": "main"})
>>> inner = outer.inside({}, {"title": "Emma"}, frozenset({"title", "price"}))
>>> inner["title"], inner["price"], inner["branch"]
('Emma', None, 'main')
"""

from collections.abc import Mapping
from typing import Any

from mockserver.json import Json


class ExpressionError(ValueError):
    """An expression that cannot be understood, or a value it cannot work with."""


class Scope:
    """Names an expression can see: its own, then the document's fields, then those of the scope around it."""

    __slots__ = ("document", "fields", "functions", "names", "outer")

    def __init__(
        self,
        names: Mapping[str, Json],
        document: Mapping[str, Json] | None = None,
        fields: frozenset[str] = frozenset(),
        outer: "Scope | None" = None,
        functions: Any = None,
    ) -> None:
        self.names = names
        self.document = document
        self.fields = fields
        self.outer = outer
        self.functions: Any = functions if functions is not None or outer is None else outer.functions

    def inside(
        self,
        names: Mapping[str, Json],
        document: Mapping[str, Json] | None = None,
        fields: frozenset[str] = frozenset(),
    ) -> "Scope":
        """A scope within this one."""
        return Scope(names, document, fields, self)

    def __getitem__(self, name: str) -> Json:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            if name in scope.fields:
                return scope.document.get(name) if scope.document is not None else None
            scope = scope.outer
        raise ExpressionError(f"there is no name {name}")
