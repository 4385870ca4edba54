"""What a server says of itself when it is ready."""

import click

from mockserver.sandbox import Sandbox
from mockserver.settings import Settings
from mockserver.store.durable import DurableStore


def greet(sandbox: Sandbox, settings: Settings, port: int) -> None:
    """Say where it listens, what it serves, and a call to try."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{'localhost' if host in ('0.0.0.0', '[::]') else host}:{port}"  # noqa: S104
    base, clock = sandbox.plan.conventions.base_paths[0], sandbox.engine.clock
    frozen = f"frozen at {clock.now()}" if clock.frozen else "running"
    pages = f"explorer: {address}{base}/ui, control: {address}/_sandbox"
    click.echo(f"{sandbox.plan.title} sandbox on {address}{base}  ({pages})")
    limits = _limits(settings, clock.frozen) if sandbox.plan.conventions.rate_limit else ""
    click.echo(f"  {sandbox.plan.summary()}; seed {settings.seed}; clock {frozen}{limits}")
    store = sandbox.engine.store
    if isinstance(store, DurableStore):
        noun = "document" if sandbox.documents == 1 else "documents"
        click.echo(f"  data in {store.folder} since {store.since}: {sandbox.documents} {noun}")
    click.echo(f"  try: {_example(sandbox, address + base)}")


def _limits(settings: Settings, frozen: bool) -> str:
    if settings.rate_limit == "off":
        return "; no rate limits"
    return "; rate limits whose windows never end (--rate-limit off lifts them)" if frozen else "; rate limits"


def _example(sandbox: Sandbox, address: str) -> str:
    """A ready curl line: the first list, with a key and a tenant that may see it."""
    operations = sandbox.plan.operations.values()
    first = next((operation for operation in operations if operation.kind == "list" and "{" not in operation.path), None)
    key = next((key for key in sandbox.authenticator.keys.values() if key.status == "active"), None)
    header = sandbox.plan.conventions.security.tenant_header
    secured = sandbox.plan.conventions.security.key is not None
    credentials = f" -H 'Authorization: Bearer {key.key if key else 'any'}'" if secured else ""
    tenant = f" -H '{header}: {key.tenants[0] if key and key.tenants else '…'}'" if header else ""
    return f"curl{credentials}{tenant} '{address}{first.path if first else '/'}'"
