"""What a request offers to upgrade to (RFC 9110, 7.8), and which of that is taken: WebSockets, in one version."""

from mockserver.engine.problems import Problem

VERSION_HEADER, VERSION = b"sec-websocket-version", b"13"
"""The version of the WebSocket protocol that is spoken (RFC 6455, 4.1)."""

Headers = list[tuple[bytes, bytes]]
"""The headers of a request, their names in lower case."""


def values(headers: Headers, wanted: bytes) -> list[bytes]:
    """The values of a header that is a list, in lower case.

    >>> values([(b"upgrade", b"h2c, WebSocket")], b"upgrade")
    [b'h2c', b'websocket']
    """
    lines = (line for name, line in headers if name == wanted)
    return [value.strip().lower() for line in lines for value in line.split(b",") if value.strip()]


def opens_websocket(headers: Headers) -> bool:
    """Whether a request opens a WebSocket: it offers nothing else, or that among others and brings its key."""
    offered = values(headers, b"upgrade")
    return offered == [b"websocket"] or (b"websocket" in offered and bool(values(headers, b"sec-websocket-key")))


def version_problem(headers: Headers) -> Problem | None:
    """Why a WebSocket cannot be opened in the version that is asked for, if it cannot (RFC 6455, 4.4)."""
    versions = values(headers, VERSION_HEADER)
    if VERSION in versions or not any(name == VERSION_HEADER for name, _ in headers):
        return None
    given = b", ".join(versions)[:100].decode("latin-1") or "none"
    return Problem("websocket_version", limit=int(VERSION), given=given)


def without_upgrade(headers: Headers) -> Headers:
    """The headers of a request that offers nothing."""
    return [header for header in headers if header[0] != b"upgrade"]
