"""Shared rules and effects of `components`: what a `use` names, and whether its arguments are those that are declared."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.reading.errors import suggestion

Node = dict[str, Json]


def shared(context: CompileContext, section: str, use: Node, at: str, using: tuple[str, ...]) -> Node | None:
    """The entry of `x-rules` or `x-effects` that a `use` names; None, with a mistake noted, where it cannot be used.

    `using` are the names of the entries around the use: one that stands in itself would never end.
    """
    entries, name = context.document.root.get("components", {}).get(section, {}), use["use"]
    kind = section.removeprefix("x-")
    if name not in entries:
        context.mistakes.add(f"{at}/use", f"the shared {kind} {name} do not exist{suggestion(name, entries)}")
        return None
    if name in using:
        context.mistakes.add(f"{at}/use", f"the shared {kind} {name} use themselves: {' > '.join((*using, name))}")
        return None
    entry: Node = entries[name]
    return entry if _fits(context, entry.get("args", []), use.get("with", {}), at) else None


def _fits(context: CompileContext, declared: list[str], arguments: Node, at: str) -> bool:
    """Whether the arguments are those that are declared; what is missing and what is too much is noted."""
    missing = [name for name in declared if name not in arguments]
    unknown = [name for name in arguments if name not in declared]
    for name in missing:
        context.mistakes.add(f"{at}/with", f"{name} is missing")
    for name in unknown:
        context.mistakes.add(f"{at}/with/{name}", f"{name} is not one of the arguments{suggestion(name, declared)}")
    return not missing and not unknown
