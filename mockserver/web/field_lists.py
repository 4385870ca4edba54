"""Parameters that name fields: what to sort by, where to search. What is wrong is told of the field, with the choices."""

import re

from mockserver.engine.problems import Problem
from mockserver.plan import Parameter, Resource
from mockserver.reading.errors import suggestion
from mockserver.web.request import refused
from mockserver.web.styles import decode
from mockserver.web.text import coerce, printable

DIRECTION = re.compile(r"(?P<sign>[-+]?)(?P<path>[\w.]+?)([\s.:]+(?P<direction>asc|desc)\w*)?", re.IGNORECASE)
"""A sort key as other APIs write it: `-name`, `name desc`, `name:descending`."""
DIRECTIONS = ("asc", "desc")
ALIKE = 0.7
"""How alike an unknown field must be to a known one to be taken for it."""


def field_list(declared: Parameter, text: str) -> str:
    """The text of a list of fields, without the spaces around its commas; Problem where it is no such list."""
    try:
        parts = [part.strip() for part in str(coerce("string", decode("query", text))).split(",")]
    except ValueError as error:
        raise refused(declared, str(error)) from None
    if len(parts) > 1 and "" in parts:
        raise refused(declared, "has nothing between two commas, or behind the last")
    if parts == [""] and declared.validate(""):
        raise refused(declared, "must not be empty")
    return ",".join(parts)


def sort_keys(resource: Resource, declared: Parameter, text: str, order: str | None) -> tuple[tuple[str, bool], ...]:
    """What to sort by, each with whether it descends; `order` is the direction of keys that say none."""
    keys = [tuple(word.strip() for word in part.partition(":")) for part in text.split(",")]
    for name, _, direction in keys:
        if not _is_sortable(resource, declared, name):
            choices = [other for other in (*resource.paths, *resource.sort) if _is_sortable(resource, declared, other)]
            raise _sort_problem(name, f"is not a field to sort by: {_hint(name, choices)}")
        if direction not in ("", *DIRECTIONS):
            raise _sort_problem(name, f"has the direction {printable(direction)}: use {' or '.join(DIRECTIONS)}")
    _check_whole(declared, [f"{name}:{direction}" if direction else name for name, _, direction in keys])
    return tuple((resource.sort.get(name, name), (direction or order) == "desc") for name, _, direction in keys)


def search_fields(resource: Resource, declared: Parameter, text: str) -> tuple[str, ...]:
    """The fields to search."""
    paths = text.split(",")
    for path in paths:
        if path not in resource.paths or declared.validate(path):
            texts = (name for name, field in resource.paths.items() if field.type == "string")
            choices = [name for name in texts if not declared.validate(name)]
            reason = f"names {printable(path)}, which is not a field to search: {_hint(path, choices)}"
            raise Problem(declared.kind, name=declared.name, field=printable(path), reason=reason)
    _check_whole(declared, paths)
    return tuple(paths)


def _is_sortable(resource: Resource, declared: Parameter, name: str) -> bool:
    """Whether documents have one value by a name, neither an object nor a list nor within one, and it may be sorted by."""
    path = resource.sort.get(name, name)
    if path not in resource.paths or resource.paths[path].type in ("object", "array"):
        return False
    steps = path.split(".")
    above = [resource.paths.get(".".join(steps[:length])) for length in range(1, len(steps))]
    return all(field is None or field.type != "array" for field in above) and not declared.validate(name)


def _sort_problem(path: str, reason: str) -> Problem:
    return Problem("sort", name=printable(path), field=printable(path), reason=reason)


def _hint(path: str, choices: list[str]) -> str:
    """How a key is written here that is written as elsewhere; else the choices, and which of them was probably meant."""
    match = DIRECTION.fullmatch(path)
    if match and match["path"] in choices and (match["sign"] or match["direction"]):
        descends = match["sign"] == "-" or (match["direction"] or "").lower() == "desc"
        return f"write {match['path']}{':desc' if descends else ''}"
    near = suggestion(path, choices, likeness=ALIKE)
    return f"use one of {', '.join(choices)}{near.replace(': ', '; ', 1)}"


def _check_whole(declared: Parameter, parts: list[str]) -> None:
    """Problem where each part is fit, and all together are not."""
    flaws = declared.validate(",".join(parts))
    if not flaws:
        return
    fitting = max((number for number in range(len(parts)) if not declared.validate(",".join(parts[:number]))), default=0)
    if flaws[0].keyword == "pattern" and fitting:
        raise refused(declared, f"names {len(parts)} fields, and may name {fitting}")
    raise refused(declared, flaws[0].message)
