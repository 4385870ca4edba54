"""What is stored, and what follows from what: resources with their fields, rules and lifecycles, and effects."""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from mockserver.json import Json
from mockserver.language.expression import Expression
from mockserver.language.scope import Scope
from mockserver.language.template import Fill
from mockserver.reading.schema import Schema

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
class RuleGroup:
    """Rules that see the names of a `let`, and are asked only while `when` holds; `when` does not see those names."""

    rules: tuple["Rule | RuleGroup", ...]
    let: Let | None = None
    when: Expression | None = None


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
    require: tuple[Rule | RuleGroup, ...] = ()
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
    reason: Fill | None = None
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
class Computed:
    """How a field's value is computed at every write; while `when` does not hold, the value stays as it is.

    Both see the names of `let`.
    """

    value: Expression
    let: Let | None = None
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
    derived_from: tuple[tuple[str, ...], ...] = ()
    """What of the document its default reads, each a name with its members: from these the value is derived."""
    sequence: str | None = None
    id_form: IdForm | None = None
    computed: Computed | None = None
    value: Fill | None = None
    reference: Reference | None = None
    unique: bool = False
    immutable: Expression | None = None
    faker: Json = None
    fields: tuple["Field", ...] = ()

    @property
    def is_map(self) -> bool:
        """Whether it is an object of any names (`additionalProperties`)."""
        return self.type == "object" and not self.fields

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
    sort: Mapping[str, str] = field(default_factory=dict)
    """The paths of fields by other names to sort by."""
    rules: tuple[Rule | RuleGroup, ...] = ()
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
    maps: tuple[Field, ...] = ()
    """Objects of any names that may have so many only."""
    references: tuple[Field, ...] = ()
    derived: frozenset[str] = frozenset()
    """Fields at the top that are derived by their defaults, or hold such fields."""
    files: tuple[Field, ...] = ()
    """Fields that hold files: what is known of each, its bytes being kept elsewhere."""
