"""Checks descriptions of PDF pages as far as they are written out: what is filled in is checked when it is drawn."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.plan.pdf_layout import COLUMN, PAGE, TABLE, Node, block_flaw


def check_page(context: CompileContext, node: Json, at: str) -> None:
    """Note what is wrong with the description of a page."""
    inner, at = _settled(node, at)
    if not isinstance(inner, dict):
        return
    _known(context, inner, PAGE, at, "a page")
    if "blocks" not in inner:
        context.mistakes.add(at, "a page has blocks")
    _blocks(context, inner.get("blocks"), f"{at}/blocks")


def _settled(node: Json, at: str) -> tuple[Json, str]:
    """What a template stands for: the value of its `each` or `when`, or itself without them."""
    while isinstance(node, dict) and "value" in node and node.keys() & {"each", "when", "let"}:
        node, at = node["value"], f"{at}/value"
    if isinstance(node, dict):
        return {name: member for name, member in node.items() if name not in ("when", "let")}, at
    return node, at


def _known(context: CompileContext, node: Node, names: tuple[str, ...], at: str, what: str) -> None:
    for name in node:
        if name not in names:
            context.mistakes.add(f"{at}/{name}", f"{name} does not belong to {what}: it has {', '.join(names)}")


def _blocks(context: CompileContext, node: Json, at: str) -> None:
    for index, member in enumerate(node if isinstance(node, list) else ()):
        block, here = _settled(member, f"{at}/{index}")
        if not isinstance(block, dict):
            continue
        wrong = block_flaw(block)
        if wrong is not None:
            context.mistakes.add(here, wrong)
        columns = block.get("columns")
        for number, column in enumerate(columns if isinstance(columns, list) else ()):
            _blocks(context, column, f"{here}/columns/{number}")
        if isinstance(block.get("table"), dict):
            _table(context, block["table"], f"{here}/table")


def _table(context: CompileContext, node: Node, at: str) -> None:
    table, at = _settled(node, at)
    if not isinstance(table, dict):
        return
    _known(context, table, TABLE, at, "a table")
    columns = table.get("columns")
    for index, member in enumerate(columns if isinstance(columns, list) else ()):
        column, here = _settled(member, f"{at}/columns/{index}")
        if isinstance(column, dict):
            _known(context, column, COLUMN, here, "a column")
