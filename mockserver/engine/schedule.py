"""What the clock will do: transitions that become due at a time, each taken once, in the order of their times."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from mockserver.engine.clock import Clock, moment
from mockserver.engine.edit import Edit
from mockserver.engine.effects import follow
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.plan import Plan, Resource, Transition
from mockserver.store.base import Change, Document


@dataclass(frozen=True, order=True)
class Due:
    """A transition of a document and when it becomes due, never before the change that scheduled it."""

    at: datetime
    number: int
    tenant: str = field(compare=False)
    resource: str = field(compare=False)
    id: str = field(compare=False)
    transition: str = field(compare=False)


def due_at(value: Json, clock: Clock) -> datetime | None:
    """When a value of `at` has come: an instant itself, a date when its day is over in the clock's zone."""
    if not isinstance(value, str):
        return None
    if len(value) > len("2024-01-31"):
        return moment(value, clock.zone.key)
    try:
        after = date.fromisoformat(value) + timedelta(days=1)
    except OverflowError:
        return None
    return datetime(after.year, after.month, after.day, tzinfo=clock.zone)


class Schedule:
    """Everything that will become due, the soonest first."""

    def __init__(self, plan: Plan) -> None:
        self._timed = {
            resource.collection: (resource, moves)
            for resource in plan.resources.values()
            if resource.lifecycle is not None
            and (moves := [move for move in resource.lifecycle.transitions.values() if move.at])
        }
        self._heap: list[Due] = []
        self._count = 0

    def note(self, work: UnitOfWork, changes: Iterable[Change]) -> None:
        """Look at what was stored for what will become due."""
        for change in changes:
            if change.document is not None and change.collection in self._timed:
                resource, moves = self._timed[change.collection]
                self._note(work, resource, moves, change.document)

    def _note(self, work: UnitOfWork, resource: Resource, moves: list[Transition], document: Document) -> None:
        state = document.get(resource.lifecycle.field) if resource.lifecycle else None
        scope = work.call_scope.inside({"old": None, "transition": None}, document, resource.names)
        for move in moves:
            at = due_at(move.at.evaluate(scope), work.clock) if move.at and state in move.sources else None
            if at is not None:
                self._count += 1
                due = max(at, work.clock.instant())
                heapq.heappush(
                    self._heap, Due(due, self._count, work.transaction.tenant, resource.name, document["id"], move.name)
                )

    @property
    def soonest(self) -> datetime | None:
        """When something becomes due next."""
        return self._heap[0].at if self._heap else None

    def next(self, now: datetime) -> Due | None:
        """The soonest that is due, taken off the schedule."""
        return heapq.heappop(self._heap) if self._heap and self._heap[0].at <= now else None

    def forget(self, tenant: str | None) -> None:
        """Forget what will become due for one tenant, or for all."""
        self._heap = [due for due in self._heap if tenant not in (None, due.tenant)]
        heapq.heapify(self._heap)

    def put_back(self, due: Due) -> None:
        """Put back what was taken off but did not happen."""
        heapq.heappush(self._heap, due)


def take(work: UnitOfWork, due: Due) -> None:
    """Take a transition that is due, if the document is still where it starts from and it is still due."""
    resource = work.plan.resources[due.resource]
    document = work.transaction.get(resource.collection, due.id)
    if document is None or resource.lifecycle is None:
        return
    move = resource.lifecycle.transitions[due.transition]
    edit = Edit(work, resource, document, work.call_scope)
    at = due_at(move.at.evaluate(edit.scope), work.clock) if move.at else None
    if document.get(resource.lifecycle.field) not in move.sources or at is None or at > work.clock.instant():
        return
    if move.when is None or move.when.holds(edit.scope):
        edit.move([move.name])
        edit.check()
        edit.store()
        effect_names = follow(edit)
        edit.emit_taken(edit.scope.inside(effect_names))
