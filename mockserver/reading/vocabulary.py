"""Checks that a contract uses only the keys of vocabulary.yaml, each where it belongs and in its form."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
import yaml

from mockserver.json import Json, plain
from mockserver.reading.document import Loader, pointer
from mockserver.reading.errors import Mistakes, suggestion
from mockserver.reading.structure import Part

PLACES = {"root": "document", "property": "schema"}
"""The objects of OpenAPI that the vocabulary calls by another name."""
NAMED = ("properties", "schemas", "responses", "parameters", "headers", "examples", "requestBodies", "links", "paths")
OPAQUE = ("example", "examples", "default", "enum")


@cache
def keys() -> dict[str, dict[str, Json]]:
    """The vocabulary: each key with where it may stand (`on`) and what its value must be (`schema`)."""
    entries: dict[str, dict[str, Json]] = _vocabulary()["keys"]
    return entries


def definitions() -> dict[str, Json]:
    """The schemas that several keys refer to, by name."""
    shared: dict[str, Json] = _vocabulary()["$defs"]
    return shared


def on(key: str) -> str:
    """The kind of OpenAPI's objects on which a key stands."""
    word: str = keys()[key]["on"]
    return PLACES.get(word, word)


@cache
def _vocabulary() -> dict[str, Any]:
    text = (files("mockserver.reading") / "vocabulary.yaml").read_text(encoding="utf-8")
    vocabulary: dict[str, Any] = yaml.load(text, Loader=Loader)  # noqa: S506, a safe loader
    return vocabulary


@cache
def _validator(key: str) -> Any:
    return jsonschema_rs.Draft202012Validator({**keys()[key]["schema"], "$defs": definitions()})


def check(parts: Iterable[Part], mistakes: Mistakes) -> None:
    """Note every key of these objects that is unknown, misplaced or of the wrong form."""
    for part in parts:
        for key in part.node:
            if key.startswith("x-"):
                _check_key(part, key, mistakes)


def _check_key(part: Part, key: str, mistakes: Mistakes) -> None:
    at = f"{part.at}/{key}"
    if key not in keys():
        mistakes.add(at, f"{key} is not a known key{suggestion(key, keys())}")
    elif on(key) != part.kind:
        mistakes.add(at, f"{key} belongs on {keys()[key]['on']}, not here")
    else:
        for error in _validator(key).iter_errors(plain(part.node[key])):
            _note(error, key, at, mistakes)


def _note(error: Any, key: str, at: str, mistakes: Mistakes) -> None:
    """Note an error of jsonschema-rs at the member it is about; a failed choice by the errors of the form that was meant."""
    facts = error.kind.as_dict()
    branches = [branch for branch in facts.get("context") or [] if not any(_is_other_form(inner, error) for inner in branch)]
    if len(branches) == 1:
        for inner in branches[0]:
            _note(inner, key, at, mistakes)
        return
    where = at + pointer(*error.instance_path)[1:]
    if error.kind.name == "additionalProperties":
        for name in facts["unexpected"]:
            mistakes.add(where + pointer(name)[1:], f"there is no {name} here{suggestion(name, _members(key, error))}")
        return
    missing = [inner.kind.as_dict().get("property") for branch in branches for inner in branch]
    mistakes.add(where, f"needs {' or '.join(missing)}" if missing and all(missing) else str(error.message))


def _is_other_form(inner: Any, error: Any) -> bool:
    """Whether a branch failed since the value is of another type altogether."""
    return inner.kind.name == "type" and list(inner.instance_path) == list(error.instance_path)


def _members(key: str, error: Any) -> Iterable[str]:
    """The members that the schema knows of which an error tells."""
    node: Any = {**keys()[key]["schema"], "$defs": definitions()}
    for step in list(error.schema_path)[:-1]:
        node = node[step]
    members: dict[str, Json] = node.get("properties", {})
    return members
