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

    kind: Literal["any", "null", "object", "list", "text", "number", "boolean"] = "any"
    members: Mapping[str, "Type"] | None = None
    element: "Type | None" = None
    choices: tuple[Json, ...] = ()

    def of(self) -> "Type":
        """What its elements are, or what any of its members is."""
        return self.element or ANY

    def listed(self) -> "Type":
        """A list of such values."""
        return Type("list", element=self)

    @property
    def noun(self) -> str:
        """What a sentence calls such a value."""
        return NOUNS[self.kind]


ANY = Type()
NULL = Type("null")
OBJECT = Type("object")
TEXT = Type("text")
NUMBER = Type("number")
BOOLEAN = Type("boolean")

KINDS: Mapping[str, Type] = {
    "string": TEXT,
    "number": NUMBER,
    "integer": NUMBER,
    "boolean": BOOLEAN,
    "array": Type("list"),
    "object": OBJECT,
}

NOUNS: Mapping[str, str] = {
    "any": "anything",
    "null": "null",
    "object": "an object",
    "list": "a list",
    "text": "text",
    "number": "a number",
    "boolean": "true or false",
}

DEEPEST = 8
"""How many levels of a schema's nesting are read; what lies deeper may be anything."""

FILE = Type("object", {"name": TEXT, "type": TEXT, "size": NUMBER, "sha256": TEXT})
"""What is known of a file: of a property with `format: binary`."""


def object_(**members: Type) -> Type:
    """An object that has just these members."""
    return Type("object", members)


def laid_over(lower: Type, upper: Type) -> Type:
    """An object with the members of two; any member may exist where not all of them are known."""
    if lower.members is None or upper.members is None:
        return OBJECT
    return Type("object", {**lower.members, **upper.members})


def is_known(type_: Type) -> bool:
    """Whether it is known of what kind a value is; null may stand for a value of any kind."""
    return type_.kind not in ("any", "null")


def fits(type_: Type, expected: Type) -> bool:
    """Whether a value may be of the type that is expected; what is not known fits.

    >>> fits(TEXT, NUMBER), fits(ANY, NUMBER), fits(OBJECT.listed(), TEXT.listed())
    (False, True, False)
    """
    if not is_known(type_) or not is_known(expected):
        return True
    if type_.kind != expected.kind:
        return False
    return type_.kind != "list" or fits(type_.of(), expected.of())


def join(left: Type, right: Type) -> Type:
    """What is known of a value that is of one type or the other.

    >>> join(TEXT, NULL) == TEXT, join(TEXT, NUMBER) == ANY
    (True, True)
    """
    if left == right or right.kind == "null":
        return left
    if left.kind == "null":
        return right
    if left.kind != right.kind or left.kind == "any":
        return ANY
    if left.kind == "list":
        return join(left.of(), right.of()).listed()
    if left.kind == "object":
        return _either_object(left, right)
    choices = (*left.choices, *right.choices) if left.choices and right.choices else ()
    return replace(left, choices=tuple(dict.fromkeys(choices)))


def _either_object(left: Type, right: Type) -> Type:
    if left.members is None or right.members is None:
        return OBJECT
    return Type("object", {**right.members, **left.members})


def schema_type(document: Document, schema: Schema, depth: int = 0) -> Type:
    """The type of the values a schema describes."""
    merged = flat(document, schema)
    type_ = KINDS.get(merged.get("type", "object" if "properties" in merged else ""), ANY)
    if depth > DEEPEST or type_ is ANY:
        return ANY
    if merged.get("format") == "binary":
        return FILE
    if type_.kind == "list":
        return schema_type(document, merged.get("items", {}), depth + 1).listed()
    if type_.kind == "object":
        if "properties" not in merged:
            return OBJECT
        return Type("object", {name: schema_type(document, part, depth + 1) for name, part in merged["properties"].items()})
    return replace(type_, choices=tuple(merged["enum"])) if "enum" in merged else type_


def at_path(type_: Type, path: str) -> Type | None:
    """The type at a dotted path, through lists; None where there cannot be one."""
    for name in path.split("."):
        while type_.kind == "list":
            type_ = type_.of()
        if type_.kind in ("any", "null", "object") and type_.members is None:
            return type_.of()
        if type_.members is None or name not in type_.members:
            return None
        type_ = type_.members[name]
    return type_


TypeNames = Mapping[str, Type]
"""The names an expression can see."""

CALLER = object_(tenant=TEXT, key=TEXT, user=TEXT, permissions=TEXT.listed(), expiresAt=TEXT, environment=TEXT)
REQUEST = object_(id=TEXT, method=TEXT, path=TEXT, milliseconds=NUMBER)
RATE = object_(limit=NUMBER, remaining=NUMBER, reset=NUMBER)
PAGE = object_(hasMore=BOOLEAN, nextCursor=TEXT, limit=NUMBER, total=NUMBER)
PROBLEM = object_(status=NUMBER, code=TEXT, message=TEXT, details=OBJECT.listed())

CALL: TypeNames = {"input": OBJECT, "query": OBJECT, "path": OBJECT, "request": REQUEST, "caller": CALLER}
"""What every expression of a call sees."""

ANSWER: TypeNames = {"result": ANY, "page": PAGE, "problem": PROBLEM, "request": REQUEST, "path": OBJECT, "mediaType": TEXT}
"""What the templates of answers see."""
