"""Text from URLs and headers as the values a contract declares.

>>> coerce("integer", "20"), coerce("number", "0.10"), coerce("boolean", "true")
(20, Decimal('0.10'), True)
"""

import re
from decimal import Decimal

from mockserver.flaws import storage_flaws
from mockserver.json import Json

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
