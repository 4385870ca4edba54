"""Checks that each schema agrees with itself: its keywords with its type, its required names with its properties."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from mockserver.json import Json
from mockserver.reading.document import Document
from mockserver.reading.errors import Mistakes, suggestion
from mockserver.reading.schema import Schema, flat
from mockserver.reading.structure import Part

NUMBERS = ("number", "integer")

TYPES_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("maxLength", "minLength", "pattern"), ("string",)),
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf", "x-decimals"), NUMBERS),
    **dict.fromkeys(("items", "maxItems", "minItems", "uniqueItems"), ("array",)),
    **dict.fromkeys(
        ("properties", "required", "additionalProperties", "maxProperties", "minProperties", "discriminator"), ("object",)
    ),
}
"""The types that a keyword says something about."""

FORMATS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("date", "date-time", "time", "duration", "email", "uuid", "byte", "binary", "password"), ("string",)),
    **dict.fromkeys(("uri", "uri-reference", "uri-template", "hostname", "ipv4", "ipv6", "regex"), ("string",)),
    **dict.fromkeys(("idn-email", "idn-hostname", "iri", "iri-reference", "json-pointer"), ("string",)),
    **dict.fromkeys(("int32", "int64"), NUMBERS),
    **dict.fromkeys(("float", "double"), ("number",)),
}
"""The formats of OpenAPI and JSON Schema, each with the types it is of. Others may be used, and mean nothing here."""

ALIKE = 0.8
"""How alike an unknown format must be to one that is known, to be taken for a misspelt one."""

BOUNDS = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"))

IS_OF_TYPE: Mapping[str, Callable[[Json], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def check_schemas(document: Document, parts: Iterable[Part], mistakes: Mistakes) -> None:
    """Note what does not agree within a schema."""
    schemas = [part for part in parts if part.kind == "schema"]
    around = _properties_around(document, schemas)
    for part in schemas:
        _check_type(part, mistakes)
        _check_format(part, mistakes)
        for low, high in BOUNDS:
            if low in part.node and high in part.node and part.node[low] > part.node[high]:
                mistakes.add(f"{part.at}/{low}", f"{part.node[low]} is more than {high}, {part.node[high]}")
        if "required" in part.node:
            _check_required(document, part, around.get(id(part.node), frozenset()), mistakes)


def _check_type(part: Part, mistakes: Mistakes) -> None:
    kind = str(part.node.get("type"))
    if kind not in IS_OF_TYPE:
        return
    for keyword in part.node.keys() & TYPES_OF.keys():
        if kind not in TYPES_OF[keyword]:
            types = " or ".join(TYPES_OF[keyword])
            mistakes.add(f"{part.at}/{keyword}", f"{keyword} is about the type {types}, and this is of type {kind}")
    values = part.node.get("enum", ())
    for index, value in enumerate(values):
        if not IS_OF_TYPE[kind](value) and not (value is None and part.node.get("nullable")):
            mistakes.add(f"{part.at}/enum/{index}", f"{value} is not of type {kind}")
        elif value in values[:index]:
            mistakes.add(f"{part.at}/enum/{index}", f"{value} stands twice")


def _check_format(part: Part, mistakes: Mistakes) -> None:
    name, kind = part.node.get("format"), part.node.get("type")
    if name is None:
        return
    if name not in FORMATS and (hint := suggestion(name, FORMATS, likeness=ALIKE)):
        mistakes.add(f"{part.at}/format", f"there is no format {name}{hint}")
    elif kind is not None and kind not in FORMATS.get(name, (kind,)):
        mistakes.add(f"{part.at}/format", f"{name} is a format of the type {' or '.join(FORMATS[name])}, not {kind}")


def _check_required(document: Document, part: Part, around: frozenset[str], mistakes: Mistakes) -> None:
    names = around | _names(document, part.node)
    if not names:
        return
    for index, name in enumerate(part.node["required"]):
        if name not in names:
            mistakes.add(f"{part.at}/required/{index}", f"there is no property {name}{suggestion(name, names)}")


def _names(document: Document, schema: Schema) -> frozenset[str]:
    """The properties of a schema, those of its alternatives too."""
    node = flat(document, schema)
    inner = [_names(document, choice) for choice in _alternatives(node)]
    return frozenset(node.get("properties", ())).union(*inner)


def _alternatives(node: Schema) -> Iterator[Schema]:
    for keyword in ("anyOf", "oneOf"):
        yield from node.get(keyword, ())


def _pieces(node: Schema) -> Iterator[Schema]:
    yield from node.get("allOf", ())
    yield from _alternatives(node)
    yield from [node["not"]] if "not" in node else ()


def _properties_around(document: Document, schemas: Iterable[Part]) -> dict[int, frozenset[str]]:
    """The properties that each part of a composed schema has beside it, by the identity of the part."""
    around: dict[int, frozenset[str]] = {}
    for part in schemas:
        pieces = [id(document.resolve(piece)) for piece in _pieces(part.node)]
        names = around.get(id(part.node), frozenset()) | _names(document, part.node) if pieces else frozenset()
        around.update({piece: around.get(piece, frozenset()) | names for piece in pieces})
    return around
