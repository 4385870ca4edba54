"""Finds where a contract says something: schemas are read with their references followed and laid together, parameters
are known by name, and a mistake should be shown where its words are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.json import Json
from mockserver.reading.document import Document, pointer, tokens


@dataclass
class _Path:
    """Where a search stands: a node, and the steps to it."""

    document: Document
    node: Json
    steps: list[str]

    def follow(self) -> None:
        """Go where the node's reference leads."""
        while isinstance(self.node, dict) and isinstance(self.node.get("$ref"), str):
            self.steps = tokens(self.node["$ref"].removeprefix("#"))
            self.node = self.document.at(self.node["$ref"])

    def part(self, *steps: str) -> "_Path":
        """The path some steps further, its reference followed."""
        node = self.node
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        path = _Path(self.document, node, [*self.steps, *steps])
        path.follow()
        return path


def locate(document: Document, where: str) -> str:
    """The pointer at which something is written that is known by another one: through `$ref`, `allOf`, and names.

    What cannot be found further than some step keeps the rest of its pointer.
    """
    path = _Path(document, document.root, [])
    steps = tokens(where.removeprefix("#"))
    while steps:
        further = _further(path, steps)
        if further is None:
            break
        path, steps = further
    return pointer(*path.steps, *steps)


def _further(path: _Path, steps: list[str]) -> tuple[_Path, list[str]] | None:
    """The path with the first step taken, and the steps that are left."""
    step, rest = steps[0], steps[1:]
    if isinstance(path.node, list):
        index = step if step.isdecimal() and int(step) < len(path.node) else _index(path, step)
        return (
            None if index is None else (path.part(index) if rest else _Path(path.document, None, [*path.steps, index]), rest)
        )
    if not isinstance(path.node, dict):
        return None
    holder = _holder(path, step, rest[:1])
    if holder is None:
        return None
    if step == "properties" and rest and rest[0] not in holder.node[step]:
        return holder, [step, *_unfolded(holder, rest[0]), *rest[1:]]
    return (holder.part(step) if rest else _Path(path.document, None, [*holder.steps, step])), rest


def _index(path: _Path, name: str) -> str | None:
    """The place of a parameter that is known by its name."""
    for index in range(len(path.node)):
        node = path.part(str(index)).node
        if isinstance(node, dict) and node.get("name") == name:
            return str(index)
    return None


def _holder(path: _Path, step: str, names: Sequence[str]) -> _Path | None:
    """The object, of those laid together, that has a member; of `properties`, the one that has the property."""
    if step in path.node and (step != "properties" or not names or names[0].split(".")[0] in path.node[step]):
        return path
    for index in range(len(path.node.get("allOf", ()))):
        holder = _holder(path.part("allOf", str(index)), step, names)
        if holder is not None:
            return holder
    return None


def _unfolded(path: _Path, name: str) -> list[str]:
    """The steps to a property that is known by a dotted path."""
    first, _, rest = name.partition(".")
    inner = path.part("properties", first).node
    return [first, *(["items"] if "items" in inner else []), "properties", rest]
