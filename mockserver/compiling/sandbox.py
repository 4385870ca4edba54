"""Compiles what holds for every call: `x-sandbox` and `x-events` at the root of a contract."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mockserver.compiling.context import Reader
from mockserver.compiling.envelopes import envelope
from mockserver.compiling.rates import rate_limit
from mockserver.compiling.settings import settings
from mockserver.compiling.webhooks import webhooks
from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.language.template import Fill
from mockserver.language.types import ANY, NUMBER, OBJECT, PROBLEM, Names
from mockserver.plan import Bulk, Errors, Event, Idempotency, Listing, Operation, ProblemKind, Resource, Sandbox, Security
from mockserver.reading.document import pointer

Node = dict[str, Json]
AT = "#/x-sandbox"
PLACEHOLDER = re.compile(r"{(\w+)}")

KINDS: dict[str, tuple[int, str, str]] = {
    "unreadable": (400, "BAD_REQUEST", "The body could not be read: {{ reason }}"),
    "media_type": (400, "BAD_REQUEST", "The body is {{ given }}: send {{ expected }}"),
    "too_large": (400, "BAD_REQUEST", "The body is larger than {{ limit }} bytes"),
    "parameter": (400, "BAD_REQUEST", "The parameter {{ name }} {{ reason }}"),
    "filter": (400, "BAD_REQUEST", "The filter {{ name }} {{ reason }}"),
    "sort": (400, "BAD_REQUEST", "The sort key {{ name }} {{ reason }}"),
    "cursor": (400, "BAD_REQUEST", "The cursor {{ reason }}"),
    "range": (400, "BAD_REQUEST", "The range {{ reason }}"),
    "no_key": (401, "UNAUTHORIZED", "Send an API key"),
    "unknown_key": (401, "UNAUTHORIZED", "This API key is not known"),
    "expired_key": (401, "UNAUTHORIZED", "This API key has expired"),
    "revoked_key": (401, "UNAUTHORIZED", "This API key was revoked"),
    "wrong_environment": (401, "UNAUTHORIZED", "This API key is for another environment"),
    "tenant": (422, "UNPROCESSABLE", "{{ reason }}"),
    "tenant_access": (403, "FORBIDDEN", "This API key may not use {{ tenant }}"),
    "scope": (403, "FORBIDDEN", "This needs the permission {{ required }}"),
    "no_route": (404, "NOT_FOUND", "There is nothing at {{ path }}"),
    "not_found": (404, "NOT_FOUND", "There is no {{ resource }} {{ id }}"),
    "method": (405, "METHOD_NOT_ALLOWED", "{{ method }} is not possible here: use {{ allowed }}"),
    "validation": (422, "VALIDATION", "The request has {{ count }} mistakes"),
    "state": (422, "STATE", "{{ resource }} {{ id }} is {{ current }}: {{ action }} needs {{ allowed }}"),
    "in_use": (422, "IN_USE", "{{ resource }} {{ id }} is referred to by {{ count }} of {{ by }}"),
    "rate_limit": (429, "TOO_MANY_REQUESTS", "Too many requests: try again in {{ retryAfter }} s"),
    "idempotency": (422, "KEY_REUSED", "This {{ header }} came with another request before: send a new one"),
    "bulk_limit": (422, "TOO_MANY_OPERATIONS", "At most {{ limit }} operations, not {{ given }}"),
    "upgrade": (400, "BAD_REQUEST", "This is a stream: open a WebSocket here"),
    "frame": (400, "BAD_REQUEST", "The frame {{ reason }}"),
    "channel": (400, "BAD_REQUEST", "There is no channel {{ channel }}"),
    "late": (401, "UNAUTHORIZED", "No credentials came within {{ limit }} s"),
    "connections": (429, "TOO_MANY_REQUESTS", "This API key has {{ limit }} connections already"),
    "subscriptions": (429, "TOO_MANY_REQUESTS", "This connection has {{ limit }} channels already"),
    "slow": (429, "TOO_MANY_REQUESTS", "This connection is read too slowly: {{ waiting }} frames wait"),
    "internal": (500, "INTERNAL", "Something went wrong in the server"),
}
"""The kinds of problem the engine can meet, and how they are worded where a contract does not say."""

FACTS: Names = dict.fromkeys(
    (
        *("action", "allowed", "by", "channel", "count", "current", "expected", "field", "first", "frozen", "given"),
        *("header", "id", "limit", "method", "name", "path", "reason", "remaining", "required", "resetTime", "resource"),
        *("retryAfter", "tenant", "waiting", "window"),
    ),
    ANY,
)
"""The facts that the messages of problems may use."""


def sandbox(reader: Reader, resources: dict[str, Resource]) -> Sandbox:
    """What `x-sandbox` says of every call."""
    node = reader.document.root.get("x-sandbox", {})
    limits, request = node.get("limits", {}), node.get("requestId", {})
    try:
        ZoneInfo(node.get("timezone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        reader.mistakes.add(f"{AT}/timezone", f"there is no time zone {node['timezone']}")
    return Sandbox(
        timezone=node.get("timezone", "UTC"),
        base_paths=tuple(node.get("basePaths", [""])),
        security=_security(reader, node.get("security", {})),
        request_header=request.get("header"),
        request_prefix=request.get("prefix", ""),
        event_prefix=node.get("eventId", "evt_"),
        headers={name: reader.template(value, f"{AT}/headers/{name}") for name, value in node.get("headers", {}).items()},
        body_bytes=limits.get("bodyBytes", 1 << 20),
        depth=limits.get("depth", 64),
        listing=_listing(node.get("listing", {})),
        bulk=_bulk(reader, node["bulk"], f"{AT}/bulk") if "bulk" in node else None,
        webhooks=webhooks(reader, resources),
        let=reader.lets(node, AT, lazy=True),
        rate_limit=rate_limit(reader, node["rateLimit"], f"{AT}/rateLimit") if "rateLimit" in node else None,
        idempotency=_idempotency(node["idempotency"]) if "idempotency" in node else None,
        settings=settings(reader),
    )


def _bulk(reader: Reader, node: Node, at: str) -> Bulk:
    with reader.seeing(reader.base, it=OBJECT, index=NUMBER, result=ANY, problem=PROBLEM, results=OBJECT.listed()):
        return Bulk(
            each=reader.expression(node["each"], f"{at}/each"),
            verb=reader.expression(node["verb"], f"{at}/verb"),
            entry=reader.template(node["entry"], f"{at}/entry"),
            reply=reader.template(node["reply"], f"{at}/reply"),
            id=reader.maybe(node, "id", at),
            input=reader.maybe(node, "input", at),
        )


def _security(reader: Reader, node: Node) -> Security:
    schemes = reader.document.root.get("components", {}).get("securitySchemes", {})
    for role in ("key", "tenant"):
        if role in node and node[role] not in schemes:
            reader.mistakes.add(f"{AT}/security/{role}", f"there is no security scheme {node[role]}")
    tenant = schemes.get(node.get("tenant"), {})
    return Security(
        key=node.get("key"),
        tenant=node.get("tenant"),
        tenant_header=tenant.get("name"),
        tenant_pattern=node.get("tenantPattern"),
        everything=node.get("everything"),
        implies=node.get("implies", {}),
        environment=node.get("environment"),
    )


def _idempotency(node: Node) -> Idempotency:
    return Idempotency(node["header"], node["hours"], node.get("replayed"))


def _listing(node: Node) -> Listing:
    return Listing(
        limit=node.get("limit"),
        cursor=node.get("cursor"),
        sort=node.get("sort"),
        search=node.get("search"),
        search_fields=node.get("searchFields"),
        since=node.get("from"),
        until=node.get("to"),
        range_years=node.get("rangeYears"),
    )


def errors(reader: Reader) -> Errors:
    """How problems are worded and rendered."""
    node = reader.document.root.get("x-sandbox", {}).get("errors", {})
    with reader.seeing(FACTS):
        return _errors(reader, node, node.get("kinds", {}))


def _errors(reader: Reader, node: Node, said: dict[str, Node]) -> Errors:
    for kind in said.keys() - KINDS.keys() - set(node.get("parameters", {}).values()):
        near = get_close_matches(kind, KINDS, 1)
        hint = f": did you mean {near[0]}?" if near else ""
        reader.mistakes.add(f"{AT}/errors/kinds/{kind}", f"there is no kind of problem {kind}{hint}")
    fallback = {kind: {"status": status, "code": code, "message": text} for kind, (status, code, text) in KINDS.items()}
    kinds = {
        kind: ProblemKind(
            facts["status"],
            facts["code"],
            reader.template(facts["message"], f"{AT}/errors/kinds/{kind}"),
            facts.get("detail"),
            reader.maybe_template(facts, "details", f"{AT}/errors/kinds/{kind}"),
        )
        for kind, facts in {**fallback, **said}.items()
    }
    schemas = reader.document.root.get("components", {}).get("schemas", {})
    name = node.get("schema")
    if name is not None and name not in schemas:
        reader.mistakes.add(f"{AT}/errors/schema", f"there is no schema {name}")
    return Errors(kinds, node.get("codes", {}), node.get("details", {}), _problem_reply(reader, schemas.get(name), name))


def _problem_reply(reader: Reader, schema: Node | None, name: str | None) -> Fill:
    if schema is None:
        return lambda scope: scope["problem"]
    return envelope(reader, schema, {}, f"#/components/schemas/{name}").fill


def parameter_kinds(reader: Reader) -> dict[str, str]:
    """The kind of problem that particular parameters give."""
    node = reader.document.root.get("x-sandbox", {}).get("errors", {})
    kinds: dict[str, str] = node.get("parameters", {})
    for name, kind in kinds.items():
        if kind not in {**KINDS, **node.get("kinds", {})}:
            reader.mistakes.add(f"{AT}/errors/parameters/{name}", f"there is no kind of problem {kind}")
    return kinds


def aliases(reader: Reader, operations: Mapping[str, Operation]) -> tuple[tuple[str, str, str], ...]:
    """Other addresses of operations; each has the path parameters of the operation it leads to."""
    found = []
    for address, name in reader.document.root.get("x-sandbox", {}).get("aliases", {}).items():
        method, _, path = address.partition(" ")
        at = pointer("x-sandbox", "aliases", address)
        if name not in operations:
            reader.mistakes.add(at, f"there is no operation {name}")
        elif set(PLACEHOLDER.findall(path)) != set(PLACEHOLDER.findall(operations[name].path)):
            reader.mistakes.add(at, f"its path parameters are not those of {operations[name].path}")
        elif any((one.method, one.path) == (method, path) for one in operations.values()):
            reader.mistakes.add(at, "an operation stands at this address")
        else:
            found.append((method, path, name))
    return tuple(found)


def events(reader: Reader) -> dict[str, Event]:
    """What `x-events` declares."""
    return {
        name: Event(
            name, payload(reader, facts["payload"], f"#/x-events/{name}"), tuple(facts.get("groups", [])), facts.get("scope")
        )
        for name, facts in reader.document.root.get("x-events", {}).items()
    }


def payload(reader: Reader, schema: Node, at: str) -> Fill:
    """What picks an event's payload from a document: its properties by name, those with `x-value` filled in."""
    properties = reader.flat(schema).get("properties", {})
    with reader.seeing(reader.base, document=OBJECT, old=OBJECT):
        valued = _valued(reader, properties, at)

    def pick(scope: Scope) -> Json:
        document = scope["document"]
        return {
            name: valued[name](scope) if name in valued else document.get(name)
            for name in properties
            if name in valued or name in document
        }

    return pick


def _valued(reader: Reader, properties: Node, at: str) -> dict[str, Fill]:
    schemas = {name: reader.flat(part) for name, part in properties.items()}
    return {name: reader.template(part["x-value"], f"{at}/{name}") for name, part in schemas.items() if "x-value" in part}
