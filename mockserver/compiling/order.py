"""Checks that what is filled in and computed uses only what comes before it: a document is settled in the order in which
its properties are written.
"""

import re
from collections.abc import Iterator, Sequence

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.language.outcomes import guarded, reads
from mockserver.language.types import Type
from mockserver.plan import Field
from mockserver.reading.schema import Schema

Path = tuple[str, ...]
Order = list[tuple[Path, Field]]


def check_order(context: CompileContext, fields: Sequence[Field], at: str) -> None:
    """Note fields of a document, or of the entries of a list, that read themselves or what is computed after them.

    A field may read itself where it knows that it may be null: it then keeps what it was.
    """
    order: Order = list(_settled(fields, ()))
    paths = {path for path, _ in order}
    for index, (path, field) in enumerate(order):
        key, source = _source(field)
        here = at + "".join(f"/properties/{name}" for name in path)
        for read in sorted(read for read in reads(source) if read[0] not in _own_names(field)):
            other = next((read[:length] for length in range(len(read), 0, -1) if read[:length] in paths), ())
            if other == path and read not in guarded(source):
                context.mistakes.add(f"{here}/{key}", f"{path[-1]} reads itself")
            elif other and path[: len(other)] != other and _is_computed(order[index + 1 :], other, source):
                context.mistakes.add(f"{here}/{key}", f"{'.'.join(other)} is computed after {path[-1]}: write it above")
        if field.type == "array" and field.fields:
            check_order(context, field.fields, f"{here}/items")


def _settled(fields: Sequence[Field], above: Path) -> Iterator[tuple[Path, Field]]:
    """The fields in the order in which they are settled, with their paths; what is in a list has an order of its own."""
    for field in fields:
        yield (*above, field.name), field
        if field.type != "array":
            yield from _settled(field.fields, (*above, field.name))


def _source(field: Field) -> tuple[str, str]:
    """The key and the text of what makes a field's value, as far as that is one text."""
    computed: Json = field.schema.get("x-computed")
    if isinstance(computed, dict):
        return ("x-computed/value", str(computed["value"]))
    if computed is not None:
        return ("x-computed", str(computed))
    default = field.schema.get("x-default")
    return ("x-default", default if isinstance(default, str) and "{{" in default else "")


def derived_from(context: CompileContext, schema: Schema, inside: Type) -> tuple[Path, ...]:
    """What a property's default reads of the document, or of the list entry and what is around it, that it stands in."""
    around = {} if context.names is None else context.names
    own = {*(inside.members or {}), *(name for name in around if name not in context.call_names)} - {"old", "transition"}
    texts = _texts(schema.get("x-default", schema.get("default")))
    return tuple(sorted({path for text in texts if "{{" in text for path in reads(text) if path[0] in own}))


def _texts(node: Json) -> Iterator[str]:
    """The texts of a template."""
    if isinstance(node, str):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(inner)


def _own_names(field: Field) -> Json:
    """The names that a computed field gives itself: they hide the document's."""
    computed = field.schema.get("x-computed")
    return computed.get("let", {}) if isinstance(computed, dict) else {}


def _is_computed(order: Order, path: Path, source: str) -> bool:
    """Whether a field gets its value in this part of the order, or one within it of which an expression speaks."""
    within = [(other, field) for other, field in order if other[: len(path)] == path]
    inner = [part for other, field in within for part in (field if other != path else None, *field.fields) if part]
    return any(field.computed is not None for other, field in within if other == path) or any(
        part.computed is not None and re.search(rf"['.]{part.name}\b", source) for part in inner
    )
