"""Fills templates in: what computes the value of a tree in a scope.

>>> template({"title": "{{ title }}", "note": "Due {{ due }}"})(Scope({"title": "Emma", "due": "2024-02-01"}))
{'title': 'Emma', 'note': 'Due 2024-02-01'}
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.language.texts import text
from mockserver.language.tree import (
    Block,
    Each,
    Let,
    ListOf,
    Literal,
    ObjectOf,
    Template,
    Text,
    is_spliced,
    parse_template,
)

Fill = Callable[[Scope], Json]

_ABSENT = object()
"""What a template gives whose `when` is false: it is left out of the object or list it stands in."""


def template(node: Json) -> Fill:
    """What fills in a template, null where its `when` is false; ExpressionError when it cannot be understood."""
    return filling(parse_template(node))


def filling(tree: Template) -> Fill:
    """What fills in a tree, null where its `when` is false."""
    fill = _fill(tree)
    if not isinstance(tree, Block) or tree.when is None:
        return fill

    def present(scope: Scope) -> Json:
        value = fill(scope)
        return None if value is _ABSENT else value

    return present


class Constant:
    """Fills in a value that stands as it is."""

    def __init__(self, value: Json) -> None:
        self.value = value

    def __call__(self, _: Scope) -> Json:
        """The value."""
        return self.value


class ObjectFill:
    """Fills in an object, each member by its own.

    >>> ObjectFill({"title": template("{{ title }}")})(Scope({"title": "Emma"}))
    {'title': 'Emma'}
    """

    def __init__(self, members: Mapping[str, Fill]) -> None:
        self.members = dict(members)

    def __call__(self, scope: Scope) -> Json:
        """The object."""
        return {name: fill(scope) for name, fill in self.members.items()}


def lazy_lets(let: Let) -> Callable[[Scope], Scope]:
    """What adds the names of a `let` to a scope without computing them yet."""
    fills = {name: filling(tree) for name, tree in let.names}
    return lambda scope: LazyNames(fills, scope).scope if fills else scope


class LazyNames(Mapping[str, Json]):
    """Names of a `let` that are computed when they are first looked at, each seeing the others."""

    def __init__(self, fills: Mapping[str, Fill], outer: Scope) -> None:
        self._fills = fills
        self._values: dict[str, Json] = {}
        self.scope = Scope(self, outer=outer)

    def __getitem__(self, name: str) -> Json:
        if name not in self._values:
            self._values[name] = self._fills[name](self.scope)
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._fills

    def __iter__(self) -> Iterator[str]:
        return iter(self._fills)

    def __len__(self) -> int:
        return len(self._fills)


def lets(let: Let) -> Callable[[Scope], Scope]:
    """What adds the names of a `let` to a scope, each seeing those before it."""
    fills = [(name, filling(tree)) for name, tree in let.names]

    def add(scope: Scope) -> Scope:
        if not fills:
            return scope
        names: dict[str, Json] = {}
        inner = scope.inside(names)
        for name, fill in fills:
            names[name] = fill(inner)
        return inner

    return add


def _literal(tree: Literal) -> Fill:
    return Constant(tree.value)


def _text(tree: Text) -> Fill:
    if tree.is_one_expression:
        return tree.parts[0].evaluate
    parts = tree.parts
    return lambda scope: "".join(text(part.evaluate(scope)) for part in parts)


def _list(tree: ListOf) -> Fill:
    members = [(_fill(member), is_spliced(member)) for member in tree.members]

    def fill(scope: Scope) -> list[Json]:
        values: list[Json] = []
        for member, spliced in members:
            value = member(scope)
            values += value if spliced else [value]
        return [value for value in values if value is not _ABSENT]

    return fill


def _object(tree: ObjectOf) -> Fill:
    members = {name: _fill(member) for name, member in tree.members.items()}

    def fill(scope: Scope) -> Json:
        values = {name: member(scope) for name, member in members.items()}
        return {name: value for name, value in values.items() if value is not _ABSENT}

    return fill


def _block(tree: Block) -> Fill:
    when, add, value = tree.when, lets(tree.let) if tree.let else None, _fill(tree.value)

    def fill(scope: Scope) -> Json:
        inner = add(scope) if add else scope
        return value(inner) if when is None or when.holds(inner) else _ABSENT

    return fill


def _each(tree: Each) -> Fill:
    rows, name, when, add = _fill(tree.rows), tree.name, tree.when, lets(tree.let)
    key, value = _fill(tree.key) if tree.key is not None else None, _fill(tree.value)

    def fill(scope: Scope) -> Json:
        source = rows(scope)
        if isinstance(source, dict):
            source = [{"key": member, "value": content} for member, content in source.items()]
        scopes = [add(scope.inside({name: row, "index": index})) for index, row in enumerate(source or [])]
        chosen = [inner for inner in scopes if when is None or when.holds(inner)]
        if key is None:
            return [filled for inner in chosen if (filled := value(inner)) is not _ABSENT]
        values = {key(inner): value(inner) for inner in chosen}
        return {member: filled for member, filled in values.items() if filled is not _ABSENT}

    return fill


FILLS: Mapping[type[Template], Callable[[Any], Fill]] = {
    Literal: _literal,
    Text: _text,
    ListOf: _list,
    ObjectOf: _object,
    Block: _block,
    Each: _each,
}


def _fill(tree: Template) -> Fill:
    return FILLS[type(tree)](tree)
