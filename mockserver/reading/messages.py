"""What a schema asks for, in words: the end of a sentence that begins with the field.

>>> sentence("minimum", {"limit": 0}), sentence("minimum", {"limit": 0.00001})
('must be at least 0', 'must be at least 0.00001')
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mockserver.json import Json, write

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
    "ipv4": "an IPv4 address, such as 192.0.2.1",
    "ipv6": "an IPv6 address, such as 2001:db8::1",
    "hostname": "a host name, such as example.com",
}

SENTENCES: dict[str, Callable[[dict[str, Json]], str]] = {
    "required": lambda facts: "is required",
    "type": lambda facts: "must be " + " or ".join(_TYPES.get(name, name) for name in facts["types"]),
    "format": lambda facts: "must be " + _FORMATS.get(str(facts.get("format")), _with_article(str(facts.get("format")))),
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
    "multipleOf": lambda facts: f"must be a multiple of {_shown(facts['multiple_of'])}",
    "not": lambda facts: "must not be of the form that is ruled out",
    "anyOf": lambda facts: _one_of_forms(facts.get("context", []), facts.get("path", [])),
    "oneOf": lambda facts: _one_of_forms(facts.get("context", []), facts.get("path", [])),
    "x-decimals": lambda facts: str(facts.get("message")),
}


def _with_article(noun: str) -> str:
    """A noun with its article.

    >>> _with_article("isbn"), _with_article("postcode")
    ('an isbn', 'a postcode')
    """
    return f"{'an' if noun[:1].lower() in tuple('aeio') else 'a'} {noun}"


def _one_of_forms(forms: list[list[Any]], path: list[Any]) -> str:
    """What each form asks of the value at a path, by its errors; of a form that fits there are none."""
    if not all(forms):
        return "fits more than one of the forms of which it must fit one"
    if not forms or any(form[0].instance_path != path for form in forms):
        return "does not fit any of the allowed forms"
    return ", or ".join(dict.fromkeys(sentence(form[0].kind.name, form[0].kind.as_dict()) for form in forms))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def sentence(keyword: str, facts: dict[str, Json]) -> str:
    """What a keyword asks for, as the end of a sentence that begins with the field."""
    sentence_of = SENTENCES.get(keyword)
    return sentence_of(facts) if sentence_of else "does not fit any of the allowed forms"


def _shown(value: Json) -> str:
    """A value as JSON has it, texts without quotes.

    >>> _shown(True), _shown(None), _shown(2.0), _shown({"a": [None, "b"]})
    ('true', 'null', '2', '{"a":[null,"b"]}')
    """
    if isinstance(value, float):
        return f"{Decimal(repr(int(value) if value.is_integer() else value)):f}"
    return value if isinstance(value, str) else write(value).decode()


def constraint(keyword: str, facts: dict[str, Json]) -> str | None:
    """What the keyword asks for, in short: `>= 1`, a pattern, a format."""
    bound = facts.get("limit", facts.get("pattern", facts.get("format")))
    sign = next((sign for begin, sign in SIGNS.items() if keyword.startswith(begin)), "")
    return None if bound is None else sign + _shown(bound)


SIGNS = {"min": ">= ", "max": "<= ", "exclusiveMin": "> ", "exclusiveMax": "< "}
