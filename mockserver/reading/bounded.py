"""Validates large values a piece at a time, so that what is wrong with a million elements costs no more than the first.

A validator lists all errors of a value before it gives the first. Here a value with a long list, or an object of many
members, is looked at with a hundred of these at a time, until there are flaws to report.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mockserver.flaws import MOST_FLAWS
from mockserver.json import Json

AT_ONCE = 100
"""So many elements of a list, or members of an object, are looked at together."""

SPURIOUS = ("required", "minItems", "minProperties", "contains")
"""What a part of a list or an object may lack and the whole has."""

Path = list[str | int]
Error = Any
"""An error of the validator: it knows its `instance_path` and its kind."""


def errors(validator: Any, value: Json) -> Iterator[tuple[Error, Path]]:
    """The errors of a value, each with where it is: all of a small one, of a large one those of its first bad pieces."""
    longest = _longest(value)
    if longest is None:
        yield from ((error, list(error.instance_path)) for error in validator.iter_errors(value))
        return
    seen, depth = 0, len(longest)
    for number, (piece, moved) in enumerate(_pieces(value, longest)):
        if validator.is_valid(piece):
            continue
        for error, path in errors(validator, piece):
            within = path[:depth] == longest and len(path) > depth
            if (path == longest and error.kind.name in SPURIOUS) or (number and not within):
                continue  # of the part alone, or said with the first piece
            seen += 1
            yield error, moved(path)
        if seen > MOST_FLAWS:
            return
    if not seen:  # what is wrong is nothing in any piece, but the number of all, or a repetition among them
        yield from ((error, list(error.instance_path)) for error in validator.iter_errors(value))


def _longest(value: Json) -> Path | None:
    """The path of the longest list or object, if it is long."""
    longest, most = None, AT_ONCE
    stack: list[tuple[Json, Path]] = [(value, [])]
    while stack:
        node, path = stack.pop()
        if not isinstance(node, dict | list):
            continue
        if len(node) > most:
            longest, most = path, len(node)
        members: Sequence[tuple[str | int, Json]] = list(node.items() if isinstance(node, dict) else enumerate(node))
        stack += [(member, [*path, name]) for name, member in members if isinstance(member, dict | list)]
    return longest


def _pieces(value: Json, path: Path) -> Iterator[tuple[Json, Callable[[Path], Path]]]:
    """The value with parts of what is at a path, and where in the whole a path of each leads."""
    whole = value
    for step in path:
        whole = whole[step]
    for begin in range(0, len(whole), AT_ONCE):
        if isinstance(whole, list):
            yield _with(value, path, whole[begin : begin + AT_ONCE]), _moved(path, begin)
        else:
            names = list(whole)[begin : begin + AT_ONCE]
            yield _with(value, path, {name: whole[name] for name in names}), list


def _moved(path: Path, by: int) -> Callable[[Path], Path]:
    depth = len(path)

    def moved(inner: Path) -> Path:
        if inner[:depth] != path or len(inner) == depth:
            return inner
        return [*path, int(inner[depth]) + by, *inner[depth + 1 :]]

    return moved


def _with(value: Json, path: Path, part: Json) -> Json:
    """A value with something else at a path."""
    if not path:
        return part
    changed: Any = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = _with(value[path[0]], path[1:], part)
    return changed
