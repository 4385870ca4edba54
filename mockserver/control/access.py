"""Who may steer the sandbox: whoever calls from this machine, and whoever has the token."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.engine.call import Caller
from mockserver.engine.problems import Problem
from mockserver.language.signing import network
from mockserver.plan import Operation

AFAR = (
    "The control plane answers on loopback only. From elsewhere, start the server with --control-token and send the token"
    " as Authorization: Bearer …"
)
FOREIGN = "The control plane does not answer pages of other origins"


class Access:
    """ASGI middleware that lets through who may steer, and leads whoever asks for no more to the page of operations."""

    def __init__(self, app: ASGIApp, base_path: str, token: str | None) -> None:
        self.app = app
        self.base_path = base_path
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, whatever it asks for, when it may steer."""
        check(Headers(scope=scope), (scope.get("client") or ("", 0))[0], self.token)
        pages = {self.base_path: f"{self.base_path[1:]}/ui/", f"{self.base_path}/": "ui/"}
        page = pages.get(scope["path"])
        await (self.app if page is None else RedirectResponse(page))(scope, receive, send)

    @staticmethod
    def admit(_: Operation, __: Mapping[str, object]) -> Caller:
        """Who calls: whoever was let through, for no tenant."""
        return Caller("")


def check(headers: Headers, host: str, token: str | None) -> None:
    """Raise Problem when a request from a host may not steer.

    Where there is no token, whatever key a request carries is meant for the API. Without the token, a request must come
    from loopback, ask for a loopback host, and not be made by a page from elsewhere: a browser on this machine is on
    loopback too, whatever page it shows.
    """
    scheme, _, sent = (headers.get("authorization") or "").partition(" ")
    if scheme.lower() == "bearer" and token is not None:
        if secrets.compare_digest(sent.strip().encode(), token.encode()):
            return
        raise Problem("unknown_key", field="Authorization")
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
