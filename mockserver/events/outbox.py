"""The outbox: attempts each delivery when it is due, a few of each lane at once, and notes what came of it."""

import asyncio
import heapq
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from mockserver import json
from mockserver.engine.engine import Engine
from mockserver.engine.schedule import due_at
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.events.http_sender import AttemptResult, WebhookRequest
from mockserver.language.scope import Scope
from mockserver.plan import Webhooks
from mockserver.store.base import Change, Document

log = logging.getLogger("mockserver")

AT_ONCE = 256
"""So many attempts are begun at once, whoever they are for."""

RESPONSIVE = 1.0
"""Seconds after which an attempt that is still under way takes no room from others."""

Send = Callable[[WebhookRequest], Awaitable[AttemptResult]]
Name = tuple[str, str]
"""A delivery or a subscription: its tenant and its id."""


@dataclass
class SubscriptionQueue:
    """The deliveries of one subscription, which wait for each other and not for those of others."""

    waiting: deque[Name] = field(default_factory=deque)
    running: int = 0
    responsive: bool = False
    """Whether the last answer came soon; until one did, there is one attempt at a time."""


class Outbox:
    """Everything that is to be delivered, the soonest first. It lives on the event loop's thread."""

    def __init__(self, engine: Engine, said: Webhooks, send: Send) -> None:
        self.engine = engine
        self.said = said
        self.send = send
        self._heap: list[tuple[datetime, int, Name]] = []
        self._count = 0
        self._queues: dict[Name, SubscriptionQueue] = {}
        self._running: dict[Name, asyncio.Task[AttemptResult | None]] = {}
        self._again: set[Name] = set()
        """What became due again while it was under way."""
        self._room = asyncio.Semaphore(AT_ONCE)

    def note(self, work: UnitOfWork, changes: list[Change]) -> None:
        """Look at what was stored for what is to be delivered."""
        for change in changes:
            if change.collection == self.said.delivery.collection and change.document is not None:
                scope = self._scope(work, change.document)
                if scope is not None and (due := self._due(scope)) is not None:
                    self._count += 1
                    heapq.heappush(self._heap, (due, self._count, (work.transaction.tenant, change.id)))

    @property
    def soonest(self) -> datetime | None:
        """When the next delivery is due."""
        return self._heap[0][0] if self._heap else None

    def start_due(self) -> None:
        """Begin to attempt everything that is due."""
        now = self.engine.clock.instant()
        while self._heap and self._heap[0][0] <= now:
            self._enqueue(heapq.heappop(self._heap)[2])

    def _enqueue(self, name: Name) -> None:
        if name in self._running:
            self._again.add(name)
            return
        scope = self._at(name)
        if scope is None:
            return
        key = (name[0], scope["subscription"]["id"])
        queue = self._queues.setdefault(key, SubscriptionQueue())
        if name not in queue.waiting:
            queue.waiting.append(name)
            self._start_next(key, queue)

    def _start_next(self, key: Name, queue: SubscriptionQueue) -> None:
        while queue.waiting and queue.running < (self.said.width if queue.responsive else 1):
            name = queue.waiting.popleft()
            queue.running += 1
            self._start(name).add_done_callback(lambda done: self._finished(key, queue, done))
        if not queue.running:
            self._queues.pop(key, None)

    def _finished(self, key: Name, queue: SubscriptionQueue, task: "asyncio.Task[AttemptResult | None]") -> None:
        queue.running -= 1
        outcome = None if task.cancelled() or task.exception() else task.result()
        if outcome is not None:
            queue.responsive = outcome.milliseconds < RESPONSIVE * 1000
        self._start_next(key, queue)

    def _start(self, name: Name, forced: bool = False) -> "asyncio.Task[AttemptResult | None]":
        task = asyncio.create_task(self._attempt(name, forced))
        self._running[name] = task
        task.add_done_callback(lambda done: self._done(name, done))
        return task

    def _done(self, name: Name, task: "asyncio.Task[AttemptResult | None]") -> None:
        del self._running[name]
        if name in self._again:
            self._again.discard(name)
            self._enqueue(name)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("delivery %s failed: %s", name[1], error, exc_info=error)

    async def attempt(self, tenant: str, id: str) -> bool:
        """Attempt a delivery now, whether it is due or not; false when there is none of that id."""
        name = (tenant, id)
        if self._at(name) is None:
            return False
        await asyncio.wait([self._running.get(name) or self._start(name, forced=True)])
        return True

    async def _attempt(self, name: Name, forced: bool) -> AttemptResult | None:
        async with self._slot():
            scope = self._at(name)
            if scope is None or not (forced or self._is_due(scope)):
                return None
            outcome = await self.send(self._request(scope))
        after = self._at(name)
        if after is not None:
            names = {"attempt": outcome.names(), "subscription": after["subscription"]}
            self.engine.calls.perform(name[0], self.said.delivery, name[1], self.said.attempted, names)
        return outcome

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """Room for an attempt, which others get when it is over or turns out to be slow."""
        await self._room.acquire()
        slow = asyncio.get_running_loop().call_later(RESPONSIVE, self._room.release)
        try:
            yield
        finally:
            if slow.when() > asyncio.get_running_loop().time():
                slow.cancel()
                self._room.release()

    def _request(self, scope: Scope) -> WebhookRequest:
        body = json.write(self.said.body(scope))
        seconds = int(self.engine.clock.instant().timestamp())
        seen = scope.inside({"body": body.decode(), "seconds": seconds})
        url = str(self.said.url.evaluate(scope))
        host = urlsplit(url).netloc.rpartition("@")[2]
        headers = {"Host": host, "Content-Type": "application/json", "Content-Length": str(len(body))}
        said = {name: str(fill(seen)) for name, fill in self.said.headers.items()}
        return WebhookRequest(url, body, {**headers, **said}, self.said.timeout)

    def _at(self, name: Name) -> Scope | None:
        """What expressions see about a delivery that is stored; null where it or its subscription is gone."""
        document = self.engine.store.get(name[0], self.said.delivery.collection, name[1])
        return None if document is None else self._scope(self.engine.state.work(name[0]), document)

    def _scope(self, work: UnitOfWork, document: Document) -> Scope | None:
        scope = work.call_scope.inside({"old": document, "transition": None}, document, self.said.delivery.names)
        hook = work.transaction.get(self.said.subscription.collection, self.said.of.evaluate(scope) or "")
        return None if hook is None else scope.inside({"subscription": hook})

    def _is_due(self, scope: Scope) -> bool:
        due = self._due(scope)
        return due is not None and due <= self.engine.clock.instant()

    def _due(self, scope: Scope) -> datetime | None:
        return due_at(self.said.due.evaluate(scope), self.engine.clock)

    def forget(self, tenant: str | None) -> None:
        """Break off and forget what is to be delivered for one tenant, or for all: it is stored no more."""
        gone = {name for name in self._running if tenant in (None, name[0])}
        for name in gone:
            self._running[name].cancel()
        self._again -= gone
        self._heap = [one for one in self._heap if tenant not in (None, one[2][0])]
        heapq.heapify(self._heap)
        for key, queue in self._queues.items():
            if tenant in (None, key[0]):
                queue.waiting.clear()

    async def drain(self) -> None:
        """Attempt everything that is due, and wait until nothing is under way."""
        self.start_due()
        while self._running:
            await asyncio.wait(list(self._running.values()))
            self.start_due()

    async def stop(self) -> None:
        """Break off what is under way; it stays due."""
        flying = list(self._running.values())
        self.forget(None)
        if flying:
            await asyncio.wait(flying)
