"""The reference part of the vocabulary's documentation: its members as tables, written between markers of a Markdown file.

`python -m mockserver.describing.reference FILE` renews what stands between `<!-- reference: NAME -->` and
`<!-- end of reference -->`, where NAME is a key, a member of one (`x-sandbox.webhooks`), or a form that keys share.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from mockserver.json import Json
from mockserver.reading.vocabulary import definitions, keys

Node = dict[str, Json]

BLOCK = re.compile(r"(<!-- reference: (\S+) -->\n).*?(<!-- end of reference -->)", re.DOTALL)
PLACES = {
    "root": "At the root",
    "components": "In `components`",
    "schema": "On a component schema",
    "property": "On a property",
    "xml": "In the `xml` of a property",
    "parameter": "On a query parameter",
    "operation": "On an operation",
}
"""Where a key stands, in words."""
FORMS = {
    "names": "list of texts",
    "let": "names and templates",
    "require": "list of rules",
    "emit": "name or list of events",
    "transition": "name or list of names",
    "effects": "list of effects",
    "closing": "close code",
    "attempted": "object",
}
"""What a member is called whose form is shared, where the form's own name does not say it."""
EXPANDED = ("problem", "attempted")
"""The shared forms that have no table of their own."""
APART = ("webhooks",)
"""The members that have a table of their own."""
TYPES = {"string": "text", "integer": "whole number", "boolean": "true or false", "array": "list"}
BOUNDS = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}


def renewed(text: str) -> str:
    """A Markdown text with the present reference between its markers."""
    return BLOCK.sub(lambda block: f"{block[1]}\n{_reference(block[2])}\n\n{block[3]}", text)


def _reference(name: str) -> str:
    """A sentence on a key or a shared form, and the table of its members if it has any."""
    key, _, member = name.partition(".")
    schema: Node = keys()[key]["schema"] if key in keys() else definitions()[key]
    lead = f"{PLACES[keys()[key]['on']]}: {_form(schema)}. " if name in keys() else ""
    schema = schema["properties"][member] if member else schema
    rows = [f"| `{path}` | {form} | {sentence} |" for path, form, sentence in _inner(schema, "")]
    table = ["", "| Member | Form | Meaning |", "|---|---|---|", *rows] if rows else []
    return "\n".join([lead + schema["description"], *table])


def _inner(node: Node, path: str) -> Iterator[tuple[str, str, str]]:
    """The members of a schema, of its alternatives, its entries and what its names stand for: path, form and meaning."""
    if node.get("$ref", "").rpartition("/")[2] in EXPANDED:
        node = _shared(node)
    for name, member in node.get("properties", {}).items():
        needed = ", required" if name in node.get("required", ()) else ""
        yield path + name, _form(member) + needed, member["description"]
        if path + name not in APART:
            yield from _inner(member, f"{path}{name}.")
    for choice in node.get("oneOf", []):
        yield from _inner(choice, path)
    for word, sign in (("items", "[]."), ("additionalProperties", ".*.")):
        if isinstance(node.get(word), dict):
            yield from _inner(node[word], f"{path.removesuffix('.')}{sign}".removeprefix("."))


def _shared(node: Node) -> Node:
    schema: Node = definitions()[node["$ref"].rpartition("/")[2]]
    return schema


def _form(node: Node) -> str:
    """What may be written: text, a list of texts, an expression, one of some words."""
    if "$ref" in node:
        name: str = node["$ref"].rpartition("/")[2]
        return FORMS.get(name, name)
    if "const" in node or "enum" in node:
        return " or ".join(f"`{str(value).lower()}`" for value in node.get("enum", [node.get("const")]))
    if node.get("oneOf") and not all(set(choice) == {"required"} for choice in node["oneOf"]):
        return " or ".join(_form(choice) for choice in node["oneOf"])
    return _plain_form(node)


def _plain_form(node: Node) -> str:
    kind: str = node.get("type", "anything")
    entries = node.get("items" if kind == "array" else "additionalProperties")
    if isinstance(entries, dict):
        return f"{'list' if kind == 'array' else 'map'} of {_form(entries)}s"
    bounds = "".join(f" {word} {node[name]:,}" for name, word in BOUNDS.items() if name in node)
    return TYPES.get(kind, kind) + bounds


def main() -> None:
    """Renew the reference in each file that is named."""
    for path in map(Path, sys.argv[1:]):
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
