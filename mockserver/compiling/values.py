"""Checks values that a contract writes into documents and answers against the types of what they are written into."""

from dataclasses import replace
from decimal import Decimal

from mockserver.json import Json
from mockserver.language.outcomes import constants
from mockserver.language.types import ANY, BOOLEAN, NUMBER, TEXT, Type
from mockserver.reading.errors import Mistakes, suggestion

WORDS = {"text": "text", "number": "a number", "boolean": "true or false", "object": "an object", "list": "a list"}


def check_value(mistakes: Mistakes, node: Json, actual: Type, target: Type, at: str) -> None:
    """Note what a template gives that does not fit a type; `given` is what is known of the template's value."""
    if target.kind == "any":
        return
    if isinstance(node, dict):
        _check_object(mistakes, node, actual, target, at)
    elif isinstance(node, list) and target.kind == "list":
        for index, member in enumerate(node):
            _check_member(mistakes, member, actual.of(), target.of(), f"{at}/{index}")
    elif isinstance(node, str) and "{{" in node:
        _check_type(mistakes, actual, target, at)
        for value in constants(node):
            _check_constant(mistakes, value, target, at)
    else:
        _check_constant(mistakes, node, target, at)


def _check_member(mistakes: Mistakes, node: Json, actual: Type, target: Type, at: str) -> None:
    """Note what does not fit in a list; an `each` in it stands for as many entries as it gives."""
    if isinstance(node, dict) and "each" in node and "key" not in node:
        check_value(mistakes, node.get("value"), actual, target, f"{at}/value")
    else:
        check_value(mistakes, node, actual, target, at)


def _check_object(mistakes: Mistakes, node: dict[str, Json], actual: Type, target: Type, at: str) -> None:
    if "each" in node:
        check_value(mistakes, node.get("value"), actual.of(), target.of(), f"{at}/value")
    elif "value" in node and node.keys() <= {"when", "let", "value"} and len(node) > 1:
        check_value(mistakes, node["value"], actual, target, f"{at}/value")
    elif target.kind != "object":
        mistakes.add(at, f"an object stands where {WORDS[target.kind]} belongs")
    else:
        for name, member in node.items():
            if name == "when" or (name == "let" and isinstance(member, dict)):
                continue
            here = f"{at}/{name}"
            if _has(mistakes, target, name, here):
                inner = (actual.members or {}).get(name, ANY)
                check_value(mistakes, member, inner, member_type(target, name), here)


def member_type(target: Type, name: str) -> Type:
    """The type of a member of an object."""
    return target.of() if target.members is None else target.members.get(name, ANY)


def _has(mistakes: Mistakes, target: Type, name: str, at: str) -> bool:
    """Whether an object may have a member; noted when not."""
    if target.members is None or name in target.members:
        return True
    mistakes.add(at, f"there is no field {name}{suggestion(name, target.members)}")
    return False


def _check_constant(mistakes: Mistakes, value: Json, target: Type, at: str) -> None:
    kind = _kind(value).kind
    if value is None or kind == "any":
        return
    if kind != target.kind:
        mistakes.add(at, f"{_shown(value)} is {WORDS[kind]}, and {WORDS[target.kind]} belongs here")
    elif target.choices and value not in target.choices:
        choices = [str(choice) for choice in target.choices if choice is not None]
        hint = suggestion(value, choices, f": it is one of {', '.join(choices)}")
        mistakes.add(at, f"it is never {_shown(value)}{hint}")


def _kind(value: Json) -> Type:
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else NUMBER if isinstance(value, int | float | Decimal) else ANY


def _shown(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_type(mistakes: Mistakes, actual: Type, target: Type, at: str) -> None:
    """Note a type that another cannot hold, whatever the value."""
    if "any" in (actual.kind, target.kind):
        return
    if actual.kind != target.kind:
        mistakes.add(at, f"this gives {WORDS[actual.kind]}, and {WORDS[target.kind]} belongs here")
    elif actual.kind == "list":
        _check_type(mistakes, actual.of(), target.of(), at)
    else:
        for name, member in (actual.members or {}).items():
            if _has(mistakes, target, name, at):
                _check_type(mistakes, member, member_type(target, name), at)


def scalars_freed(target: Type) -> Type:
    """A type in which any scalar may stand for a text."""
    if target.kind == "text" and not target.choices:
        return ANY
    members = None if target.members is None else {name: scalars_freed(part) for name, part in target.members.items()}
    return replace(target, members=members, element=None if target.element is None else scalars_freed(target.element))
