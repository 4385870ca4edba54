"""Which members of a document nobody sent: what was derived by a default follows what it was derived from.

A record of them is kept beside the documents that clients create and change, and is never shown. Of a document that has
none, as those that effects make, what is as its default would have it counts as derived.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.language.scope import ExpressionError, Scope
from mockserver.plan import Field, Resource
from mockserver.store.base import Document, value_at

RECORDS = "_derived"
"""The hidden collection of the records, each by the collection and the id of its document."""

Derived = dict[str, Json]
"""The derived members of an object by name: true, or those within an object, or those of each entry of a list by its id."""


@dataclass
class Trace:
    """How the members of an object came about, and how the object was before a client changed it.

    `derived` grows while the object is settled. `before` is what expressions about it saw, None where nothing is derived
    again; `old` is the object as it was.
    """

    derived: Derived = field(default_factory=dict)
    before: Scope | None = None
    old: Document | None = None

    def within(self, inner: Field) -> "Trace":
        """The trace of an object within the object."""
        old = (self.old or {}).get(inner.name)
        return Trace(_within(self.derived, inner.name), self.before, old if isinstance(old, dict) else None)

    def entries(self, inner: Field) -> "Entries":
        """The traces of the entries of a list within the object."""
        return Entries(inner, _within(self.derived, inner.name), self.before, self.old or {})

    def is_outdated(self, inner: Field, document: Document, scope: Scope) -> bool:
        """Whether a member was derived from what has changed since."""
        if self.before is None or self.old is None or self.derived.get(inner.name) is not True or inner.name not in document:
            return False
        if inner.immutable is not None and inner.immutable.holds(self.before):
            return False
        return any(_read(self.before, path) != _read(scope, path) for path in inner.derived_from)

    def note(self, name: str, within: Derived) -> None:
        """Keep what is derived within a member that was not derived as a whole."""
        if self.derived.get(name) is True:
            return
        self.derived.pop(name, None)
        if within:
            self.derived[name] = within


@dataclass
class Entries:
    """The traces of a list's entries: an entry is the one that had its id. `noted` is what is derived in them now."""

    list: Field
    derived: Derived
    before: Scope | None
    around: Document
    noted: Derived = field(default_factory=dict)

    def trace(self, entry: Document) -> Trace:
        """The trace of an entry, as far as it was there before."""
        id = entry.get("id")
        rows = self.around.get(self.list.name) if id is not None else None
        old = next((row for row in rows or [] if row.get("id") == id), None)
        before = None if old is None or self.before is None else _inside(self.before, self.around, old, self.list)
        return Trace(_within(self.derived, id), before, old)

    def note(self, entry: Document, derived: Derived) -> None:
        """Keep what is derived in an entry, by the id that it has by now."""
        if derived and entry.get("id") is not None:
            self.noted[entry["id"]] = derived


def _within(derived: Derived, name: str | None) -> Derived:
    inner = derived.get(name) if name is not None else None
    return dict(inner) if isinstance(inner, dict) else {}


def _inside(scope: Scope, around: Mapping[str, Json], entry: Document, list_: Field) -> Scope:
    """What expressions about an entry of a list see."""
    return scope.inside({"parent": around}, entry, list_.names)


def _read(scope: Scope, path: tuple[str, ...]) -> Json:
    """The value that an expression reads; null where there is no such name."""
    try:
        root = scope[path[0]]
    except ExpressionError:
        return None
    return value_at(root, ".".join(path[1:])) if path[1:] and isinstance(root, Mapping) else root


def recorded(work: UnitOfWork, resource: Resource, id: str) -> Derived | None:
    """The derived members of a stored document that are on record; None where there is no record."""
    record = work.transaction.get(RECORDS, _key(resource, id))
    return None if record is None else record["derived"]


def record(work: UnitOfWork, resource: Resource, id: str, derived: Derived) -> None:
    """Keep which members of a document are derived."""
    key = _key(resource, id)
    if (work.transaction.get(RECORDS, key) or {}).get("derived") != derived:
        work.transaction.put(RECORDS, key, {"id": key, "derived": derived})


def forget(work: UnitOfWork, resource: Resource, id: str) -> None:
    """Drop the record of a document that is removed."""
    if work.transaction.get(RECORDS, _key(resource, id)) is not None:
        work.transaction.drop(RECORDS, _key(resource, id))


def _key(resource: Resource, id: str) -> str:
    return f"{resource.collection}/{id}"


def as_by_default(fields: tuple[Field, ...], document: Mapping[str, Json], scope: Scope) -> Derived:
    """The members that are as their defaults would have them."""
    derived = {inner.name: _by_default(inner, document, scope) for inner in fields}
    return {name: mark for name, mark in derived.items() if mark}


def _by_default(field: Field, document: Mapping[str, Json], scope: Scope) -> Json:
    """Whether a member is as its default would have it; where it is not, the members within it that are."""
    value = document.get(field.name)
    if field.derived_from and _is_default(field, value, scope):
        return True
    if field.fields and isinstance(value, dict):
        return as_by_default(field.fields, value, scope)
    if field.fields and isinstance(value, list):
        entries = {entry["id"]: entry for entry in value if entry.get("id") is not None}
        scopes = {id: _inside(scope, document, entry, field) for id, entry in entries.items()}
        within = {id: as_by_default(field.fields, entry, scopes[id]) for id, entry in entries.items()}
        return {id: mark for id, mark in within.items() if mark}
    return None


def _is_default(field: Field, value: Json, scope: Scope) -> bool:
    try:
        return field.default is not None and bool(_repeats(field.default(scope), value))
    except ExpressionError:
        return False


def unsent(derived: Derived, changes: Document, old: Document, whole: Document | None) -> Derived:
    """What is still derived when changes are laid over an object.

    A member that is sent is derived no more. But who sends the whole object back as it was read repeats its derived
    members too; those that are as they were then say nothing. `whole` is what a client sends that sends all of it, null
    for changes that no client sends: where these repeat what is stored, they say nothing either.
    """
    echo = whole is None or (bool(whole) and all(name in changes for name, value in whole.items() if value is not None))
    kept = {name: _still(derived[name], name, changes, old, whole, echo) for name in derived}
    return {name: mark for name, mark in kept.items() if mark}


def _still(mark: Json, name: str, changes: Document, old: Document, whole: Document | None, echo: bool) -> Json:
    """What of a derived member is still derived: true or the members within it, nothing where it was sent."""
    if name not in changes:
        return mark
    value, before, inner = changes[name], old.get(name), None if whole is None else whole.get(name)
    if mark is True:
        return echo and _repeats(value, before)
    if isinstance(value, dict) and isinstance(before, dict):
        return unsent(mark, value, before, None if whole is None else inner or {})
    if isinstance(value, list) and isinstance(before, list):
        sent, rows, wholes = _by_id(value), _by_id(before), _wholes(before, inner)
        ids = [id for id in mark if id in sent and id in rows]
        kept = {id: unsent(mark[id], sent[id], rows[id], None if whole is None else wholes.get(id, {})) for id in ids}
        return {id: within for id, within in kept.items() if within}
    return None


def _by_id(entries: list[Json]) -> dict[str, Document]:
    return {entry["id"]: entry for entry in entries if isinstance(entry, dict) and entry.get("id") is not None}


def _wholes(entries: list[Document], wholes: Json) -> dict[str, Document]:
    """What a client sends of each entry that sends all of it."""
    pairs = zip(entries, wholes, strict=False) if isinstance(wholes, list) else ()
    return {entry["id"]: whole for entry, whole in pairs if "id" in entry}


def _repeats(value: Json, before: Json) -> bool:
    """Whether a value that is sent says what is stored: members that are null may be left out."""
    if not isinstance(value, dict) or not isinstance(before, dict):
        return bool(value == before)
    return all(value.get(name) == before.get(name) for name in {**before, **value})
