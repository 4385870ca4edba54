"""Writes answers: the envelope the contract describes, its headers, and every refusal in the same place."""

import gzip
import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from starlette.types import Message, Scope, Send

from mockserver import json
from mockserver.engine.call import OriginalRequest
from mockserver.engine.clock import Clock, moment
from mockserver.engine.problems import Problem, Refused, worded
from mockserver.json import Json
from mockserver.language.scope import Scope as Names
from mockserver.plan import Plan

log = logging.getLogger("mockserver")

WORTH_COMPRESSING = 512
"""Bodies smaller than this many bytes are sent as they are."""

JSON = "application/json"


class _Moment:
    """The world of an answer's templates: only the clock."""

    def __init__(self, clock: Clock) -> None:
        self.now = clock.now
        self.today = clock.today


@dataclass
class Answer:
    """An HTTP answer before it is written."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON


class Writer:
    """Fills in envelopes and headers as a plan says."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.plan = plan
        self.clock = clock
        self.functions = _Moment(clock)
        limit = plan.conventions.rate_limit
        self._headers = {**plan.conventions.headers, **(limit.headers if limit else {})}

    def names(self, original: OriginalRequest | None = None, **given: Json) -> Names:
        """What the templates of an answer can see: as it was at `original` for a call that may be repeated."""
        if original is None:
            return Names(given, functions=self.functions)
        then = _Moment(self.clock.at(self.instant(original)))
        return Names({**given, "request": original.request}, functions=then)

    def instant(self, original: OriginalRequest | None = None) -> datetime:
        """When a call is answered, or was at `original`."""
        return self.clock.instant() if original is None else moment(original.at, self.clock.zone.key)

    def refusal(self, problem: Problem | Refused, request: Mapping[str, Json], headers: Mapping[str, str]) -> Answer:
        """The answer to a call that is refused."""
        said = worded(self.plan.errors, problem)
        body = self.plan.errors.reply(self.names(problem=said.names(), request=request, result=None))
        return Answer(said.status, json.write(body), dict(headers))

    def failure(self, error: Exception, request: Mapping[str, Json], about: str) -> Answer:
        """The answer to a call that met a mistake of ours; the mistake goes to the log."""
        log.error("%s failed: %s", about, error, exc_info=error)
        return self.refusal(Problem("internal"), request, {})

    def headers(self, request: Mapping[str, Json], rate: Mapping[str, Json]) -> list[tuple[bytes, bytes]]:
        """The headers that every answer carries; `rate` is where the key stands in its rate limit."""
        scope = self.names(request=request, rate=rate)
        return [(name.encode(), str(fill(scope)).encode("latin-1")) for name, fill in self._headers.items()]


async def send_answer(answer: Answer, scope: Scope, send: Send) -> None:
    """Write an answer, compressed when the client asked for it and it is worth it."""
    body, encoding = compressed(answer.body, _accepted(scope))
    headers = {"content-type": answer.media_type, "content-length": str(len(body)), **answer.headers}
    if len(answer.body) >= WORTH_COMPRESSING:
        headers["vary"] = "Accept-Encoding"
    if encoding:
        headers["content-encoding"] = encoding
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    start: Message = {"type": "http.response.start", "status": answer.status, "headers": raw}
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _accepted(scope: Scope) -> str:
    return ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-encoding")


ENCODERS = {"gzip": lambda body: gzip.compress(body, 5, mtime=0), "deflate": lambda body: zlib.compress(body, 5)}


def compressed(body: bytes, accepted: str) -> tuple[bytes, str | None]:
    """A body in the first encoding that is accepted, and which one that is.

    >>> compressed(b"short", "gzip")
    (b'short', None)
    """
    if len(body) < WORTH_COMPRESSING or not accepted:
        return body, None
    wanted = weights(accepted)
    for name in sorted(ENCODERS, key=lambda name: -wanted.get(name, 0)):
        if wanted.get(name, 0) > 0:
            return ENCODERS[name](body), name
    return body, None


def weights(accepted: str) -> dict[str, float]:
    """The encodings of an Accept-Encoding header with their quality (RFC 9110, 12.5.3).

    >>> weights("gzip;q=0, deflate")
    {'gzip': 0.0, 'deflate': 1.0}
    """
    found: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, rest = "".join(part.lower().split()).partition(";")
        quality = rest.partition("q=")[2]
        try:
            found[name] = float(quality) if quality else 1.0
        except ValueError:
            found[name] = 0.0
    if "*" in found:
        found = {**dict.fromkeys(ENCODERS, found["*"]), **found}
    return found
