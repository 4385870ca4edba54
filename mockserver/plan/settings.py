"""Settings: what a contract lets whoever starts the server choose, as `x-sandbox.settings` declares them."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from mockserver.json import Json, read
from mockserver.reading.schema import Validate


class UnfitSetting(ValueError):
    """A setting that does not exist, or whose value it cannot have; the message says which and why."""


@dataclass(frozen=True)
class Setting:
    """Something that whoever starts the server may choose."""

    name: str
    default: Json
    validate: Validate
    description: str = ""


def choose_settings(declared: Mapping[str, Setting], texts: Mapping[str, str]) -> dict[str, Json]:
    """Every setting's value: the one chosen, as a text such as `10` or `true`, else its default. Raises UnfitSetting.

    >>> choose_settings({}, {"loanFee": "2"})
    Traceback (most recent call last):
        ...
    mockserver.plan.settings.UnfitSetting: There is no setting loanFee: this contract has none
    """
    for name in texts:
        if name not in declared:
            near = get_close_matches(name, declared, 1)
            others = f"it has {', '.join(declared)}" if declared else "this contract has none"
            raise UnfitSetting(f"There is no setting {name}: {f'did you mean {near[0]}?' if near else others}")
    return {name: _value(setting, texts[name]) if name in texts else setting.default for name, setting in declared.items()}


def _value(setting: Setting, text: str) -> Json:
    """The value a text stands for: itself where the setting takes texts, else a number, true or false."""
    if not (flaws := setting.validate(text)):
        return text
    try:
        value = read(text.encode())
    except ValueError:
        value = text
    if flaws := setting.validate(value):
        raise UnfitSetting(f"The setting {setting.name} cannot be {text}: it {flaws[0].message}")
    return value
