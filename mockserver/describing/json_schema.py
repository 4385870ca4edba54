"""The JSON Schema of contracts, for editors: OpenAPI 3.0's objects with the keys of the vocabulary on them.

It is draft 7, which yaml-language-server and others read best. They show a `description` beside a `$ref`, so it stands
there, though draft 7 itself ignores it.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from mockserver.json import Json, plain
from mockserver.reading.document import Loader
from mockserver.reading.structure import CHOICES, MAPS, OBJECTS
from mockserver.reading.vocabulary import definitions, keys, on

Node = dict[str, Json]

SCALARS: dict[str, Node] = {
    "text": {"type": "string"},
    "flag": {"type": "boolean"},
    "number": {"type": "number"},
    "size": {"type": "integer", "minimum": 0},
    "pattern": {"type": "string", "format": "regex"},
    "any": {},
}
REFERENCE: Node = {"type": "string", "description": "Where it is written, as in file.yaml#/components/schemas/Name."}
CHOICE = ("oneOf", "anyOf")
ROOTS = ("openapi", "paths", "components")
"""A file with one of these members is a contract or a part of one; any other is a map of responses by name."""


def json_schema() -> Node:
    """One schema for the root document and for the files that it refers to."""
    document = _object("document")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "OpenAPI 3.0 with the keys that say what is stored and what follows from a call.",
        "type": "object",
        "properties": {name: _explained(member["markdownDescription"]) for name, member in document["properties"].items()},
        "if": {"anyOf": [{"required": [name]} for name in ROOTS]},
        "then": {"$ref": "#/definitions/document"},
        "else": {"additionalProperties": {"$ref": "#/definitions/response"}},
        "definitions": {
            **{name: _draft_7(node) for name, node in definitions().items()},
            **{kind: _object(kind) for kind in OBJECTS},
            **{kind: _map(kind) for kind in MAPS},
            "document": {**document, "if": {"required": ["openapi"]}, "then": {"required": _required("document")}},
        },
    }


def json_text(schema: Node) -> str:
    """A schema as it is written to a file, a member a line."""
    return json.dumps(plain(schema), indent=2, ensure_ascii=False) + "\n"


@cache
def descriptions() -> dict[str, dict[str, str]]:
    """What each member of OpenAPI's objects is for."""
    text = (files("mockserver.describing") / "openapi.yaml").read_text(encoding="utf-8")
    sentences: dict[str, dict[str, str]] = yaml.load(text, Loader=Loader)  # noqa: S506, a safe loader
    return sentences


def _object(kind: str) -> Node:
    """An object of OpenAPI; what it requires may be missing where it is a `$ref`, or a file that is no root."""
    members = {name: _member(kind, name, form.rstrip("!")) for name, form in OBJECTS[kind].items()}
    words = {key: _draft_7(facts["schema"]) for key, facts in keys().items() if on(key) == kind}
    node: Node = {"type": "object", "properties": {**members, **words}, "additionalProperties": False}
    if kind == "document":
        return node
    node["properties"]["$ref"] = REFERENCE
    return {**node, "if": {"required": ["$ref"]}, "else": {"required": _required(kind)}} if _required(kind) else node


def _required(kind: str) -> list[str]:
    return [name for name, form in OBJECTS[kind].items() if form.endswith("!")]


def _member(kind: str, name: str, form: str) -> Node:
    node: Node = {**_explained(descriptions()[kind][name]), **_form(form)}
    return {**node, "enum": list(CHOICES[kind, name])} if (kind, name) in CHOICES else node


def _form(form: str) -> Node:
    """The schema of a form such as `[schema]`, `{text}` or `flag|schema`."""
    if "|" in form:
        return {"anyOf": [_form(choice) for choice in form.split("|")]}
    if form[0] == "[":
        return {"type": "array", "items": _form(form[1:-1])}
    if form[0] == "{":
        return {"type": "object", "additionalProperties": _form(form[1:-1])}
    return SCALARS.get(form, {"$ref": f"#/definitions/{form}"})


def _map(kind: str) -> Node:
    """An object whose members have names of the contract's own."""
    form, pattern, _ = MAPS[kind]
    return {
        "type": "object",
        "properties": {"$ref": REFERENCE},
        "patternProperties": {f"^({pattern})$": _form(form)},
        "additionalProperties": False,
    }


def _draft_7(node: Any) -> Any:
    """A schema of the vocabulary as draft 7 writes it, with what an editor needs in order to show it well."""
    if not isinstance(node, dict):
        return node
    described, verbs = _described(node), _verbs(node) if "type" in node else {}
    facts = {name: WITHIN.get(name, lambda member: member)(member) for name, member in node.items() if name != "description"}
    choices = {
        word: [{**described, **choice} if "$ref" in choice else choice for choice in facts[word]]
        for word in CHOICE
        if word in facts
    }
    return {**described, **facts, **choices, **({"properties": verbs} if verbs else {})}


def _choices(nodes: list[Node]) -> list[Node]:
    return [_draft_7({name: member for name, member in node.items() if name != "description"}) for node in nodes]


WITHIN: Mapping[str, Callable[[Any], Any]] = {
    "$ref": lambda reference: reference.replace("#/$defs/", "#/definitions/"),
    "properties": lambda members: {name: _draft_7(member) for name, member in members.items()},
    **dict.fromkeys(CHOICE, _choices),
    **dict.fromkeys(("items", "additionalProperties", "if", "then", "else"), _draft_7),
}
"""How the members of a schema that hold schemas are written in draft 7."""


def _described(node: Node) -> Node:
    """The description of a schema and of its alternatives: an editor would show that of the alternative alone."""
    if not isinstance(node.get("description"), str):
        return {}
    choices = [choice["description"] for word in CHOICE for choice in node.get(word, []) if "description" in choice]
    lines = [f"{word}: {choice}" for word, choice in zip(("Either", *["Or"] * len(choices)), choices, strict=False)]
    return _explained("\n\n".join([node["description"], *lines]))


def _explained(text: str) -> Node:
    """A description as plain text and as Markdown: both, for an editor takes what is missing from where a `$ref` leads."""
    return {"description": text.replace("`", ""), "markdownDescription": text}


def _verbs(node: Node) -> Node:
    """The members by which a chain of `if` and `else` tells what is meant, so that an editor offers all of them."""
    verbs = {}
    while "if" in node:
        name = node["then"]["$ref"].rpartition("/")[2]
        verbs[node["if"]["required"][0]] = _explained(definitions()[name]["description"])
        node = node["else"]
    return verbs
