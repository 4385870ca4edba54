"""Documents that outlive the process: in memory, and in a folder from which the memory is filled again."""

import logging
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from mockserver.json import Json
from mockserver.store.base import Change, Contents, Page, Query, Row, Watch
from mockserver.store.folder import DataFolder, InUse
from mockserver.store.tiny import TinyStore
from mockserver.store.write_ahead_log import (
    Damaged,
    LogPosition,
    WriteAheadLog,
    changes_since,
    encode_record,
    records,
    sync_folder,
)

log = logging.getLogger("mockserver")

FORMAT = 2
"""The way these files are written; a folder of another is refused."""

MIN_LOG_BYTES = 4 << 20
"""A log of fewer bytes is not worth a new snapshot while the store is in use."""


class StoreUnavailable(Exception):
    """A folder cannot be used to keep documents in; the message says why, and what to do."""


def _cannot(folder: Path, error: Exception) -> StoreUnavailable:
    """Why a folder cannot be used, and what to do."""
    if isinstance(error, Damaged):
        return StoreUnavailable(
            f"{error}. Nothing was started or changed: put back a copy of {folder}, or choose another folder."
        )
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    about = error.filename if isinstance(error, OSError) and error.filename else folder
    return StoreUnavailable(
        f"Cannot keep documents in {folder}: {about}: {reason.lower()}. Mend that, or choose another folder."
    )


def _held(folder: Path) -> DataFolder:
    """The folder for this process alone."""
    try:
        return DataFolder(folder)
    except InUse:
        raise StoreUnavailable(f"{folder} is in use by another server: end that one, or choose another folder.") from None
    except OSError as error:
        raise _cannot(folder, error) from error


class DurableStore:
    """What a memory holds, kept in a folder once `keep` is called; until then nothing in the folder is touched."""

    def __init__(self, folder: Path, memory: TinyStore, sync: bool = True) -> None:
        """Take what is kept in a folder, made where there is none, for this process alone. Raises StoreUnavailable."""
        self.since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        """When documents were first kept here."""
        self._memory = memory
        self._sync = sync
        self._wal: WriteAheadLog | None = None
        self._compaction_bytes = MIN_LOG_BYTES
        """The size in bytes from which on the log gives way to a snapshot."""
        self._folder = _held(folder)
        try:
            self._number = self._folder.current()
            self._end = self._read() if self._number else LogPosition()
        except (OSError, Damaged) as error:
            self._folder.release()
            raise _cannot(folder, error) from error

    @property
    def folder(self) -> Path:
        """Where documents are kept."""
        return self._folder.path

    @property
    def found(self) -> bool:
        """Whether documents were kept in the folder before."""
        return self._number > 0

    @property
    def persistent(self) -> bool:
        """Whether every change is written to the folder."""
        return self._wal is not None

    def claim(self) -> None:
        """Say of a folder in which nothing is kept yet that it is going to be. Raises StoreUnavailable."""
        try:
            self._folder.unfinished.touch()
        except OSError as error:
            raise _cannot(self.folder, error) from error

    def keep(self) -> None:
        """Keep what is there, and every change from now on. Raises StoreUnavailable."""
        try:
            if self.found and self._wal is None:
                self._go_on()
            else:
                self._snapshot()
        except (OSError, ValueError) as error:
            raise _cannot(self.folder, error) from error

    def _read(self) -> LogPosition:
        """Fill the memory with what is kept; the position at the end of the log."""
        snapshot_end = self._restore(self._folder.snapshot(self._number))
        self._compaction_bytes = max(MIN_LOG_BYTES, snapshot_end.bytes)
        changes = changes_since(self._folder.changes(self._number), snapshot_end)
        _, end = next(changes)
        for record, end in changes:  # noqa: B007  the last one's is wanted
            self._apply_record(record)
        return end

    def _restore(self, path: Path) -> LogPosition:
        """Fill the memory from a snapshot; the position at its end."""
        snapshot, end = records(path, LogPosition()), LogPosition()
        try:
            header, end = next(snapshot)
            if header.get("format") != FORMAT:
                raise Damaged(f"{path} is not of format {FORMAT}, the only one that is known here")
            self.since = header["since"]
            for _ in range(header["collections"]):
                table, end = next(snapshot)
                rows = {}
                for _ in range(table["rows"]):
                    (position, serial, document), end = next(snapshot)
                    rows[position] = Row(document, position, serial)
                self._memory.fill(Contents(table["tenant"], table["collection"], table["next"], rows))
        except StopIteration:
            raise Damaged(f"{path} is damaged: at byte {end.bytes} it ends before its time") from None
        if path.stat().st_size > end.bytes:
            raise Damaged(f"{path} is damaged: at byte {end.bytes} it goes on where it should end")
        return end

    def _apply_record(self, record: Json) -> None:
        if "clear" in record:
            self._memory.clear(record["clear"])
        else:
            self._memory.apply(record["tenant"], [Change(*change) for change in record["changes"]])

    def _go_on(self) -> None:
        """Go on with the log, and clear away what an end in between has left."""
        path = self._folder.changes(self._number)
        excess = path.stat().st_size - self._end.bytes
        self._wal = WriteAheadLog(path, self._end, self._sync)
        if excess:
            log.warning(
                "%s ended in the middle of a change, which was never acknowledged: its %d bytes are dropped", path, excess
            )
        self._folder.clear_away(self._number)

    def _snapshot(self) -> None:
        """Write everything anew and begin an empty log; until the renaming, and if that fails, nothing has changed."""
        number, folder = self._number + 1, self._folder
        end = self._write(folder.unfinished)
        wal = WriteAheadLog.begun(folder.changes(number), end, self._sync)
        try:
            sync_folder(self.folder)
            folder.unfinished.replace(folder.snapshot(number))
        except OSError:
            wal.close()
            raise
        previous, self._wal, self._number = self._wal, wal, number
        self._compaction_bytes = max(MIN_LOG_BYTES, end.bytes)
        if previous is not None:
            previous.close()
        sync_folder(self.folder)
        for path in (folder.snapshot(number - 1), folder.changes(number - 1)):
            path.unlink(missing_ok=True)

    def _write(self, path: Path) -> LogPosition:
        end = LogPosition()
        with path.open("wb") as file:
            for record in self._records():
                line, end = encode_record(record, end)
                file.write(line)
            file.flush()
            os.fsync(file.fileno())
        return end

    def _records(self) -> Iterator[Json]:
        tables = [table for table in self._memory.dump() if table.next > 1]
        yield {"format": FORMAT, "since": self.since, "collections": len(tables)}
        for table in tables:
            yield {"tenant": table.tenant, "collection": table.collection, "next": table.next, "rows": len(table.rows)}
            yield from ([row.position, row.serial, row] for row in table.rows.values())

    def get(self, tenant: str, collection: str, id: str) -> Row | None:
        """The document of an id."""
        return self._memory.get(tenant, collection, id)

    def find(self, tenant: str, collection: str, query: Query) -> Page:
        """The page a query asks for."""
        return self._memory.find(tenant, collection, query)

    def watch(self, tenant: str, collection: str, id: str) -> Watch:
        """What tells whether the document of an id changes, also of one that is not there."""
        return self._memory.watch(tenant, collection, id)

    def watch_matches(self, tenant: str, collection: str, query: Query) -> tuple[Watch, ...]:
        """What tells whether the rows of a query may change."""
        return self._memory.watch_matches(tenant, collection, query)

    def tenants(self) -> list[str]:
        """Those who have documents."""
        return self._memory.tenants()

    def dump(self) -> Iterator[Contents]:
        """Everything that is stored."""
        return self._memory.dump()

    def apply(self, tenant: str, changes: Iterable[Change]) -> None:
        """One transaction: all changes, durably, or none; then it raises WriteFailed."""
        changes = list(changes)
        self._append({"tenant": tenant, "changes": [[change.collection, change.id, change.document] for change in changes]})
        self._memory.apply(tenant, changes)
        self._compact(self._compaction_bytes)

    def clear(self, tenant: str | None = None) -> None:
        """Forget one tenant's documents, or every tenant's, durably; WriteFailed leaves them all."""
        self._append({"clear": tenant})
        self._memory.clear(tenant)

    def _append(self, record: Json) -> None:
        if self._wal is not None:
            self._wal.append(record)

    def _compact(self, min_bytes: int) -> None:
        """Write a snapshot where the log has so many bytes; where it cannot be written, the log goes on."""
        if self._wal is None or self._wal.position.bytes < min_bytes:
            return
        self._compaction_bytes = 2 * self._wal.position.bytes
        try:
            self._snapshot()
        except OSError as error:
            log.warning("no snapshot could be written to %s (%s); the log goes on", self.folder, error.strerror)

    def close(self) -> None:
        """Write what the log holds into a snapshot, and let go of the folder."""
        self._compact(1)
        if self._wal is not None:
            self._wal.close()
            self._wal = None
        self._memory.close()
        self._folder.release()
