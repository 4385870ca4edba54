"""Compiles `x-sandbox.bulk`: how calls that run other operations are read and answered."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.language.types import ANY, NUMBER, OBJECT, PROBLEM, TypeNames
from mockserver.plan import Bulk

NAMES: TypeNames = {"it": OBJECT, "index": NUMBER, "result": ANY, "problem": PROBLEM, "results": OBJECT.listed()}
"""What the expressions of a bulk operation see of its entries, beside the call."""


def bulk(context: CompileContext, node: dict[str, Json], at: str) -> Bulk:
    """What `bulk` says."""
    with context.with_names(context.call_names, NAMES):
        return Bulk(
            each=context.expression(node["each"], f"{at}/each"),
            verb=context.expression(node["verb"], f"{at}/verb"),
            entry=context.template(node["entry"], f"{at}/entry"),
            reply=context.template(node["reply"], f"{at}/reply"),
            id=context.expression_if_any(node, "id", at),
            input=context.expression_if_any(node, "input", at),
        )
