"""How often a client may call, and call again: rates, as in `1000/hour`, and the key of a repetition.

>>> rate("1000/hour")
Rate(limit=1000, seconds=3600)
>>> rates(["5/minute", "1/second"])
(Rate(limit=5, seconds=60), Rate(limit=1, seconds=1))
>>> rates(False)
()
"""

import re

from mockserver.compiling.context import Reader
from mockserver.json import Json
from mockserver.language.types import NUMBER, REQUEST, object_
from mockserver.plan import Idempotency, Rate, RateLimit

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
"""The windows a rate may be counted in, in seconds."""
FORM = re.compile(rf"([1-9][0-9]{{0,8}})/({'|'.join(UNITS)})")


def rate(text: Json) -> Rate:
    """The rate of a text; ValueError says what one looks like."""
    found = FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text} is not a rate: write one as 1000/hour; a window is a {' or '.join(UNITS)}")
    return Rate(int(found[1]), UNITS[found[2]])


def rates(said: Json) -> tuple[Rate, ...]:
    """One rate or several; none where it says `off`, which YAML reads as false."""
    if said is False or said == "off":
        return ()
    return tuple(rate(one) for one in (said if isinstance(said, list) else [said]))


def window(seconds: int) -> str:
    """What a window of so many seconds is called.

    >>> window(3600)
    'hour'
    """
    return next((unit for unit, length in UNITS.items() if length == seconds), f"{seconds} seconds")


def rate_limit(reader: Reader, node: dict[str, Json], at: str) -> RateLimit:
    """What `rateLimit` says."""
    with reader.seeing({"rate": object_(limit=NUMBER, remaining=NUMBER, reset=NUMBER), "request": REQUEST}):
        headers = {name: reader.template(value, f"{at}/headers/{name}") for name, value in node.get("headers", {}).items()}
    if "key" not in reader.document.root["x-sandbox"].get("security", {}):
        reader.mistakes.add(at, "requests are counted by API key: name its security scheme in x-sandbox.security.key")
    found = []
    for place, text in enumerate(node["rates"]):
        try:
            found.append(rate(text))
        except ValueError as error:
            reader.mistakes.add(f"{at}/rates/{place}", str(error))
    return RateLimit(tuple(found), headers)


def idempotency(node: dict[str, Json]) -> Idempotency:
    """What `idempotency` says."""
    return Idempotency(node["header"], node["hours"], node.get("replayed"))
