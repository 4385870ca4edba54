"""A unit of work: one call's transaction with the world that its expressions see."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from mockserver.engine.clock import Clock
from mockserver.engine.files import Upload
from mockserver.engine.forms import Form, Forms
from mockserver.engine.lazy_document import LazyDocument
from mockserver.engine.transaction import Reads, Transaction
from mockserver.json import Json, copy
from mockserver.language.calendar import days_since
from mockserver.language.rows import equals
from mockserver.language.scope import ExpressionError, Scope, StoreFunctions
from mockserver.operators import OPERATORS
from mockserver.plan import IdForm, Plan, Resource
from mockserver.store.base import Condition, Document, Query, Row, value_at

NUMBERS = "_numbers"
"""The hidden collection of running numbers."""


@dataclass
class PendingEvent:
    """An event that is stored and published with the unit of work: its payload, and the document it is about."""

    event: str
    data: dict[str, Json]
    document: Document
    previous: dict[str, Json] | None = None


@dataclass
class UnitOfWork(StoreFunctions):
    """What one call works with. Expressions call its now, today, get, find, days_since and events_of."""

    plan: Plan
    transaction: Transaction
    clock: Clock
    random: random.Random
    call_scope: Scope = field(default_factory=lambda: Scope({}))
    """The names that every expression of the call sees."""
    pending_events: list[PendingEvent] = field(default_factory=list)
    read_only: bool = False
    """Whether the call changes nothing that it looks at."""
    files: Mapping[str, Upload] = field(default_factory=dict)
    """The files that came with the call."""
    forms: Forms = field(default_factory=Forms)
    """Documents as they were given out before."""
    _seen: dict[tuple[str, str], Document | None] = field(default_factory=dict)
    """Documents as they were given out since the last change."""
    _seen_at: int = 0

    def now(self) -> str:
        """The current instant as text, such as 2024-01-15T10:30:00Z."""
        if self.transaction.reads is not None:
            self.transaction.reads.instant = True
        return self.clock.now()

    def today(self) -> str:
        """The current date in the contract's time zone."""
        today = self.clock.today()
        if self.transaction.reads is not None:
            self.transaction.reads.date = today
        return today

    def days_since(self, moment: str, until: str | None = None) -> int:
        """Whole days from a date until today, or another date."""
        return days_since(moment, until or self.today())

    def get(self, resource: str, id: str | None) -> Document | None:
        """The document of an id, or null."""
        if id is None:
            return None
        if self._seen_at != self.transaction.version:
            self._seen, self._seen_at = {}, self.transaction.version
        key = (resource, id)
        if key not in self._seen:
            kind = self._resource(resource)
            document = self.transaction.get(kind.collection, id)
            self._seen[key] = None if document is None else self._view(kind, document)
        return self._seen[key]

    def find(self, resource: str, /, **equal: Json) -> list[Document]:
        """The documents whose fields have these values; a list means any of them, an object its operators."""
        kind = self._resource(resource)
        return [self._view(kind, row) for row in self.rows(kind, **equal)]

    def rows(self, kind: Resource, /, **equal: Json) -> list[Document]:
        """What `find` selects, as it is stored: without fields computed on giving out, with those clients may only write."""
        operands = {key.replace("__", "."): value for key, value in equal.items()}
        where = tuple(condition for path, value in operands.items() for condition in _conditions(path, value))
        rows = self.transaction.find(kind.collection, Query(where))
        return [row for row in rows if all(_exactly(value_at(row, path), operand) for path, operand in operands.items())]

    def events_of(self, channel: str | None) -> list[str]:
        """The names of the events that are published on a channel; none when there is no such channel."""
        return [published.event for published in self.plan.channels.get(channel, ())] if isinstance(channel, str) else []

    def _resource(self, name: str) -> Resource:
        if name not in self.plan.resources:
            raise ExpressionError(f"there is no resource {name}")
        return self.plan.resources[name]

    def shown(self, resource: Resource, document: Document) -> Document:
        """A document as it is given out: with the fields computed only then, without those clients may only write."""
        if not resource.virtual and not resource.hidden:
            return document
        scope = Scope({}, document, resource.names, functions=self)
        shown = {name: value for name, value in document.items() if name not in resource.hidden}
        return {**shown, **{virtual.name: virtual.value(scope) for virtual in resource.virtual if virtual.value}}

    def form(self, resource: Resource, row: Row) -> Form:
        """A stored document as it is given out, remembered from before if nothing that it was computed from has changed.

        Only for a call that has changed nothing.
        """
        form: Form | None = row.form
        if form is not None and form.holds(resource, self.clock):
            return form
        reads, seen = Reads(), self._seen
        self.transaction.reads, self._seen = reads, {}
        try:
            shown = self.shown(resource, row)
            form = Form(resource, shown if shown is row else copy(shown), reads)
        finally:
            self.transaction.reads, self._seen = None, seen
        self.forms.remember(row, form)
        return form

    def _view(self, resource: Resource, document: Document) -> Document:
        """A document for expressions: the same, but a call that only reads computes only what is looked at."""
        if not self.read_only or not resource.virtual:
            return self.shown(resource, document)
        scope = Scope({}, document, resource.names, functions=self)
        shown = {name: value for name, value in document.items() if name not in resource.hidden}
        return LazyDocument(
            shown, {virtual.name: partial(virtual.value, scope) for virtual in resource.virtual if virtual.value}
        )

    def new_id(self, form: IdForm, *collections: str) -> str:
        """An id that the same seed and the same calls give again, and that nothing stored under such ids has."""
        collections = collections or self.plan.prefixes.get(form.prefix, ())
        while True:
            id = form.prefix + "".join(self.random.choices(form.letters, k=form.length))
            if all(self.transaction.get(collection, id) is None for collection in collections):
                return id

    def number(self, series: str, pattern: str, year: str) -> str:
        """The next of a series of running numbers, such as INV-2024-0001."""
        key = f"{series}/{year}" if "{year}" in pattern else series
        last = self.transaction.get(NUMBERS, key) or {"n": 0}
        self.transaction.put(NUMBERS, key, {"id": key, "n": last["n"] + 1})
        return pattern.format(year=year, n=last["n"] + 1)


def _conditions(path: str, value: Json) -> list[Condition]:
    """What narrows a search before values are compared exactly; nothing where null is among the operands."""
    if isinstance(value, dict):
        return [Condition((path,), operator, other) for operator, other in value.items() if operator in OPERATORS]
    if value is None or (isinstance(value, list) and None in value):
        return []
    return [Condition((path,), "in" if isinstance(value, list) else "eq", value)]


def _exactly(value: Json, operand: Json) -> bool:
    if isinstance(value, list) and not isinstance(operand, dict):
        return any(_exactly(member, operand) for member in value)
    return equals(value, operand)
