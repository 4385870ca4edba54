"""Events: what is emitted, under which channels it is heard, and the webhooks it is delivered by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.json import Json
from mockserver.language.expression import Expression
from mockserver.language.scope import Scope
from mockserver.language.template import Fill
from mockserver.plan.operations import Action
from mockserver.plan.resources import Resource


@dataclass(frozen=True)
class Payload:
    """What an event says: properties of the document it is about, by name, and those that are filled in."""

    names: tuple[str, ...]
    filled: Mapping[str, Fill]

    def __call__(self, scope: Scope) -> dict[str, Json]:
        """The payload; a property that the document does not have is left out."""
        document = scope["document"]
        return {
            name: self.filled[name](scope) if name in self.filled else document.get(name)
            for name in self.names
            if name in self.filled or name in document
        }


@dataclass(frozen=True)
class Event:
    """What the outside hears."""

    name: str
    payload: Payload
    groups: tuple[str, ...] = ()
    scope: str | None = None
    """What a key must be allowed to hear it on a stream."""


@dataclass(frozen=True)
class Heard:
    """An event as a channel lets it be heard: always, or when an expression about its payload holds."""

    event: str
    when: Expression | None = None


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
    """They see the `body` as text, and the `seconds` since 1970 at which it is sent."""
    filters: Expression | None = None
    when: Expression | None = None
    width: int = 4
    """How many deliveries of one subscription are under way at once."""
    keep: int = 10_000
    """So many deliveries of a tenant are kept; the oldest that are done with are forgotten."""
    timeout: int = 10
