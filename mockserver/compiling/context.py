"""What compiling has at hand: the document, the names in sight, and a place to note mistakes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mockserver.compiling.values import check_value
from mockserver.json import Json
from mockserver.language.checker import Checker, Sight
from mockserver.language.expression import Expression, expression
from mockserver.language.functions import STORE_FUNCTIONS
from mockserver.language.scope import ExpressionError
from mockserver.language.template import Fill, filling, lazy_lets, lets
from mockserver.language.tree import Template, TemplateError, Text, parse_let, parse_template
from mockserver.language.types import ANY, CALL, Type, TypeNames, object_, schema_type
from mockserver.plan import Let
from mockserver.reading.document import Document
from mockserver.reading.errors import Mistakes
from mockserver.reading.schema import Schema, flat

NULL = expression("none")


@dataclass
class CompileContext:
    """Reads expressions, templates and schemas, noting what cannot be understood with its pointer."""

    document: Document
    mistakes: Mistakes = field(default_factory=Mistakes)
    rules: set[str] = field(default_factory=set)
    """Where rules stand: those of shared effects are compiled at each use."""
    names: TypeNames | None = None
    """What expressions see at the place that is being read; nothing is checked where it is None."""
    functions: frozenset[str] = STORE_FUNCTIONS
    """What expressions can call at the place that is being read."""
    resource_names: frozenset[str] = frozenset()
    _types: dict[str, Type] = field(default_factory=dict)
    """The types of the schemas that references lead to."""
    emitted: dict[str, list[Type]] = field(default_factory=dict)
    """What each event is about, wherever it is emitted."""

    @cached_property
    def resource_types(self) -> dict[str, Type]:
        """The shape of each resource's documents."""
        schemas = self.document.root.get("components", {}).get("schemas", {})
        return {name: schema_type(self.document, schema) for name, schema in schemas.items() if "x-resource" in schema}

    @cached_property
    def checker(self) -> Checker:
        """What finds misspelt names."""
        return Checker(self.resource_types, self.mistakes)

    @cached_property
    def call_names(self) -> TypeNames:
        """The names that every expression of a call sees."""
        facts = self.document.root.get("x-sandbox", {})
        declared = {name: schema_type(self.document, schema) for name, schema in facts.get("settings", {}).items()}
        sight = Sight({**CALL, "settings": object_(**declared)})
        try:
            return self.checker.let(parse_let(facts.get("let", {})), sight, "#/x-sandbox").names
        except ExpressionError:
            return sight.names  # noted where it is compiled

    def document_names(self, resource: str) -> TypeNames:
        """The names an expression about a document of a resource sees."""
        document = self.resource_types.get(resource, ANY)
        moves = Type("text", choices=self.transitions(resource))
        return {**self.call_names, **(document.members or {}), "old": document, "transition": moves}

    def transitions(self, resource: str) -> tuple[str, ...]:
        """The transitions of a resource's lifecycle."""
        schemas = self.document.root.get("components", {}).get("schemas", {})
        lifecycle = schemas.get(resource, {}).get("x-resource", {}).get("lifecycle", {})
        return tuple(lifecycle.get("transitions", ()))

    @contextmanager
    def with_names(
        self, names: TypeNames | None, more: TypeNames | None = None, functions: frozenset[str] | None = None
    ) -> Iterator[None]:
        """Read a part of the contract with other names, and perhaps other functions, in sight."""
        before = self.names, self.functions
        self.names = None if names is None else {**names, **(more or {})}
        self.functions = self.functions if functions is None else functions
        try:
            yield
        finally:
            self.names, self.functions = before

    def expression_type(self, source: Json) -> Type:
        """The shape of an expression with the names in sight."""
        return self.template_type("{{ " + source + " }}" if isinstance(source, str) else source)

    def template_type(self, node: Json) -> Type:
        """The type of what a template gives with the names in sight."""
        if self.names is None:
            return ANY
        try:
            tree = parse_template(node)
        except ExpressionError:
            return ANY  # noted where it is compiled
        return Checker(self.resource_types, Mistakes()).template(tree, Sight(self.names, self.functions), "")

    def expression(self, source: Json, at: str, target: Type = ANY) -> Expression:
        """An expression; null where it cannot be understood. `target` is the type that its value must have."""
        try:
            compiled = expression(source)
        except ExpressionError as error:
            self.mistakes.add(at, str(error))
            return NULL
        self._check(Text((compiled,), ""), target, at)
        return compiled

    def expression_if_any(self, holder: Mapping[str, Json], key: str, at: str, target: Type = ANY) -> Expression | None:
        """The expression a key holds, if there is one."""
        return self.expression(holder[key], f"{at}/{key}", target) if key in holder else None

    def template(self, node: Json, at: str, target: Type = ANY) -> Fill:
        """A template; null where it cannot be understood. `target` is the type of what it fills in."""
        try:
            tree = parse_template(node)
        except TemplateError as error:
            self._note_faults(error, at)
            return lambda _: None
        self._check(tree, target, at)
        return filling(tree)

    def _note_faults(self, error: TemplateError, at: str) -> None:
        for fault in error.faults:
            self.mistakes.add(at + fault.at, str(fault))

    def check(self, node: Json, target: Type, at: str) -> None:
        """Note values in a template that do not fit a type; what cannot be understood is noted where it is compiled."""
        with suppress(ExpressionError):
            check_value(self.mistakes, parse_template(node), ANY, target, at)

    def _check(self, tree: Template, target: Type, at: str) -> None:
        if self.names is not None:
            type_ = self.checker.template(tree, Sight(self.names, self.functions), at)
            check_value(self.mistakes, tree, type_, target, at)

    def template_if_any(self, holder: Mapping[str, Json], key: str, at: str, target: Type = ANY) -> Fill | None:
        """The template a key holds, if there is one."""
        return self.template(holder[key], f"{at}/{key}", target) if key in holder else None

    def lets(self, holder: Mapping[str, Json], at: str, lazy: bool = False) -> Let | None:
        """The names a `let` gives, if there is one, from here on in sight; lazy ones are computed when looked at."""
        if "let" not in holder:
            return None
        try:
            let = parse_let(holder["let"])
        except TemplateError as error:
            self._note_faults(error, at)
            self.names = None
            return None
        if self.names is not None:
            self.names = self.checker.let(let, Sight(self.names, self.functions), at).names
        return lazy_lets(let) if lazy else lets(let)

    def flat(self, schema: Schema) -> Schema:
        """A schema with its reference followed and its allOf laid together."""
        return flat(self.document, schema)

    def schema_type(self, schema: Schema) -> Type:
        """The type of what a schema describes."""
        reference = schema.get("$ref")
        if reference is None:
            return schema_type(self.document, schema)
        if reference not in self._types:
            self._types[reference] = schema_type(self.document, schema)
        return self._types[reference]


def strings(value: Any) -> tuple[str, ...]:
    """One name or a list of them, as a tuple.

    >>> strings("send"), strings(["send", "resend"]), strings(None)
    (('send',), ('send', 'resend'), ())
    """
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
