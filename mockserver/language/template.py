"""Templates: any YAML in which strings with braces are filled in.

>>> from mockserver.language.scope import Scope
>>> template({"title": "{{ title }}", "note": "Due {{ due }}"})(Scope({"title": "Emma", "due": "2024-02-01"}))
{'title': 'Emma', 'note': 'Due 2024-02-01'}
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.expression import Expression, build, expression, parse, text
from mockserver.language.scope import ExpressionError, Scope

Fill = Callable[[Scope], Json]

_ABSENT = object()
"""What a template gives whose `when` is false: it is left out of the object or list it stands in."""


@cache
def _filled(source: str) -> Fill:
    pieces = parse(source)
    if len(pieces) == 1 and not isinstance(pieces[0], nodes.TemplateData):
        return Expression(source, pieces[0], build(pieces[0])).evaluate
    parts = [Expression(source, piece, build(piece)) for piece in pieces]
    return lambda scope: "".join(text(part.evaluate(scope)) for part in parts)


def lets(definitions: dict[str, Json]) -> Callable[[Scope], Scope]:
    """What adds the names of a `let` to a scope, each seeing those before it."""
    if not isinstance(definitions, dict):
        raise ExpressionError(f"a let gives names, and {definitions} has none")
    fills = [(name, template(value)) for name, value in definitions.items()]

    def add(scope: Scope) -> Scope:
        if not fills:
            return scope
        names: dict[str, Json] = {}
        inner = scope.inside(names)
        for name, fill in fills:
            names[name] = fill(inner)
        return inner

    return add


class Later(Mapping[str, Json]):
    """Names of a `let` that are computed when they are first looked at, each seeing the others."""

    def __init__(self, fills: Mapping[str, Fill], outer: Scope) -> None:
        self._fills = fills
        self._known: dict[str, Json] = {}
        self.scope = Scope(self, outer=outer)

    def __getitem__(self, name: str) -> Json:
        if name not in self._known:
            self._known[name] = self._fills[name](self.scope)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._fills

    def __iter__(self) -> Iterator[str]:
        return iter(self._fills)

    def __len__(self) -> int:
        return len(self._fills)


def later(definitions: dict[str, Json]) -> Callable[[Scope], Scope]:
    """What adds the names of a `let` to a scope without computing them yet."""
    fills = {name: template(value) for name, value in definitions.items()}
    return lambda scope: Later(fills, scope).scope if fills else scope


def _each(node: dict[str, Json]) -> Fill:
    rows, name = _expression_of(node["each"]), str(node.get("as", "it"))
    when = expression(node["when"]) if "when" in node else None
    add, key = lets(node.get("let", {})), template(node["key"]) if "key" in node else None
    value = _template(node["value"])

    def fill(scope: Scope) -> Json:
        found = rows(scope)
        if isinstance(found, dict):
            found = [{"key": one, "value": other} for one, other in found.items()]
        inner = [add(scope.inside({name: row, "index": place})) for place, row in enumerate(found or [])]
        chosen = [one for one in inner if when is None or when.holds(one)]
        if key is None:
            return _kept([value(one) for one in chosen])
        filled = {key(one): value(one) for one in chosen}
        return {name: member for name, member in filled.items() if member is not _ABSENT}

    return fill


def _expression_of(source: Json) -> Fill:
    if isinstance(source, str) and "{{" not in source:
        return expression(source).evaluate
    return template(source)


def _kept(values: list[Json]) -> list[Json]:
    return [value for value in values if value is not _ABSENT]


def _object(node: dict[str, Json]) -> Fill:
    when = expression(node["when"]) if "when" in node else None
    add = lets(node["let"]) if isinstance(node.get("let"), dict) else None
    if "value" in node and node.keys() <= {"when", "let", "value"} and node.keys() & {"when", "let"}:
        inside = _template(node["value"])
    else:
        members = {key: _template(value) for key, value in node.items() if key not in ("when", *(["let"] if add else []))}

        def inside(scope: Scope) -> Json:
            filled = {key: member(scope) for key, member in members.items()}
            return {key: value for key, value in filled.items() if value is not _ABSENT}

    def fill(scope: Scope) -> Json:
        inner = add(scope) if add else scope
        return inside(inner) if when is None or when.holds(inner) else _ABSENT

    return fill


def template(node: Json) -> Fill:
    """What fills in a template, null where its `when` is false; ExpressionError when it cannot be understood."""
    fill = _template(node)
    if not isinstance(node, dict) or "when" not in node:
        return fill

    def settled(scope: Scope) -> Json:
        value = fill(scope)
        return None if value is _ABSENT else value

    return settled


def _template(node: Json) -> Fill:
    if isinstance(node, str):
        return _filled(node) if "{{" in node else lambda _: node
    if isinstance(node, dict):
        if "each" in node:
            if "value" not in node:
                raise ExpressionError("an each needs a value")
            return _each(node)
        return _object(node)
    if isinstance(node, list):
        return _list(node)
    return lambda _: node


def _list(node: list[Json]) -> Fill:
    """A list; an `each` among its members stands for as many members as it gives."""
    members = [(_template(member), _is_spliced(member)) for member in node]

    def fill(scope: Scope) -> list[Json]:
        filled: list[Json] = []
        for member, spliced in members:
            value = member(scope)
            filled += value if spliced else [value]
        return _kept(filled)

    return fill


def _is_spliced(node: Json) -> bool:
    return isinstance(node, dict) and "each" in node and "key" not in node
