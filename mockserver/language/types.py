"""Types: what is known of a value before there is one, read from schemas, so that misspelt names are found at start-up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from mockserver.json import Json
from mockserver.reading.document import Document
from mockserver.reading.schema import Schema, flat


@dataclass(frozen=True)
class Type:
    """What is known of a value. `members` is None where any member may exist."""

    kind: Literal["any", "object", "list", "text", "number", "boolean"] = "any"
    members: Mapping[str, "Type"] | None = None
    element: "Type | None" = None
    choices: tuple[Json, ...] = ()

    def of(self) -> "Type":
        """What its elements are, or what any of its members is."""
        return self.element or ANY

    def listed(self) -> "Type":
        """A list of such values."""
        return Type("list", element=self)


ANY = Type()
OBJECT = Type("object")
TEXT = Type("text")
NUMBER = Type("number")
BOOLEAN = Type("boolean")


def laid_over(lower: Type, upper: Type) -> Type:
    """An object with the members of two; any member may exist where not all of them are known."""
    if lower.members is None or upper.members is None:
        return OBJECT
    return Type("object", {**lower.members, **upper.members})


KINDS: Mapping[str, Type] = {
    "string": TEXT,
    "number": NUMBER,
    "integer": NUMBER,
    "boolean": BOOLEAN,
    "array": Type("list"),
    "object": OBJECT,
}

DEEPEST = 8

FILE = Type("object", {"name": TEXT, "type": TEXT, "size": NUMBER, "sha256": TEXT})
"""What is known of a file: of a property with `format: binary`."""


def object_(**members: Type) -> Type:
    """An object that has just these members."""
    return Type("object", members)


def schema_type(document: Document, schema: Schema, depth: int = 0) -> Type:
    """The shape of the values a schema describes."""
    whole = flat(document, schema)
    kind = KINDS.get(whole.get("type", "object" if "properties" in whole else ""), ANY)
    if depth > DEEPEST or kind is ANY:
        return ANY
    if whole.get("format") == "binary":
        return FILE
    if kind.kind == "list":
        return schema_type(document, whole.get("items", {}), depth + 1).listed()
    if kind.kind == "object":
        if "properties" not in whole:
            return OBJECT
        return Type("object", {name: schema_type(document, part, depth + 1) for name, part in whole["properties"].items()})
    return replace(kind, choices=tuple(whole.get("enum", ())))


def at_path(found: Type, path: str) -> Type | None:
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


TypeNames = Mapping[str, Type]
"""The names an expression can see."""

CALLER = object_(tenant=TEXT, key=TEXT, user=TEXT, permissions=TEXT.listed(), expiresAt=TEXT, environment=TEXT)
REQUEST = object_(id=TEXT, method=TEXT, path=TEXT, milliseconds=NUMBER)
PAGE = object_(hasMore=BOOLEAN, nextCursor=TEXT, limit=NUMBER, total=NUMBER)
PROBLEM = object_(status=NUMBER, code=TEXT, message=TEXT, details=OBJECT.listed())

CALL: TypeNames = {"input": OBJECT, "query": OBJECT, "path": OBJECT, "request": REQUEST, "caller": CALLER}
"""What every expression of a call sees."""

ANSWER: TypeNames = {"result": ANY, "page": PAGE, "problem": PROBLEM, "request": REQUEST, "path": OBJECT}
"""What the templates of answers see."""
