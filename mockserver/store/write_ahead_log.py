"""Files of records that are wholly there or not: one a line, each after the CRC-32 checksum of all records up to it.

A record that was being written when the power went is the last of its file and not whole: it does not end its line, or
there are holes in it. Any other that does not fit its checksum was there once: such a file is damaged. A log of changes
begins with a record that says which snapshot it follows, so that an emptied or exchanged one is known.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from mockserver.json import Json, read_exact, write_exact
from mockserver.store.base import WriteFailed

CHECKSUM_WIDTH = len("12345678 ")

HOLE = 512
"""So many bytes of nothing are a block that was not written before the power went; at the start of a record, a few are."""


class Damaged(Exception):
    """A file does not hold what was written to it; the message says where."""


@dataclass(frozen=True)
class LogPosition:
    """How far a file has been read or written, in bytes, and the checksum of everything until there."""

    bytes: int = 0
    checksum: int = 0


def encode_record(record: Json, after: LogPosition) -> tuple[bytes, LogPosition]:
    """A record as a line that follows a position, and the position behind it; ValueError for what is not JSON."""
    payload = write_exact(record)
    checksum = crc32(payload, after.checksum)
    line = b"%08x %b\n" % (checksum, payload)
    return line, LogPosition(after.bytes + len(line), checksum)


def log_header(follows: LogPosition) -> tuple[bytes, LogPosition]:
    """The line with which the log begins that follows a snapshot, and the position behind it."""
    return encode_record({"follows": follows.checksum}, LogPosition())


def has_records(path: Path) -> bool:
    """Whether a log holds changes, or anything else beside its first line."""
    with path.open("rb") as file:
        file.readline()
        return bool(file.read(1))


def changes_since(path: Path, snapshot: LogPosition) -> Iterator[tuple[Json, LogPosition]]:
    """The records of the log that follows a snapshot: its header, then each change. Damaged if it is another's."""
    log = records(path, LogPosition())
    header, end = next(log, (None, LogPosition()))
    if header is None:
        raise Damaged(f"{path} is damaged: it does not begin as a log of changes does")
    if header != {"follows": snapshot.checksum}:
        raise Damaged(f"{path} follows another snapshot than the one that is there")
    yield header, end
    yield from log


def records(path: Path, position: LogPosition) -> Iterator[tuple[Json, LogPosition]]:
    """The records of a file, each with the position behind it; ends before a torn last one, raises Damaged at any other."""
    number = 0
    with path.open("rb") as file:
        for line in file:
            number += 1
            payload = line[CHECKSUM_WIDTH:-1]
            checksum = crc32(payload, position.checksum)
            whole = b"%08x %b\n" % (checksum, payload)
            if line != whole:
                if file.read(1) or not _torn(line, whole):
                    raise Damaged(f"{path} is damaged: record {number}, at byte {position.bytes}, is not what was written")
                return
            position = LogPosition(position.bytes + len(line), checksum)
            yield read_exact(payload), position


def _torn(line: bytes, whole: bytes) -> bool:
    """Whether the last line of a file may be what was written of it when the power went; `whole` is what fits its record."""
    if line.endswith(b"\n"):
        return line.startswith(bytes(CHECKSUM_WIDTH)) or bytes(HOLE) in line
    return line[:-1] != whole[:-1]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class WriteAheadLog:
    """A file that records are appended to; with `sync`, each is on the disk before `append` returns."""

    def __init__(self, path: Path, position: LogPosition, sync: bool = True) -> None:
        """Go on at a position; what the file holds beyond it is cut off. Raises OSError."""
        self.path = path
        self.position = position
        self._sync = sync
        self._file = path.open("ab", buffering=0)
        self._torn = True
        try:
            self._mend()
        except OSError:
            self._file.close()
            raise

    @classmethod
    def begun(cls, path: Path, follows: LogPosition, sync: bool = True) -> "WriteAheadLog":
        """An empty log that follows a snapshot, on the disk when this returns. Raises OSError."""
        line, end = log_header(follows)
        path.write_bytes(line)
        return cls(path, end, sync)

    def append(self, record: Json) -> None:
        """Add a record; WriteFailed leaves the log as it was, ValueError too: that is no JSON."""
        line, end = encode_record(record, self.position)
        try:
            self._mend()
            self._torn = True
            self._write(line)
            if self._sync:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise self._write_failed(error) from error
        self.position, self._torn = end, False

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _mend(self) -> None:
        """Cut off what a write that failed may have left, before anything follows it."""
        if self._torn:
            self._file.truncate(self.position.bytes)
            os.fsync(self._file.fileno())
            self._torn = False

    def _write_failed(self, error: OSError) -> WriteFailed:
        reason = (error.strerror or str(error)).lower()
        try:
            self._mend()
        except OSError:
            reason += "; what was written of it will be cut off before the next change"
        return WriteFailed(
            f"the change could not be written to {self.path} ({reason}), and nothing has changed. "
            "Make sure that there is room and that the folder may be written to, then send the call again."
        )

    def close(self) -> None:
        """Let go of the file, once all of it is on the disk."""
        with self._file:
            os.fsync(self._file.fileno())
