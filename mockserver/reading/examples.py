"""Checks that every default and example is one: it fits its own schema, and has no member that the schema lacks.

Readers and tools copy examples. To ask them all takes about as long as to compile the contract, so only who asks for a
thorough check waits for it.
"""

import re
from collections.abc import Iterable, Iterator

from mockserver.json import Json
from mockserver.reading.document import Document, pointer
from mockserver.reading.errors import Mistakes, suggestion
from mockserver.reading.schema import Schema, flat, validator
from mockserver.reading.structure import Part

STEP = re.compile(r"[^.\[\]]+")
"""One step of a flaw's path, such as `items[0].price`."""


def check_examples(document: Document, parts: Iterable[Part], mistakes: Mistakes) -> None:
    """Note every default and example that its schema refuses."""
    for part in parts:
        if part.kind == "schema":
            values: Iterator[tuple[Json, str]] = (
                (part.node[key], key) for key in ("default", "example") if key in part.node
            )
            schema = part.node
        else:
            values, schema = _examples(document, part.node), part.node.get("schema", {})
        for value, key in values:
            _check(document, schema, value, f"{part.at}/{key}", mistakes)


def _examples(document: Document, node: dict[str, Json]) -> Iterator[tuple[Json, str]]:
    """The examples beside a schema: of a parameter, a header or a media type."""
    if "schema" not in node:
        return
    if "example" in node:
        yield node["example"], "example"
    for name, example in node.get("examples", {}).items():
        if "value" in (example := document.resolve(example)):
            yield example["value"], f"examples{pointer(name)[1:]}/value"


def _check(document: Document, schema: Schema, value: Json, at: str, mistakes: Mistakes) -> None:
    if isinstance(value, str) and "{{" in value:
        return  # a template: what it gives is known when it is filled in
    as_sent, as_answered = (validator(document, schema, direction)(value) for direction in ("request", "response"))
    for flaw in as_answered and min(as_sent, as_answered, key=len):
        mistakes.add(at + pointer(*STEP.findall(flaw.field))[1:], f"its own schema refuses it: it {flaw.message}")
    _check_members(document, schema, value, at, mistakes)


def _check_members(document: Document, schema: Schema, value: Json, at: str, mistakes: Mistakes) -> None:
    """Note members of an example that its schema does not have: JSON Schema lets them pass, and they are misspelt."""
    node = flat(document, schema)
    if isinstance(value, list):
        for index, member in enumerate(value):
            _check_members(document, node.get("items", {}), member, f"{at}/{index}", mistakes)
    if not isinstance(value, dict) or not node.keys().isdisjoint(("anyOf", "oneOf")):
        return
    properties = node.get("properties", {})
    for name, member in value.items():
        here = at + pointer(name)[1:]
        if name in properties:
            _check_members(document, properties[name], member, here, mistakes)
        elif properties and not node.get("additionalProperties"):
            mistakes.add(here, f"its own schema has no {name}{suggestion(name, properties)}")
