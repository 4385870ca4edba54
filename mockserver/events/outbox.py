"""The outbox: attempts each delivery when it is due, a few of each subscription at once, and notes what came of it."""

import asyncio
import heapq
import logging
import time
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
Key = tuple[str, str]
"""A delivery or a subscription: its tenant and its id."""


@dataclass
class SubscriptionQueue:
    """The deliveries of one subscription, which wait for each other and not for those of others."""

    waiting: deque[Key] = field(default_factory=deque)
    running: int = 0
    responsive: bool = False
    """Whether the last answer came soon; until one did, there is one attempt at a time."""


class Outbox:
    """Everything that is to be delivered, the soonest first. It lives on the event loop's thread."""

    def __init__(self, engine: Engine, webhooks: Webhooks, send: Send) -> None:
        self.engine = engine
        self.webhooks = webhooks
        self.send = send
        self._heap: list[tuple[datetime, int, Key]] = []
        self._count = 0
        self._queues: dict[Key, SubscriptionQueue] = {}
        self._running: dict[Key, asyncio.Task[AttemptResult | None]] = {}
        self._due_again: set[Key] = set()
        """What became due again while it was under way."""
        self._room = asyncio.Semaphore(AT_ONCE)

    def note(self, work: UnitOfWork, changes: list[Change]) -> None:
        """Look at what was stored for what is to be delivered."""
        for change in changes:
            if change.collection == self.webhooks.delivery.collection and change.document is not None:
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

    def _enqueue(self, delivery: Key) -> None:
        if delivery in self._running:
            self._due_again.add(delivery)
            return
        scope = self._at(delivery)
        if scope is None:
            return
        key = (delivery[0], scope["subscription"]["id"])
        queue = self._queues.setdefault(key, SubscriptionQueue())
        if delivery not in queue.waiting:
            queue.waiting.append(delivery)
            self._start_next(key, queue)

    def _start_next(self, key: Key, queue: SubscriptionQueue) -> None:
        while queue.waiting and queue.running < (self.webhooks.width if queue.responsive else 1):
            delivery = queue.waiting.popleft()
            queue.running += 1
            self._start(delivery).add_done_callback(lambda done: self._finished(key, queue, done))
        if not queue.running:
            self._queues.pop(key, None)

    def _finished(self, key: Key, queue: SubscriptionQueue, task: "asyncio.Task[AttemptResult | None]") -> None:
        queue.running -= 1
        result = None if task.cancelled() or task.exception() else task.result()
        if result is not None:
            queue.responsive = result.milliseconds < RESPONSIVE * 1000
        self._start_next(key, queue)

    def _start(self, delivery: Key, forced: bool = False) -> "asyncio.Task[AttemptResult | None]":
        task = asyncio.create_task(self._attempt(delivery, forced))
        self._running[delivery] = task
        task.add_done_callback(lambda done: self._done(delivery, done))
        return task

    def _done(self, delivery: Key, task: "asyncio.Task[AttemptResult | None]") -> None:
        del self._running[delivery]
        if delivery in self._due_again:
            self._due_again.discard(delivery)
            self._enqueue(delivery)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("delivery %s failed: %s", delivery[1], error, exc_info=error)

    async def attempt(self, tenant: str, id: str) -> bool:
        """Attempt a delivery now, whether it is due or not; false when there is none of that id."""
        delivery = (tenant, id)
        if self._at(delivery) is None:
            return False
        await asyncio.wait([self._running.get(delivery) or self._start(delivery, forced=True)])
        return True

    async def _attempt(self, delivery: Key, forced: bool) -> AttemptResult | None:
        async with self._slot():
            scope = self._at(delivery)
            if scope is None or not (forced or self._is_due(scope)):
                return None
            result = await self.send(self._request(scope))
        after = self._at(delivery)
        if after is not None:
            names = {"attempt": result.names(), "subscription": after["subscription"]}
            self.engine.calls.perform(delivery[0], self.webhooks.delivery, delivery[1], self.webhooks.attempted, names)
        return result

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
        body = json.write(self.webhooks.body(scope))
        seconds = int(time.time())  # receivers compare it with their own clocks, whatever time it is in the sandbox
        names = scope.inside({"body": body.decode(), "seconds": seconds})
        url = str(self.webhooks.url.evaluate(scope))
        host = urlsplit(url).netloc.rpartition("@")[2]
        headers = {"Host": host, "Content-Type": "application/json", "Content-Length": str(len(body))}
        own_headers = {name: str(fill(names)) for name, fill in self.webhooks.headers.items()}
        return WebhookRequest(url, body, {**headers, **own_headers}, self.webhooks.timeout)

    def _at(self, delivery: Key) -> Scope | None:
        """What expressions see about a delivery that is stored; null where it or its subscription is gone."""
        document = self.engine.store.get(delivery[0], self.webhooks.delivery.collection, delivery[1])
        return None if document is None else self._scope(self.engine.state.work(delivery[0]), document)

    def _scope(self, work: UnitOfWork, document: Document) -> Scope | None:
        scope = work.call_scope.inside({"old": document, "transition": None}, document, self.webhooks.delivery.names)
        subscription = work.transaction.get(self.webhooks.subscription.collection, self.webhooks.of.evaluate(scope) or "")
        return None if subscription is None else scope.inside({"subscription": subscription})

    def _is_due(self, scope: Scope) -> bool:
        due = self._due(scope)
        return due is not None and due <= self.engine.clock.instant()

    def _due(self, scope: Scope) -> datetime | None:
        return due_at(self.webhooks.due.evaluate(scope), self.engine.clock)

    def forget(self, tenant: str | None) -> None:
        """Break off and forget what is to be delivered for one tenant, or for all: it is stored no more."""
        forgotten = {delivery for delivery in self._running if tenant in (None, delivery[0])}
        for delivery in forgotten:
            self._running[delivery].cancel()
        self._due_again -= forgotten
        self._heap = [entry for entry in self._heap if tenant not in (None, entry[2][0])]
        heapq.heapify(self._heap)
        for key, queue in self._queues.items():
            if tenant in (None, key[0]):
                queue.waiting.clear()

    async def stop(self) -> None:
        """Break off what is under way; it stays due."""
        running = list(self._running.values())
        self.forget(None)
        if running:
            await asyncio.wait(running)
