"""Infers the type of an expression before there is a value, and notes what cannot be.

What it does not know it lets pass: it raises no false alarms. What each node and each function gives is said where it is
evaluated: in `values`, `arithmetic`, `logic`, `calls` and `functions`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.labels import label
from mockserver.language.scope import Scope
from mockserver.language.signature import Parameter
from mockserver.language.types import ANY, Type, TypeNames, at_path, is_known
from mockserver.reading.errors import Mistakes, suggestion

Evaluate = Callable[[Scope], Json]
"""Computes the value of a part of an expression."""

Build = Callable[[nodes.Node], Evaluate]
"""Gives what computes the value of a part; ExpressionError when the part holds anything that is not allowed."""


@dataclass(frozen=True)
class NodeRow:
    """What the language knows of one sort of node: how it is evaluated, and what type it gives."""

    evaluate: Callable[[Any, Build], Evaluate]
    infer: Callable[["Inference", Any], Type]


@dataclass
class Inference:
    """The walk through one expression: what it sees, what it can call, and where it stands in the contract."""

    rows: Mapping[type[nodes.Node], NodeRow]
    resources: TypeNames
    names: TypeNames
    functions: frozenset[str]
    """The functions of the place, beside those that every place has."""
    mistakes: Mistakes
    lookups: set[tuple[str, str]]
    """Resources and the fields by which expressions look them up."""
    at: str
    _types: dict[int, Type] = field(default_factory=dict)
    """What was inferred of each node, so that each is looked at, and its mistakes noted, once."""

    def note(self, message: str) -> None:
        """Note a mistake in this expression."""
        self.mistakes.add(self.at, message)

    def type_of(self, node: nodes.Node) -> Type:
        """The type of a part of the tree."""
        if id(node) not in self._types:
            row = self.rows.get(type(node))
            self._types[id(node)] = row.infer(self, node) if row is not None else ANY
        return self._types[id(node)]

    def member(self, owner: Type, name: Json) -> Type:
        """The type of a member; noted when there cannot be one."""
        if owner.kind == "list" and isinstance(name, str):
            self.note(f"a list has no member {name}: use first, gather or each")
            return ANY
        if owner.kind in ("text", "number", "boolean"):
            self.note(f"{owner.noun} has no member {name}")
            return ANY
        if owner.kind == "list" or owner.members is None:
            return owner.of()
        if isinstance(name, str) and name not in owner.members:
            self.note(f"there is no member {name}{suggestion(name, owner.members)}")
            return ANY
        return owner.members.get(name, ANY)

    def path(self, owner: Type, path: Json) -> Type:
        """The type at a dotted path; noted when there cannot be one."""
        if not isinstance(path, str):
            return ANY
        type_ = at_path(owner, path)
        if type_ is None:
            self.note(f"there is no member {path}{suggestion(path, owner.of().members or owner.members or {})}")
        return type_ or ANY

    def number(self, node: nodes.Node, operator: str) -> None:
        """Note an operand of arithmetic that is no number."""
        type_ = self.type_of(node)
        if type_.kind not in ("any", "number"):
            self.note(f"{label(node)} is {type_.noun}: {operator} needs numbers")

    def choice(self, type_: Type, value: Json, subject: str = "") -> None:
        """Note a text that is compared with a value that is never this text."""
        if type_.choices and value is not None and value not in type_.choices:
            choices = [str(choice) for choice in type_.choices if choice is not None]
            never = f"{subject} is never {value}" if subject else f"{value} is never the case"
            self.note(never + suggestion(value, choices, f": it is one of {', '.join(choices)}"))

    def expect(self, node: nodes.Node, parameter: Parameter, function: str) -> None:
        """Note an argument that a parameter of a function cannot take."""
        type_ = self.type_of(node)
        if not parameter.takes(type_):
            same = [expected.of().noun for expected in parameter.types if expected.kind == type_.kind]
            expected_noun = f"a list of which each is {same[0]}" if same else parameter.noun
            self.note(f"{label(node)} is {_kind(type_)}: {function} takes {expected_noun} as {parameter.name}")
        for value in constants(node):
            self.choice(parameter.types[0], value, parameter.name)


def _kind(type_: Type) -> str:
    """What a type is called; of a list, what its members are."""
    inner = type_.of()
    return f"{type_.noun} of which each is {inner.noun}" if type_.kind == "list" and is_known(inner) else type_.noun


def constants(node: nodes.Node) -> list[Json]:
    """The texts that stand in a node as they are, alone or in a list."""
    if isinstance(node, nodes.Const):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, nodes.List | nodes.Tuple):
        return [value for member in node.items for value in constants(member)]
    return []
