"""What can be called: operations, what they take, and what they do beyond storing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mockserver.json import Json
from mockserver.language.expression import Expression
from mockserver.language.template import Fill, template
from mockserver.plan.media import JSON, Media
from mockserver.plan.resources import Effect, Emission, Field, Let, Resource, Rule, RuleGroup
from mockserver.reading.schema import Schema, Validate

RESULT = template("{{ result }}")
"""Where the result goes in an answer, as it is."""


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
    require: tuple[Rule | RuleGroup, ...] = ()
    set: Fill | None = None
    transition: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    emit: tuple[Emission, ...] = ()
    reply: Fill | None = None
    formats: Mapping[str, Fill] = field(default_factory=dict)
    """What is written in other media types; null where it is not."""
    bulk: Mapping[str, str] = field(default_factory=dict)
    choose: Choice | None = None
    deliver: Expression | None = None
    """The id of a delivery whose first attempt the answer waits for."""


SCALARS = ("string", "number", "integer", "boolean")
"""The types of values that are written as text."""
CONTENT = "content"
"""The style of a parameter that is written as its media type says: as JSON."""


@dataclass(frozen=True)
class Serialization:
    """How a parameter is written: its style (OpenAPI 3.0, Style Values), and what is in its list or its object."""

    style: str = "form"
    explode: bool = False
    items: str = "string"
    """The type of a list's entries."""
    members: Mapping[str, str] = field(default_factory=dict)
    """The types of an object's members, by name."""
    other: str = "string"
    """The type of those that are not declared."""


@dataclass(frozen=True)
class Parameter:
    """A parameter that is not a filter."""

    name: str
    location: str
    type: str
    validate: Validate
    required: bool = False
    default: Json = None
    kind: str = "parameter"
    serialization: Serialization = Serialization()


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
    instant: bool = False
    """Whether its field is an instant, so that a date means a day."""
    id: bool = False
    """Whether its field holds ids, which have no commas."""
    field_flaws: Validate | None = None
    """What is wrong with a text as a value of its field, where that has a pattern or a format."""
    array: Parameter | None = None
    """How its values are written, where they are a list (`type: array`)."""


class Alias(NamedTuple):
    """What another name of a query parameter stands for: the parameter, and an operator of it if that is a filter."""

    name: str
    operator: str = ""


@dataclass(frozen=True)
class FilePart:
    """A file that a form may bring: its types, and how many bytes it may have."""

    types: tuple[str, ...] = ("*/*",)
    smallest: int = 0
    largest: int | None = None


@dataclass(frozen=True)
class Projection:
    """What is taken of a value: of an object these members, of a list of its entries, or all where neither is said.

    >>> Projection({"title": Projection()})({"title": "Emma", "x": 1})
    {'title': 'Emma'}
    """

    members: Mapping[str, "Projection"] | None = None
    entries: "Projection | None" = None
    closed: bool = False
    """Whether other members are no part of an object: they are left for the validator to refuse."""

    def __call__(self, value: Json) -> Json:
        """The value with what is taken; one of another type is left to the validator."""
        if self.members is not None and isinstance(value, dict):
            if self.closed:
                return {name: self.members[name](part) if name in self.members else part for name, part in value.items()}
            return {name: member(value[name]) for name, member in self.members.items() if name in value}
        if self.entries is not None and isinstance(value, list):
            return [self.entries(entry) for entry in value]
        return value


@dataclass(frozen=True)
class Body:
    """A request body: the media types it may have, what it must fit, and the members that are taken."""

    required: bool
    media_types: tuple[str, ...]
    validate: Validate
    project: Projection
    schema: Schema
    parts: Mapping[str, str] = field(default_factory=dict)
    """The members of a form, each with its type; none where the body is JSON."""
    files: Mapping[str, FilePart] = field(default_factory=dict)
    """Those that are files."""
    too_many: Validate = field(default=lambda _: [])
    """What lists the lists and objects of a value that have too many elements or members."""


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
    formats: Mapping[str, Media] = field(default_factory=dict)
    """What else it may be written as, by media type."""
    answer_headers: Mapping[str, Fill] = field(default_factory=dict)
    resource: Resource | None = None
    key: str | None = None
    """The path parameter that addresses the document."""
    key_field: str = "id"
    parents: tuple[tuple[str, Field], ...] = ()
    """Path parameters that are fields of the resource and name a document above it."""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    headers: tuple[Parameter, ...] = ()
    cookies: tuple[Parameter, ...] = ()
    path_parameters: tuple[Parameter, ...] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)
    aliases: Mapping[str, Alias] = field(default_factory=dict)
    """Other names of query parameters."""
    members: Mapping[str, str] = field(default_factory=dict)
    """The query parameters that are objects and exploded, by the names of their members."""
    field_lists: frozenset[str] = frozenset()
    """The parameters of a list that name fields: whether they are fit is told field by field."""
    body: Body | None = None
    scopes: tuple[str, ...] = ()
    secured: bool = True
    action: Action = Action()
    result: Resource | None = None
    """The resource its answer holds, one or many."""
    read_operation: "Operation | None" = None
    """The operation that reads what this one creates."""
    file: bool = False
    """Whether its answer is a file, which the reply names."""
    idempotent: bool = False
    """Whether a call may say that it is the repetition of another."""
    safe: bool = False
    """Whether it changes nothing (RFC 9110, 9.2.1), so that what it looks at may be computed as late as it is needed."""

    @property
    def verb(self) -> str:
        """What it is called when it is refused: the last word of an action's path, else what it does."""
        last = self.path.rsplit("/", 1)[-1]
        return last if self.kind == "action" and not last.startswith("{") else self.kind
