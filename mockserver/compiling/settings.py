"""Compiles the settings that a contract declares in `x-sandbox.settings`."""

from mockserver.compiling.context import CompileContext
from mockserver.plan.settings import Setting
from mockserver.reading.document import pointer
from mockserver.reading.schema import validator


def settings(context: CompileContext) -> dict[str, Setting]:
    """The settings a contract declares; a default that does not fit its own schema is a mistake."""
    found = {}
    for name, schema in context.document.root.get("x-sandbox", {}).get("settings", {}).items():
        said = Setting(name, schema["default"], validator(context.document, schema), schema.get("description", ""))
        for flaw in said.validate(said.default):
            context.mistakes.add(pointer("x-sandbox", "settings", name, "default"), flaw.message)
        found[name] = said
    return found
