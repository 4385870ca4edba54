"""Compiles the settings that a contract declares in `x-sandbox.settings`."""

from mockserver.compiling.context import CompileContext
from mockserver.plan.settings import Setting
from mockserver.reading.document import pointer
from mockserver.reading.schema import validator


def settings(context: CompileContext) -> dict[str, Setting]:
    """The settings a contract declares; a default that does not fit its own schema is a mistake."""
    settings_ = {}
    for name, schema in context.document.root.get("x-sandbox", {}).get("settings", {}).items():
        setting = Setting(name, schema["default"], validator(context.document, schema), schema.get("description", ""))
        for flaw in setting.validate(setting.default):
            context.mistakes.add(pointer("x-sandbox", "settings", name, "default"), flaw.message)
        settings_[name] = setting
    return settings_
