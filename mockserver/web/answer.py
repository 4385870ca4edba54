"""Writes answers: the envelope and the headers a contract describes, in the media type of the operation, onto the wire."""

import gzip
import logging
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from starlette.types import Scope, Send

from mockserver import json
from mockserver.engine.call import OriginalRequest
from mockserver.engine.clock import Clock, moment
from mockserver.engine.problems import Problem, Refused, worded
from mockserver.json import Json
from mockserver.language.scope import ClockFunctions
from mockserver.language.scope import Scope as Names
from mockserver.plan import Plan
from mockserver.plan.media import Form, Media
from mockserver.web import csv, xml

log = logging.getLogger("mockserver")

JSON = "application/json"

WORTH_COMPRESSING = 512
"""Bodies smaller than this many bytes are sent as they are."""

ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, 5, mtime=0),
    "deflate": lambda body: zlib.compress(body, 5),
}

CHUNK = 1 << 16
"""So many bytes of a file are sent at a time."""


class _AnswerFunctions(ClockFunctions):
    """What the templates of an answer can call: only the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> str:
        return self._clock.now()

    def today(self) -> str:
        return self._clock.today()


@dataclass
class Answer:
    """An HTTP answer before it is sent; its content is bytes, or a file that is closed once it has been sent."""

    status: int
    content: bytes | BinaryIO
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON


class Writer:
    """Fills in envelopes and headers as a plan says."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.plan = plan
        self.clock = clock
        self.functions = _AnswerFunctions(clock)
        limit = plan.conventions.rate_limit
        headers = {**plan.conventions.headers, **(limit.headers if limit else {})}
        self._headers = [(name.lower().encode(), fill) for name, fill in headers.items()]

    def names(self, original: OriginalRequest | None = None, **names: Json) -> Names:
        """What the templates of an answer can see: as it was at `original` for a call that may be repeated."""
        if original is None:
            return Names(names, functions=self.functions)
        functions = _AnswerFunctions(self.clock.at(self.instant(original)))
        return Names({**names, "request": original.request}, functions=functions)

    def instant(self, original: OriginalRequest | None = None) -> datetime:
        """When a call is answered, or was at `original`."""
        return self.clock.instant() if original is None else moment(original.at, self.clock.zone.key)

    def refusal(self, problem: Problem | Refused, request: Mapping[str, Json], headers: Mapping[str, str]) -> Answer:
        """The answer to a call that is refused."""
        error = worded(self.plan.errors, problem)
        envelope = self.plan.errors.reply(self.names(problem=error.names(), request=request, result=None))
        challenge = {"www-authenticate": self._challenge(problem)} if error.status == 401 else {}
        return Answer(error.status, json.write(envelope), {**headers, **challenge})

    def _challenge(self, problem: Problem | Refused) -> str:
        """How to come by an answer that is not 401 (RFC 9110, 11.6.1; RFC 6750, 3)."""
        realm = re.sub(r'[^ -~]|["\\]', "_", self.plan.title or "API")
        sent = isinstance(problem, Problem) and problem.kind != "no_key"
        return f'Bearer realm="{realm}"' + (', error="invalid_token"' if sent else "")

    def failure(self, error: Exception, request: Mapping[str, Json], about: str) -> Answer:
        """The answer to a call that met a mistake of ours; the mistake goes to the log."""
        log.error("%s failed: %s", about, error, exc_info=error)
        return self.refusal(Problem("internal"), request, {})

    def headers(self, request: Mapping[str, Json], rate: Mapping[str, Json]) -> list[tuple[bytes, bytes]]:
        """The headers that every answer carries; `rate` is where the key stands in its rate limit."""
        names = self.names(request=request, rate=rate)
        return [(name, str(fill(names)).encode("latin-1")) for name, fill in self._headers]


def serialize(media: Media, envelope: Json, at: datetime) -> bytes:
    """An envelope as its media type, made at an instant; ValueError when it cannot be written so."""
    return WRITERS[media.form](media, envelope, at)


def _pdf(_: Media, envelope: Json, at: datetime) -> bytes:
    from mockserver.web import pdf  # the library is large and seldom needed

    return pdf.write(envelope, at)


WRITERS: Mapping[Form, Callable[[Media, Json, datetime], bytes]] = {
    "json": lambda media, envelope, at: json.write(envelope),
    "xml": lambda media, envelope, at: xml.write(media, envelope),
    "csv": lambda media, envelope, at: csv.write(media, envelope),
    "pdf": _pdf,
}


async def send_answer(answer: Answer, scope: Scope, send: Send) -> None:
    """Send an answer; a file a piece at a time, other content compressed where the client accepts it and it is worth it."""
    if not isinstance(answer.content, bytes):
        await _send_file(answer, answer.content, send)
        return
    headers, content = encoded(answer, _accepted(scope))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def encoded(answer: Answer, accepted: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The headers and the bytes of an answer that is no file, compressed as its client accepts."""
    if not isinstance(answer.content, bytes):
        raise TypeError("a file is sent a piece at a time")
    content, encoding = compressed(answer.content, accepted)
    headers = {"content-type": answer.media_type, "content-length": str(len(content)), **answer.headers}
    if len(answer.content) >= WORTH_COMPRESSING:
        headers["vary"] = "Accept-Encoding"
    if encoding:
        headers["content-encoding"] = encoding
    return _lines(headers), content


async def _send_file(answer: Answer, content: BinaryIO, send: Send) -> None:
    with content:
        headers = _lines({"content-type": answer.media_type, **answer.headers})
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        while chunk := content.read(CHUNK):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _lines(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def _accepted(scope: Scope) -> str:
    return ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-encoding")


def compressed(body: bytes, accepted: str) -> tuple[bytes, str | None]:
    """A body in the first encoding that is accepted, and which one that is.

    >>> compressed(b"short", "gzip")
    (b'short', None)
    """
    if len(body) < WORTH_COMPRESSING or not accepted:
        return body, None
    weight = weights(accepted)
    for name in sorted(ENCODERS, key=lambda name: -weight.get(name, 0)):
        if weight.get(name, 0) > 0:
            return ENCODERS[name](body), name
    return body, None


def weights(accepted: str) -> dict[str, float]:
    """The encodings of an Accept-Encoding header with their quality (RFC 9110, 12.5.3).

    >>> weights("gzip;q=0, deflate")
    {'gzip': 0.0, 'deflate': 1.0}
    """
    weight: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, rest = "".join(part.lower().split()).partition(";")
        quality = rest.partition("q=")[2]
        try:
            weight[name] = float(quality) if quality else 1.0
        except ValueError:
            weight[name] = 0.0
    return {**dict.fromkeys(ENCODERS, weight["*"]), **weight} if "*" in weight else weight
