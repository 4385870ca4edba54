"""Checks descriptions of PDF pages as far as they are written out: what is filled in is checked when it is drawn."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.language.scope import ExpressionError
from mockserver.language.tree import ListOf, ObjectOf, parse_template, without_conditions
from mockserver.plan.pdf_layout import COLUMN, PAGE, TABLE, block_flaw


def check_page(context: CompileContext, node: Json, at: str) -> None:
    """Note what is wrong with the description of a page; what cannot be understood is noted where it is compiled."""
    try:
        page = without_conditions(parse_template(node))
    except ExpressionError:
        return
    if isinstance(page, ObjectOf):
        _names(context, page, PAGE, "a page", at)
        if "blocks" not in page.members:
            context.mistakes.add(at + page.at, "a page has blocks")
        for block in _members(page, "blocks"):
            _block(context, block, at)


def _members(owner: ObjectOf, name: str) -> list[ObjectOf]:
    """The objects in a list that is a member of an object, as far as they are written out."""
    listed = owner.members.get(name)
    members = map(without_conditions, listed.members if isinstance(listed, ListOf) else ())
    return [member for member in members if isinstance(member, ObjectOf)]


def _names(context: CompileContext, owner: ObjectOf, names: tuple[str, ...], noun: str, at: str) -> None:
    for name in owner.members:
        if name not in names:
            context.mistakes.add(f"{at}{owner.at}/{name}", f"{name} does not belong to {noun}: it has {', '.join(names)}")


def _block(context: CompileContext, block: ObjectOf, at: str) -> None:
    if (flaw := block_flaw(block.members)) is not None:
        context.mistakes.add(at + block.at, flaw)
    columns = block.members.get("columns")
    for column in columns.members if isinstance(columns, ListOf) else ():
        for member in column.members if isinstance(column, ListOf) else ():
            inner = without_conditions(member)
            if isinstance(inner, ObjectOf):
                _block(context, inner, at)
    table = block.members.get("table")
    if table is not None and isinstance(table := without_conditions(table), ObjectOf):
        _names(context, table, TABLE, "a table", at)
        for column in _members(table, "columns"):
            _names(context, column, COLUMN, "a column", at)
