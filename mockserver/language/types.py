"""Shapes: what is known of a value before there is one, read from schemas, so that misspelt names are found at start-up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from mockserver.json import Json
from mockserver.reading.document import Document
from mockserver.reading.schema import Schema, flat


@dataclass(frozen=True)
class Shape:
    """What is known of a value. `members` is None where any member may exist."""

    kind: Literal["any", "object", "list", "text", "number", "boolean"] = "any"
    members: Mapping[str, "Shape"] | None = None
    element: "Shape | None" = None
    choices: tuple[Json, ...] = ()

    def of(self) -> "Shape":
        """What its elements are, or what any of its members is."""
        return self.element or ANY

    def listed(self) -> "Shape":
        """A list of such values."""
        return Shape("list", element=self)

    def with_(self, other: "Shape") -> "Shape":
        """An object that has the members of another too."""
        if self.members is None or other.members is None:
            return OBJECT
        return replace(self, members={**self.members, **other.members})


ANY = Shape()
OBJECT = Shape("object")
TEXT = Shape("text")
NUMBER = Shape("number")
BOOLEAN = Shape("boolean")

KINDS: Mapping[str, Shape] = {
    "string": TEXT,
    "number": NUMBER,
    "integer": NUMBER,
    "boolean": BOOLEAN,
    "array": Shape("list"),
    "object": OBJECT,
}

DEEPEST = 8

FILE = Shape("object", {"name": TEXT, "type": TEXT, "size": NUMBER, "sha256": TEXT})
"""What is known of a file: of a property with `format: binary`."""


def object_(**members: Shape) -> Shape:
    """An object that has just these members."""
    return Shape("object", members)


def shape(document: Document, schema: Schema, depth: int = 0) -> Shape:
    """The shape of the values a schema describes."""
    whole = flat(document, schema)
    kind = KINDS.get(whole.get("type", "object" if "properties" in whole else ""), ANY)
    if depth > DEEPEST or kind is ANY:
        return ANY
    if whole.get("format") == "binary":
        return FILE
    if kind.kind == "list":
        return shape(document, whole.get("items", {}), depth + 1).listed()
    if kind.kind == "object":
        if "properties" not in whole:
            return OBJECT
        return Shape("object", {name: shape(document, part, depth + 1) for name, part in whole["properties"].items()})
    return replace(kind, choices=tuple(whole.get("enum", ())))


def at_path(found: Shape, path: str) -> Shape | None:
    """The shape at a dotted path, through lists; None where there cannot be one."""
    for name in path.split("."):
        while found.kind == "list":
            found = found.of()
        if found.kind in ("any", "object") and found.members is None:
            return ANY
        if found.members is None or name not in found.members:
            return None
        found = found.members[name]
    return found


Names = Mapping[str, Shape]
"""The names an expression can see."""

CALLER = object_(tenant=TEXT, key=TEXT, user=TEXT, permissions=TEXT.listed(), expiresAt=TEXT, environment=TEXT)
REQUEST = object_(id=TEXT, method=TEXT, path=TEXT, milliseconds=NUMBER)
PAGE = object_(hasMore=BOOLEAN, nextCursor=TEXT, limit=NUMBER, total=NUMBER)
PROBLEM = object_(status=NUMBER, code=TEXT, message=TEXT, details=OBJECT.listed())

CALL: Names = {"input": OBJECT, "query": OBJECT, "path": OBJECT, "request": REQUEST, "caller": CALLER}
"""What every expression of a call sees."""

ANSWER: Names = {"result": ANY, "page": PAGE, "problem": PROBLEM, "request": REQUEST, "path": OBJECT}
"""What the templates of answers see."""
