"""What each kind of operation does. One function per kind, all of one form."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple, cast

from mockserver.engine.call import Call, Reply
from mockserver.engine.derived import Trace
from mockserver.engine.documents import without_nulls
from mockserver.engine.edit import Edit, emit
from mockserver.engine.effects import apply, follow
from mockserver.engine.intake import Target
from mockserver.engine.listing import answer, next_cursor
from mockserver.engine.problems import Problem
from mockserver.engine.removal import remove
from mockserver.engine.rules import require
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json, copy
from mockserver.language.scope import Scope
from mockserver.plan import Action, Kind, Resource
from mockserver.store.base import Document, Row


class Changes(NamedTuple):
    """What a client sends to change a document, and what it sends that sends the whole document back as it was read."""

    sent: Document
    whole: Document


Handler = Callable[[UnitOfWork, Call, Target, Scope], Reply]


def list_(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """A page of a collection, and whether and where the list goes on."""
    if target.listing is None:
        raise Problem("internal")
    listing = target.listing
    page = answer(work, listing, target.above)
    paging = {
        "hasMore": page.more,
        "nextCursor": next_cursor(listing, page),
        "limit": listing.query.limit,
        "total": page.total,
    }
    return Reply(page.rows, paging, forms=[row.form for row in page.rows])


def read(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """The document the path addresses, as it is given out."""
    row = cast(Row, _document(target))  # what a call addresses that has changed nothing is what is stored
    form = work.form(_resource(call), row)
    return Reply(form.value, forms=form)


def create(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """A new document, stored, also as `created` of the reply."""
    sent = without_nulls(_resource(call).fields, call.input or {})
    values = {**sent, **{field.name: call.path[name] for name, field in call.operation.parents}}
    edit = Edit.new(work, _resource(call), {**values, **({"id": call.id} if call.id else {})}, scope)
    edit.trace = Trace() if edit.resource.derived else None
    edit.settle()
    return replace(_acted(work, call, edit), created=edit.document)


def update(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """A client's changes merged into a document."""
    resource, document, body = _resource(call), _document(target), call.operation.body
    readable = {name: value for name, value in document.items() if name not in resource.hidden}
    changes = Changes(call.input or {}, body.project(readable) if body else {})
    return _acted(work, call, Edit(work, resource, document, scope), changes)


def delete(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """A document removed, if nothing stands in the way."""
    resource, document, action = _resource(call), _document(target), call.operation.action
    edit = Edit(work, resource, document, scope)
    within = action.let(edit.scope) if action.let else edit.scope
    edit.possible(action.transition, call.operation.verb)
    require(action.require, within)
    remove(work, resource, document)
    final = within.inside(apply(work, action.effects, within))
    edit.emit(action.emit, final)
    return Reply(action.reply(final) if action.reply else {"id": document["id"], "deleted": True})


def action(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """What the operation says, on the document its path addresses, if it addresses one."""
    declared = call.operation.action
    if call.operation.key is not None:
        return _acted(work, call, Edit(work, _resource(call), _document(target), scope))
    within = declared.let(scope) if declared.let else scope
    require(declared.require, within)
    final = within.inside(apply(work, declared.effects, within))
    for emission in declared.emit:
        emit(work, emission, final, {})
    return _replied(declared, final, None)


def _acted(work: UnitOfWork, call: Call, edit: Edit, changes: Changes | None = None) -> Reply:
    """A document through the action of a call, and what is answered."""
    declared = call.operation.action
    final = act(work, declared, edit, call.operation.verb, changes)
    reply = _replied(declared, final, work.shown(edit.resource, edit.document) if declared.reply is None else None)
    return replace(reply, deliver=declared.deliver.evaluate(final) if declared.deliver else None)


def _replied(declared: Action, final: Scope, result: Json) -> Reply:
    """What an action answers: its reply, else the result; in the first of its formats that gives anything."""
    reply = Reply(copy(declared.reply(final)) if declared.reply else result)
    for media_type, fill in declared.formats.items():
        if (value := fill(final)) is not None:
            return replace(reply, format=media_type, formatted=value)
    return reply


def act(work: UnitOfWork, declared: Action, edit: Edit, verb: str = "", changes: Changes | None = None) -> Scope:
    """A document through an action: require, set, transition, rules, effects, events; what expressions see at the end."""
    if edit.old is None:
        edit.check()
    within = declared.let(edit.scope) if declared.let else edit.scope
    edit.possible(declared.transition, verb)
    require(declared.require, within)
    if changes is not None:
        edit.change(changes.sent, changes.whole)
    if declared.set is not None:
        edit.set(declared.set(within))
        edit.settle()
    edit.move(declared.transition, verb)
    edit.check()
    edit.store()
    effect_names = follow(edit)
    final = within.inside(apply(work, declared.effects, within))
    if declared.effects:
        edit.renew()
    edit.emit_taken(final.inside(effect_names))
    edit.emit(declared.emit, final)
    return final


def _document(target: Target) -> Document:
    if target.document is None:
        raise Problem("internal")
    return target.document


def _resource(call: Call) -> Resource:
    if call.operation.resource is None:
        raise Problem("internal")
    return call.operation.resource


def stream(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """Nothing: a stream is a WebSocket, not a call."""
    raise Problem("upgrade")


HANDLERS: Mapping[Kind, Handler] = {
    "list": list_,
    "create": create,
    "read": read,
    "update": update,
    "delete": delete,
    "action": action,
    "stream": stream,
}
