"""Who may steer the sandbox: whoever calls from this machine, and whoever has the token."""

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from mockserver.engine.problems import Problem
from mockserver.language.signing import network

AFAR = (
    "The control plane answers on loopback only. From elsewhere, start the server with --control-token and send the token"
    " as Authorization: Bearer …"
)
FOREIGN = "The control plane does not answer pages of other origins"


def admit(scope: Scope, token: str | None) -> None:
    """Raise Problem when a request may not steer.

    Without the token, a request must come from loopback, ask for a loopback host, and not be made by a page from
    elsewhere: a browser on this machine is on loopback too, whatever page it shows.
    """
    headers = Headers(scope=scope)
    scheme, _, given = (headers.get("authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        if token is not None and secrets.compare_digest(given.strip().encode(), token.encode()):
            return
        raise Problem("unknown_key", field="Authorization")
    host = (scope.get("client") or ("", 0))[0]
    if network(host) != "loopback" or not _local(f"//{headers.get('host', '')}"):
        raise Problem("tenant_access", reason=AFAR)
    origin = headers.get("origin")
    if origin is not None and not _local(origin):
        raise Problem("tenant_access", reason=FOREIGN)


def _local(address: str) -> bool:
    """Whether an address leads to this machine.

    >>> _local("http://localhost:8080"), _local("//[::1]:8080"), _local("https://example.com"), _local("null")
    (True, True, False, False)
    """
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return False
    return host is not None and network(host) == "loopback"
