"""Documents that outlive the process: in memory, and in a folder from which the memory is filled again.

The folder holds a snapshot of everything and the log of what has changed since, `snapshot.7` and `changes.7`. A new
snapshot is written beside them and counts from its renaming on; whatever is not of the last snapshot is left over from
an end in between.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.json import Json
from mockserver.store.base import Change, Contents, Page, Query, Row, Watch
from mockserver.store.tiny import TinyStore
from mockserver.store.write_ahead_log import Damaged, LogPosition, WriteAheadLog, encode_record, records, sync_folder

if TYPE_CHECKING:
    from filelock import BaseFileLock

log = logging.getLogger("mockserver")

FORMAT = 1
"""The way these files are written; a folder of another is refused."""

MIN_LOG_BYTES = 4 << 20
"""A log of fewer bytes is not worth a new snapshot while the store is in use."""

SNAPSHOT, CHANGES, UNFINISHED, LOCK = "snapshot.", "changes.", "unfinished", "lock"


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


def _locked(folder: Path) -> "BaseFileLock":
    """The folder for this process alone; the system ends that with the process."""
    from filelock import FileLock, Timeout  # only where something is kept: its import costs a twentieth of a second

    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise StoreUnavailable(f"{folder} is in use by another server: end that one, or choose another folder.") from None
    except OSError as error:
        raise _cannot(folder, error) from error
    return lock


class DurableStore:
    """What a memory holds, kept in a folder: from the start where something is kept there, else once `keep` is called."""

    def __init__(self, folder: Path, memory: TinyStore, sync: bool = True) -> None:
        """Open a folder, made where there is none, for this process alone. Raises StoreUnavailable."""
        self.folder = folder
        self.since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        """When documents were first kept here."""
        self._memory = memory
        self._sync = sync
        self._number = 0
        self._wal: WriteAheadLog | None = None
        self._compaction_bytes = MIN_LOG_BYTES
        """The size in bytes from which on the log gives way to a snapshot."""
        self._lock = _locked(folder)
        try:
            self._open()
        except (OSError, Damaged) as error:
            self._lock.release()
            raise _cannot(folder, error) from error

    @property
    def persistent(self) -> bool:
        """Whether every change is written to the folder."""
        return self._wal is not None

    def _open(self) -> None:
        """Fill the memory with what is kept, and clear away what an end in between has left."""
        self._number = max(self._numbers(), default=0)
        if self._number:
            end = self._restore(self._path(SNAPSHOT))
            self._wal = self._replay(self._path(CHANGES), LogPosition(0, end.checksum))
            self._compaction_bytes = max(MIN_LOG_BYTES, end.bytes)
        self._clear_away()

    def _numbers(self) -> Iterator[int]:
        for path in self.folder.glob(f"{SNAPSHOT}*"):
            if path.suffix[1:].isdigit():
                yield int(path.suffix[1:])

    def _path(self, kind: str) -> Path:
        return self.folder / f"{kind}{self._number}"

    def _clear_away(self) -> None:
        current = {self._path(SNAPSHOT), self._path(CHANGES)}
        for kind in (SNAPSHOT, CHANGES):
            for path in self.folder.glob(f"{kind}*"):
                if path not in current and path.suffix[1:].isdigit():
                    path.unlink()
        (self.folder / UNFINISHED).unlink(missing_ok=True)

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
                    (position, document), end = next(snapshot)
                    rows[position] = document
                self._memory.fill(Contents(table["tenant"], table["collection"], table["next"], rows))
        except StopIteration:
            raise Damaged(f"{path} is damaged: at byte {end.bytes} it ends before its time") from None
        return end

    def _replay(self, path: Path, start: LogPosition) -> WriteAheadLog:
        """Take every change of a log, and go on with it."""
        end = start
        for record, end in records(path, start):  # noqa: B007  the last one's is wanted
            self._apply_record(record)
        excess = path.stat().st_size - end.bytes
        if excess:
            log.warning(
                "%s ended in the middle of a change, which was never acknowledged: its %d bytes are dropped", path, excess
            )
        return WriteAheadLog(path, end, self._sync)

    def _apply_record(self, record: Json) -> None:
        if "clear" in record:
            self._memory.clear(record["clear"])
        else:
            self._memory.apply(record["tenant"], [Change(*change) for change in record["changes"]])

    def keep(self) -> None:
        """Keep what is there, and every change from now on. Raises StoreUnavailable."""
        try:
            self._snapshot()
        except (OSError, ValueError) as error:
            raise _cannot(self.folder, error) from error

    def _snapshot(self) -> None:
        """Write everything anew and begin an empty log; until the renaming, and if that fails, nothing has changed."""
        number, outdated = self._number + 1, [self._path(SNAPSHOT), self._path(CHANGES)]
        unfinished = self.folder / UNFINISHED
        end = self._write(unfinished)
        wal = WriteAheadLog(self.folder / f"{CHANGES}{number}", LogPosition(0, end.checksum), self._sync)
        try:
            sync_folder(self.folder)
            unfinished.replace(self.folder / f"{SNAPSHOT}{number}")
        except OSError:
            wal.close()
            raise
        previous, self._wal, self._number = self._wal, wal, number
        self._compaction_bytes = max(MIN_LOG_BYTES, end.bytes)
        if previous is not None:
            previous.close()
        sync_folder(self.folder)
        for path in outdated:
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
            yield from table.rows.items()

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
        self._lock.release()
