"""What the control plane steers."""

from typing import Protocol

from mockserver.engine.engine import Engine
from mockserver.events.outbox import Outbox
from mockserver.events.scheduler import Scheduler
from mockserver.plan import Plan


class SandboxControl(Protocol):
    """A running sandbox, as far as the control plane needs it."""

    @property
    def plan(self) -> Plan:
        """What it serves."""

    @property
    def engine(self) -> Engine:
        """What runs it."""

    @property
    def outbox(self) -> Outbox | None:
        """What delivers its webhooks, if it has them."""

    @property
    def scheduler(self) -> Scheduler:
        """What lets happen what becomes due."""

    @property
    def tenants(self) -> tuple[str, ...]:
        """Every tenant that has documents, or begins with some."""

    def count(self, tenant: str) -> int:
        """How many documents a tenant has."""

    def reset(self, tenant: str | None) -> None:
        """Make the world of one tenant, or of all, as it was at the start."""
