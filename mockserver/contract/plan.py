"""The plan: what a contract says, compiled into immutable nouns that are only looked up while serving."""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from mockserver.contract.expression import Expression
from mockserver.contract.frames import Stream
from mockserver.contract.media import JSON, Media
from mockserver.contract.schema import Schema, Validate
from mockserver.contract.scope import Scope
from mockserver.contract.template import Fill
from mockserver.json import Json

Let = Callable[[Scope], Scope]


@dataclass(frozen=True)
class Rule:
    """Something that must be true, and the problem when it is not."""

    holds: Expression
    message: Fill
    details: Fill
    code: str | None = None
    name: str | None = None
    field: Fill | None = None
    detail: str | None = None
    when: Expression | None = None
    each: Expression | None = None
    each_as: str = "it"
    let: Let | None = None


@dataclass(frozen=True)
class Emission:
    """An event that is told once the call is committed; `of` is the document it is about."""

    event: str
    of: Expression | None = None
    when: Expression | None = None
    payload: Fill | None = None


EffectKind = Literal["create", "update", "delete", "each", "group"]


@dataclass(frozen=True)
class Effect:
    """One change an action makes beside its own document."""

    kind: EffectKind
    resource: str | None = None
    id: Fill | None = None
    where: Fill | None = None
    or_create: Fill | None = None
    values: Fill | None = None
    each: Expression | None = None
    name: str | None = None
    when: Expression | None = None
    let: Let | None = None
    require: tuple[Rule, ...] = ()
    transition: tuple[str, ...] = ()
    emit: tuple[Emission, ...] = ()
    effects: tuple["Effect", ...] = ()


@dataclass(frozen=True)
class Transition:
    """A move of a lifecycle: from which states to which, when it is possible, and when the clock takes it."""

    name: str
    sources: tuple[str, ...]
    target: str | None = None
    when: Expression | None = None
    at: Expression | None = None
    set: Fill | None = None
    effects: tuple[Effect, ...] = ()
    emit: tuple[Emission, ...] = ()


@dataclass(frozen=True)
class Lifecycle:
    """The states a document passes through, kept in one of its fields."""

    field: str
    initial: str
    transitions: Mapping[str, Transition]


@dataclass(frozen=True)
class Reference:
    """A field names a document of another resource."""

    to: str
    by: str = "id"
    when: Expression | None = None
    code: str | None = None
    name: str | None = None
    message: Fill | None = None
    on_delete: Literal["restrict", "cascade", "clear"] = "restrict"
    chosen_by: str | None = None
    """The field whose value says which resource is meant, where there are several."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """The resource that each of its values means."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Every resource it may name."""
        return tuple(dict.fromkeys(self.choices.values())) if self.chosen_by else (self.to,)

    def target(self, document: Mapping[str, Json]) -> str | None:
        """The resource it names in a document; None where the document does not say."""
        return self.choices.get(str(document.get(self.chosen_by))) if self.chosen_by else self.to


LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True)
class IdForm:
    """How an id that is made looks: a prefix, then so many letters drawn from these, once `when` holds."""

    prefix: str = ""
    length: int = 14
    letters: str = LETTERS
    when: Expression | None = None


@dataclass(frozen=True)
class Field:
    """A property of a stored document and all that the contract says of it."""

    name: str
    path: str
    type: str
    schema: Schema
    nullable: bool = False
    read_only: bool = False
    write_only: bool = False
    required: bool = False
    default: Fill | None = None
    sequence: str | None = None
    id_form: IdForm | None = None
    computed: Expression | None = None
    computed_when: Expression | None = None
    value: Fill | None = None
    reference: Reference | None = None
    unique: bool = False
    immutable: Expression | None = None
    faker: Json = None
    fields: tuple["Field", ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of the fields within."""
        return frozenset(inner.name for inner in self.fields)


@dataclass(frozen=True)
class Resource:
    """What is stored: its fields, its rules, its lifecycle."""

    name: str
    collection: str
    fields: tuple[Field, ...]
    prefix: str = ""
    date: str | None = None
    search: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    lifecycle: Lifecycle | None = None
    pointer: str = ""
    names: frozenset[str] = frozenset()
    paths: Mapping[str, Field] = field(default_factory=dict)
    """Every field by dotted path; those of array elements too."""
    virtual: tuple[Field, ...] = ()
    """Fields computed when given out."""
    hidden: frozenset[str] = frozenset()
    """Fields that clients write and never read."""
    unique: tuple[Field, ...] = ()
    references: tuple[Field, ...] = ()
    files: tuple[Field, ...] = ()
    """Fields that hold files: what is known of each, its bytes being kept elsewhere."""


@dataclass(frozen=True)
class Choice:
    """Another operation that is run instead, chosen by a value."""

    by: Expression
    of: Mapping[str, str]
    input: Fill | None = None


@dataclass(frozen=True)
class Action:
    """What an operation does beyond storing."""

    let: Let | None = None
    require: tuple[Rule, ...] = ()
    set: Fill | None = None
    transition: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    emit: tuple[Emission, ...] = ()
    reply: Fill | None = None
    bulk: Mapping[str, str] = field(default_factory=dict)
    choose: Choice | None = None
    deliver: Expression | None = None
    """The id of a delivery whose first attempt the answer waits for."""


@dataclass(frozen=True)
class Parameter:
    """A query or header parameter that is not a filter."""

    name: str
    location: str
    type: str
    validate: Validate
    required: bool = False
    default: Json = None
    kind: str = "parameter"


@dataclass(frozen=True)
class Operand:
    """What a filter's value must be: its type and what checks it."""

    type: str
    validate: Validate


@dataclass(frozen=True)
class Filter:
    """A query parameter that narrows a list: `field[operator]=value`, or the bare `field=value`."""

    name: str
    field: str
    operands: Mapping[str, Operand]
    member: Operand
    """What a bare value, and each entry of a list of values, must be."""
    bare: str | None = "eq"
    """The operator of the bare form."""
    rule: Expression | None = None


@dataclass(frozen=True)
class FilePart:
    """A file that a form may bring: its types, and how many bytes it may have."""

    types: tuple[str, ...] = ("*/*",)
    smallest: int = 0
    largest: int | None = None


@dataclass(frozen=True)
class Body:
    """A request body: the media types it may have, what it must fit, and the members that are taken."""

    required: bool
    media_types: tuple[str, ...]
    validate: Validate
    project: Callable[[Json], Json]
    schema: Schema
    parts: Mapping[str, str] = field(default_factory=dict)
    """The members of a form, each with its type; none where the body is JSON."""
    files: Mapping[str, FilePart] = field(default_factory=dict)
    """Those that are files."""


Kind = Literal["list", "create", "read", "update", "delete", "action", "bulk", "stream"]


@dataclass(frozen=True)
class Operation:
    """What a call does."""

    id: str
    method: str
    path: str
    kind: Kind
    status: int
    reply: Fill
    media: Media = JSON
    """What its answer is written as."""
    answer_headers: Mapping[str, Fill] = field(default_factory=dict)
    resource: Resource | None = None
    key: str | None = None
    """The path parameter that addresses the document."""
    key_field: str = "id"
    parents: tuple[tuple[str, Field], ...] = ()
    """Path parameters that are fields of the resource and name a document above it."""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    headers: tuple[Parameter, ...] = ()
    path_parameters: tuple[Parameter, ...] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)
    body: Body | None = None
    scopes: tuple[str, ...] = ()
    secured: bool = True
    action: Action = Action()
    result: Resource | None = None
    """The resource its answer holds, one or many."""
    reader: "Operation | None" = None
    """The operation that reads what this one creates."""
    file: bool = False
    """Whether its answer is a file, which the reply names."""
    repeatable: bool = False
    """Whether a call may say that it is the repetition of another."""

    @property
    def verb(self) -> str:
        """What it is called when it is refused: the last word of an action's path, else what it does."""
        last = self.path.rsplit("/", 1)[-1]
        return last if self.kind == "action" and not last.startswith("{") else self.kind


@dataclass(frozen=True)
class Event:
    """What the outside hears."""

    name: str
    payload: Fill
    groups: tuple[str, ...] = ()
    scope: str | None = None
    """What a key must be allowed to hear it on a stream."""


@dataclass(frozen=True)
class Heard:
    """An event as a channel lets it be heard: always, or when an expression about its payload holds."""

    event: str
    when: Expression | None = None


@dataclass(frozen=True)
class ProblemKind:
    """A kind of refusal the engine knows, and how the contract words it."""

    status: int
    code: str
    message: Fill
    detail: str | None = None
    details: Fill | None = None


@dataclass(frozen=True)
class Errors:
    """How problems are worded and rendered."""

    kinds: Mapping[str, ProblemKind]
    codes: Mapping[str, int]
    details: Mapping[str, str]
    reply: Fill


@dataclass(frozen=True)
class Listing:
    """The query parameters that steer every list."""

    limit: str | None = None
    cursor: str | None = None
    sort: str | None = None
    search: str | None = None
    search_fields: str | None = None
    since: str | None = None
    until: str | None = None
    range_years: int | None = None


@dataclass(frozen=True)
class Security:
    """Which credentials a call carries and how scopes imply each other."""

    key: str | None = None
    tenant: str | None = None
    tenant_header: str | None = None
    tenant_pattern: str | None = None
    everything: str | None = None
    implies: Mapping[str, str] = field(default_factory=dict)
    environment: str | None = None


@dataclass(frozen=True)
class Bulk:
    """How calls that run other operations are read and answered."""

    each: Expression
    verb: Expression
    entry: Fill
    reply: Fill
    id: Expression | None = None
    input: Expression | None = None


@dataclass(frozen=True)
class Rate:
    """So many requests in each window of so many seconds; windows begin at whole multiples of their length."""

    limit: int
    seconds: int


@dataclass(frozen=True)
class RateLimit:
    """The rates of a key that has none of its own, the first of which the headers of every answer tell."""

    rates: tuple[Rate, ...]
    headers: Mapping[str, Fill] = field(default_factory=dict)


@dataclass(frozen=True)
class Idempotency:
    """How a client says that a call is the repetition of another, and for how many hours that is understood."""

    header: str
    hours: int
    replayed: str | None = None
    """The response header that says that an answer was given before."""


@dataclass(frozen=True)
class Webhooks:
    """What is sent to those who subscribed to events: who they are, what they get, and what becomes of it."""

    subscription: Resource
    delivery: Resource
    channels: Expression
    """The channels a subscription asks for; like `filters` and `when`, about the subscription."""
    values: Fill
    """A new delivery, of `subscription` and `event`."""
    of: Expression
    """The id of a delivery's subscription; what follows is about the delivery and its `subscription`."""
    due: Expression
    """When it is to be attempted next, null for never."""
    url: Expression
    body: Fill
    attempted: Action
    """What becomes of a delivery after an `attempt`."""
    headers: Mapping[str, Fill] = field(default_factory=dict)
    """They see the `body` as text, and `seconds` since 1970 on the sandbox's clock."""
    filters: Expression | None = None
    when: Expression | None = None
    width: int = 4
    """How many deliveries of one subscription are under way at once."""
    keep: int = 10_000
    """So many deliveries of a tenant are kept; the oldest that are done with are forgotten."""
    timeout: int = 10


@dataclass(frozen=True)
class Setting:
    """Something that whoever starts the server may choose."""

    name: str
    default: Json
    validate: Validate
    description: str = ""


@dataclass(frozen=True)
class Sandbox:
    """What holds for every call."""

    timezone: str = "UTC"
    base_paths: tuple[str, ...] = ("",)
    security: Security = Security()
    request_header: str | None = None
    request_prefix: str = ""
    event_prefix: str = "evt_"
    headers: Mapping[str, Fill] = field(default_factory=dict)
    body_bytes: int = 1 << 20
    depth: int = 64
    listing: Listing = Listing()
    bulk: Bulk | None = None
    webhooks: Webhooks | None = None
    let: Let | None = None
    rate_limit: RateLimit | None = None
    idempotency: Idempotency | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A contract, compiled."""

    title: str
    version: str
    sandbox: Sandbox
    errors: Errors
    resources: Mapping[str, Resource]
    operations: Mapping[str, Operation]
    events: Mapping[str, Event]
    channels: Mapping[str, tuple[Heard, ...]] = field(default_factory=dict)
    """The events that are heard under each name that may be asked for."""
    rules: int = 0
    indexed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The fields by which the documents of each collection are looked up."""
    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The collections whose documents have ids that begin so."""
    aliases: tuple[tuple[str, str, str], ...] = ()
    """Other addresses of operations: method, path, operation."""
    stream: Stream | None = None

    def addresses(self) -> list[tuple[str, str, str]]:
        """Every method and path that is answered, with the operation that answers."""
        return [*((one.method, one.path, one.id) for one in self.operations.values()), *self.aliases]

    def summary(self) -> str:
        """One line that says how much there is."""
        counts = {
            "resources": len(self.resources),
            "operations": len(self.operations),
            "events": len(self.events),
            "rules": self.rules,
            "hooks": 0,
        }
        return ", ".join(f"{count} {noun}" for noun, count in counts.items())
