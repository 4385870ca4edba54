"""Checks values that a contract writes into documents and answers against the types of what they are written into."""

from dataclasses import replace

from mockserver.json import Json
from mockserver.language.outcomes import constants
from mockserver.language.tree import Block, Each, ListOf, Literal, ObjectOf, Template, Text
from mockserver.language.types import ANY, Type, fits
from mockserver.language.values import const_type
from mockserver.reading.errors import Mistakes, suggestion


def check_value(mistakes: Mistakes, tree: Template, type_: Type, target: Type, at: str) -> None:
    """Note what a template gives that does not fit a type; `type_` is what is known of the template's value."""
    if target.kind == "any":
        return
    if isinstance(tree, Block):
        check_value(mistakes, tree.value, type_, target, at)
    elif isinstance(tree, Each):
        check_value(mistakes, tree.value, type_.of(), target.of(), at)
    elif isinstance(tree, ObjectOf):
        _check_object(mistakes, tree, type_, target, at)
    elif isinstance(tree, ListOf):
        _check_list(mistakes, tree, type_, target, at)
    elif isinstance(tree, Literal):
        _check_constant(mistakes, tree.value, target, at + tree.at)
    else:
        _check_text(mistakes, tree, type_, target, at + tree.at)


def _check_text(mistakes: Mistakes, tree: Text, type_: Type, target: Type, at: str) -> None:
    if not fits(type_, target):
        mistakes.add(at, f"this gives {type_.noun}, and {target.noun} belongs here")
        return
    _check_members(mistakes, type_, target, at)
    for value in constants(tree.parts[0].node) if tree.is_one_expression else ():
        _check_constant(mistakes, value, target, at)


def _check_list(mistakes: Mistakes, tree: ListOf, type_: Type, target: Type, at: str) -> None:
    """Note what does not fit in a list; an `each` in it stands for as many entries as it gives."""
    if target.kind != "list":
        mistakes.add(at + tree.at, f"a list stands where {target.noun} belongs")
        return
    for member in tree.members:
        entry = member.value if isinstance(member, Each) and member.key is None else member
        check_value(mistakes, entry, type_.of(), target.of(), at)


def _check_object(mistakes: Mistakes, tree: ObjectOf, type_: Type, target: Type, at: str) -> None:
    if target.kind != "object":
        mistakes.add(at + tree.at, f"an object stands where {target.noun} belongs")
        return
    for name, member in tree.members.items():
        if _has(mistakes, target, name, at + member.at):
            check_value(mistakes, member, (type_.members or {}).get(name, ANY), member_type(target, name), at)


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
    type_ = const_type(value)
    if not fits(type_, target):
        mistakes.add(at, f"{_shown(value)} is {type_.noun}, and {target.noun} belongs here")
    elif value is not None and target.choices and value not in target.choices:
        choices = [str(choice) for choice in target.choices if choice is not None]
        hint = suggestion(value, choices, f": it is one of {', '.join(choices)}")
        mistakes.add(at, f"it is never {_shown(value)}{hint}")


def _shown(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_members(mistakes: Mistakes, type_: Type, target: Type, at: str) -> None:
    """Note members that another type does not have, or has of another type, whatever their values."""
    if type_.kind == "list":
        _check_members(mistakes, type_.of(), target.of(), at)
    for name, member in (type_.members or {}).items() if target.kind == "object" else ():
        if not _has(mistakes, target, name, at):
            continue
        expected = member_type(target, name)
        if fits(member, expected):
            _check_members(mistakes, member, expected, at)
        else:
            mistakes.add(at, f"{name} is {member.noun}, and {expected.noun} belongs here")


def scalars_freed(target: Type) -> Type:
    """A type in which any scalar may stand for a text."""
    if target.kind == "text" and not target.choices:
        return ANY
    members = None if target.members is None else {name: scalars_freed(part) for name, part in target.members.items()}
    return replace(target, members=members, element=None if target.element is None else scalars_freed(target.element))
