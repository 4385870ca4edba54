"""Compiles how problems are worded and rendered: `x-sandbox.errors`, over what holds where a contract does not say."""

from mockserver.compiling.context import CompileContext
from mockserver.compiling.envelopes import envelope
from mockserver.json import Json
from mockserver.language.functions import NO_FUNCTIONS
from mockserver.language.template import Fill
from mockserver.language.types import ANY, TypeNames
from mockserver.plan import Errors, ProblemKind

Node = dict[str, Json]
AT = "#/x-sandbox/errors"

STATE = (
    "{{ resource }} {{ id }} is {{ current }}: {{ action }} needs {{ allowed }}{{ '. ' ~ reason if reason != none else '' }}"
)

KINDS: dict[str, tuple[int, str, str]] = {
    "malformed": (400, "BAD_REQUEST", "This is no HTTP request that could be read: {{ reason }}"),
    "timeout": (408, "REQUEST_TIMEOUT", "The {{ name }} of the request did not come within {{ limit }} s"),
    "unreadable": (400, "BAD_REQUEST", "The body could not be read: {{ reason }}"),
    "media_type": (400, "BAD_REQUEST", "The body is {{ given }}: send {{ expected }}"),
    "content_coding": (415, "UNSUPPORTED_CODING", "The body comes in {{ given }}: send it in {{ expected }}"),
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
    "websocket_version": (
        426,
        "UPGRADE_REQUIRED",
        "This server speaks version {{ limit }} of the WebSocket protocol, not {{ given }}",
    ),
    "no_stream": (404, "NOT_FOUND", "There is no stream at {{ path }}: {{ reason }}"),
    "not_found": (404, "NOT_FOUND", "There is no {{ resource }} {{ id }}"),
    "method": (405, "METHOD_NOT_ALLOWED", "{{ method }} is not possible here: use {{ allowed }}"),
    "validation": (422, "VALIDATION", "The request has {{ 'more than ' if more else '' }}{{ count }} mistakes"),
    "state": (422, "STATE", STATE),
    "in_use": (422, "IN_USE", "{{ resource }} {{ id }} is referred to by {{ count }} of {{ by }}: {{ ids }}"),
    "rate_limit": (429, "TOO_MANY_REQUESTS", "Too many requests: try again in {{ retryAfter }} s"),
    "idempotency": (422, "KEY_REUSED", "This {{ header }} came with another request before: send a new one"),
    "bulk_limit": (422, "TOO_MANY_OPERATIONS", "At most {{ limit }} operations, not {{ given }}"),
    "upgrade": (400, "BAD_REQUEST", "This is a stream: open a WebSocket here"),
    "frame": (400, "BAD_REQUEST", "The frame {{ reason }}"),
    "channel": (400, "BAD_REQUEST", "There is no channel {{ channel }}"),
    "covered": (400, "BAD_REQUEST", "The channel {{ channel }} is heard through {{ by }}: unsubscribe that"),
    "late": (401, "UNAUTHORIZED", "No credentials came within {{ limit }} s"),
    "connections": (429, "TOO_MANY_REQUESTS", "This API key has {{ limit }} connections already"),
    "subscriptions": (429, "TOO_MANY_REQUESTS", "This connection has {{ limit }} channels already"),
    "slow": (429, "TOO_MANY_REQUESTS", "This connection is read too slowly: {{ waiting }} frames wait"),
    "internal": (500, "INTERNAL", "Something went wrong in the server"),
}
"""The kinds of problem the engine can meet, and how they are worded where a contract does not say."""

FACTS: TypeNames = dict.fromkeys(
    (
        *("action", "allowed", "by", "channel", "count", "current", "expected", "field", "first", "frozen", "given"),
        *(
            "header",
            "id",
            "ids",
            "limit",
            "method",
            "more",
            "name",
            "path",
            "reason",
            "remaining",
            "required",
            "resetTime",
            "resource",
        ),
        *("retryAfter", "tenant", "waiting", "window"),
    ),
    ANY,
)
"""The facts that the messages of problems may use."""


def errors(context: CompileContext) -> Errors:
    """How problems are worded and rendered."""
    node = context.document.root.get("x-sandbox", {}).get("errors", {})
    with context.with_names(FACTS, functions=NO_FUNCTIONS):
        return _errors(context, node, node.get("kinds", {}))


def _errors(context: CompileContext, node: Node, kinds_node: dict[str, Node]) -> Errors:
    for kind in kinds_node.keys() - set(node.get("parameters", {}).values()):
        context.mistakes.add_unless_known(kind, KINDS, f"{AT}/kinds/{kind}", "kind of problem")
    fallback = {kind: {"status": status, "code": code, "message": text} for kind, (status, code, text) in KINDS.items()}
    kinds = {
        kind: ProblemKind(
            facts["status"],
            facts["code"],
            context.template(facts["message"], f"{AT}/kinds/{kind}/message"),
            facts.get("detail"),
            context.template_if_any(facts, "details", f"{AT}/kinds/{kind}"),
        )
        for kind, facts in {**fallback, **kinds_node}.items()
    }
    schemas = context.document.root.get("components", {}).get("schemas", {})
    name = node.get("schema")
    if name is not None:
        context.mistakes.add_unless_known(name, schemas, f"{AT}/schema", "schema")
    return Errors(kinds, node.get("codes", {}), node.get("details", {}), _problem_reply(context, schemas.get(name), name))


def _problem_reply(context: CompileContext, schema: Node | None, name: str | None) -> Fill:
    if schema is None:
        return lambda scope: scope["problem"]
    return envelope(context, schema, {}, f"#/components/schemas/{name}").fill


def parameter_kinds(context: CompileContext) -> dict[str, str]:
    """The kind of problem that particular parameters give."""
    node = context.document.root.get("x-sandbox", {}).get("errors", {})
    kinds: dict[str, str] = node.get("parameters", {})
    for name, kind in kinds.items():
        context.mistakes.add_unless_known(
            kind, {**KINDS, **node.get("kinds", {})}, f"{AT}/parameters/{name}", "kind of problem"
        )
    return kinds
