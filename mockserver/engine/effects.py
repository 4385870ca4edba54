"""Effects: what an action changes beside its own document. One function per verb."""

from collections.abc import Callable, Iterable, Mapping

from mockserver.engine.edit import Edit
from mockserver.engine.problems import Problem
from mockserver.engine.removal import remove
from mockserver.engine.rules import require
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json, copy
from mockserver.language.rows import first
from mockserver.language.scope import Scope
from mockserver.plan import Effect, EffectKind, Resource
from mockserver.store.base import Document

Names = dict[str, Json]


def apply(work: UnitOfWork, effects: Iterable[Effect], scope: Scope) -> Names:
    """Make the changes in order, each seeing those before it; returns the names they set."""
    names: Names = {}
    inner = scope.inside(names)
    for effect in effects:
        within = effect.let(inner) if effect.let else inner
        if effect.when is None or effect.when.holds(within):
            names.update(EFFECTS[effect.kind](work, effect, within))
        else:
            names.update(_names(effect))
    return names


def follow(edit: Edit) -> Names:
    """Make the effects of the transitions a document has taken, and renew it after them; returns the names they set."""
    names: Names = {}
    inner = edit.scope.inside(names)
    for move in edit.transitions:
        names.update(apply(edit.work, move.effects, inner))
    if any(move.effects for move in edit.transitions):
        edit.renew()
    return names


def _names(effect: Effect) -> Names:
    """The names of an effect that is not made: null, or the empty list of an `each`."""
    if effect.kind in ("each", "group"):
        inner = {name: value for nested in effect.effects for name, value in _names(nested).items()}
        return {name: [] for name in inner} if effect.kind == "each" else inner
    return {effect.name: None} if effect.name else {}


def create(work: UnitOfWork, effect: Effect, scope: Scope) -> Names:
    """Store a new document, for later effects to see under its name."""
    require(effect.require, scope)
    edit = Edit.new(work, _resource(work, effect), effect.values(scope) if effect.values else {}, work.call_scope)
    edit.settle()
    document = _finish(effect, edit, scope)
    return {effect.name: document} if effect.name else {}


def update(work: UnitOfWork, effect: Effect, scope: Scope) -> Names:
    """Change a document by its id, or those that `where` finds; without `set` they are only computed again."""
    resource = _resource(work, effect)
    changed = [_changed(work, effect, resource, row, scope) for row in _targets(work, effect, resource, scope)]
    if not changed and effect.or_create is not None:
        changed = [_created(work, effect, resource, effect.or_create(scope), scope)]
    if not effect.name:
        return {}
    return {effect.name: changed if effect.where is not None and effect.or_create is None else first(changed)}


def _changed(work: UnitOfWork, effect: Effect, resource: Resource, row: Document, scope: Scope) -> Document:
    edit = Edit(work, resource, row, work.call_scope)
    within = scope.inside({"it": copy(row), "was": row})
    require(effect.require, within)
    edit.possible(effect.transition, " or ".join(effect.transition))
    if effect.values is not None:
        edit.set(effect.values(within))
    edit.settle()
    return _finish(effect, edit, scope)


def _created(work: UnitOfWork, effect: Effect, resource: Resource, values: Document, scope: Scope) -> Document:
    edit = Edit.new(work, resource, values, work.call_scope)
    edit.settle()
    blank = copy(edit.document)
    within = scope.inside({"it": blank, "was": blank})
    require(effect.require, within)
    if effect.values is not None:
        edit.set(effect.values(within))
        edit.settle()
    return _finish(effect, edit, scope)


def _targets(work: UnitOfWork, effect: Effect, resource: Resource, scope: Scope) -> list[Document]:
    if effect.id is None:
        return work.rows(resource, **(effect.where(scope) if effect.where else {}))
    id = effect.id(scope)
    document = None if id is None else work.transaction.get(resource.collection, id)
    if id is not None and document is None and effect.or_create is None:
        raise Problem("not_found", resource=resource.name, id=id)
    return [] if document is None else [document]


def _finish(effect: Effect, edit: Edit, scope: Scope) -> Document:
    edit.move(effect.transition)
    edit.check()
    edit.store()
    effect_names = follow(edit)
    names = {"it": edit.document, "was": edit.old, "old": edit.old}
    event_scope = scope.inside({**names, **({effect.name: edit.document} if effect.name else {})})
    edit.emit_taken(event_scope.inside(effect_names))
    edit.emit(effect.emit, event_scope)
    document: Document = copy(edit.document)
    return document


def delete(work: UnitOfWork, effect: Effect, scope: Scope) -> Names:
    """Remove a document by its id, or those that `where` finds."""
    resource = _resource(work, effect)
    for row in _targets(work, effect, resource, scope):
        require(effect.require, scope.inside({"it": row, "was": row}))
        remove(work, resource, row)
    return {}


def each(work: UnitOfWork, effect: Effect, scope: Scope) -> Names:
    """Make the effects inside for every element of a list; the names they set become lists."""
    gathered: dict[str, list[Json]] = {name: [] for name in _names(effect)}
    for element in (effect.each.evaluate(scope) or []) if effect.each else []:
        within = scope.inside({effect.name or "it": element})
        require(effect.require, within)
        for name, value in apply(work, effect.effects, within).items():
            gathered[name].append(value)
    return dict(gathered)


def group(work: UnitOfWork, effect: Effect, scope: Scope) -> Names:
    """Make the effects inside together."""
    require(effect.require, scope)
    return apply(work, effect.effects, scope)


def _resource(work: UnitOfWork, effect: Effect) -> Resource:
    return work.plan.resources[effect.resource or ""]


EFFECTS: Mapping[EffectKind, Callable[[UnitOfWork, Effect, Scope], Names]] = {
    "create": create,
    "update": update,
    "delete": delete,
    "each": each,
    "group": group,
}
