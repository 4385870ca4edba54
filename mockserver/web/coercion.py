"""Text from URLs and headers as the values a contract declares.

>>> coerce("integer", "20"), coerce("number", "0.10"), coerce("boolean", "true")
(20, Decimal('0.10'), True)
"""

import re
from decimal import Decimal

from mockserver.engine.problems import Problem
from mockserver.flaws import storage_flaws
from mockserver.json import Json
from mockserver.plan import Parameter

INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
BOOLEANS = {"true": True, "false": False}


def coerce(type: str, text: str) -> Json:
    """The value of a text; ValueError with the end of a sentence when it has none."""
    for flaw in storage_flaws(text):
        raise ValueError(flaw.message)
    if type == "integer":
        if not INTEGER.fullmatch(text):
            raise ValueError("must be a whole number")
        return int(text)
    if type == "number":
        if not NUMBER.fullmatch(text):
            raise ValueError("must be a number")
        return Decimal(text)
    if type == "boolean":
        if text not in BOOLEANS:
            raise ValueError("must be true or false")
        return BOOLEANS[text]
    return text


def parameter_value(declared: Parameter, text: str | None) -> Json:
    """The value of a query or header parameter, its default where it is absent; Problem when it does not fit."""
    if text is None:
        if declared.required:
            raise refused(declared, "is required")
        return declared.default
    try:
        value = (
            [coerce("string", part) for part in text.split(",")] if declared.type == "array" else coerce(declared.type, text)
        )
    except ValueError as error:
        raise refused(declared, str(error)) from None
    for flaw in declared.validate(value):
        raise refused(declared, flaw.message)
    return value


def refused(declared: Parameter, reason: str) -> Problem:
    """The problem of a parameter; `reason` ends a sentence that begins with its name."""
    return Problem(declared.kind, name=declared.name, field=declared.name, reason=reason)
