"""Files that calls bring: their metadata, their flaws, and where their bytes are stored."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mockserver.engine.transaction import Transaction
from mockserver.flaws import Flaw
from mockserver.json import Json
from mockserver.media_types import choose_type
from mockserver.plan import FilePart, Plan
from mockserver.store.base import Change, Condition, Document, Query, Store, WriteFailed
from mockserver.store.blobs import Blobs, key_of

LONGEST = 255
"""The longest name of a file, in characters: what file systems allow."""
HOSTILE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Letters that lead into other folders, end lines, or turn the direction of writing; and bytes that are no UTF-8."""


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name, its bytes, and the type its sender declares."""

    name: str
    content: bytes
    declared: str = ""
    size: int = 0
    """How many bytes it had; its content is empty where they were more than its field allows."""

    @cached_property
    def key(self) -> str:
        """What its bytes are stored under: their SHA-256."""
        return key_of(self.content)


def understood(name: str, upload: Upload, part: FilePart) -> tuple[dict[str, Json], Flaw | None]:
    """The metadata of a file, or what is wrong with it: first its name, then its size, then its type.

    The metadata are the file's name, its type, its size in bytes, and the SHA-256 of its bytes in hexadecimal.
    """
    if flaw := _misnamed(upload.name):
        return {}, Flaw(name, "format", flaw)
    if upload.size < part.smallest:
        needed = "must not be empty" if part.smallest == 1 else f"must have at least {part.smallest} bytes"
        return {}, Flaw(name, "minLength", needed, None, f">= {part.smallest}")
    if part.largest is not None and upload.size > part.largest:
        return {}, Flaw(name, "maxLength", f"must have at most {part.largest} bytes", None, f"<= {part.largest}")
    kind, reason = choose_type(upload.content, upload.name, upload.declared, part.types)
    if kind is None:
        return {}, Flaw(name, "contentType", reason, None, ", ".join(part.types))
    return {"name": upload.name, "type": kind, "size": upload.size, "sha256": upload.key}, None


def _misnamed(name: str) -> str | None:
    if HOSTILE.search(name) or name in (".", ".."):
        return "must have a plain file name: no path, no control characters, in UTF-8"
    if len(name) > LONGEST:
        return f"must have a name of at most {LONGEST} characters"
    return "must have a file name" if not name.strip() else None


@dataclass(frozen=True)
class Prepared:
    """What a transaction does to the bytes of a tenant's files: those stored for it, and those it no longer refers to."""

    tenant: str
    stored: frozenset[str] = frozenset()
    unreferred: frozenset[str] = frozenset()


class BlobReferences:
    """The bytes that documents refer to: stored before a document counts, dropped when none refers to them any more."""

    def __init__(self, plan: Plan, store: Store, blobs: Blobs) -> None:
        self.store = store
        self.blobs = blobs
        self.fields = {resource.collection: resource.files for resource in plan.resources.values() if resource.files}

    def prepare(self, transaction: Transaction, uploads: Mapping[str, Upload]) -> Prepared:
        """Store the bytes that a transaction will refer to; WriteFailed when they cannot be."""
        tenant, changes = transaction.tenant, transaction.changes() if self.fields else []
        before = {key for change in changes for key in self._keys(change.collection, self._stored(tenant, change))}
        after = {key for change in changes for key in self._keys(change.collection, change.document)}
        stored = {self._store(tenant, upload) for upload in uploads.values() if upload.key in after}
        return Prepared(tenant, frozenset(stored), frozenset(before - after))

    def undo(self, prepared: Prepared) -> None:
        """Drop what was stored for a transaction that failed."""
        self._drop(prepared.tenant, prepared.stored)

    def finish(self, prepared: Prepared) -> None:
        """Drop what a transaction that was committed no longer refers to."""
        self._drop(prepared.tenant, prepared.unreferred)

    def sweep(self) -> None:
        """Drop all bytes that no document refers to: a process may have ended between storing them and committing."""
        self.blobs.clear_away()
        for tenant in self.blobs.tenants() if self.fields else ():
            self._drop(tenant, self.blobs.keys(tenant))

    def _store(self, tenant: str, upload: Upload) -> str:
        try:
            return self.blobs.put(tenant, upload.content)
        except OSError as error:
            raise WriteFailed(f"{upload.name} could not be stored: {error}") from error

    def _stored(self, tenant: str, change: Change) -> Document | None:
        return self.store.get(tenant, change.collection, change.id) if change.collection in self.fields else None

    def _keys(self, collection: str, document: Document | None) -> set[str]:
        held = [(document or {}).get(field.name) for field in self.fields.get(collection, ())]
        return {file["sha256"] for file in held if file is not None}

    def _drop(self, tenant: str, keys: Iterable[str]) -> None:
        for key in keys:
            if not self._referred(tenant, key):
                self.blobs.drop(tenant, key)

    def _referred(self, tenant: str, key: str) -> bool:
        return any(
            self.store.find(tenant, collection, Query((Condition((f"{field.name}.sha256",), "eq", key),), limit=1)).rows
            for collection, fields in self.fields.items()
            for field in fields
        )
