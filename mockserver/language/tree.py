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


class TemplateError(ExpressionError):
    """A template in which something cannot be understood: each fault says where in it."""

    def __init__(self, faults: list[ExpressionError]) -> None:
        super().__init__(str(faults[0]), faults[0].at)
        self.faults = faults


def parse_template(node: Json) -> Template:
    """The tree of a template; TemplateError lists all that cannot be understood."""
    parser = _Parser()
    tree = parser.template(node, "")
    if parser.faults:
        raise TemplateError(parser.faults)
    return tree


def parse_let(definitions: Json) -> Let:
    """The names of a `let`; TemplateError lists all that cannot be understood."""
    parser = _Parser()
    let = parser.let(definitions, "/let")
    if parser.faults:
        raise TemplateError(parser.faults)
    return let


NULL = expression("none")
"""What stands for an expression that cannot be understood."""


class _Parser:
    """Makes trees of templates, and gathers what cannot be understood; each step knows its pointer."""

    def __init__(self) -> None:
        self.faults: list[ExpressionError] = []

    def template(self, node: Json, at: str) -> Template:
        if isinstance(node, str):
            return Text(self._pieces(node, at), at) if "{{" in node else Literal(node, at)
        if isinstance(node, list):
            return ListOf(tuple(self.template(member, f"{at}/{index}") for index, member in enumerate(node)), at)
        if isinstance(node, dict):
            return self._each(node, at) if "each" in node else self._object(node, at)
        return Literal(node, at)

    def let(self, definitions: Json, at: str) -> Let:
        if not isinstance(definitions, dict):
            self.faults.append(ExpressionError(f"a let gives names, and {definitions} has none", at))
            return Let((), at)
        return Let(tuple((name, self.template(value, f"{at}/{name}")) for name, value in definitions.items()), at)

    def _pieces(self, source: str, at: str) -> tuple[Expression, ...]:
        try:
            return parse(source)
        except ExpressionError as error:
            self.faults.append(ExpressionError(str(error), at))
            return ()

    def _expression(self, source: Json, at: str) -> Expression:
        try:
            return expression(source)
        except ExpressionError as error:
            self.faults.append(ExpressionError(str(error), at))
            return NULL

    def _when(self, node: Mapping[str, Json], at: str) -> Expression | None:
        return self._expression(node["when"], f"{at}/when") if "when" in node else None

    def _each(self, node: Mapping[str, Json], at: str) -> Each:
        if "value" not in node:
            self.faults.append(ExpressionError("an each needs a value", at))
        source, rows_at = node["each"], f"{at}/each"
        is_expression = isinstance(source, str) and "{{" not in source
        return Each(
            rows=Text((self._expression(source, rows_at),), rows_at) if is_expression else self.template(source, rows_at),
            name=str(node.get("as", "it")),
            when=self._when(node, at),
            let=self.let(node.get("let", {}), f"{at}/let"),
            key=self.template(node["key"], f"{at}/key") if "key" in node else None,
            value=self.template(node.get("value"), f"{at}/value"),
            at=at,
        )

    def _object(self, node: Mapping[str, Json], at: str) -> Template:
        """An object, or the value that stands in it beside `when` and `let`."""
        let = self.let(node["let"], f"{at}/let") if isinstance(node.get("let"), dict) else None
        words = {"when"} if let is None else {"when", "let"}
        if not node.keys() & words:
            return self._members(node, at)
        is_value = "value" in node and node.keys() <= {"when", "let", "value"}
        rest = {name: member for name, member in node.items() if name not in words}
        value = self.template(node["value"], f"{at}/value") if is_value else self._members(rest, at)
        return Block(self._when(node, at), let, value, at)

    def _members(self, node: Mapping[str, Json], at: str) -> ObjectOf:
        return ObjectOf({name: self.template(member, f"{at}/{name}") for name, member in node.items()}, at)


def without_conditions(template: Template) -> Template:
    """What a template gives once, as far as it is written out: the value of its `each` or `when`.

    >>> without_conditions(parse_template({"when": "late", "value": {"fine": 5}})).at
    '/value'
    """
    while isinstance(template, Block | Each):
        template = template.value
    return template
