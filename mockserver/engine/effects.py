"""Effects: what an action changes beside its own document. One function per verb."""

from collections.abc import Callable, Iterable, Mapping

from mockserver.contract.expression import Scope
from mockserver.contract.filters import first
from mockserver.contract.plan import Effect, EffectKind, Resource
from mockserver.engine.edit import Edit
from mockserver.engine.problems import Problem
from mockserver.engine.removal import remove
from mockserver.engine.rules import require
from mockserver.engine.work import Work
from mockserver.json import Json, copy
from mockserver.store.base import Document

Names = dict[str, Json]


def apply(work: Work, effects: Iterable[Effect], scope: Scope) -> Names:
    """Make the changes in order, each seeing those before it; returns the names they gave."""
    given: Names = {}
    inner = scope.inside(given)
    for effect in effects:
        within = effect.let(inner) if effect.let else inner
        if effect.when is None or effect.when.holds(within):
            require(effect.require if effect.kind in ("each", "group") else (), within)
            given.update(EFFECTS[effect.kind](work, effect, within))
    return given


def create(work: Work, effect: Effect, scope: Scope) -> Names:
    """Store a new document."""
    edit = Edit.new(work, _resource(work, effect), effect.values(scope) if effect.values else {}, scope)
    edit.settle()
    document = _finish(effect, edit)
    return {effect.name: document} if effect.name else {}


def update(work: Work, effect: Effect, scope: Scope) -> Names:
    """Change a document by its id, or those that `where` finds; without `set` they are only computed again."""
    resource = _resource(work, effect)
    changed = [_changed(work, effect, resource, row, scope) for row in _targets(work, effect, resource, scope)]
    if not changed and effect.or_create is not None:
        changed = [_created(work, effect, resource, effect.or_create(scope), scope)]
    if not effect.name:
        return {}
    return {effect.name: changed if effect.where is not None and effect.or_create is None else first(changed)}


def _changed(work: Work, effect: Effect, resource: Resource, row: Document, scope: Scope) -> Document:
    edit = Edit(work, resource, row, scope)
    within = scope.inside({"it": copy(row), "was": row})
    require(effect.require, within)
    edit.possible(effect.transition, " or ".join(effect.transition))
    if effect.values is not None:
        edit.set(effect.values(within))
    edit.settle()
    return _finish(effect, edit)


def _created(work: Work, effect: Effect, resource: Resource, values: Document, scope: Scope) -> Document:
    edit = Edit.new(work, resource, values, scope)
    edit.settle()
    blank = copy(edit.document)
    within = scope.inside({"it": blank, "was": blank})
    require(effect.require, within)
    if effect.values is not None:
        edit.set(effect.values(within))
        edit.settle()
    return _finish(effect, edit)


def _targets(work: Work, effect: Effect, resource: Resource, scope: Scope) -> list[Document]:
    if effect.id is None:
        return work.rows(resource, **(effect.where(scope) if effect.where else {}))
    id = effect.id(scope)
    found = None if id is None else work.transaction.get(resource.collection, id)
    if id is not None and found is None and effect.or_create is None:
        raise Problem("not_found", resource=resource.name, id=id)
    return [] if found is None else [found]


def _finish(effect: Effect, edit: Edit) -> Document:
    move = edit.move(effect.transition)
    edit.check()
    edit.store()
    edit.emit(move.emit if move else ())
    names = {"it": edit.document, "was": edit.old, **({effect.name: edit.document} if effect.name else {})}
    edit.emit(effect.emit, edit.scope.inside(names))
    document: Document = copy(edit.document)
    return document


def delete(work: Work, effect: Effect, scope: Scope) -> Names:
    """Remove a document by its id."""
    resource = _resource(work, effect)
    for row in _targets(work, effect, resource, scope):
        remove(work, resource, row)
    return {}


def each(work: Work, effect: Effect, scope: Scope) -> Names:
    """Make the effects inside for every element of a list; the names they give become lists."""
    gathered: dict[str, list[Json]] = {name: [] for name in _given_names(effect.effects)}
    for element in effect.each.evaluate(scope) or [] if effect.each else []:
        names = apply(work, effect.effects, scope.inside({effect.name or "it": element}))
        for name, value in names.items():
            gathered.setdefault(name, []).append(value)
    return dict(gathered)


def _given_names(effects: Iterable[Effect]) -> set[str]:
    given: set[str] = set()
    for effect in effects:
        given |= {effect.name} if effect.name and effect.kind != "each" else set()
        given |= _given_names(effect.effects)
    return given


def group(work: Work, effect: Effect, scope: Scope) -> Names:
    """Make the effects inside together."""
    return apply(work, effect.effects, scope)


def _resource(work: Work, effect: Effect) -> Resource:
    return work.plan.resources[effect.resource or ""]


EFFECTS: Mapping[EffectKind, Callable[[Work, Effect, Scope], Names]] = {
    "create": create,
    "update": update,
    "delete": delete,
    "each": each,
    "group": group,
}
