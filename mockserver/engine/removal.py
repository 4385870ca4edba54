"""Removing documents: what refers to them stands in the way, goes along, or lets go, as the contract says."""

from mockserver.engine.derived import forget
from mockserver.engine.edit import Edit
from mockserver.engine.problems import Problem
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.plan import Field, Resource
from mockserver.store.base import Condition, Document, Query, Row, value_at

NAMED = 5
"""How many of the documents that stand in the way are named."""


def remove(work: UnitOfWork, resource: Resource, document: Document) -> None:
    """Remove a document; Problem when another that still refers to it stands in the way."""
    work.transaction.drop(resource.collection, document["id"])
    forget(work, resource, document["id"])
    for other in work.plan.resources.values():
        for field in other.references:
            if field.reference is not None and resource.name in field.reference.targets:
                _let_go(work, resource, document, other, field)


def _let_go(work: UnitOfWork, resource: Resource, document: Document, other: Resource, field: Field) -> None:
    by = field.reference.by if field.reference else "id"
    rows = _referring(work, resource, other, field, document.get(by))
    if not rows:
        return
    rule = field.reference.on_delete if field.reference else "restrict"
    if rule == "restrict":
        ids = [row["id"] for row in rows[:NAMED]]
        raise Problem("in_use", resource=resource.name, id=document["id"], count=len(rows), by=other.name, ids=ids)
    for row in rows:
        if rule == "cascade":
            remove(work, other, row)
        else:
            _clear(work, other, field, row)


def _clear(work: UnitOfWork, other: Resource, field: Field, row: Row) -> None:
    """Let a document forget whom it referred to, and compute it again."""
    changes: Json = None
    for name in reversed(field.path.split(".")):
        changes = {name: changes}
    edit = Edit(work, other, row, work.call_scope)
    edit.set(changes)
    edit.settle()
    edit.check()
    edit.store()


def _referring(work: UnitOfWork, resource: Resource, other: Resource, field: Field, value: Json) -> list[Row]:
    rows = work.transaction.find(other.collection, Query((Condition((field.path,), "eq", value),)))
    meant = [row for row in rows if field.reference is not None and field.reference.target(row) == resource.name]
    return [row for row in meant if value in _flat(value_at(row, field.path))]


def _flat(value: Json) -> list[Json]:
    return [inner for member in value for inner in _flat(member)] if isinstance(value, list) else [value]
