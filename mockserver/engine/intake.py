"""What a call is about and what it brings: the documents its path names, the members of its body that are accepted."""

from dataclasses import dataclass, replace
from itertools import islice

from mockserver.engine.call import Call
from mockserver.engine.files import understood
from mockserver.engine.listing import ListQuery, list_query
from mockserver.engine.problems import Problem
from mockserver.engine.rules import referred
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.flaws import MOST_FLAWS, Flaw, storable, storage_flaws
from mockserver.json import Json
from mockserver.plan import Body, Operation, Resource
from mockserver.store.base import Condition, Document, Query


@dataclass(frozen=True)
class Target:
    """Where a call leads: the document its path addresses, what its path sets above it, the list it asks for."""

    document: Document | None = None
    above: tuple[Condition, ...] = ()
    listing: ListQuery | None = None


def find_target(work: UnitOfWork, call: Call) -> Target:
    """What a call is about; Problem when its cursor is none of its list's or a document its path names does not exist."""
    operation = call.operation
    listed = operation.resource if operation.kind == "list" else None
    listing = None if listed is None else list_query(listed, call.list_request)
    above = []
    for name, field in operation.parents:
        value = call.path[name]
        if field.reference is not None and referred(work, field.reference.to, field.reference.by, value) is None:
            raise Problem("not_found", resource=field.reference.to, id=value, field=name)
        above.append(Condition((field.path,), "eq", value))
    if operation.resource is None or operation.key is None:
        return Target(None, tuple(above), listing)
    document = _addressed(work, operation, operation.resource, call.path[operation.key])
    if document is None or not all(condition.holds(document) for condition in above):
        raise Problem("not_found", resource=operation.resource.name, id=call.path[operation.key], field=operation.key)
    return Target(document, tuple(above))


def _addressed(work: UnitOfWork, operation: Operation, resource: Resource, id: str) -> Document | None:
    if operation.key_field == "id":
        return work.transaction.get(resource.collection, id)
    rows = work.transaction.find(resource.collection, Query((Condition((operation.key_field,), "eq", id),)))
    return next((row for row in rows if row.get(operation.key_field) == id), None)


def unfit(operation: Operation, input: Json, flaws: list[Flaw]) -> Problem:
    """The refusal of a body with flaws; of a bulk call with more entries than its contract allows, that is said."""
    too_many = next((flaw for flaw in flaws if flaw.keyword == "maxItems"), None)
    if operation.kind != "bulk" or too_many is None:
        return Problem("validation", flaws)
    limit = (too_many.constraint or "").removeprefix("<= ")
    return Problem("bulk_limit", limit=int(limit), given=len(input[too_many.field]), field=too_many.field)


def _files(body: Body, call: Call) -> tuple[dict[str, Json], list[Flaw]]:
    """The metadata of the files of a call, and what is wrong with them."""
    uploads = {name: upload for name, upload in call.files.items() if name in body.files}
    results = {name: understood(name, upload, body.files[name]) for name, upload in uploads.items()}
    flaws = [flaw for _, flaw in results.values() if flaw is not None]
    return {name: metadata for name, (metadata, _) in results.items()}, flaws


def _wrong(body: Body, input: Json) -> list[Flaw]:
    """What does not fit; of numbers that are too fine to be stored, the schema says first how fine they may be."""
    unfit = [] if storable(input) else list(islice(storage_flaws(input), MOST_FLAWS + 1))
    if any(flaw.keyword != "x-decimals" for flaw in unfit):
        return unfit
    flaws = body.validate(input)
    named = {flaw.field for flaw in flaws}
    return [*flaws, *(flaw for flaw in unfit if flaw.field not in named)]


def accept_body(call: Call) -> Call:
    """The call with only the members of its body that its schema accepts; Problem lists everything that does not fit."""
    body = call.operation.body
    if body is None:
        return replace(call, input={})
    if call.input is None and not body.required:
        return replace(call, input={})
    input = body.project(call.input)
    misfits: list[Flaw] = []
    if body.files and isinstance(input, dict):
        files, misfits = _files(body, call)
        input = {**{name: value for name, value in input.items() if name not in body.files}, **files}
    wrong = [*misfits, *_wrong(body, input)]
    if wrong:
        raise unfit(call.operation, call.input, wrong)
    return replace(call, input=input)
