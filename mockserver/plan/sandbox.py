"""What holds for every call, and what the outside hears: problems, credentials, limits, events, webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.language.expression import Expression
from mockserver.language.template import Fill
from mockserver.plan.operations import Action
from mockserver.plan.rates import RateLimit
from mockserver.plan.resources import Let, Resource
from mockserver.plan.settings import Setting


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
