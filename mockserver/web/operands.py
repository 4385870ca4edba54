"""What filters compare with: texts made values of their fields, and days made intervals.

What cannot be understood is refused with the form that works.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from mockserver.engine.call import Comparison
from mockserver.engine.clock import moment
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.operators import DAY, LISTS
from mockserver.plan import Filter, Operand, Operation, Parameter
from mockserver.reading.errors import suggestion
from mockserver.reading.schema import is_date
from mockserver.web.text import coerce, printable

ALIKE = 0.7
"""How alike an unknown name must be to a known one to be taken for it."""
BRACKETS = re.compile(r"(?P<name>[^\[\]]+)((\[[^\[\]]*\])+)")
"""A name with whatever stands in brackets behind it."""
FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"
"""What stands for instants before and after all that can be written."""


def comparison(declared: Filter, operator: str, text: str | list[Json], timezone: str) -> Comparison:
    """The condition that a filter sets; Problem when it has no such operator, or the text is no value of it."""
    if operator == "" and declared.bare is None:
        refuse(declared.name, f"needs an operator: {', '.join(declared.operands)}")
    if operator != "" and operator not in declared.operands:
        operators = ", ".join(declared.operands) or "none"
        refuse(f"{declared.name}[{operator}]", f"has an operator that is not known here: use {operators}{several(declared)}")
    holds = operator or str(declared.bare)
    if isinstance(text, list):
        value: Json = text
    elif holds in LISTS:
        value = _list(declared, operator, text)
    else:
        value = operand(declared, operator, declared.operands[operator] if operator else declared.member, text)
    return Comparison((declared.field,), holds, _days(value, timezone) if declared.instant else value)


def _list(declared: Filter, operator: str, text: str) -> list[Json]:
    """The values of a list that is written with commas, one by one before what is asked of the whole."""
    parts, name = [part.strip() for part in text.split(",")], _name(declared, operator)
    if len(parts) > 1 and "" in parts:
        refuse(name, "has an empty value between its commas")
    values = [operand(declared, operator, declared.member, part) for part in parts]
    if operator:
        flaws = declared.operands[operator].validate
        for flaw in flaws(",".join(parts)):
            alone = next((part for part in parts if flaws(part)), None) if flaw.keyword == "pattern" else None
            refuse(name, flaw.message if alone is None else f"cannot have the value {printable(alone)} in its list")
    return values


def operand(declared: Filter, operator: str, wanted: Operand, text: str) -> Json:
    """The value of one text; Problem when it is none."""
    if declared.instant and is_date(text):
        return text
    text, name = _unescaped(declared, text), _name(declared, operator)
    if declared.id and (hint := _as_list(declared, operator, text)):
        refuse(name, f"is one id{hint}")
    try:
        value = coerce(wanted.type, text)
    except ValueError as error:
        refuse(name, f"{error}{_as_list(declared, operator, text)}")
    for flaw in wanted.validate(value):
        message = f"{flaw.message}, or a date" if declared.instant and flaw.keyword == "format" else flaw.message
        refuse(name, f"{message}{_as_list(declared, operator, text)}")
    return value


def _name(declared: Filter, operator: str) -> str:
    return f"{declared.name}[{operator}]" if operator else declared.name


def _unescaped(declared: Filter, text: str) -> str:
    """A text whose spaces were plus signs that nobody escaped, where its field can have those and no spaces."""
    if " " not in text or declared.field_flaws is None:
        return text
    meant = text.replace(" ", "+")
    return meant if declared.field_flaws(text) and not declared.field_flaws(meant) else text


def _as_list(declared: Filter, operator: str, text: str) -> str:
    """The form that works, for several values that were given to an operator of one."""
    if operator in ("", "eq", "ne") and "," in text:
        return several(declared, "nin" if operator == "ne" else "in", text)
    return ""


def several(declared: Filter, operator: str = "in", text: str = "") -> str:
    """How several values are written, as the end of a sentence; nothing where a filter takes no lists."""
    if operator not in declared.operands:
        return ""
    return f"; for several values write {declared.name}[{operator}]={printable(text) or 'one,another'}"


def list_form(declared: Parameter) -> str:
    """How a list is written in a parameter, as the end of a sentence; nothing for other parameters."""
    if declared.type != "array":
        return ""
    separator = {"spaceDelimited": "%20", "pipeDelimited": "|"}.get(declared.serialization.style, ",")
    together = f"&{declared.name}=" if declared.serialization.explode else separator
    return f"; for several values write {declared.name}=one{together}another"


def whole_day(day: str, timezone: str) -> str:
    """The interval of a day in a time zone, as operators take it.

    >>> whole_day("2024-01-31", "Asia/Tokyo")
    '2024-01-30T15:00:00Z/2024-01-31T15:00:00Z'
    """
    return f"{_beginning(day, 0, timezone) or FIRST}/{_beginning(day, 1, timezone) or LAST}"


def _beginning(day: str, later: int, timezone: str) -> str | None:
    """When a day or one after it begins; None where that is out of reach."""
    try:
        date = (datetime.fromisoformat(day) + timedelta(days=later)).date()
        return moment(f"{date}T00:00:00", timezone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return None


def _days(value: Json, timezone: str) -> Json:
    if isinstance(value, list):
        return [_days(member, timezone) for member in value]
    return whole_day(value, timezone) if isinstance(value, str) and DAY.fullmatch(value) else value


def unknown(operation: Operation, written: str, text: str) -> Problem:
    """The refusal of a name that an operation does not know."""
    kind, place = ("filter", "list") if operation.kind == "list" else ("parameter", "operation")
    return Problem(
        kind, name=written, field=written, reason=f"is not one that this {place} knows{_hint(operation, written, text)}"
    )


def _hint(operation: Operation, written: str, text: str) -> str:
    """What was probably meant by a name, with the form in which it is written here."""
    match = BRACKETS.fullmatch(written)
    name = match["name"] if match else written
    if match and name in operation.filters:
        declared = operation.filters[name]
        return f": write {name}={printable(text)}{several(declared)}" if declared.bare else several(declared)
    if match and name in operation.parameters:
        return list_form(operation.parameters[name]) or f": write {name}={printable(text)}"
    return suggestion(name, (*operation.parameters, *operation.filters, *operation.aliases), likeness=ALIKE)


def refuse(name: str, reason: str) -> NoReturn:
    """Refuse a filter; `reason` ends a sentence that begins with its name."""
    raise Problem("filter", name=name, field=name, reason=reason)
