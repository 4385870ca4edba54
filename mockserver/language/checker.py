"""Infers the types of expressions and templates with what is in sight of them, and notes what cannot be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.language.expression import NODES, Expression
from mockserver.language.functions import FUNCTIONS, PROVIDED, STORE_FUNCTIONS
from mockserver.language.inference import Inference
from mockserver.language.tree import Block, Each, Let, ListOf, Literal, ObjectOf, Template, Text, is_spliced
from mockserver.language.types import ANY, NULL, NUMBER, TEXT, Type, TypeNames, is_known, join, object_
from mockserver.language.values import const_type
from mockserver.reading.errors import Mistakes


@dataclass(frozen=True)
class Sight:
    """What an expression sees at its place: names with their types, and the functions that the place provides."""

    names: TypeNames
    functions: frozenset[str] = STORE_FUNCTIONS

    def __or__(self, more: TypeNames) -> "Sight":
        return replace(self, names={**self.names, **more})


@dataclass
class Checker:
    """Finds the types of expressions and templates; mistakes are noted with where they stand."""

    resources: Mapping[str, Type]
    mistakes: Mistakes
    lookups: set[tuple[str, str]] = field(default_factory=set)
    """Resources and the fields by which expressions look them up."""

    def expression(self, expression: Expression, sight: Sight, at: str) -> Type:
        """The type of an expression's value."""
        inference = Inference(NODES, self.resources, sight.names, sight.functions, self.mistakes, self.lookups, at)
        return inference.type_of(expression.node)

    def template(self, tree: Template, sight: Sight, at: str) -> Type:
        """The type of what a template gives; `at` is the pointer of its root."""
        return INFER[type(tree)](self, tree, sight, at)

    def let(self, let: Let, sight: Sight, at: str) -> Sight:
        """What is in sight with the names of a `let`."""
        for name, tree in let.names:
            if name in FUNCTIONS or name in PROVIDED:
                self.mistakes.add(f"{at}{tree.at}", f"{name} is the name of a function")
            sight |= {name: self.template(tree, sight, at)}
        return sight


def _literal(checker: Checker, tree: Literal, sight: Sight, at: str) -> Type:
    return const_type(tree.value)


def _text(checker: Checker, tree: Text, sight: Sight, at: str) -> Type:
    types = [checker.expression(part, sight, at + tree.at) for part in tree.parts]
    return types[0] if tree.is_one_expression else TEXT


def _list(checker: Checker, tree: ListOf, sight: Sight, at: str) -> Type:
    element = NULL
    for member in tree.members:
        type_ = checker.template(member, sight, at)
        element = join(element, type_.of() if is_spliced(member) else type_)
    return element.listed()


def _object(checker: Checker, tree: ObjectOf, sight: Sight, at: str) -> Type:
    return Type("object", {name: checker.template(member, sight, at) for name, member in tree.members.items()})


def _block(checker: Checker, tree: Block, sight: Sight, at: str) -> Type:
    if tree.let is not None:
        sight = checker.let(tree.let, sight, at)
    if tree.when is not None:
        checker.expression(tree.when, sight, f"{at}{tree.at}/when")
    return checker.template(tree.value, sight, at)


def _each(checker: Checker, tree: Each, sight: Sight, at: str) -> Type:
    rows = checker.template(tree.rows, sight, at)
    if is_known(rows) and rows.kind not in ("list", "object"):
        checker.mistakes.add(at + tree.rows.at, f"each goes through a list or an object, and this is {rows.noun}")
    element = object_(key=ANY, value=rows.of()) if rows.kind == "object" else rows.of()
    sight = checker.let(tree.let, sight | {tree.name: element, "index": NUMBER}, at)
    if tree.when is not None:
        checker.expression(tree.when, sight, f"{at}{tree.at}/when")
    value = checker.template(tree.value, sight, at)
    if tree.key is None:
        return value.listed()
    checker.template(tree.key, sight, at)
    return Type("object", element=value)


INFER: Mapping[type[Template], Callable[[Checker, Any, Sight, str], Type]] = {
    Literal: _literal,
    Text: _text,
    ListOf: _list,
    ObjectOf: _object,
    Block: _block,
    Each: _each,
}
