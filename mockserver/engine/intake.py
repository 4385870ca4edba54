"""What a call is about and what it brings: the documents its path names, the members of its body that are taken."""

from dataclasses import dataclass, replace
from itertools import islice

from mockserver.engine.call import Call
from mockserver.engine.files import understood
from mockserver.engine.listing import ListQuery, list_query
from mockserver.engine.problems import Problem
from mockserver.engine.rules import referred
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.flaws import MOST_FLAWS, Flaw, storage_flaws
from mockserver.json import Json
from mockserver.plan import Body, Operation, Resource
from mockserver.store.base import Condition, Document, Query


@dataclass(frozen=True)
class Target:
    """Where a call leads: the document its path addresses, what its path sets above it, the list it asks for."""

    document: Document | None = None
    above: tuple[Condition, ...] = ()
    asked: ListQuery | None = None


def find_target(work: UnitOfWork, call: Call) -> Target:
    """What a call is about; Problem when its cursor is none of its list's or a document its path names does not exist."""
    operation = call.operation
    listed = operation.resource if operation.kind == "list" else None
    asked = None if listed is None else list_query(listed, call.list_request)
    above = []
    for name, field in operation.parents:
        value = call.path[name]
        if field.reference is not None and referred(work, field.reference.to, field.reference.by, value) is None:
            raise Problem("not_found", resource=field.reference.to, id=value, field=name)
        above.append(Condition((field.path,), "eq", value))
    if operation.resource is None or operation.key is None:
        return Target(None, tuple(above), asked)
    found = _addressed(work, operation, operation.resource, call.path[operation.key])
    if found is None or not all(condition.holds(found) for condition in above):
        raise Problem("not_found", resource=operation.resource.name, id=call.path[operation.key], field=operation.key)
    return Target(found, tuple(above))


def _addressed(work: UnitOfWork, operation: Operation, resource: Resource, id: str) -> Document | None:
    if operation.key_field == "id":
        return work.transaction.get(resource.collection, id)
    rows = work.transaction.find(resource.collection, Query((Condition((operation.key_field,), "eq", id),)))
    return next((row for row in rows if row.get(operation.key_field) == id), None)


def _too_many(call: Call, wrong: list[Flaw]) -> Problem:
    """The refusal of a bulk call with more entries than its contract allows."""
    flaw = next(flaw for flaw in wrong if flaw.keyword == "maxItems")
    limit = (flaw.constraint or "").removeprefix("<= ")
    return Problem("bulk_limit", limit=int(limit), given=len(call.input[flaw.field]), field=flaw.field)


def _files(body: Body, call: Call) -> tuple[dict[str, Json], list[Flaw]]:
    """What is known of the files of a call, and what is wrong with them."""
    brought = {name: upload for name, upload in call.files.items() if name in body.files}
    found = {name: understood(name, upload, body.files[name]) for name, upload in brought.items()}
    return {name: known for name, (known, _) in found.items()}, [flaw for _, flaw in found.values() if flaw is not None]


def _wrong(body: Body, taken: Json) -> list[Flaw]:
    """What does not fit; of numbers that are too fine to be kept, the schema says first how fine they may be."""
    unfit = list(islice(storage_flaws(taken), MOST_FLAWS))
    if any(flaw.keyword != "x-decimals" for flaw in unfit):
        return unfit
    told = body.validate(taken)
    named = {flaw.field for flaw in told}
    return [*told, *(flaw for flaw in unfit if flaw.field not in named)]


def accept_body(call: Call) -> Call:
    """The call with only the members of its body that are taken; Problem lists everything that does not fit."""
    body = call.operation.body
    if body is None:
        return replace(call, input={})
    if call.input is None and not body.required:
        return replace(call, input={})
    taken = body.project(call.input)
    misfits: list[Flaw] = []
    if body.files and isinstance(taken, dict):
        files, misfits = _files(body, call)
        taken = {**{name: value for name, value in taken.items() if name not in body.files}, **files}
    wrong = [*misfits, *_wrong(body, taken)]
    if call.operation.kind == "bulk" and any(flaw.keyword == "maxItems" for flaw in wrong):
        raise _too_many(call, wrong)
    if wrong:
        raise Problem("validation", wrong)
    return replace(call, input=taken)
