"""The conventions of an API: what holds for every call, whatever it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.language.expression import Expression
from mockserver.language.template import Fill
from mockserver.plan.events import Webhooks
from mockserver.plan.rates import RateLimit
from mockserver.plan.resources import Let
from mockserver.plan.settings import Setting


@dataclass(frozen=True)
class Listing:
    """The query parameters that steer every list."""

    limit: str | None = None
    cursor: str | None = None
    sort: str | None = None
    order: str | None = None
    search: str | None = None
    search_fields: str | None = None
    since: str | None = None
    until: str | None = None
    range_years: int | None = None
    timezone: str = "UTC"
    """The zone whose days dates mean."""


@dataclass(frozen=True)
class Security:
    """Which credentials a call carries and how scopes imply each other."""

    key: str | None = None
    tenant: str | None = None
    tenant_header: str | None = None
    tenant_pattern: str | None = None
    scopes: tuple[str, ...] = ()
    """Those that a key may have; none where the contract does not say."""
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
class Conventions:
    """What holds for every call."""

    timezone: str = "UTC"
    locales: tuple[str, ...] = ("en_US",)
    """The Faker locales that generated values come from."""
    base_paths: tuple[str, ...] = ("",)
    security: Security = Security()
    request_header: str | None = None
    request_prefix: str = ""
    event_prefix: str = "evt_"
    headers: Mapping[str, Fill] = field(default_factory=dict)
    body_bytes: int = 1 << 20
    depth: int = 64
    values: int = 100_000
    listing: Listing = Listing()
    bulk: Bulk | None = None
    webhooks: Webhooks | None = None
    let: Let | None = None
    rate_limit: RateLimit | None = None
    idempotency: Idempotency | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
