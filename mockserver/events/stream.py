"""The conversation on a stream: messages in, messages out. It knows no socket and no time but what it is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from mockserver import json
from mockserver.engine.call import Caller
from mockserver.engine.problems import Problem, worded
from mockserver.events.channels import covers, matches
from mockserver.json import Json
from mockserver.language.scope import ClockFunctions, Scope
from mockserver.plan import Plan
from mockserver.plan.stream import End, Incoming, Sort, Stream, Verb

REASON_BYTES = 123
"""The longest reason a close frame can give (RFC 6455, 5.5)."""


@dataclass(frozen=True)
class Close:
    """The end of a connection: a code and a reason."""

    code: int
    reason: str


Outgoing = dict[str, Json] | Close
"""What a server sends: a message, or the end of the connection."""


class StreamAuthenticator(Protocol):
    """Who may come in, and what they may hear."""

    def admit(self, key: str, tenant: str | None) -> Caller:
        """The caller that credentials stand for; Problem when they do not count."""

    def grants(self, caller: Caller, scope: str) -> bool:
        """Whether a caller has a scope."""


class _Ended(Exception):
    """A problem after which the connection cannot go on."""

    def __init__(self, end: End, problem: Problem) -> None:
        super().__init__(problem.kind)
        self.end = end
        self.problem = problem


ENDS: Mapping[str, End] = {"tenant": "tenant", "tenant_access": "tenant", "connections": "connections"}
"""How a connection ends that is not let in, by the kind of problem; any other is one of the credentials."""


class Conversation:
    """One client of a stream. Times are seconds of any clock that only goes forward."""

    def __init__(
        self, plan: Plan, stream: Stream, authenticator: StreamAuthenticator, functions: ClockFunctions, now: float
    ) -> None:
        self.plan = plan
        self.stream = stream
        self.authenticator = authenticator
        self.functions = functions
        self.caller: Caller | None = None
        self.subscriptions: dict[str, Mapping[str, Json]] = {}
        """The channels asked for, each with its filters."""
        self._early: list[tuple[Incoming, Json]] = []
        self._credentials_until = now + stream.patience
        self._heartbeat_at = now + stream.heartbeat

    @property
    def due(self) -> float:
        """When `tick` has something to do."""
        return self._credentials_until if self.caller is None else self._heartbeat_at

    def tick(self, now: float) -> list[Outgoing]:
        """What is sent because time has passed: a ping, or that no credentials came."""
        if now < self.due:
            return []
        if self.caller is None:
            return self._ended(_Ended("credentials", Problem("late", limit=f"{self.stream.patience:g}")))
        self._heartbeat_at = now + self.stream.heartbeat
        return [self._message("ping")] if "ping" in self.stream.sends else []

    def take(self, text: str | None) -> list[Outgoing]:
        """What is sent in answer to a message; `text` is None for one that is binary."""
        try:
            incoming, message = self._read(text)
            if self.caller is None and incoming.verb != "authenticate":
                return self._hold(incoming, message)
            return self._answer(incoming, message)
        except _Ended as ended:
            return self._ended(ended)
        except Problem as problem:
            return [self._error(problem)]

    def matches(self, record: Mapping[str, Json]) -> bool:
        """Whether the client asked for an event of the log, and may hear it."""
        event, data = record["event"], record["data"]
        return self._may_hear(event) and matches(self.plan, self.subscriptions, self.subscriptions, event, data)

    def slow(self, waiting: int) -> Close:
        """The end of a connection that is read too slowly."""
        return self._close("slow", Problem("slow", waiting=waiting))

    def _read(self, text: str | None) -> tuple[Incoming, Json]:
        """A message and what it is; a Problem, or the end, when it cannot be understood."""
        message = self._object(text)
        name = message.get(self.stream.type)
        incoming = self.stream.receives.get(name) if isinstance(name, str) else None
        if incoming is None:
            names = ", ".join(self.stream.receives)
            raise Problem("frame", reason=f"has no {self.stream.type} that is one of {names}")
        flaws = incoming.validate(message)
        if flaws:
            raise Problem("frame", reason=f"{name} is not valid: {f'{flaws[0].field} {flaws[0].message}'.strip()}")
        return incoming, message

    def _object(self, text: str | None) -> dict[str, Json]:
        if text is None:
            raise _Ended("frame", Problem("frame", reason="is binary: send JSON as text"))
        content = text.encode("utf-8", "replace")
        if len(content) > self.stream.frame_bytes:
            raise _Ended("frame", Problem("frame", reason=f"is larger than {self.stream.frame_bytes} bytes"))
        try:
            message = json.read(content)
        except json.Unreadable as error:
            raise _Ended("frame", Problem("frame", reason=f"is not JSON: {error}")) from None
        if not isinstance(message, dict):
            raise _Ended("frame", Problem("frame", reason="is not a JSON object"))
        return message

    def _hold(self, incoming: Incoming, message: Json) -> list[Outgoing]:
        """Hold a message until the credentials have come: clients may send both at once, in either order."""
        if len(self._early) >= self.stream.early:
            raise _Ended("frame", Problem("frame", reason="is one too many before the credentials: send those first"))
        self._early.append((incoming, message))
        return []

    def _answer(self, incoming: Incoming, message: Json) -> list[Outgoing]:
        scope = Scope({"frame": message}, functions=self.functions)
        values = {name: expression.evaluate(scope) for name, expression in incoming.values.items()}
        return VERBS[incoming.verb](self, values, message)

    def _authenticate(self, values: Mapping[str, Json], _: Json) -> list[Outgoing]:
        if self.caller is not None:
            raise Problem("frame", reason="gives credentials once more: open another connection for others")
        try:
            self.caller = self.authenticator.admit(values["key"] or "", values.get("tenant"))
        except Problem as problem:
            raise _Ended(ENDS.get(problem.kind, "credentials"), problem) from None
        early, self._early = self._early, []
        outgoing = [self._message("authenticated")]
        for incoming, message in early:
            try:
                outgoing += self._answer(incoming, message)
            except Problem as problem:
                outgoing.append(self._error(problem))
        return outgoing

    def _subscribe(self, values: Mapping[str, Json], _: Json) -> list[Outgoing]:
        channels, filters = list(dict.fromkeys(values["channels"] or [])), values.get("filters") or {}
        unasked = next((name for name in filters if name not in channels), None)
        if unasked is not None:
            raise Problem("frame", reason=f"has filters for {unasked}, which is not among its channels")
        rejected = []
        for name in channels:
            problem = self._against(name)
            if problem is None:
                self.subscriptions[name] = filters.get(name) or {}
            else:
                rejected.append(self._rejected(name, problem))
        return [self._outcome("subscribed", channels, rejected)]

    def _unsubscribe(self, values: Mapping[str, Json], _: Json) -> list[Outgoing]:
        channels = list(dict.fromkeys(values["channels"] or []))
        staying = [name for name in self.subscriptions if name not in channels]
        rejected = []
        for name in channels:
            problem = self._against_leaving(name, staying)
            if problem is None:
                self.subscriptions.pop(name, None)
            else:
                rejected.append(self._rejected(name, problem))
        return [self._outcome("unsubscribed", channels, rejected)]

    def _against_leaving(self, channel: str, staying: list[str]) -> Problem | None:
        """Why a channel cannot be given up, if it cannot: one that stays would bring all its events."""
        if channel not in self.plan.channels:
            return Problem("channel", channel=channel)
        by = next((name for name in staying if covers(self.plan, name, channel)), None)
        return None if by is None else Problem("covered", channel=channel, by=by)

    def _ping(self, _: Mapping[str, Json], message: Json) -> list[Outgoing]:
        return [self._message("pong", frame=message)]

    def _pong(self, _: Mapping[str, Json], __: Json) -> list[Outgoing]:
        return []

    def _against(self, channel: str) -> Problem | None:
        """Why a channel cannot be had, if it cannot."""
        if channel not in self.plan.channels:
            return Problem("channel", channel=channel)
        events = [entry.event for entry in self.plan.channels[channel]]
        if not any(self._may_hear(event) for event in events):
            needed = dict.fromkeys(self.plan.events[event].scope for event in events)
            held = list(self.caller.permissions) if self.caller else []
            return Problem("scope", required=" or ".join(filter(None, needed)), current=held)
        if channel not in self.subscriptions and len(self.subscriptions) >= self.stream.subscriptions:
            return Problem("subscriptions", limit=self.stream.subscriptions)
        return None

    def _may_hear(self, event: str) -> bool:
        needed = self.plan.events[event].scope
        return self.caller is not None and (needed is None or self.authenticator.grants(self.caller, needed))

    def _rejected(self, channel: str, problem: Problem) -> dict[str, Json]:
        error = worded(self.plan.errors, problem)
        return {"channel": channel, "code": error.code, "message": error.message}

    def _outcome(self, sort: Sort, channels: list[str], rejected: list[dict[str, Json]]) -> Outgoing:
        refused = {rejection["channel"] for rejection in rejected}
        return self._message(sort, channels=[name for name in channels if name not in refused], rejected=rejected)

    def _message(self, sort: Sort, **names: Json) -> Outgoing:
        return message(self.stream, sort, self.functions, caller=self.caller.names() if self.caller else None, **names)

    def _error(self, problem: Problem) -> Outgoing:
        return self._message("error", problem=worded(self.plan.errors, problem).names())

    def _ended(self, ended: _Ended) -> list[Outgoing]:
        return [self._error(ended.problem), self._close(ended.end, ended.problem)]

    def _close(self, end: End, problem: Problem) -> Close:
        reason = worded(self.plan.errors, problem).message.encode()[:REASON_BYTES]
        return Close(self.stream.close[end], reason.decode(errors="ignore"))


VERBS: Mapping[Verb, Callable[[Conversation, Mapping[str, Json], Json], list[Outgoing]]] = {
    "authenticate": Conversation._authenticate,
    "subscribe": Conversation._subscribe,
    "unsubscribe": Conversation._unsubscribe,
    "ping": Conversation._ping,
    "pong": Conversation._pong,
}


def message(stream: Stream, sort: Sort, functions: ClockFunctions, **names: Json) -> dict[str, Json]:
    """A message of the server."""
    filled: dict[str, Json] = stream.sends[sort](Scope(names, functions=functions))
    return filled
