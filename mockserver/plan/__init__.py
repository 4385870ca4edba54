"""The plan: what a contract says, compiled into immutable nouns that are only looked up while serving."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.plan.conventions import Bulk, Conventions, Idempotency, Listing, Security
from mockserver.plan.events import Event, Heard, Payload, Webhooks
from mockserver.plan.operations import (
    CONTENT,
    RESULT,
    SCALARS,
    Action,
    Alias,
    Body,
    Choice,
    FilePart,
    Filter,
    Kind,
    Operand,
    Operation,
    Parameter,
    Projection,
    Serialization,
)
from mockserver.plan.problems import Errors, ProblemKind
from mockserver.plan.rates import Rate, RateLimit
from mockserver.plan.resources import (
    LETTERS,
    Computed,
    Effect,
    EffectKind,
    Emission,
    Field,
    IdForm,
    Let,
    Lifecycle,
    Reference,
    Resource,
    Rule,
    RuleGroup,
    Transition,
)
from mockserver.plan.settings import Setting
from mockserver.plan.stream import Stream
from mockserver.reading.errors import count

__all__ = [
    "CONTENT",
    "LETTERS",
    "RESULT",
    "SCALARS",
    "Action",
    "Alias",
    "Body",
    "Bulk",
    "Choice",
    "Computed",
    "Conventions",
    "Effect",
    "EffectKind",
    "Emission",
    "Errors",
    "Event",
    "Field",
    "FilePart",
    "Filter",
    "Heard",
    "IdForm",
    "Idempotency",
    "Kind",
    "Let",
    "Lifecycle",
    "Listing",
    "Operand",
    "Operation",
    "Parameter",
    "Payload",
    "Plan",
    "ProblemKind",
    "Projection",
    "Rate",
    "RateLimit",
    "Reference",
    "Resource",
    "Rule",
    "RuleGroup",
    "Security",
    "Serialization",
    "Setting",
    "Transition",
    "Webhooks",
]


@dataclass(frozen=True)
class Plan:
    """A contract, compiled."""

    title: str
    version: str
    conventions: Conventions
    errors: Errors
    resources: Mapping[str, Resource]
    operations: Mapping[str, Operation]
    events: Mapping[str, Event]
    channels: Mapping[str, tuple[Heard, ...]] = field(default_factory=dict)
    """The events that are heard under each name that may be asked for."""
    rules: int = 0
    """How many rules there are: of resources, and what actions and effects require."""
    indexed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The fields by which the documents of each collection are looked up."""
    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The collections whose documents have ids that begin so."""
    aliases: tuple[tuple[str, str, str], ...] = ()
    """Other addresses of operations: method, path, operation."""
    stream: Stream | None = None

    def addresses(self) -> list[tuple[str, str, str]]:
        """Every method and path that is answered, with the operation that answers."""
        return [*((operation.method, operation.path, operation.id) for operation in self.operations.values()), *self.aliases]

    def summary(self) -> str:
        """One line that says how much there is."""
        counts = {
            "resource": len(self.resources),
            "operation": len(self.operations),
            "event": len(self.events),
            "rule": self.rules,
        }
        return ", ".join(count(number, noun) for noun, number in counts.items())
