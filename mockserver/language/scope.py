"""What an expression sees: names, the fields of a document, and the functions of the place where it stands.

>>> outer = Scope({"branch": "main"})
>>> inner = outer.inside({}, {"title": "Emma"}, frozenset({"title", "price"}))
>>> inner["title"], inner["price"], inner["branch"]
('Emma', None, 'main')
"""

from collections.abc import Mapping
from typing import Protocol

from mockserver.json import Json


class ExpressionError(ValueError):
    """An expression that cannot be understood, or a value it cannot work with; `at` is where in a template it stands."""

    def __init__(self, message: str, at: str = "") -> None:
        super().__init__(message)
        self.at = at


class Functions(Protocol):
    """What an expression can call beside what every expression can: here nothing, as in the conditions of event aliases."""


class TodayFunctions(Functions, Protocol):
    """What expressions can call in fixtures, which are replayed while the clock moves from step to step."""

    def today(self) -> str:
        """The current date."""


class ClockFunctions(TodayFunctions, Protocol):
    """What expressions can call where only the time is known: in answers, refusals, headers and messages of the stream."""

    def now(self) -> str:
        """The current instant."""


class StoreFunctions(ClockFunctions, Protocol):
    """What expressions can call in a call: the clock, the tenant's documents, and the plan's channels."""

    def days_since(self, moment: str, until: str | None = None) -> int:
        """Whole days from a date until today, or another date."""

    def get(self, resource: str, id: str | None) -> dict[str, Json] | None:
        """The document of an id, or null."""

    def find(self, resource: str, /, **equal: Json) -> list[dict[str, Json]]:
        """The documents whose fields have these values; a list means any of them, an object its operators."""

    def events_of(self, channel: str | None) -> list[str]:
        """The events that are sent on a channel; none when there is no such channel."""


class Scope:
    """Names an expression can see: its own, then the document's fields, then those of the scope around it."""

    __slots__ = ("document", "fields", "functions", "names", "outer")

    def __init__(
        self,
        names: Mapping[str, Json],
        document: Mapping[str, Json] | None = None,
        fields: frozenset[str] = frozenset(),
        outer: "Scope | None" = None,
        functions: Functions | None = None,
    ) -> None:
        self.names = names
        self.document = document
        self.fields = fields
        self.outer = outer
        self.functions: Functions | None = functions if functions is not None or outer is None else outer.functions

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
