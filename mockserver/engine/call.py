"""What goes into the engine and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from mockserver.engine.files import Upload
from mockserver.engine.forms import Form
from mockserver.json import Json
from mockserver.plan import Filter, Operation

DEFAULT_LIMIT = 50
"""How many rows a page of a list has that says nothing else."""


@dataclass(frozen=True)
class Caller:
    """Who calls: the tenant they act for and what they may do."""

    tenant: str
    key: str | None = None
    user: str | None = None
    permissions: tuple[str, ...] = ()
    expires_at: str | None = None
    environment: str | None = None

    def names(self) -> dict[str, Json]:
        """What expressions call `caller`."""
        return {
            "tenant": self.tenant,
            "key": self.key,
            "user": self.user,
            "permissions": list(self.permissions),
            "expiresAt": self.expires_at,
            "environment": self.environment,
        }


@dataclass(frozen=True)
class IdempotencyKey:
    """What a call shares with its repetitions: the id of its answer, and the fingerprint of what each must ask for."""

    id: str
    fingerprint: str

    def entry(self, index: int) -> "IdempotencyKey":
        """The key of one of the calls that a bulk call runs."""
        return IdempotencyKey(f"{self.id}/{index}", self.fingerprint)


class Comparison(NamedTuple):
    """A condition on the rows of a list: one of some fields is in a relation to a value."""

    fields: tuple[str, ...]
    operator: str
    value: Json


@dataclass(frozen=True)
class ListRequest:
    """The list that a call asks for."""

    where: tuple[Comparison, ...] = ()
    rules: tuple[tuple[Filter, bool], ...] = ()
    """Filters that are rules, each with whether it must hold."""
    order: tuple[tuple[str, bool], ...] = ()
    """The fields to sort by, each with whether it descends."""
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    """The next cursor of the page before."""


@dataclass(frozen=True)
class Call:
    """One request inside the engine: an operation and its parameters, already read and validated."""

    operation: Operation
    caller: Caller
    path: dict[str, Json] = field(default_factory=dict)
    query: dict[str, Json] = field(default_factory=dict)
    list_request: ListRequest = ListRequest()
    input: Json = None
    request: Mapping[str, Json] = field(default_factory=dict)
    id: str | None = None
    """The id that a new document is to get; one is made where it is absent."""
    files: Mapping[str, Upload] = field(default_factory=dict)
    """The files of a form."""
    idempotency_key: IdempotencyKey | None = None
    """What it may be the repetition of."""


@dataclass(frozen=True)
class OriginalRequest:
    """When a call that may be repeated was answered, and what its request was."""

    at: str
    request: dict[str, Json]


@dataclass(frozen=True)
class Reply:
    """The engine's answer: the result, and how a list goes on."""

    result: Json
    page: dict[str, Json] | None = None
    created: dict[str, Json] | None = None
    """The document that was created, whose location the answer may name."""
    original: OriginalRequest | None = None
    """Of a call that may be repeated: what its answer says of the request, now and in every repetition."""
    replayed: bool = False
    """Whether it is the answer to an earlier call."""
    content: BinaryIO | None = None
    """The bytes of the file that the result names, to be read and closed."""
    deliver: str | None = None
    """The delivery whose first attempt the answer waits for."""
    format: str | None = None
    """The media type that the answer is written in, if it is not the operation's own."""
    formatted: Json = None
    """What is written in that."""
    forms: Form | list[Form] | None = None
    """What the result is given out as, where its bytes are remembered."""
