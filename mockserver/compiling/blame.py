"""Checks what a rule says when it does not hold: the code of the problem, and the field at fault."""

import re
from collections.abc import Mapping

from mockserver.compiling.context import CompileContext
from mockserver.compiling.problems import KINDS
from mockserver.json import Json
from mockserver.language.types import Type, at_path
from mockserver.reading.errors import suggestion

INDEX = re.compile(r"\[({{.*?}}|\d+)\]")
"""The place of an entry in a list: `[0]`, or one that is filled in."""


def check_code(context: CompileContext, node: dict[str, Json], at: str) -> None:
    """Note a code that would lose its status: where `errors.codes` says what they have, each must be there."""
    errors = context.document.root.get("x-sandbox", {}).get("errors", {})
    if "code" in node and "codes" in errors:
        kinds = {code for _, code, _ in KINDS.values()} | {kind["code"] for kind in errors.get("kinds", {}).values()}
        if node["code"] not in {*errors["codes"], *kinds}:
            hint = suggestion(node["code"], [*errors["codes"], *kinds], ": give its status")
            context.mistakes.add(f"{at}/code", f"{node['code']} is not in x-sandbox.errors.codes{hint}")


def check_field(context: CompileContext, node: dict[str, Json], at: str, document: Type | None) -> None:
    """Note a field at fault that is neither of the document nor of what a call gives, as far as it is written out.

    Rules of a resource, whose type is given, are asked of its documents alone.
    """
    path = _written_out(str(node.get("field", "")))
    if not path or context.names is None:
        return
    fields = _fields(context.names) if document is None else document.members
    name, _, rest = path.partition(".")
    if fields is None:
        return
    if name not in fields:
        context.mistakes.add(f"{at}/field", f"there is no field {name}{suggestion(name, fields)}")
    elif rest and at_path(fields[name], rest) is None:
        inner = fields[name].of().members or fields[name].members or {}
        context.mistakes.add(f"{at}/field", f"{name} has no field {rest}{suggestion(rest, inner)}")


def _written_out(field: str) -> str:
    """The steps of a path that do not depend on anything.

    >>> _written_out("items[{{ index }}].price"), _written_out("filters.{{ name }}"), _written_out("{{ flaw.field }}")
    ('items.price', 'filters', '')
    """
    path, braces, _ = INDEX.sub("", field).partition("{{")
    return path.rpartition(".")[0] if braces else path


def _fields(names: Mapping[str, Type]) -> Mapping[str, Type] | None:
    """What may be at fault in a call: a member of its body, query or path, a field of its document, or of an effect's."""
    sources = [names[source] for source in ("input", "query", "path", "it") if source in names]
    if any(source.members is None for source in sources):
        return None
    return {**names, **{name: part for source in sources for name, part in (source.members or {}).items()}}
