"""The commit: a unit of work reaches the store as a whole or not at all, and its observers are called."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mockserver.engine.event_log import record_events
from mockserver.engine.files import BlobReferences
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.store.base import Change, Document

BeforeCommit = Callable[[UnitOfWork, list[Document]], None]
"""Adds to a transaction what follows from its events, as they will stand in the log."""

OnChanges = Callable[[UnitOfWork, list[Change]], None]
"""Looks at what was stored."""

AfterCommit = Callable[[str, list[Document]], None]
"""Publishes a tenant's events, as they stand in the log, once they are stored."""


class Commit:
    """Stores units of work. Observers are added where the sandbox is put together."""

    def __init__(self, blobs: BlobReferences) -> None:
        self.blobs = blobs
        self.before_commit: list[BeforeCommit] = []
        self.on_changes: list[OnChanges] = []
        self.after_commit: list[AfterCommit] = []

    def __call__(self, work: UnitOfWork) -> None:
        """Commit a unit of work; WriteFailed leaves nothing of it."""
        records = record_events(work)
        for add in self.before_commit if records else ():
            add(work, records)
        if changes := self._store(work):
            self.notify(work, changes)
        for publish in self.after_commit if records else ():
            publish(work.transaction.tenant, records)

    def _store(self, work: UnitOfWork) -> list[Change]:
        """Bytes of files go first and leave last: at no moment does a stored document refer to bytes that are not there."""
        prepared = self.blobs.prepare(work.transaction, work.files)
        try:
            changes = work.transaction.commit()
        except BaseException:
            self.blobs.undo(prepared)
            raise
        self.blobs.finish(prepared)
        return changes

    def notify(self, work: UnitOfWork, changes: list[Change]) -> None:
        """Call the observers of stored changes."""
        for observe in self.on_changes:
            observe(work, changes)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Publish no events meanwhile: a demo world that is replayed happened before anyone subscribed."""
        after_commit, self.after_commit = self.after_commit, []
        try:
            yield
        finally:
            self.after_commit = after_commit
