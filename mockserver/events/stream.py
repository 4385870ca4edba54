"""The conversation on a stream: frames in, frames out. It knows no socket and no time but what it is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from mockserver import json
from mockserver.engine.call import Caller
from mockserver.engine.problems import Problem, worded
from mockserver.events.channels import heard
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


Said = dict[str, Json] | Close
"""What a server says: a frame, or that it ends the connection."""


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
        self._patient_until = now + stream.patience
        self._beat_at = now + stream.heartbeat

    @property
    def due(self) -> float:
        """When `tick` has something to do."""
        return self._patient_until if self.caller is None else self._beat_at

    def tick(self, now: float) -> list[Said]:
        """What is said because time has passed: a ping, or that no credentials came."""
        if now < self.due:
            return []
        if self.caller is None:
            return self._ended(_Ended("credentials", Problem("late", limit=f"{self.stream.patience:g}")))
        self._beat_at = now + self.stream.heartbeat
        return [self._frame("ping")] if "ping" in self.stream.sends else []

    def take(self, text: str | None) -> list[Said]:
        """What is said back to a frame; `text` is None for one that is binary."""
        try:
            incoming, frame = self._read(text)
            if self.caller is None and incoming.verb != "authenticate":
                return self._keep(incoming, frame)
            return self._answer(incoming, frame)
        except _Ended as ended:
            return self._ended(ended)
        except Problem as problem:
            return [self._error(problem)]

    def hears(self, record: Mapping[str, Json]) -> bool:
        """Whether the client asked for an event of the log, and may hear it."""
        event, data = record["event"], record["data"]
        return self._may_hear(event) and heard(self.plan, self.subscriptions, self.subscriptions, event, data)

    def slow(self, waiting: int) -> Close:
        """The end of a connection that is read too slowly."""
        return self._close("slow", Problem("slow", waiting=waiting))

    def _read(self, text: str | None) -> tuple[Incoming, Json]:
        """A frame and what it is; a Problem, or the end, when it cannot be understood."""
        frame = self._object(text)
        name = frame.get(self.stream.type)
        incoming = self.stream.receives.get(name) if isinstance(name, str) else None
        if incoming is None:
            known = ", ".join(self.stream.receives)
            raise Problem("frame", reason=f"has no {self.stream.type} that is one of {known}")
        flaws = incoming.validate(frame)
        if flaws:
            raise Problem("frame", reason=f"{name} is not valid: {f'{flaws[0].field} {flaws[0].message}'.strip()}")
        return incoming, frame

    def _object(self, text: str | None) -> dict[str, Json]:
        if text is None:
            raise _Ended("frame", Problem("frame", reason="is binary: send JSON as text"))
        raw = text.encode("utf-8", "replace")
        if len(raw) > self.stream.frame_bytes:
            raise _Ended("frame", Problem("frame", reason=f"is larger than {self.stream.frame_bytes} bytes"))
        try:
            frame = json.read(raw)
        except json.Unreadable as error:
            raise _Ended("frame", Problem("frame", reason=f"is not JSON: {error}")) from None
        if not isinstance(frame, dict):
            raise _Ended("frame", Problem("frame", reason="is not a JSON object"))
        return frame

    def _keep(self, incoming: Incoming, frame: Json) -> list[Said]:
        """Keep a frame until the credentials have come: clients may send both at once, in either order."""
        if len(self._early) >= self.stream.early:
            raise _Ended("frame", Problem("frame", reason="is one too many before the credentials: send those first"))
        self._early.append((incoming, frame))
        return []

    def _answer(self, incoming: Incoming, frame: Json) -> list[Said]:
        scope = Scope({"frame": frame}, functions=self.functions)
        values = {name: expression.evaluate(scope) for name, expression in incoming.values.items()}
        return VERBS[incoming.verb](self, values, frame)

    def _authenticate(self, values: Mapping[str, Json], _: Json) -> list[Said]:
        if self.caller is not None:
            raise Problem("frame", reason="gives credentials once more: open another connection for others")
        try:
            self.caller = self.authenticator.admit(values["key"] or "", values.get("tenant"))
        except Problem as problem:
            raise _Ended(ENDS.get(problem.kind, "credentials"), problem) from None
        early, self._early = self._early, []
        said = [self._frame("authenticated")]
        for incoming, kept in early:
            try:
                said += self._answer(incoming, kept)
            except Problem as problem:
                said.append(self._error(problem))
        return said

    def _subscribe(self, values: Mapping[str, Json], _: Json) -> list[Said]:
        channels, filters = list(dict.fromkeys(values["channels"] or [])), values.get("filters") or {}
        stray = next((name for name in filters if name not in channels), None)
        if stray is not None:
            raise Problem("frame", reason=f"has filters for {stray}, which is not among its channels")
        rejected = []
        for name in channels:
            problem = self._against(name)
            if problem is None:
                self.subscriptions[name] = filters.get(name) or {}
            else:
                rejected.append(self._rejected(name, problem))
        return [self._outcome("subscribed", channels, rejected)]

    def _unsubscribe(self, values: Mapping[str, Json], _: Json) -> list[Said]:
        channels = list(dict.fromkeys(values["channels"] or []))
        rejected = [
            self._rejected(name, Problem("channel", channel=name)) for name in channels if name not in self.plan.channels
        ]
        for name in channels:
            self.subscriptions.pop(name, None)
        return [self._outcome("unsubscribed", channels, rejected)]

    def _ping(self, _: Mapping[str, Json], frame: Json) -> list[Said]:
        return [self._frame("pong", frame=frame)]

    def _pong(self, _: Mapping[str, Json], __: Json) -> list[Said]:
        return []

    def _against(self, channel: str) -> Problem | None:
        """Why a channel cannot be had, if it cannot."""
        if channel not in self.plan.channels:
            return Problem("channel", channel=channel)
        events = [one.event for one in self.plan.channels[channel]]
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
        said = worded(self.plan.errors, problem)
        return {"channel": channel, "code": said.code, "message": said.message}

    def _outcome(self, sort: Sort, channels: list[str], rejected: list[dict[str, Json]]) -> Said:
        refused = {one["channel"] for one in rejected}
        return self._frame(sort, channels=[name for name in channels if name not in refused], rejected=rejected)

    def _frame(self, sort: Sort, **names: Json) -> Said:
        return frame(self.stream, sort, self.functions, caller=self.caller.names() if self.caller else None, **names)

    def _error(self, problem: Problem) -> Said:
        return self._frame("error", problem=worded(self.plan.errors, problem).names())

    def _ended(self, ended: _Ended) -> list[Said]:
        return [self._error(ended.problem), self._close(ended.end, ended.problem)]

    def _close(self, end: End, problem: Problem) -> Close:
        reason = worded(self.plan.errors, problem).message.encode()[:REASON_BYTES]
        return Close(self.stream.close[end], reason.decode(errors="ignore"))


VERBS: Mapping[Verb, Callable[[Conversation, Mapping[str, Json], Json], list[Said]]] = {
    "authenticate": Conversation._authenticate,
    "subscribe": Conversation._subscribe,
    "unsubscribe": Conversation._unsubscribe,
    "ping": Conversation._ping,
    "pong": Conversation._pong,
}


def frame(stream: Stream, sort: Sort, functions: ClockFunctions, **names: Json) -> dict[str, Json]:
    """A frame of the server."""
    filled: dict[str, Json] = stream.sends[sort](Scope(names, functions=functions))
    return filled
