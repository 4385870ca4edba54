"""Whom the security layer has let in: its verdict holds for every request with the same credentials."""

from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers

from mockserver.engine.call import Caller
from mockserver.json import Json
from mockserver.plan import Operation
from mockserver.web.memory import Memory
from mockserver.web.security import ApiKey

Verdict = tuple[Caller, ApiKey | None]
"""Who was let in, and the key that counts the request."""


def credential_headers(schemes: Mapping[str, Json]) -> tuple[str, ...] | None:
    """The headers that security schemes read, in lower case; None where one reads anything else.

    >>> credential_headers({"Key": {"type": "http"}, "Branch": {"type": "apiKey", "in": "header", "name": "X-Branch"}})
    ('authorization', 'x-branch')
    """
    if any(scheme.get("type") == "apiKey" and scheme.get("in") != "header" for scheme in schemes.values()):
        return None
    names = (
        scheme.get("name", "Authorization") if scheme.get("type") == "apiKey" else "Authorization"
        for scheme in schemes.values()
    )
    return tuple(sorted({name.lower() for name in names}))


class Verdicts:
    """Remembers who was let in, by operation and by the headers of the credentials, letter by letter.

    The keys of a sandbox never change while it lives: one whose keys are read again begins without verdicts.
    """

    def __init__(self, headers: Sequence[str] | None) -> None:
        self.headers = headers or ()
        self._enabled = headers is not None
        self._verdicts: Memory[tuple[str, ...], Verdict] = Memory()

    def remember(self, operation: Operation, headers: Headers, verdict: Verdict) -> None:
        """Remember a verdict, unless a header of the credentials came twice: who knows which of them counted."""
        values = [headers.getlist(name) for name in self.headers]
        if self._enabled and all(len(lines) <= 1 for lines in values):
            self._verdicts.remember((operation.id, *(lines[0] if lines else "" for lines in values)), verdict)

    def of(self, operation: Operation, headers: Mapping[str, str]) -> Verdict | None:
        """The verdict on a request whose headers each came once; None where there is none yet."""
        return self._verdicts.get((operation.id, *(headers.get(name, "") for name in self.headers)))
