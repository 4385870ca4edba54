"""Templates as trees: YAML in which strings with braces are filled in, and `each`, `when`, `let`, `value` have a meaning.

The rules of these four words stand here, once: `template` fills trees in, `checker` infers their types.

>>> parse_template({"each": "books", "as": "book", "value": "{{ book.title }}"}).name
'book'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Union

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.expression import Expression, expression, parse
from mockserver.language.scope import ExpressionError


@dataclass(frozen=True)
class Literal:
    """A value that stands as it is."""

    value: Json
    at: str


@dataclass(frozen=True)
class Text:
    """A text with braces: the value of its one expression, or its parts joined as text."""

    parts: tuple[Expression, ...]
    at: str

    @cached_property
    def is_one_expression(self) -> bool:
        """Whether it gives a value of any type, not only text."""
        return len(self.parts) == 1 and not isinstance(self.parts[0].node, nodes.TemplateData)


@dataclass(frozen=True)
class ListOf:
    """A list; an `each` without `key` among its members stands for as many members as it gives."""

    members: tuple["Template", ...]
    at: str


@dataclass(frozen=True)
class ObjectOf:
    """An object; a member that is absent is left out."""

    members: Mapping[str, "Template"]
    at: str


@dataclass(frozen=True)
class Let:
    """Names that are in sight of what follows, each of those after it."""

    names: tuple[tuple[str, "Template"], ...]
    at: str


@dataclass(frozen=True)
class Block:
    """A value with names of its own, absent where its `when` is false."""

    when: Expression | None
    let: Let | None
    value: "Template"
    at: str


@dataclass(frozen=True)
class Each:
    """A value for every row, or member of an object, as a list or, with a `key`, as an object."""

    rows: "Template"
    name: str
    when: Expression | None
    let: Let
    key: Union["Template", None]
    value: "Template"
    at: str


Template = Literal | Text | ListOf | ObjectOf | Block | Each


def is_spliced(template: Template) -> bool:
    """Whether it stands, within a list, for as many members as it gives."""
    return isinstance(template, Each) and template.key is None


def parse_template(node: Json, at: str = "") -> Template:
    """The tree of a template; `at` is its pointer. ExpressionError says where in it something cannot be understood."""
    if isinstance(node, str):
        return Text(_parse(node, at), at) if "{{" in node else Literal(node, at)
    if isinstance(node, list):
        return ListOf(tuple(parse_template(member, f"{at}/{index}") for index, member in enumerate(node)), at)
    if isinstance(node, dict):
        return _each(node, at) if "each" in node else _object(node, at)
    return Literal(node, at)


def parse_let(definitions: Mapping[str, Json], at: str = "/let") -> Let:
    """The names of a `let`."""
    return Let(tuple((name, parse_template(value, f"{at}/{name}")) for name, value in definitions.items()), at)


def _parse(source: str, at: str) -> tuple[Expression, ...]:
    try:
        return parse(source)
    except ExpressionError as error:
        raise ExpressionError(str(error), at) from None


def _expression(source: Json, at: str) -> Expression:
    try:
        return expression(source)
    except ExpressionError as error:
        raise ExpressionError(str(error), at) from None


def _when(node: Mapping[str, Json], at: str) -> Expression | None:
    return _expression(node["when"], f"{at}/when") if "when" in node else None


def _each(node: Mapping[str, Json], at: str) -> Each:
    if "value" not in node:
        raise ExpressionError("an each needs a value", at)
    source, rows_at = node["each"], f"{at}/each"
    is_expression = isinstance(source, str) and "{{" not in source
    return Each(
        rows=Text((_expression(source, rows_at),), rows_at) if is_expression else parse_template(source, rows_at),
        name=str(node.get("as", "it")),
        when=_when(node, at),
        let=parse_let(node.get("let", {}), f"{at}/let"),
        key=parse_template(node["key"], f"{at}/key") if "key" in node else None,
        value=parse_template(node["value"], f"{at}/value"),
        at=at,
    )


def _object(node: Mapping[str, Json], at: str) -> Template:
    """An object, or the value that stands in it beside `when` and `let`."""
    let = parse_let(node["let"], f"{at}/let") if isinstance(node.get("let"), dict) else None
    words = {"when"} if let is None else {"when", "let"}
    if not node.keys() & words:
        return _members(node, at)
    is_value = "value" in node and node.keys() <= {"when", "let", "value"}
    rest = {name: member for name, member in node.items() if name not in words}
    return Block(_when(node, at), let, parse_template(node["value"], f"{at}/value") if is_value else _members(rest, at), at)


def _members(node: Mapping[str, Json], at: str) -> ObjectOf:
    return ObjectOf({name: parse_template(member, f"{at}/{name}") for name, member in node.items()}, at)


def without_conditions(template: Template) -> Template:
    """What a template gives once, as far as it is written out: the value of its `each` or `when`.

    >>> without_conditions(parse_template({"when": "late", "value": {"fine": 5}})).at
    '/value'
    """
    while isinstance(template, Block | Each):
        template = template.value
    return template
