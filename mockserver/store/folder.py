"""The folder in which documents are kept: held by one process, its files known by their names.

It holds a snapshot of everything and the log of what has changed since, `snapshot.7` and `changes.7`. The next pair is
begun beside it, and counts from the renaming of its snapshot on. Whatever else an end in between can leave is known
here, and nothing else is taken for it: a folder that holds half a pair is refused as it is.
"""

import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where a file in the folder has to stand for it
    fcntl = None  # type: ignore[assignment]

from mockserver.store.write_ahead_log import Damaged, has_records

SNAPSHOT, CHANGES, UNFINISHED, LOCK, FILES = "snapshot.", "changes.", "unfinished", "lock", "files"
"""The names of its files; `files` is the folder of the bytes of files."""

FOREIGN = ("lost+found", LOCK)
"""What may lie in a folder in which nothing is kept yet, beside what begins with a dot."""


class InUse(Exception):
    """Another process holds the folder."""


class DataFolder:
    """A folder that is held by this process; the system lets go of it with the process."""

    def __init__(self, path: Path) -> None:
        """Hold a folder, made where there is none. Raises InUse, OSError."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(path if fcntl else path / LOCK, os.O_RDONLY if fcntl else os.O_RDWR | os.O_CREAT)
        try:
            _hold(self._handle)
        except BlockingIOError:
            os.close(self._handle)
            raise InUse from None

    def release(self) -> None:
        """Let go of it; letting go twice is once."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def snapshot(self, number: int) -> Path:
        """A snapshot."""
        return self.path / f"{SNAPSHOT}{number}"

    def changes(self, number: int) -> Path:
        """The log that follows a snapshot."""
        return self.path / f"{CHANGES}{number}"

    @property
    def unfinished(self) -> Path:
        """The snapshot that is being written; it also stands for the first one before that is begun."""
        return self.path / UNFINISHED

    def current(self) -> int:
        """The number of the pair that counts, 0 where nothing is kept yet; Damaged for a folder that is neither."""
        snapshots, logs = set(self._numbers(SNAPSHOT)), set(self._numbers(CHANGES))
        number = max(snapshots, default=0)
        if begun := [log for log in logs if log > number and has_records(self.changes(log))]:
            raise Damaged(f"{self.changes(begun[0])} holds changes, and {self.snapshot(begun[0]).name} is missing")
        if number == 0:
            self._check_new(logs)
        elif number not in logs:
            raise Damaged(f"{self.changes(number)} is missing")
        elif older := (snapshots | logs) - {number - 1, number, number + 1}:
            raise Damaged(f"{self.path} holds {SNAPSHOT}{min(older)} or its log beside {SNAPSHOT}{number}")
        return number

    def _check_new(self, logs: set[int]) -> None:
        """Whether nothing is kept here: it is empty, or a first start came to its end in between."""
        if self.unfinished.exists() and logs <= {1}:
            return
        if logs:
            raise Damaged(f"{self.changes(min(logs))} is there, and {self.snapshot(min(logs)).name} is missing")
        if next((self.path / FILES).glob("*/*"), None) is not None:
            raise Damaged(f"{self.path} holds files, and neither a snapshot nor changes")
        names = sorted(path.name for path in self.path.iterdir())
        if foreign := [name for name in names if name not in (FILES, *FOREIGN) and not name.startswith(".")]:
            raise Damaged(f"{self.path} holds {foreign[0]}, and nothing that was kept")

    def _numbers(self, kind: str) -> Iterator[int]:
        for path in self.path.glob(f"{kind}*"):
            if path.suffix[1:].isdigit():
                yield int(path.suffix[1:])

    def clear_away(self, current: int) -> None:
        """Remove what an end in between has left beside the pair that counts."""
        for kind in (SNAPSHOT, CHANGES):
            for number in self._numbers(kind):
                if number != current:
                    (self.path / f"{kind}{number}").unlink()
        self.unfinished.unlink(missing_ok=True)


def _hold(handle: int) -> None:
    """Hold what a handle stands for; BlockingIOError where another process does."""
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    import msvcrt

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        raise BlockingIOError from None
