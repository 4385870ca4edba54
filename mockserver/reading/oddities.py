"""Finds names that nothing declares and that are written otherwise once than everywhere else: the values of an `enum`,
the members of what is listed, the codes and members of details.

What is found are only slips of the pen, a letter that is missing, doubled or in the wrong place; two names that differ
more are two names.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence

from mockserver.json import Json
from mockserver.reading.document import Document, pointer
from mockserver.reading.errors import Mistakes
from mockserver.reading.structure import Part

PUBLIC = {
    "response": (("headers", "header"), ("content", "media type")),
    "requestBody": (("content", "media type"),),
}
"""The members of OpenAPI's objects that hold names of the contract's own, and what these are called."""

MANIFOLD = 5
"""A name used so many times as often as another is the usual one: what is shared is used wherever it is referred to."""

SHORTEST = 4
"""Names of fewer letters resemble each other by chance."""


def is_slip(name: str, other: str) -> bool:
    """Whether a name is another one with one letter missing, doubled, or in the wrong place; a plural is no slip.

    >>> is_slip("shiped", "shipped"), is_slip("hsipped", "shipped"), is_slip("orders", "order"), is_slip("min", "max")
    (True, True, False, False)
    """
    if min(len(name), len(other)) < SHORTEST - 1 or name == other or {name + "s", other + "s"} & {name, other}:
        return False
    if len(name) == len(other):
        return any(_swapped(name, index) == other for index in range(len(name) - 1))
    longer, shorter = sorted((name, other), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer))
    )


def _swapped(name: str, index: int) -> str:
    return name[:index] + name[index + 1] + name[index] + name[index + 2 :]


def check_oddities(document: Document, parts: Sequence[Part], mistakes: Mistakes) -> None:
    """Note slips of the pen in names that are declared nowhere."""
    _check_enums([part for part in parts if part.kind == "schema" and "enum" in part.node], mistakes)
    for names in _uses(document, parts).values():
        _check_uses(names, mistakes)


def _uses(document: Document, parts: Sequence[Part]) -> dict[str, list[tuple[str, str]]]:
    """The names that are free to choose, by what they are names of, each with where it stands."""
    uses: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part in parts:
        for key, kind in PUBLIC.get(part.kind, ()):
            uses[kind] += [(name, part.at + pointer(key, name)[1:]) for name in part.node.get(key, ())]
    for node, at in _mappings(document.root, "#"):
        for space, name, where in _free_names(node, at):
            uses[space].append((name, where))
    for event, facts in document.root.get("x-events", {}).items():
        at = pointer("x-events", event, "groups")
        uses["group"] += [(name, f"{at}/{index}") for index, name in enumerate(facts.get("groups", ()))]
    details = document.root.get("x-sandbox", {}).get("errors", {}).get("details", {})
    uses["detail"] += [(str(code), "") for code in details.values()] * 2  # what is declared counts as used often
    return uses


def _check_enums(parts: list[Part], mistakes: Mistakes) -> None:
    """Note a value in which an enum differs by a slip from others that have the rest of its values."""
    enums = Counter(frozenset(filter(_is_text, part.node["enum"])) for part in parts)
    for part in parts:
        values = frozenset(filter(_is_text, part.node["enum"]))
        for other, count in enums.items():
            if count < enums[values] or len(values ^ other) != 2 or len(values) != len(other):
                continue
            odd, usual = next(iter(values - other)), next(iter(other - values))
            if is_slip(odd, usual) and (count > enums[values] or len(values) > 2):
                at = f"{part.at}/enum/{part.node['enum'].index(odd)}"
                mistakes.add(at, f"elsewhere this is {usual}, not {odd}, among the same values: did you mean {usual}?")


def _is_text(value: Hashable) -> bool:
    return isinstance(value, str)


def _mappings(node: Json, at: str) -> Iterator[tuple[dict[str, Json], str]]:
    """Every mapping of a document."""
    if isinstance(node, dict):
        yield node, at
        for name, member in node.items():
            if isinstance(member, dict | list):
                yield from _mappings(member, at + pointer(name)[1:])
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from _mappings(member, f"{at}/{index}")


def _free_names(node: dict[str, Json], at: str) -> Iterator[tuple[str, str, str]]:
    """The names of a mapping that are free to choose: of which sort, the name, where it stands."""
    if "rule" in node:
        yield from ((key, str(node[key]), f"{at}/{key}") for key in ("detail", "name") if key in node)
        details = node.get("details")
        if isinstance(details, dict):
            yield from (("details", name, f"{at}/details/{name}") for name in details)
    for key, rows in node.items():
        where, named = at + pointer(key)[1:], _rows(rows)
        if len(named) > 1 and all(isinstance(row, dict) for row in named.values()):
            yield from ((where, name, f"{where}/{index}/{name}") for index, row in named.items() for name in row)


def _rows(rows: Json) -> dict[str, Json]:
    """The entries of a list or a mapping, each by its place."""
    if isinstance(rows, list):
        return {str(index): row for index, row in enumerate(rows)}
    return {pointer(name)[2:]: row for name, row in rows.items()} if isinstance(rows, dict) else {}


def _check_uses(names: list[tuple[str, str]], mistakes: Mistakes) -> None:
    """Note a name that is a slip for one that is used more often, and by far if it is itself used more than once."""
    counts = Counter(name for name, _ in names)
    meant = {name: _meant(name, counts) for name in counts}
    for name, at in names:
        if at and meant[name] is not None:
            mistakes.add(at, f"elsewhere this is called otherwise: did you mean {meant[name]}?")


def _meant(name: str, counts: Counter[str]) -> str | None:
    least = 2 if counts[name] == 1 else counts[name] * MANIFOLD
    return next((other for other, count in counts.items() if count >= least and is_slip(name, other)), None)
