"""What a schema says of how many there may be, and of which members: asked before anything else.

A list that is too long is not looked into. A member that an object does not have is a flaw of its own, with the name that
was probably meant.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

from mockserver.flaws import MOST_FLAWS, Flaw, path_text
from mockserver.json import Json
from mockserver.reading.document import Document
from mockserver.reading.errors import suggestion
from mockserver.reading.messages import constraint, sentence

UNKNOWN = "additionalProperties"
"""The keyword that says that an object has no other members than those named."""

Schema = dict[str, Json]
Path = list[str | int]
Count = Callable[[Json, Path], Iterator[Flaw]]
"""What in a value, at a path, is too many, and which of its members are not known."""


def counter(document: Document, schema: Schema, flat: Callable[[Document, Schema], Schema]) -> Callable[[Json], list[Flaw]]:
    """What lists the lists and objects of a value with too many elements or members, and members that are not known."""
    counts = cache(lambda: _Counters(document, flat).of(schema))  # worked out for the first value that is not valid

    def counted(value: Json) -> list[Flaw]:
        count = counts()
        return [] if count is None else list(islice(count(value, []), MOST_FLAWS))

    return counted


class _Counters:
    """Makes counts of schemas; none of what has no limit anywhere, so that long lists of scalars are not walked."""

    def __init__(self, document: Document, flat: Callable[[Document, Schema], Schema]) -> None:
        self.document = document
        self.flat = flat
        self._under_way: set[str] = set()

    def of(self, schema: Schema) -> Count | None:
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return self._of(schema)
        if reference in self._under_way:  # of what contains itself, the first level is counted
            return None
        self._under_way.add(reference)
        try:
            return self._of(schema)
        finally:
            self._under_way.discard(reference)

    def _of(self, schema: Schema) -> Count | None:
        resolved = self.flat(self.document, schema)
        items = self.of(resolved["items"]) if isinstance(resolved.get("items"), dict) else None
        properties = {name: self.of(part) for name, part in resolved.get("properties", {}).items()}
        counted = {name: count for name, count in properties.items() if count is not None}
        extra = resolved.get("additionalProperties")
        rest = self.of(extra) if isinstance(extra, dict) else None
        limits, closed = ("maxItems", "maxProperties"), extra is False
        if items is rest is None and not counted and not closed and not any(limit in resolved for limit in limits):
            return None
        names = tuple(properties)
        return _Count(resolved.get("maxItems"), resolved.get("maxProperties"), items, counted, rest, names, closed)


@dataclass(frozen=True)
class _Count:
    """The limits of a schema, and the counts of what is in it."""

    most_items: int | None
    most_members: int | None
    items: Count | None
    members: Mapping[str, Count]
    rest: Count | None
    """That of members that are not named."""
    named: tuple[str, ...]
    closed: bool
    """Whether there are no members but those named."""

    def __call__(self, value: Json, path: Path) -> Iterator[Flaw]:
        if isinstance(value, list):
            yield from self._list(value, path)
        elif isinstance(value, dict):
            yield from self._object(value, path)

    def _list(self, value: list[Json], path: Path) -> Iterator[Flaw]:
        if self.most_items is not None and len(value) > self.most_items:
            yield _too_many("maxItems", self.most_items, path)
        elif self.items is not None:
            for index, member in enumerate(value):
                yield from self.items(member, [*path, index])

    def _object(self, value: dict[str, Json], path: Path) -> Iterator[Flaw]:
        if self.most_members is not None and len(value) > self.most_members:
            yield _too_many("maxProperties", self.most_members, path)
            return
        for name, member in self.members.items():
            if name in value:
                yield from member(value[name], [*path, name])
        for name in value.keys() - set(self.named) if self.closed or self.rest is not None else ():
            if self.rest is not None:
                yield from self.rest(value[name], [*path, name])
            else:
                hint = suggestion(name, self.named, f": use one of {', '.join(self.named)}" if self.named else "")
                yield Flaw(path_text([*path, name]), UNKNOWN, f"is not known here{hint}", value[name])


def _too_many(keyword: str, limit: int, path: Path) -> Flaw:
    facts: dict[str, Json] = {"limit": limit}
    return Flaw(path_text(path), keyword, sentence(keyword, facts), None, constraint(keyword, facts))
