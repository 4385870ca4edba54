"""Walks expressions with the shapes of what they see, and notes names, members and choices that cannot be.

What it does not know it lets pass: it raises no false alarms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.json import Json
from mockserver.language.expression import parse
from mockserver.language.functions import FUNCTIONS, WORLD
from mockserver.language.inference import Inference
from mockserver.language.scope import ExpressionError
from mockserver.language.types import ANY, NUMBER, TEXT, Type, TypeNames, object_
from mockserver.reading.errors import Mistakes


@dataclass
class Checker:
    """Finds the shape of expressions and templates; mistakes are noted with where they stand."""

    resources: Mapping[str, Type]
    mistakes: Mistakes
    lookups: set[tuple[str, str]] = field(default_factory=set)
    """Resources and the fields by which expressions look them up."""

    def expression(self, source: Json, names: TypeNames, at: str) -> Type:
        """The shape of an expression's value."""
        if not isinstance(source, str):
            return ANY
        return self._pieces("{{ " + source + " }}", names, at)

    def template(self, node: Json, names: TypeNames, at: str) -> Type:
        """The shape of what a template gives."""
        if isinstance(node, str):
            return self._pieces(node, names, at) if "{{" in node else TEXT
        if isinstance(node, list):
            types = [self.template(one, names, f"{at}/{place}") for place, one in enumerate(node)]
            spliced = bool(node) and isinstance(node[0], dict) and "each" in node[0] and "key" not in node[0]
            return types[0] if spliced else (types[0] if types else ANY).listed()
        if isinstance(node, dict):
            return self._each(node, names, at) if "each" in node else self._object(node, names, at)
        return ANY

    def lets(self, definitions: Mapping[str, Json], names: TypeNames, at: str) -> TypeNames:
        """The names, with those of a `let`."""
        for name, value in definitions.items():
            if name in FUNCTIONS or name in WORLD:
                self.mistakes.add(f"{at}/{name}", f"{name} is the name of a function")
            names = {**names, name: self.template(value, names, f"{at}/{name}")}
        return names

    def _pieces(self, source: str, names: TypeNames, at: str) -> Type:
        try:
            pieces = parse(source)
        except ExpressionError:
            return ANY  # noted where it is compiled
        found = [Inference(self.resources, names, self.mistakes, self.lookups, at).type_of(piece) for piece in pieces]
        return found[0] if len(found) == 1 else TEXT

    def _each(self, node: dict[str, Json], names: TypeNames, at: str) -> Type:
        source = node["each"]
        where = f"{at}/each"
        rows = self.expression(source, names, where) if "{{" not in str(source) else self.template(source, names, where)
        element = object_(key=ANY, value=rows.of()) if rows.kind == "object" else rows.of()
        inner: TypeNames = {**names, str(node.get("as", "it")): element, "index": NUMBER}
        inner = self.lets(node.get("let", {}), inner, f"{at}/let")
        if "when" in node:
            self.expression(node["when"], inner, f"{at}/when")
        value = self.template(node.get("value"), inner, f"{at}/value")
        return Type("object", element=value) if "key" in node else value.listed()

    def _object(self, node: dict[str, Json], names: TypeNames, at: str) -> Type:
        if isinstance(node.get("let"), dict):
            names = self.lets(node["let"], names, f"{at}/let")
        if "when" in node:
            self.expression(node["when"], names, f"{at}/when")
        if "value" in node and node.keys() <= {"when", "let", "value"} and node.keys() & {"when", "let"}:
            return self.template(node["value"], names, f"{at}/value")
        return Type(
            "object",
            {key: self.template(value, names, f"{at}/{key}") for key, value in node.items() if key not in ("when", "let")},
        )
