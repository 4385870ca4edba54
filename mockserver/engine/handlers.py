"""What each kind of operation does. One function per kind, all of one form."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.engine.call import Call, Reply
from mockserver.engine.documents import without_nulls
from mockserver.engine.edit import Edit, emit
from mockserver.engine.effects import apply, follow
from mockserver.engine.intake import Target
from mockserver.engine.listing import answer, next_cursor
from mockserver.engine.problems import Problem
from mockserver.engine.removal import remove
from mockserver.engine.rules import require
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import copy
from mockserver.language.scope import Scope
from mockserver.plan import Action, Kind, Resource
from mockserver.store.base import Document

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
    return Reply(page.rows, paging)


def read(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """The document the path addresses, as it is given out."""
    return Reply(work.shown(_resource(call), _document(target)))


def create(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """A new document, stored, also as `created` of the reply."""
    sent = without_nulls(_resource(call).fields, call.input or {})
    values = {**sent, **{field.name: call.path[name] for name, field in call.operation.parents}}
    edit = Edit.new(work, _resource(call), {**values, **({"id": call.id} if call.id else {})}, scope)
    edit.settle()
    return replace(_acted(work, call, edit), created=edit.document)


def update(work: UnitOfWork, call: Call, target: Target, scope: Scope) -> Reply:
    """A client's changes merged into a document."""
    return _acted(work, call, Edit(work, _resource(call), _document(target), scope), changes=call.input or {})


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
    return Reply(copy(declared.reply(final)) if declared.reply else None)


def _acted(work: UnitOfWork, call: Call, edit: Edit, changes: Document | None = None) -> Reply:
    """A document through the action of a call, and what is answered."""
    declared = call.operation.action
    final = act(work, declared, edit, call.operation.verb, changes)
    result = copy(declared.reply(final)) if declared.reply else work.shown(edit.resource, edit.document)
    return Reply(result, deliver=declared.deliver.evaluate(final) if declared.deliver else None)


def act(work: UnitOfWork, declared: Action, edit: Edit, verb: str = "", changes: Document | None = None) -> Scope:
    """A document through an action: require, set, transition, rules, effects, events; what expressions see at the end."""
    if edit.old is None:
        edit.check()
    within = declared.let(edit.scope) if declared.let else edit.scope
    edit.possible(declared.transition, verb)
    require(declared.require, within)
    if changes is not None:
        edit.change(changes)
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
