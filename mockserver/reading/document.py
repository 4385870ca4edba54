"""Reads an OpenAPI document of one or many files into one.

A reference to another file's component (`loans.yaml#/components/schemas/Loan`) becomes a reference within the
document, and every component of every file that is referred to comes along; any other reference is replaced by
what it points to.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

from mockserver.json import Json
from mockserver.reading.errors import BrokenContract, ContractError, suggestion


class Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """YAML 1.2 core schema: `on`, `NO`, `10:30` and dates stay text, floats are exact decimals."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


def _resolve(tag: str, pattern: str, first: str) -> None:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


_resolve("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_resolve("null", r"^(?:~|null|Null|NULL|)$", "~nN\0")
Loader.yaml_implicit_resolvers.setdefault("", []).append(("tag:yaml.org,2002:null", re.compile("^$")))
_resolve("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789")
_resolve("float", r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", "-+0123456789")
_resolve("merge", r"^<<$", "<")
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(loader.construct_scalar(node)))


class _Repeated(Exception):
    """A mapping has a key twice: the later one would silently win."""


def _mapping(loader: Loader, node: yaml.MappingNode) -> Iterator[dict[str, Json]]:
    if len({str(key.value) for key, _ in node.value}) < len(node.value):
        raise _Repeated
    mapping: dict[str, Json] = {}
    yield mapping
    mapping.update(loader.construct_mapping(node))


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path) -> Json:
    """One YAML or JSON file; raises BrokenContract with a sentence when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, Loader=Loader)  # noqa: S506, a safe loader
    except _Repeated:
        raise BrokenContract(list(_repetitions(yaml.compose(text, Loader=Loader), path.name + "#"))) from None
    except FileNotFoundError:
        hint = suggestion(path.name, [file.name for file in path.parent.glob(f"*{path.suffix}")])
        raise BrokenContract([ContractError(path.name, f"there is no file {path}{hint}")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenContract([ContractError(path.name, f"cannot be read: {error}")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise BrokenContract([ContractError(place, f"is not YAML: {what}")]) from None
    except yaml.YAMLError as error:
        raise BrokenContract([ContractError(path.name, f"is not YAML: {' '.join(str(error).split())}")]) from None


def _repetitions(node: yaml.Node | None, at: str) -> Iterator[ContractError]:
    """The keys that stand twice in a mapping, each with its pointer and line."""
    if isinstance(node, yaml.SequenceNode):
        for index, member in enumerate(node.value):
            yield from _repetitions(member, f"{at}/{index}")
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, member in node.value:
            here, line = at + pointer(key.value)[1:], key.start_mark.line + 1
            if key.value in lines:
                yield ContractError(here, f"stands twice, in the lines {lines[key.value]} and {line}: leave one out")
            lines[key.value] = line
            yield from _repetitions(member, here)


def tokens(pointer: str) -> list[str]:
    """The steps of a JSON pointer.

    >>> tokens("/paths/~1books/get")
    ['paths', '/books', 'get']
    """
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def pointer(*steps: str | int) -> str:
    """A JSON pointer to a place.

    >>> pointer("paths", "/books", "get")
    '#/paths/~1books/get'
    """
    return "#" + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


@dataclass(frozen=True)
class Document:
    """An OpenAPI document in one piece; `files` are those it was read from."""

    root: dict[str, Json]
    files: tuple[Path, ...] = ()
    origins: dict[str, str] = field(default_factory=dict)
    _resolved: dict[str, Json] = field(default_factory=dict, compare=False, repr=False)
    """What references led to: the same few hundred are followed tens of thousands of times while a contract compiles."""

    def resolve(self, node: Json) -> Json:
        """The node itself, or what its `$ref` leads to."""
        while isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
            if reference not in self._resolved:
                self._resolved[reference] = self.at(reference)
            node = self._resolved[reference]
        return node

    def at(self, reference: str) -> Json:
        """What stands at a pointer such as `#/components/schemas/Book`; KeyError when nothing does."""
        node: Json = self.root
        for step in tokens(reference.removeprefix("#")):
            node = node[int(step)] if isinstance(node, list) else node[step]
        return node

    def origin_of(self, where: str) -> str:
        """Where a pointer of this document was written: the file's name and the pointer in it."""
        steps = tokens(where.removeprefix("#"))
        for length in range(len(steps), 0, -1):
            if origin := self.origins.get(pointer(*steps[:length])):
                return origin + pointer(*steps[length:]).removeprefix("#")
        name = self.files[0].name if self.files else ""
        return name + where


ALIKE = 0.95
"""How alike two paths must be for one to be taken for the other, misspelt."""


@cache
def _beside(path: Path, name: str) -> Path:
    """The file that another one calls by a name."""
    return (path.parent / name).resolve()


@dataclass
class _Bundler:
    """Walks the files from the root and gathers one document."""

    source: Callable[[Path], Json]
    errors: list[ContractError] = field(default_factory=list)
    files: dict[Path, Json] = field(default_factory=dict)
    components: dict[tuple[str, str], tuple[Path, Json]] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    inlining: list[tuple[Path, str]] = field(default_factory=list)
    unreadable: set[Path] = field(default_factory=set)
    """Files that could not be read: said once, however many references lead into them."""

    def open(self, path: Path) -> Json:
        if path not in self.files:
            self.files[path] = self.source(path)
            for section, members in self._sections(path):
                for name, node in members.items():
                    self._hoist(path, section, name, node)
        return self.files[path]

    def _sections(self, path: Path) -> list[tuple[str, dict[str, Json]]]:
        content = self.files[path]
        components = content.get("components") if isinstance(content, dict) else None
        return [pair for pair in (components or {}).items() if isinstance(pair[1], dict)]

    def _hoist(self, path: Path, section: str, name: str, node: Json) -> None:
        key = (section, name)
        if key in self.components:
            other = self.components[key][0].name
            self._add(path, pointer("components", section, name), f"{other} has a component of this name too")
            return
        self.components[key] = (path, None)
        self.origins.setdefault(pointer("components", section), path.name + pointer("components", section))
        self.origins[pointer("components", section, name)] = path.name + pointer("components", section, name)
        self.components[key] = (path, self.rewrite(node, path, pointer("components", section, name)))

    def rewrite(self, node: Json, path: Path, here: str) -> Json:
        if isinstance(node, list):
            return [self.rewrite(member, path, f"{here}/{index}") for index, member in enumerate(node)]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            return self._reference(node["$ref"], path, here)
        return {
            str(key): self.rewrite(member, path, here + pointer(str(key)).removeprefix("#")) for key, member in node.items()
        }

    def _reference(self, reference: str, path: Path, here: str) -> Json:
        name, _, inside = reference.partition("#")
        target = _beside(path, name) if name else path
        steps = tokens(inside)
        if target in self.unreadable:
            return {}
        try:
            content = self.open(target)
        except BrokenContract as broken:
            self.unreadable.add(target)
            self.errors.extend(broken.errors)
            return {}
        for step in steps:
            try:
                content = content[int(step)] if isinstance(content, list) else content[step]
            except (KeyError, IndexError, TypeError, ValueError):
                hint = suggestion(step, content if isinstance(content, dict) else ())
                self._add(path, here, f"$ref {reference} leads nowhere: there is no {step}{hint}")
                return {}
        if len(steps) == 3 and steps[0] == "components":
            return {"$ref": "#" + inside}
        return self._inline(content, target, inside, here)

    def _inline(self, content: Json, target: Path, inside: str, here: str) -> Json:
        if (target, inside) in self.inlining:
            self._add(target, "#" + inside, "refers to itself")
            return {}
        self.inlining.append((target, inside))
        self.origins[here] = f"{target.name}#{inside}"
        try:
            return self.rewrite(content, target, "#" + inside)
        finally:
            self.inlining.pop()

    def _add(self, path: Path, where: str, message: str) -> None:
        self.errors.append(ContractError(path.name + where, message))


def _misnamed(content: dict[str, Json], path: Path) -> Iterator[ContractError]:
    """The paths that almost have the name of the path they refer to."""
    paths = content.get("paths")
    for name, node in paths.items() if isinstance(paths, dict) else ():
        steps = tokens(str(node.get("$ref", "")).partition("#")[2]) if isinstance(node, dict) else []
        hint = suggestion(name, steps[1:], likeness=ALIKE) if steps[:1] == ["paths"] and steps[1:] != [name] else ""
        if hint:
            yield ContractError(path.name + pointer("paths", name), f"is called otherwise where it is written{hint}")


def read(path: Path, source: Callable[[Path], Json] = read_yaml) -> Document:
    """The document at a path with everything it refers to, in one piece; BrokenContract lists every mistake.

    `source` gives the content of each file.
    """
    bundler = _Bundler(source)
    path = path.resolve()
    content = bundler.open(path)
    if not isinstance(content, dict) or not str(content.get("openapi", "")).startswith("3.0"):
        raise BrokenContract([ContractError(path.name + "#/openapi", "is not an OpenAPI 3.0 document")])
    root: dict[str, Any] = {}
    for key, node in content.items():
        root[key] = {} if key == "components" else bundler.rewrite(node, path, pointer(key))
    bundler.errors += _misnamed(content, path)
    for (section, name), (_, node) in bundler.components.items():
        root.setdefault("components", {}).setdefault(section, {})[name] = node
    if bundler.errors:
        raise BrokenContract(bundler.errors)
    return Document(root, tuple(bundler.files), bundler.origins)
