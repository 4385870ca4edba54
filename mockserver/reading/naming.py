"""What schemas that stand inside others are called: by the schema around them and their property, or by their title.

Generators of clients make a class of every object and every list of choices. One that has no name of its own gets one
made up of where it stands, and two that come to the same name are numbered, or dropped.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mockserver.json import Json
from mockserver.reading.document import Document, pointer
from mockserver.reading.errors import Mistakes
from mockserver.reading.structure import METHODS

ANNOTATIONS = (
    "title",
    "description",
    "example",
    "default",
    "readOnly",
    "writeOnly",
    "deprecated",
    "xml",
    "externalDocs",
)
"""What a schema says of the place where it is used, not of what is allowed there."""


class Inline(NamedTuple):
    """A schema inside another one: its name, itself, and where it stands."""

    name: str
    node: dict[str, Json]
    at: str


def pascal(text: str) -> str:
    """A name as classes have it.

    >>> pascal("billingAddress"), pascal("cash-in"), pascal("byHour")
    ('BillingAddress', 'CashIn', 'ByHour')
    """
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^0-9A-Za-z]+", text))


def inline_schemas(root: dict[str, Json]) -> Iterator[Inline]:
    """The objects and choices of a document that are no components, each after those inside it."""
    components = root.get("components", {})
    for name, schema in components.get("schemas", {}).items():
        yield from _within(schema, name, pointer("components", "schemas", name))
    for section, suffix in (("requestBodies", "Request"), ("responses", "Response")):
        for name, body in components.get(section, {}).items():
            yield from _content(body, pascal(name) + suffix, pointer("components", section, name))
    for path, item in root.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield from _operation(item[method], pointer("paths", path, method))


def _operation(operation: dict[str, Json], at: str) -> Iterator[Inline]:
    name = pascal(operation.get("operationId", ""))
    if not name:
        return
    yield from _content(operation.get("requestBody", {}), name + "Request", f"{at}/requestBody")
    for status, response in operation.get("responses", {}).items():
        yield from _content(response, f"{name}{status}Response", f"{at}/responses/{status}")


def _content(body: dict[str, Json], name: str, at: str) -> Iterator[Inline]:
    for media_type, content in body.get("content", {}).items():
        yield from _within(content.get("schema", {}), name, at + pointer("content", media_type, "schema")[1:])


def _within(node: Json, name: str, at: str) -> Iterator[Inline]:
    """The schemas inside a schema of this name."""
    if not isinstance(node, dict):
        return
    for index, part in enumerate(node.get("allOf", ())):
        yield from _within(part, name, f"{at}/allOf/{index}")
    for inner, part, where in _parts(node, name):
        yield from _named(part, inner, at + where)


def _parts(node: dict[str, Json], name: str) -> Iterator[tuple[str, Json, str]]:
    """The parts of a schema with the names that come of where they stand, and where that is."""
    for key, part in node.get("properties", {}).items():
        yield name + pascal(key), part, pointer("properties", key)[1:]
    for key, suffix in (("items", "Entry"), ("additionalProperties", "Value")):
        yield name + suffix, node.get(key), f"/{key}"
    for key in ("anyOf", "oneOf"):
        for index, part in enumerate(node.get(key, ())):
            yield f"{name}Option{index + 1}", part, f"/{key}/{index}"


def _named(node: Json, name: str, at: str) -> Iterator[Inline]:
    if not isinstance(node, dict) or "$ref" in node:
        return
    name = pascal(node["title"]) if "title" in node else name
    yield from _within(node, name, at)
    if _has_class(node):
        yield Inline(name, node, at)


def _has_class(node: dict[str, Json]) -> bool:
    """Whether generators make a class of a schema: an object with members, or a list of texts to choose from."""
    choices = "enum" in node and node.get("type") == "string" and not node.get("nullable")
    return choices or "properties" in node or len(node.get("allOf", ())) > 1


def essence(node: Json, names: bool = False) -> Json:
    """What a schema allows, without what it says beside that; `names` says that its keys are names of properties."""
    if isinstance(node, list):
        return [essence(member) for member in node]
    if not isinstance(node, dict):
        return node
    return {
        key: sorted(member, key=str) if key == "enum" and not names else essence(member, key == "properties" and not names)
        for key, member in node.items()
        if names or not (key in ANNOTATIONS or key.startswith("x-"))
    }


def check_names(document: Document, mistakes: Mistakes) -> None:
    """Note schemas that would have the same name in generated clients and allow different things."""
    schemas = document.root.get("components", {}).get("schemas", {})
    components = [Inline(name, node, pointer("components", "schemas", name)) for name, node in schemas.items()]
    classes: dict[str, Inline] = {}
    for component in components:
        other = classes.setdefault(_spelling(component.name), component)
        if other != component:
            mistakes.add(component.at, f"in generated clients it has the name of {other.name}: give it another")
    for inline in inline_schemas(document.root):
        other = classes.setdefault(_spelling(inline.name), inline)
        if essence(other.node) != essence(inline.node):
            mistakes.add(inline.at, f"in generated clients it is called {inline.name}, as is {other.at}: {REMEDY}")


REMEDY = "refer to that one by `$ref`, or give this one a `title`, by which it is called then"


def _spelling(name: str) -> str:
    """A name as generators tell names apart: without letter case and what stands between words."""
    return re.sub(r"[^0-9a-z]", "", name.lower())
