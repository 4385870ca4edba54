"""Documents as they are given out, remembered until something that they were computed from changes."""

from collections import deque
from functools import cached_property

from mockserver import json
from mockserver.engine.clock import Clock
from mockserver.engine.transaction import Reads
from mockserver.plan import Resource
from mockserver.store.base import Document, Row

REMEMBERED = 20_000
"""So many forms are remembered; the one made first gives way."""


class Form:
    """A document as it is given out; it holds as long as what was looked at for it is as it was."""

    def __init__(self, resource: Resource, value: Document, reads: Reads) -> None:
        self.resource = resource
        self.value = value
        self._reads = reads

    def holds(self, resource: Resource, clock: Clock) -> bool:
        """Whether it is how the document is given out now, as a resource."""
        return self.resource is resource and self._reads.hold(clock)

    @cached_property
    def written(self) -> bytes:
        """It as JSON."""
        return json.write(self.value)


class Forms:
    """Remembers forms, each with its row."""

    def __init__(self) -> None:
        self._rows: deque[Row] = deque()

    def remember(self, row: Row, form: Form) -> None:
        """Remember the form of a row as it is stored."""
        if row.form is None:
            self._rows.append(row)
            if len(self._rows) > REMEMBERED:
                self._rows.popleft().form = None
        row.form = form
