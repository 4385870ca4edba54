"""Compiles `x-sandbox`: the conventions that hold for every call."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from mockserver.compiling.bulk import bulk
from mockserver.compiling.context import CompileContext
from mockserver.compiling.listing import listing
from mockserver.compiling.rates import rate_limit
from mockserver.compiling.security import security
from mockserver.compiling.servers import base_paths
from mockserver.compiling.settings import settings
from mockserver.compiling.webhooks import webhooks
from mockserver.json import Json
from mockserver.language.functions import CLOCK_FUNCTIONS
from mockserver.language.template import Fill
from mockserver.language.types import RATE, REQUEST
from mockserver.plan import Conventions, Idempotency, Resource
from mockserver.reading.errors import suggestion

Node = dict[str, Json]
AT = "#/x-sandbox"


def conventions(context: CompileContext, resources: dict[str, Resource]) -> Conventions:
    """What `x-sandbox` says of every call."""
    node = context.document.root.get("x-sandbox", {})
    limits, request = node.get("limits", {}), node.get("requestId", {})
    try:
        ZoneInfo(node.get("timezone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        hint = suggestion(node["timezone"], available_timezones())
        context.mistakes.add(f"{AT}/timezone", f"there is no time zone {node['timezone']}{hint}")
    return Conventions(
        timezone=node.get("timezone", "UTC"),
        locales=tuple(node.get("locales", Conventions.locales)),
        base_paths=base_paths(context, node.get("basePaths")),
        security=security(context, node.get("security", {})),
        request_header=request.get("header"),
        request_prefix=request.get("prefix", ""),
        event_prefix=node.get("eventId", "evt_"),
        headers=_headers(context, node.get("headers", {})),
        body_bytes=limits.get("bodyBytes", 1 << 20),
        depth=limits.get("depth", 64),
        values=limits.get("values", 100_000),
        listing=listing(node.get("listing", {}), node.get("timezone", "UTC")),
        bulk=bulk(context, node["bulk"], f"{AT}/bulk") if "bulk" in node else None,
        webhooks=webhooks(context, resources),
        let=context.lets(node, AT, lazy=True),
        rate_limit=rate_limit(context, node["rateLimit"], f"{AT}/rateLimit") if "rateLimit" in node else None,
        idempotency=_idempotency(node["idempotency"]) if "idempotency" in node else None,
        settings=settings(context),
    )


def _headers(context: CompileContext, nodes: Node) -> dict[str, Fill]:
    """The templates of the headers that every answer has."""
    with context.with_names({"request": REQUEST, "rate": RATE}, functions=CLOCK_FUNCTIONS):
        return {name: context.template(node, f"{AT}/headers/{name}") for name, node in nodes.items()}


def _idempotency(node: Node) -> Idempotency:
    return Idempotency(node["header"], node["hours"], node.get("replayed"))
