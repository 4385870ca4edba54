"""What a schema asks for, in words: the end of a sentence that begins with the field.

>>> sentence("minimum", {"limit": 0}), sentence("minimum", {"limit": 0.00001})
('must be at least 0', 'must be at least 0.00001')
"""

from collections.abc import Callable
from decimal import Decimal

from mockserver.json import Json

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}

_FORMATS = {
    "email": "an e-mail address, such as name@example.com",
    "date": "a date, as YYYY-MM-DD",
    "date-time": "an instant, as 2024-01-15T10:30:00Z",
    "uri": "an absolute URI, such as https://example.com",
    "uuid": "a UUID",
}

SENTENCES: dict[str, Callable[[dict[str, Json]], str]] = {
    "required": lambda facts: "is required",
    "type": lambda facts: "must be " + " or ".join(_TYPES.get(name, name) for name in facts["types"]),
    "format": lambda facts: "must be " + _FORMATS.get(str(facts.get("format")), f"a {facts.get('format')}"),
    "pattern": lambda facts: f"must match {facts.get('pattern')}",
    "enum": lambda facts: "must be one of " + ", ".join(_shown(option) for option in facts["options"]),
    "minimum": lambda facts: f"must be at least {_shown(facts['limit'])}",
    "maximum": lambda facts: f"must be at most {_shown(facts['limit'])}",
    "exclusiveMinimum": lambda facts: f"must be greater than {_shown(facts['limit'])}",
    "exclusiveMaximum": lambda facts: f"must be less than {_shown(facts['limit'])}",
    "minLength": lambda facts: (
        "must not be empty" if facts["limit"] == 1 else f"must have at least {facts['limit']} characters"
    ),
    "maxLength": lambda facts: f"must have at most {_many(facts['limit'], 'character')}",
    "minItems": lambda facts: f"must have at least {_many(facts['limit'], 'element')}",
    "maxItems": lambda facts: f"must have at most {_many(facts['limit'], 'element')}",
    "minProperties": lambda facts: f"must have at least {_many(facts['limit'], 'member')}",
    "maxProperties": lambda facts: f"must have at most {_many(facts['limit'], 'member')}",
    "uniqueItems": lambda facts: "must not repeat an entry",
    "additionalProperties": lambda facts: "has members that are not known: " + ", ".join(facts.get("unexpected", [])),
    "x-decimals": lambda facts: str(facts.get("message")),
}


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def sentence(keyword: str, facts: dict[str, Json]) -> str:
    """What a keyword asks for, as the end of a sentence that begins with the field."""
    sentence_of = SENTENCES.get(keyword)
    return sentence_of(facts) if sentence_of else "does not fit any of the allowed forms"


def _shown(value: Json) -> str:
    if isinstance(value, float):
        return f"{Decimal(repr(int(value) if value.is_integer() else value)):f}"
    return "null" if value is None else str(value)


def constraint(keyword: str, facts: dict[str, Json]) -> str | None:
    """What the keyword asks for, in short: `>= 1`, a pattern, a format."""
    bound = facts.get("limit", facts.get("pattern", facts.get("format")))
    sign = next((sign for begin, sign in SIGNS.items() if keyword.startswith(begin)), "")
    return None if bound is None else sign + _shown(bound)


SIGNS = {"min": ">= ", "max": "<= ", "exclusiveMin": "> ", "exclusiveMax": "< "}
