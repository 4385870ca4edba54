"""Reads answers that are not JSON back into the values their schemas describe, so that a judge of JSON can judge them."""

import csv
import io
from typing import Any
from xml.etree import ElementTree

from mockserver.reading.document import Document
from mockserver.reading.schema import flat


def value(document: Document, schema: dict[str, Any], media_type: str, body: bytes) -> Any:
    """The value that a body was written from."""
    if media_type == "text/csv":
        columns = flat(document, flat(document, schema)["items"])["properties"]
        heads, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
        assert heads == list(columns)
        return [
            {name: cell(flat(document, columns[name]), text) for name, text in zip(heads, row, strict=True)} for row in rows
        ]
    root = ElementTree.fromstring(body)
    for choice in flat(document, schema).get("oneOf", ()):
        if flat(document, choice)["xml"]["name"] == local(root):
            return xml_value(document, choice, root)
    return xml_value(document, schema, root)


def xml_value(document: Document, schema: dict[str, Any], element: ElementTree.Element) -> Any:
    """The value of an element; whatever the schema does not declare fails."""
    whole = flat(document, schema)
    if "properties" not in whole:
        assert not len(element)
        assert not element.attrib
        return scalar(whole, element.text or "")
    found: dict[str, Any] = {}
    rest, attributes = list(element), dict(element.attrib)
    for member, part in whole["properties"].items():
        inner = flat(document, part)
        said = inner.get("xml", {})
        if said.get("attribute"):
            name = said.get("name", member)
            found |= {member: scalar(inner, attributes.pop(name))} if name in attributes else {}
        elif said.get("x-nodeType") == "text":
            found[member] = scalar(inner, element.text or "")
        elif inner.get("type") == "array":
            found |= listed(document, inner, member, rest)
        elif rest and local(rest[0]) == said.get("name", member):
            found[member] = xml_value(document, part, rest.pop(0))
    assert (rest, attributes) == ([], {})
    return found


def listed(document: Document, schema: dict[str, Any], member: str, rest: list[ElementTree.Element]) -> dict[str, Any]:
    """A member that is a list, taken from the elements that are left."""
    said, items = schema.get("xml", {}), flat(document, schema["items"])
    own = said.get("name", member)
    name = items.get("xml", {}).get("name") or own
    if said.get("wrapped"):
        if not rest or local(rest[0]) != own:
            return {}
        entries = list(rest.pop(0))
        assert {local(entry) for entry in entries} <= {name}
    else:
        entries = []
        while rest and local(rest[0]) == name:
            entries.append(rest.pop(0))
    return {member: [xml_value(document, schema["items"], entry) for entry in entries]}


def local(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def cell(schema: dict[str, Any], text: str) -> Any:
    """A cell as the type that the schema names; an empty one is null where that may be."""
    return None if text == "" and schema.get("nullable") else scalar(schema, text)


def scalar(schema: dict[str, Any], text: str) -> Any:
    """A text as the type that the schema names."""
    read = {"integer": int, "number": float, "boolean": {"true": True, "false": False}.__getitem__}
    return read.get(schema.get("type", "string"), str)(text)
