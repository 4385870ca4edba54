"""Checks that a contract uses only the keys of vocabulary.yaml, each where it belongs and in its form."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
import yaml

from mockserver.flaws import path_text
from mockserver.json import Json, plain
from mockserver.reading.document import Loader, pointer
from mockserver.reading.errors import Mistakes

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
NAMED = ("properties", "schemas", "responses", "parameters", "headers", "examples", "requestBodies", "links", "paths")
OPAQUE = ("example", "examples", "default", "enum")


@cache
def keys() -> dict[str, dict[str, Json]]:
    """The vocabulary: each key with where it may stand (`on`) and what its value must be (`schema`)."""
    whole: dict[str, dict[str, Json]] = _whole()["keys"]
    return whole


@cache
def _whole() -> dict[str, Any]:
    text = (files("mockserver.reading") / "vocabulary.yaml").read_text(encoding="utf-8")
    whole: dict[str, Any] = yaml.load(text, Loader=Loader)  # noqa: S506, a safe loader
    return whole


@cache
def _validator(key: str) -> Any:
    return jsonschema_rs.Draft202012Validator({**keys()[key]["schema"], "$defs": _whole()["$defs"]})


def place(steps: list[str | int], node: dict[str, Json]) -> str:
    """What an object of an OpenAPI document is, of the places the vocabulary names."""
    if not steps:
        return "root"
    if steps == ["components"]:
        return "components"
    if len(steps) >= 3 and steps[0] == "paths" and steps[-1] in METHODS and steps[-2] not in NAMED:
        return "operation"
    if "in" in node and "name" in node and "parameters" in steps:
        return "parameter"
    if steps[-1] == "xml" and steps[-2] not in ("properties", "schemas"):
        return "xml"
    return "schema"


def uses(node: Json, steps: list[str | int]) -> Iterator[tuple[list[str | int], dict[str, Json], str]]:
    """Every use of a key that begins with `x-`: the steps to its object, the object, the key."""
    if isinstance(node, list):
        for position, member in enumerate(node):
            yield from uses(member, [*steps, position])
    if not isinstance(node, dict):
        return
    names_only = bool(steps) and steps[-1] in NAMED and (len(steps) < 2 or steps[-2] not in ("properties", "schemas"))
    for key, member in node.items():
        if key.startswith("x-") and not names_only:
            yield steps, node, key
        elif key not in OPAQUE or names_only:
            yield from uses(member, [*steps, key])


def check(root: dict[str, Json], mistakes: Mistakes) -> None:
    """Note every key that is unknown, misplaced or of the wrong form."""
    for steps, node, key in uses(root, []):
        where = pointer(*steps, key)
        if key not in keys():
            near = get_close_matches(key, keys(), 1)
            mistakes.add(where, f"{key} is not a known key" + (f": did you mean {near[0]}?" if near else ""))
            continue
        allowed, found = keys()[key]["on"], place(steps, node)
        if {"property": "schema"}.get(allowed, allowed) != found:
            mistakes.add(where, f"{key} belongs on {allowed}, not here")
            continue
        for error in _validator(key).iter_errors(plain(node[key])):
            inside = path_text(list(error.instance_path))
            mistakes.add(where, f"{inside + ': ' if inside else ''}{_message(error)}")


def _message(error: Any) -> str:
    """What an error of jsonschema-rs says, in short where it is about what is missing."""
    branches = error.kind.as_dict().get("context") or []
    missing = [one.kind.as_dict().get("property") for branch in branches for one in branch]
    return f"needs {' or '.join(missing)}" if missing and all(missing) else str(error.message)
