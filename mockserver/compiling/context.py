"""What compiling has at hand: the document, the names in sight, and a place to note mistakes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mockserver.compiling.values import check_value
from mockserver.json import Json
from mockserver.language.checker import Checker
from mockserver.language.expression import Expression, expression
from mockserver.language.scope import ExpressionError
from mockserver.language.template import Fill, later, lets, template
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
    resource_names: frozenset[str] = frozenset()
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
        return self.checker.lets(facts.get("let", {}), {**CALL, "settings": object_(**declared)}, "#/x-sandbox/let")

    def document_names(self, resource: str) -> TypeNames:
        """The names an expression about a document of a resource sees."""
        found = self.resource_types.get(resource, ANY)
        moves = Type("text", choices=self.transitions(resource))
        return {**self.call_names, **(found.members or {}), "old": found, "transition": moves}

    def transitions(self, resource: str) -> tuple[str, ...]:
        """The transitions of a resource's lifecycle."""
        schemas = self.document.root.get("components", {}).get("schemas", {})
        lifecycle = schemas.get(resource, {}).get("x-resource", {}).get("lifecycle", {})
        return tuple(lifecycle.get("transitions", ()))

    @contextmanager
    def with_names(self, names: TypeNames | None, **more: Type) -> Iterator[None]:
        """Read a part of the contract with other names in sight."""
        before, self.names = self.names, None if names is None else {**names, **more}
        try:
            yield
        finally:
            self.names = before

    def expression_type(self, source: Json) -> Type:
        """The shape of an expression with the names in sight."""
        return ANY if self.names is None else Checker(self.resource_types, Mistakes()).expression(source, self.names, "")

    def template_type(self, node: Json) -> Type:
        """The type of what a template gives with the names in sight."""
        return ANY if self.names is None else Checker(self.resource_types, Mistakes()).template(node, self.names, "")

    def expression(self, source: Json, at: str, target: Type = ANY) -> Expression:
        """An expression; null where it cannot be understood. `target` is the type that its value must have."""
        try:
            compiled = expression(source)
        except ExpressionError as error:
            self.mistakes.add(at, str(error))
            return NULL
        if self.names is not None:
            actual = self.checker.expression(source, self.names, at)
            check_value(self.mistakes, f"{{{{ {source} }}}}" if isinstance(source, str) else source, actual, target, at)
        return compiled

    def expression_if_any(self, holder: Mapping[str, Json], key: str, at: str, target: Type = ANY) -> Expression | None:
        """The expression a key holds, if there is one."""
        return self.expression(holder[key], f"{at}/{key}", target) if key in holder else None

    def template(self, node: Json, at: str, target: Type = ANY) -> Fill:
        """A template; null where it cannot be understood. `target` is the type of what it fills in."""
        try:
            compiled = template(node)
        except ExpressionError:
            self._note_faults(node, at)
            return lambda _: None
        if self.names is not None:
            check_value(self.mistakes, node, self.checker.template(node, self.names, at), target, at)
        return compiled

    def _note_faults(self, node: Json, at: str) -> None:
        """Note what cannot be understood within a template, where it stands in it."""
        for name, member in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            self._note_faults(member, f"{at}/{name}")
        try:
            expression(node) if at.endswith(("/each", "/when")) and "{{" not in str(node) else template(node)
        except ExpressionError as error:
            if not any(mistake.pointer.startswith(f"{at}/") for mistake in self.mistakes):
                self.mistakes.add(at, str(error))

    def template_if_any(self, holder: Mapping[str, Json], key: str, at: str, target: Type = ANY) -> Fill | None:
        """The template a key holds, if there is one."""
        return self.template(holder[key], f"{at}/{key}", target) if key in holder else None

    def lets(self, holder: Mapping[str, Json], at: str, lazy: bool = False) -> Let | None:
        """The names a `let` gives, if there is one, from here on in sight; lazy ones are computed when looked at."""
        if "let" not in holder:
            return None
        try:
            compiled = later(holder["let"]) if lazy else lets(holder["let"])
        except ExpressionError:
            for name, value in holder["let"].items():
                self._note_faults(value, f"{at}/let/{name}")
            self.names = None
            return None
        if self.names is not None:
            self.names = self.checker.lets(holder["let"], self.names, f"{at}/let")
        return compiled

    def flat(self, schema: Schema) -> Schema:
        """A schema with its reference followed and its allOf laid together."""
        return flat(self.document, schema)

    def schema_type(self, schema: Schema) -> Type:
        """The shape of what a schema describes."""
        return schema_type(self.document, schema)


def strings(value: Any) -> tuple[str, ...]:
    """One name or a list of them, as a tuple.

    >>> strings("send"), strings(["send", "resend"]), strings(None)
    (('send',), ('send', 'resend'), ())
    """
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
