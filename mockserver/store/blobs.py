"""The seam between the engine and where the bytes of files are kept: by content, for each tenant apart.

The key of a blob is the SHA-256 of its bytes, in hexadecimal: the same bytes are kept once. A document that refers to a
blob is written after it, so that whatever a stored document refers to is there, whenever the power goes.
"""

import hashlib
import io
import os
import tempfile
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import quote, unquote

from mockserver.store.write_ahead_log import sync_folder


def key_of(content: bytes) -> str:
    """The key under which bytes are kept.

    >>> key_of(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


class DamagedBlob(Exception):
    """The bytes of a key are no longer what was kept, or not there; the message names the file."""


class Blobs(Protocol):
    """Keeps bytes."""

    def put(self, tenant: str, content: bytes) -> str:
        """Keep bytes, safely when this returns; their key."""

    def open(self, tenant: str, key: str) -> BinaryIO:
        """The bytes of a key, to be read and closed; DamagedBlob where they are not what was kept."""

    def drop(self, tenant: str, key: str) -> None:
        """Forget the bytes of a key, if there are any."""

    def keys(self, tenant: str) -> set[str]:
        """The keys of a tenant's bytes."""

    def tenants(self) -> list[str]:
        """Those who have bytes."""

    def clear_away(self) -> None:
        """Remove what an end in between has left half written."""


class MemoryBlobs:
    """Bytes in memory, for as long as the process lives."""

    def __init__(self) -> None:
        self._contents: dict[str, dict[str, bytes]] = {}

    def put(self, tenant: str, content: bytes) -> str:
        """Keep bytes; their key."""
        key = key_of(content)
        self._contents.setdefault(tenant, {}).setdefault(key, content)
        return key

    def open(self, tenant: str, key: str) -> BinaryIO:
        """The bytes of a key; DamagedBlob where there are none."""
        try:
            return io.BytesIO(self._contents.get(tenant, {})[key])
        except KeyError:
            raise DamagedBlob(f"the bytes of {key} are missing") from None

    def drop(self, tenant: str, key: str) -> None:
        """Forget the bytes of a key, if there are any."""
        self._contents.get(tenant, {}).pop(key, None)

    def keys(self, tenant: str) -> set[str]:
        """The keys of a tenant's bytes."""
        return set(self._contents.get(tenant, {}))

    def tenants(self) -> list[str]:
        """Those who have bytes."""
        return [tenant for tenant, contents in self._contents.items() if contents]

    def clear_away(self) -> None:
        """Nothing is ever half written."""


class DirectoryBlobs:
    """Bytes as files of a folder: one folder for each tenant, one file for each content, never half written."""

    def __init__(self, folder: Path, sync: bool = True) -> None:
        """A folder, made when it is needed; without `sync`, what is kept outlasts the process but not the power."""
        self._folder = folder
        self._sync = sync

    def _tenant_folder(self, tenant: str) -> Path:
        return self._folder / ("t-" + quote(tenant, safe=""))

    def put(self, tenant: str, content: bytes) -> str:
        """Keep bytes, on the disk when this returns; their key."""
        key, folder = key_of(content), self._tenant_folder(tenant)
        if _holds(folder / key, key):
            return key
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(suffix=".part", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                if self._sync:
                    os.fsync(file.fileno())
            Path(part).replace(folder / key)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        if self._sync:
            sync_folder(folder)
            sync_folder(self._folder)
        return key

    def open(self, tenant: str, key: str) -> BinaryIO:
        """The bytes of a key; DamagedBlob where they are not what was kept."""
        path = self._tenant_folder(tenant) / key
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise DamagedBlob(f"{path} is missing") from None
        except OSError as error:
            raise DamagedBlob(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
        if not _is(file, key):
            file.close()
            raise DamagedBlob(f"{path} is damaged: its SHA-256 is not its name")
        file.seek(0)
        return file

    def drop(self, tenant: str, key: str) -> None:
        """Forget the bytes of a key, if there are any."""
        (self._tenant_folder(tenant) / key).unlink(missing_ok=True)

    def keys(self, tenant: str) -> set[str]:
        """The keys of a tenant's bytes."""
        folder = self._tenant_folder(tenant)
        return {path.name for path in folder.iterdir() if path.suffix != ".part"} if folder.is_dir() else set()

    def tenants(self) -> list[str]:
        """Those who have bytes."""
        return [unquote(path.name[2:]) for path in sorted(self._folder.glob("t-*")) if any(path.iterdir())]

    def clear_away(self) -> None:
        """Remove what an end in between has left half written."""
        for part in self._folder.glob("*/*.part"):
            part.unlink()


def _is(file: BufferedReader, key: str) -> bool:
    """Whether the bytes of an open file are those of a key."""
    return hashlib.file_digest(file, "sha256").hexdigest() == key


def _holds(path: Path, key: str) -> bool:
    """Whether the bytes of a key are in a file, as they were kept."""
    try:
        with path.open("rb") as file:
            return _is(file, key)
    except OSError:
        return False
