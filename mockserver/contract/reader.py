"""What compiling has at hand: the document, and a place to note mistakes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.contract.document import Document
from mockserver.contract.errors import Mistakes
from mockserver.contract.expression import Expression, ExpressionError, expression
from mockserver.contract.plan import Let
from mockserver.contract.schema import Schema, flat
from mockserver.contract.template import Fill, later, lets, template
from mockserver.json import Json

NULL = expression("none")


@dataclass
class Reader:
    """Reads expressions, templates and schemas, noting what cannot be understood with its pointer."""

    document: Document
    mistakes: Mistakes = field(default_factory=Mistakes)
    expressions: int = 0

    def expression(self, source: Json, at: str) -> Expression:
        """An expression; null where it cannot be understood."""
        self.expressions += 1
        try:
            return expression(source)
        except ExpressionError as error:
            self.mistakes.add(at, str(error))
            return NULL

    def maybe(self, holder: Mapping[str, Json], key: str, at: str) -> Expression | None:
        """The expression a key holds, if there is one."""
        return self.expression(holder[key], f"{at}/{key}") if key in holder else None

    def template(self, node: Json, at: str) -> Fill:
        """A template; null where it cannot be understood."""
        try:
            return template(node)
        except ExpressionError as error:
            self.mistakes.add(at, str(error))
            return lambda _: None

    def maybe_template(self, holder: Mapping[str, Json], key: str, at: str) -> Fill | None:
        """The template a key holds, if there is one."""
        return self.template(holder[key], f"{at}/{key}") if key in holder else None

    def lets(self, holder: Mapping[str, Json], at: str, lazy: bool = False) -> Let | None:
        """The names a `let` gives, if there is one; lazy ones are computed when first looked at."""
        if "let" not in holder:
            return None
        try:
            return later(holder["let"]) if lazy else lets(holder["let"])
        except ExpressionError as error:
            self.mistakes.add(f"{at}/let", str(error))
            return None

    def flat(self, schema: Schema) -> Schema:
        """A schema with its reference followed and its allOf laid together."""
        return flat(self.document, schema)


def strings(value: Any) -> tuple[str, ...]:
    """One name or a list of them, as a tuple.

    >>> strings("send"), strings(["send", "resend"]), strings(None)
    (('send',), ('send', 'resend'), ())
    """
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
