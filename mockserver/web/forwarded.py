"""What proxies tell of a request: where they were asked for it, and by whom (RFC 7239, and the headers from before it)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.language.signing import network
from mockserver.web.parameters import parse

HOST = re.compile(r"(?P<name>[\w.~-]+|\[[0-9a-fA-F:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
"""What a Host header may hold to be told on as part of an address."""
PREFIX = re.compile(r"(/[\w.~%!$&'()*+;=:@-]+)*", re.ASCII)
ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', re.DOTALL)
NAMES = (b"forwarded", b"x-forwarded-")
"""How the names of the headers begin that proxies add."""
PORTS = {"http": "80", "https": "443"}
"""The schemes there are, and the port that is not told of each."""
ADDRESS = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<four>[0-9.]+))(?::[0-9]+)?")
"""An address that may have a port."""


class Forwarded:
    """ASGI middleware: what a proxy that is trusted was asked for is what was asked for.

    Its scheme and host take the places of the server's own, and a prefix that it took off the path is `state.prefix`.
    Other proxies are believed only that a request came from elsewhere, which opens nothing to anyone.
    """

    def __init__(self, app: ASGIApp, trusted: Iterable[IPv4Network | IPv6Network]) -> None:
        self.app = app
        self.trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as it was before it was forwarded."""
        if not any(name.startswith(NAMES) for name, _ in scope["headers"]):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        elements = list(_elements(headers))
        asked = _asked(scope, headers, elements[0] if elements else {}) if self._trusts(scope.get("client")) else {}
        await self.app({**scope, "client": _client(scope, headers, elements), **asked}, receive, send)

    def _trusts(self, client: tuple[str, int] | None) -> bool:
        if client is None or not self.trusted:
            return False
        try:
            address = ip_address(client[0])
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self.trusted)


def _elements(headers: Headers) -> Iterator[dict[str, str]]:
    """What each proxy on the way says in `Forwarded`, the one that was asked first before the others."""
    for element in ELEMENT.findall(",".join(headers.getlist("forwarded"))):
        yield parse(f";{element.strip()}")[1]


def _client(scope: Scope, headers: Headers, elements: Iterable[Mapping[str, str]]) -> tuple[str, int] | None:
    """Who asked: the first on the way that is not this machine, so that what is behind a proxy is never taken for it."""
    named = [*",".join(headers.getlist("x-forwarded-for")).split(","), *(element.get("for", "") for element in elements)]
    for text in filter(None, map(str.strip, named)):
        match = ADDRESS.fullmatch(text)
        address = (match["six"] or match["four"]) if match else text
        if network(address) != "loopback":
            return address, 0
    client: tuple[str, int] | None = scope.get("client")
    return client


def _asked(scope: Scope, headers: Headers, element: Mapping[str, str]) -> Scope:
    """What of a scope is otherwise where a proxy was asked."""
    scheme = (element.get("proto") or _first(headers, "x-forwarded-proto")).lower()
    scheme = scheme if scheme in PORTS and scope["type"] == "http" else scope.get("scheme", "http")
    prefix = "".join(part.strip().rstrip("/") for part in headers.get("x-forwarded-prefix", "").split(","))
    others = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {
        "scheme": scheme,
        "headers": [*others, (b"host", _host(headers, element, scheme).encode("latin-1"))],
        "state": {**scope.get("state", {}), "prefix": prefix if PREFIX.fullmatch(prefix) else ""},
    }


def _host(headers: Headers, element: Mapping[str, str], scheme: str) -> str:
    """The host that was asked, with its port unless that goes without saying."""
    forwarded = HOST.fullmatch(element.get("host") or _first(headers, "x-forwarded-host"))
    match = forwarded or HOST.fullmatch(headers.get("host", ""))
    if match is None:
        return headers.get("host", "")
    told = _first(headers, "x-forwarded-port")
    port = told if told.isdigit() and not (forwarded and match["port"]) else match["port"]
    return match["name"] if port in (None, PORTS.get(scheme)) else f"{match['name']}:{port}"


def _first(headers: Headers, name: str) -> str:
    return headers.get(name, "").partition(",")[0].strip()
