"""What functions give for their arguments, where their Python signature does not say it, and what cannot be in them."""

import re
from collections.abc import Callable

from jinja2 import nodes

from mockserver.language.arguments import Arguments
from mockserver.language.inference import Inference, constants
from mockserver.language.labels import label
from mockserver.language.types import ANY, BOOLEAN, NUMBER, Type, fits, is_known, join, laid_over, object_
from mockserver.operators import OPERATORS
from mockserver.reading.errors import suggestion

Gives = Callable[[Arguments], Type]
"""The type of what a function gives for these arguments; it notes what cannot be in them."""


def rows(arguments: Arguments) -> Type:
    """The same rows, perhaps fewer or in another order; `by` names one of their members."""
    arguments.path("rows", "by")
    return arguments.type("rows")


def element(arguments: Arguments) -> Type:
    """One of the rows."""
    return arguments.type("rows").of()


def group(arguments: Arguments) -> Type:
    """Objects of a key and the rows that have it."""
    return object_(key=arguments.path("rows", "by"), rows=arguments.type("rows")).listed()


def gather(arguments: Arguments) -> Type:
    """The member of each row."""
    return arguments.path("rows", "by").listed()


def index(arguments: Arguments) -> Type:
    """An object whose members are rows."""
    arguments.path("rows", "by")
    return Type("object", element=arguments.type("rows").of())


def where(arguments: Arguments) -> Type:
    """The rows that have certain values."""
    for key, value in arguments.named.items():
        equality(arguments.inference, arguments.type("rows"), key, value)
    return arguments.type("rows")


def pick(arguments: Arguments) -> Type:
    """An object with members of another."""
    names = [node.value for node in arguments.many if isinstance(node, nodes.Const) and isinstance(node.value, str)]
    return Type("object", {name: arguments.inference.path(arguments.type("row"), name) for name in names})


def merge(arguments: Arguments) -> Type:
    """An object with the members of two."""
    return laid_over(arguments.type("lower"), arguments.type("upper"))


def total(function: str) -> Gives:
    """A number, made of members that are numbers."""

    def gives(arguments: Arguments) -> Type:
        member = arguments.path("rows", "by") if "by" in arguments.single else arguments.type("rows").of()
        if is_known(member) and member.kind != "number":
            summed = arguments.constant("by") or label(arguments.single["rows"])
            arguments.inference.note(f"{function} adds numbers, and {summed} holds {member.noun}")
        return NUMBER

    return gives


def running(arguments: Arguments) -> Type:
    """A number for each row."""
    return total("running")(arguments).listed()


def extreme(arguments: Arguments) -> Type:
    """Of `min` and `max`: a member of the one list, or one of the values, which are compared with the first."""
    first = arguments.type("value")
    if not arguments.many:
        return first.of() if first.kind == "list" else first
    joined = first
    for node in arguments.many:
        type_ = arguments.inference.type_of(node)
        if not fits(type_, first):
            arguments.inference.note(f"{label(node)} is {type_.noun}, and {label(arguments.single['value'])} {first.noun}")
        joined = join(joined, type_)
    return joined


def matches(arguments: Arguments) -> Type:
    """Yes or no; the pattern must be a regular expression."""
    pattern = arguments.constant("pattern")
    try:
        re.compile(pattern if isinstance(pattern, str) else "")
    except re.error as error:
        arguments.inference.note(f"{pattern} is no regular expression: {error}")
    return BOOLEAN


def get(arguments: Arguments) -> Type:
    """The document of a resource."""
    return _resource(arguments)[1]


def find(arguments: Arguments) -> Type:
    """Documents of a resource; the fields by which they are looked up are noted."""
    name, type_ = _resource(arguments)
    for key, value in arguments.named.items() if name else ():
        field = equality(arguments.inference, type_, key, value)
        if not field.choices and not isinstance(value, nodes.Dict):
            arguments.inference.lookups.add((name, key.replace("__", ".")))
    return type_.listed()


def _resource(arguments: Arguments) -> tuple[str, Type]:
    """The resource that an argument names, and what its documents are; noted when there is none."""
    name, resources = arguments.constant("resource"), arguments.inference.resources
    if name in resources:
        return name, resources[name]
    written = label(arguments.single["resource"])
    arguments.inference.note(
        f"there is no resource {name}{suggestion(name, resources)}"
        if isinstance(name, str)
        else f"{written} is no resource: write its name in quotes"
    )
    return "", ANY


def equality(inference: Inference, owner: Type, key: str, value: nodes.Expr) -> Type:
    """Check one equality of `find` or `where`: its field, its operators, its values; the type of the field."""
    field = inference.path(owner, key.replace("__", "."))
    member = field.of() if field.kind == "list" else field
    for operator, operand in _operands(inference, value):
        for node in operand.items if isinstance(operand, nodes.List | nodes.Tuple) else [operand]:
            type_ = inference.type_of(node)
            compared = type_.of() if type_.kind == "list" else type_
            if not fits(compared, member):
                never = "they are never equal" if operator is None else f"{operator} does not compare them"
                inference.note(f"{key} is {member.noun} and {label(node)} {compared.noun}: {never}")
            for constant in constants(node) if operator in (None, "eq", "ne", "in", "nin") else ():
                inference.choice(member, constant, key)
    return field


def _operands(inference: Inference, value: nodes.Expr) -> list[tuple[str | None, nodes.Expr]]:
    """What a field is compared with, each with its operator; None where it is to be equal."""
    if not isinstance(value, nodes.Dict):
        return [(None, value)]
    operands: list[tuple[str | None, nodes.Expr]] = []
    for pair in value.items:
        operator = pair.key.value if isinstance(pair.key, nodes.Const) else None
        if isinstance(operator, str) and operator not in OPERATORS:
            inference.note(f"there is no operator {operator}{suggestion(operator, OPERATORS)}")
        elif isinstance(operator, str):
            operands.append((operator, pair.value))
    return operands
