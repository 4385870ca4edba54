"""How a document comes about: defaults, numbers and computed fields in the order written, and merging of changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from mockserver.engine.derived import Trace
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.plan import Field, Resource
from mockserver.store.base import Document, value_at


def settle(work: UnitOfWork, resource: Resource, document: Document, scope: Scope, trace: Trace | None = None) -> None:
    """Fill what is missing and compute what is computed, in place; doing it twice changes nothing.

    The trace tells what was derived before, to be derived again from what has changed, and learns what is derived now.
    """
    year = str(value_at(document, resource.date) or work.today())[:4] if resource.date else work.today()[:4]
    _Settling(work, resource.collection, year).settle(resource.fields, document, scope, trace or Trace())


@dataclass(frozen=True)
class _Settling:
    """One settling of one document: where its numbers come from."""

    work: UnitOfWork
    series: str
    year: str

    def settle(self, fields: tuple[Field, ...], document: Document, scope: Scope, trace: Trace) -> None:
        for field in fields:
            if field.value is not None:
                continue
            if field.derived_from and trace.is_outdated(field, document, scope):
                del document[field.name]
            if not _compute(field, document, scope) and (field.name not in document or _awaits_id(field, document)):
                self._fill(field, document, scope, trace)
            if field.fields:
                self._within(field, document, scope, trace)

    def _within(self, field: Field, document: Document, scope: Scope, trace: Trace) -> None:
        inner = document.get(field.name)
        if isinstance(inner, dict):
            within = trace.within(field)
            self.settle(field.fields, inner, scope, within)
            trace.note(field.name, within.derived)
        elif isinstance(inner, list):
            entries = trace.entries(field)
            for entry in inner:
                within = entries.trace(entry)
                self.settle(field.fields, entry, scope.inside({"parent": document}, entry, field.names), within)
                entries.note(entry, within.derived)
            trace.note(field.name, entries.noted)

    def _fill(self, field: Field, document: Document, scope: Scope, trace: Trace) -> None:
        if field.sequence is not None:
            document[field.name] = self.work.number(f"{self.series}.{field.path}", field.sequence, self.year)
        elif field.id_form is not None and (field.id_form.when is None or field.id_form.when.holds(scope)):
            document[field.name] = self.work.new_id(field.id_form)
        elif field.default is not None:
            _assign(document, field, field.default(scope))
            if field.derived_from:
                trace.derived[field.name] = True
        elif field.nullable:
            document[field.name] = None


def _compute(field: Field, document: Document, scope: Scope) -> bool:
    """Set a computed field and say so; False where the field is not computed, or not now."""
    if field.computed is None:
        return False
    inner = field.computed.let(scope) if field.computed.let else scope
    if field.computed.when is not None and not field.computed.when.holds(inner):
        return False
    _assign(document, field, field.computed.value.evaluate(inner))
    return True


def _awaits_id(field: Field, document: Document) -> bool:
    """Whether a field waits for its id: the condition for making one did not hold before."""
    return field.id_form is not None and field.id_form.when is not None and document[field.name] is None


def _assign(document: Document, field: Field, value: Json) -> None:
    if value is None and not field.nullable:
        document.pop(field.name, None)
    else:
        document[field.name] = value


def ordered(fields: tuple[Field, ...], document: Document) -> Document:
    """The document with its fields in the order the contract writes them, and no others."""
    return {field.name: _inner(field, document[field.name]) for field in fields if field.name in document}


def _inner(field: Field, value: Json) -> Json:
    if not field.fields:
        return value
    if isinstance(value, list):
        return [ordered(field.fields, member) for member in value]
    return ordered(field.fields, value) if isinstance(value, dict) else value


def merge(fields: tuple[Field, ...], document: Document, changes: Document) -> None:
    """Lay changes over a document, in place: objects merge, maps too, null clears, lists are replaced.

    An entry of a list that carries the id of an old entry keeps what clients cannot write.
    """
    by_name = {field.name: field for field in fields}
    for name, value in changes.items():
        field, old = by_name.get(name), document.get(name)
        if field is not None and field.fields and isinstance(value, dict) and isinstance(old, dict):
            merge(field.fields, old, value)
        elif field is not None and field.fields and isinstance(value, list) and isinstance(old, list):
            old_entries = {entry["id"]: entry for entry in old if "id" in entry}
            document[name] = [_merged_entry(field, element, old_entries) for element in value]
        elif field is not None and field.is_map and isinstance(value, dict):
            document[name] = patched(old, value)
        elif value is None and field is not None and not field.nullable:
            document.pop(name, None)
        else:
            document[name] = value


def patched(old: Json, changes: Document) -> Document:
    """A map of any names with changes laid over it (RFC 7396): null removes a name.

    >>> patched({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": None}, "e": [None]})
    {'b': {'d': 3}, 'e': [None]}
    """
    result = dict(old) if isinstance(old, dict) else {}
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = patched(result.get(name), value) if isinstance(value, dict) else value
    return result


def without_nulls(fields: tuple[Field, ...], values: Document) -> Document:
    """What a client sends for a new document, whose maps have no names to remove."""
    maps = {field.name for field in fields if field.is_map}
    patches = {name: patched({}, value) for name, value in values.items() if name in maps and isinstance(value, dict)}
    return {**values, **patches}


def _merged_entry(field: Field, element: Json, old: dict[str, Document]) -> Json:
    if not isinstance(element, dict) or "id" not in element:
        return element
    before = old.pop(element["id"], None)
    if before is None:
        return {name: value for name, value in element.items() if name != "id"}
    preserved = {inner.name: before[inner.name] for inner in field.fields if inner.read_only and inner.name in before}
    return {**preserved, **element}


def walk(fields: tuple[Field, ...], document: Document, path: str = "") -> Iterator[tuple[Field, str, Json]]:
    """Every field that has a value, with its path as clients read it (`items[0].quantity`)."""
    for field in fields:
        value = document.get(field.name)
        if value is None:
            continue
        here = f"{path}.{field.name}" if path else field.name
        yield field, here, value
        if field.fields and isinstance(value, dict):
            yield from walk(field.fields, value, here)
        elif field.fields and isinstance(value, list):
            for index, element in enumerate(value):
                yield from walk(field.fields, element, f"{here}[{index}]")
