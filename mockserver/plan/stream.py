"""The nouns of a stream: what its frames are, how long it waits, how much it bears, and how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mockserver.language.expression import Expression
from mockserver.language.template import Fill
from mockserver.reading.schema import Validate

Verb = Literal["authenticate", "subscribe", "unsubscribe", "ping", "pong"]
"""What a client may want."""

Sort = Literal["authenticated", "subscribed", "unsubscribed", "event", "ping", "pong", "error"]
"""What a server may say."""

End = Literal["frame", "credentials", "tenant", "connections", "slow"]
"""Why a server ends a connection."""

ANSWERS: Mapping[Verb, Sort] = {
    "authenticate": "authenticated",
    "subscribe": "subscribed",
    "unsubscribe": "unsubscribed",
    "ping": "pong",
}
"""What is said back."""


@dataclass(frozen=True)
class Incoming:
    """A frame that clients send: what it wants, what it must fit, and what is read from it."""

    verb: Verb
    validate: Validate
    values: Mapping[str, Expression]
    """Of `frame`: `key` and `tenant`, or `channels` and `filters`."""


@dataclass(frozen=True)
class Stream:
    """A stream of events over a socket."""

    path: str
    type: str
    """The member that says what a frame is."""
    receives: Mapping[str, Incoming]
    """The frames of clients, by their type."""
    sends: Mapping[Sort, Fill]
    close: Mapping[End, int]
    """The code that a connection is closed with, by the reason."""
    frame_bytes: int = 65_536
    connections: int = 5
    """So many connections one key may have."""
    subscriptions: int = 200
    early: int = 32
    """So many frames may wait for the credentials."""
    waiting: int = 1_000
    """So many frames may wait for a slow reader,"""
    waiting_bytes: int = 1 << 20
    """and so many bytes of them."""
    patience: float = 10
    """Seconds until the credentials must have come."""
    heartbeat: float = 30
    """Seconds between two pings."""
    silence: float = 60
    """Seconds after which a connection that answers no ping of the WebSocket protocol is dead."""
