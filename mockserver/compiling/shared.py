"""Shared rules and effects of `components`: what a `use` names, and whether its arguments are those that are declared."""

from difflib import get_close_matches

from mockserver.compiling.context import CompileContext
from mockserver.json import Json

Node = dict[str, Json]


def shared(context: CompileContext, section: str, use: Node, at: str, using: tuple[str, ...]) -> Node | None:
    """The entry of `x-rules` or `x-effects` that a `use` names; None, with a mistake noted, where it cannot be used.

    `using` are the names of the entries around the use: one that stands in itself would never end.
    """
    entries, name = context.document.root.get("components", {}).get(section, {}), use["use"]
    kind = section.removeprefix("x-")
    if name not in entries:
        near = get_close_matches(name, entries, 1)
        hint = f": did you mean {near[0]}?" if near else ""
        context.mistakes.add(f"{at}/use", f"the shared {kind} {name} do not exist{hint}")
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
        near = get_close_matches(name, missing, 1)
        hint = f": did you mean {near[0]}?" if near else ""
        context.mistakes.add(f"{at}/with", f"{name} is not one of the arguments{hint}")
    return not missing and not unknown
