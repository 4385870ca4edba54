"""One document being created or changed, step by step, in the order the vocabulary pins down."""

from collections.abc import Iterable

from mockserver.engine.derived import Trace, as_by_default, record, recorded, unsent
from mockserver.engine.documents import merge, ordered, settle
from mockserver.engine.problems import Problem
from mockserver.engine.rules import blame, check, immutable_flaws
from mockserver.engine.unit_of_work import PendingEvent, UnitOfWork
from mockserver.json import Json, copy
from mockserver.language.scope import ExpressionError, Scope
from mockserver.plan import Emission, IdForm, Resource, Transition
from mockserver.store.base import Document


class Edit:
    """A document on its way: `old` is how it was, null for a new one; `scope` is what expressions about it see."""

    def __init__(self, work: UnitOfWork, resource: Resource, document: Document, outer: Scope, new: bool = False) -> None:
        self.work = work
        self.resource = resource
        self.old: Document | None = None if new else document
        self.document: Document = document if new else copy(document)
        self.names: dict[str, Json] = {"old": self.old, "transition": None}
        self.scope = outer.inside(self.names, self.document, resource.names)
        self.transitions: list[Transition] = []
        self.trace: Trace | None = None
        """What is derived in the document, where that is to be recorded."""

    @classmethod
    def new(cls, work: UnitOfWork, resource: Resource, values: Document, outer: Scope) -> "Edit":
        """A document that is not stored yet; its id and its first state are set where the values lack them."""
        document = copy(values)
        if document.get("id") is None:
            document["id"] = work.new_id(IdForm(resource.prefix))
        elif work.transaction.get(resource.collection, document["id"]) is not None:
            raise ValueError(f"there is a {resource.name} {document['id']} already")
        if resource.lifecycle is not None and document.get(resource.lifecycle.field) is None:
            document[resource.lifecycle.field] = resource.lifecycle.initial
        return cls(work, resource, document, outer, new=True)

    def settle(self) -> None:
        """Fill and compute; Problem or Refused where that fails because of a reference or a rule."""
        try:
            settle(self.work, self.resource, self.document, self.scope, self.trace)
        except ExpressionError:
            blame(self.work, self.resource, self.document, self.old, self.scope)
            raise
        tidy = ordered(self.resource.fields, self.document)
        self.document.clear()
        self.document.update(tidy)

    def set(self, changes: Document) -> None:
        """Lay changes over the document."""
        if self.old is not None and self.trace is None and not self.resource.derived.isdisjoint(changes):
            derived = recorded(self.work, self.resource, self.document["id"])
            self.trace = None if derived is None else Trace(derived)
        self._lay(changes, None)

    def _lay(self, changes: Document, whole: Document | None) -> None:
        """Lay changes over the document; what they say is derived no more."""
        if self.trace is not None:
            self.trace = Trace(unsent(self.trace.derived, changes, self.document, whole))
        merge(self.resource.fields, self.document, changes)

    def change(self, changes: Document, whole: Document) -> None:
        """Lay a client's changes over the document: what is fixed must stay, a new state needs a transition.

        `whole` is what a client sends that sends the document back as it was read.
        """
        before = copy(self.document)
        if self.resource.derived:
            derived = recorded(self.work, self.resource, self.document["id"])
            by_default = as_by_default(self.resource.fields, self.document, self.scope) if derived is None else derived
            self.trace = Trace(by_default)
        self._lay(changes, whole)
        scope = Scope({}, before, self.resource.names, functions=self.work)
        if flaws := list(immutable_flaws(self.resource.fields, before, self.document, scope)):
            raise Problem("validation", flaws)
        moves = self._requested_transitions(before)
        self._derive(before)
        if moves is not None:
            self.move(moves)

    def _derive(self, before: Document) -> None:
        """Settle the document, and derive anew what nobody sent and was derived from what has changed."""
        if self.trace is not None:
            self.trace = Trace(self.trace.derived, self.work.call_scope.inside({}, before, self.resource.names), before)
        self.settle()
        if self.trace is not None:
            self.trace = Trace(self.trace.derived)

    def _requested_transitions(self, before: Document) -> list[str] | None:
        """The transitions that lead to the state a client asked for; the document keeps its state until one is taken."""
        lifecycle = self.resource.lifecycle
        if lifecycle is None or self.document.get(lifecycle.field) == before.get(lifecycle.field):
            return None
        target = self.document[lifecycle.field]
        self.document[lifecycle.field] = before[lifecycle.field]
        moves = [name for name, move in lifecycle.transitions.items() if move.target == target]
        if not any(before[lifecycle.field] in lifecycle.transitions[name].sources for name in moves):
            raise self._impossible(f"{lifecycle.field} {target}", moves)
        return moves

    def possible(self, names: Iterable[str], action: str) -> None:
        """Raise Problem when none of the transitions starts from the present state."""
        lifecycle, names = self.resource.lifecycle, list(names)
        if lifecycle is None or not names:
            return
        state = self.document.get(lifecycle.field)
        if not any(state in lifecycle.transitions[name].sources for name in names):
            raise self._impossible(action, names)

    def _impossible(self, action: str, names: list[str]) -> Problem:
        lifecycle = self.resource.lifecycle
        moves = [] if lifecycle is None else [lifecycle.transitions[name] for name in names]
        allowed = list(dict.fromkeys(state for move in moves for state in move.sources))
        current = "" if lifecycle is None else self.document.get(lifecycle.field)
        facts = {"resource": self.resource.name, "id": self.document["id"], "current": current}
        reasons = (move.reason(self.scope) for move in moves if move.reason is not None)
        reason = next((reason for reason in reasons if reason is not None), None)
        return Problem("state", **facts, action=action, allowed=allowed, reason=reason)

    def move(self, names: Iterable[str], action: str = "") -> None:
        """Take the first transition that is possible now; Problem when none is."""
        lifecycle, names = self.resource.lifecycle, list(names)
        if lifecycle is None or not names:
            return
        state = self.document.get(lifecycle.field)
        for move in (lifecycle.transitions[name] for name in names):
            if state in move.sources and (move.when is None or move.when.holds(self.scope)):
                self._take(move)
                return
        raise self._impossible(action or " or ".join(names), names)

    def _take(self, move: Transition) -> None:
        self.names["transition"] = move.name
        self.transitions.append(move)
        if move.set is not None:
            self.set(move.set(self.scope))
        if move.target is not None and self.resource.lifecycle is not None:
            self.document[self.resource.lifecycle.field] = move.target
        self.settle()

    def check(self) -> None:
        """Raise Problem or Refused when the document may not be as it is."""
        check(self.work, self.resource, self.document, self.old, self.scope)

    def store(self) -> None:
        """Hand the document to the transaction, if it is not as it was."""
        if self.document != self.old:
            self.work.transaction.put(self.resource.collection, self.document["id"], self.document)
        if self.trace is not None:
            record(self.work, self.resource, self.document["id"], self.trace.derived)

    def reload(self) -> None:
        """Go on with the document as the transaction has it: effects may have changed it."""
        current = self.work.transaction.get(self.resource.collection, self.document["id"])
        if current is not None:
            self.document.clear()
            self.document.update(copy(current))

    def renew(self) -> None:
        """Go on with what effects made of the document: computed, checked and stored once more."""
        self.reload()
        self.settle()
        self.check()
        self.store()

    def emit_taken(self, scope: Scope) -> None:
        """Note the events of the transitions that were taken."""
        for move in self.transitions:
            self.emit(move.emit, scope)

    def emit(self, emissions: Iterable[Emission], scope: Scope | None = None) -> None:
        """Note events about this document, or about another that they name."""
        for emission in emissions:
            shown = self.work.shown(self.resource, self.document)
            emit(self.work, emission, scope or self.scope, shown, self._previous())

    def _previous(self) -> Document | None:
        """What was changed, as it was before."""
        if self.old is None:
            return None
        return {name: value for name, value in self.old.items() if self.document.get(name) != value}


def emit(work: UnitOfWork, emission: Emission, scope: Scope, about: Document, previous: Document | None = None) -> None:
    """Note an event about a document, or about another that the emission names, if it is to be emitted now."""
    if emission.when is not None and not emission.when.holds(scope):
        return
    if emission.of is not None:
        about, previous = emission.of.evaluate(scope), None
    about = {**about, **(emission.payload(scope) if emission.payload else {})}
    payload = work.plan.events[emission.event].payload(scope.inside({"document": about}))
    work.pending_events.append(PendingEvent(emission.event, copy(payload), copy(about), previous))
