"""Compiles `x-sandbox.webhooks`: who hears of events over HTTP, what they are sent, and what becomes of it."""

from mockserver.compiling.actions import action
from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.language.types import ANY, BOOLEAN, NUMBER, OBJECT, TEXT, object_
from mockserver.plan import Resource, Webhooks

AT = "#/x-sandbox/webhooks"

RECORD = object_(id=TEXT, event=TEXT, at=TEXT, data=OBJECT, object=OBJECT, previous=OBJECT, user=TEXT)
"""An event as it stands in the log."""

ATTEMPT = object_(ok=BOOLEAN, status=NUMBER, body=TEXT, error=TEXT, milliseconds=NUMBER)
"""What came of trying to deliver: the status is null when there was no answer."""


def webhooks(context: CompileContext, resources: dict[str, Resource]) -> Webhooks | None:
    """What a contract says of webhooks, if it has them."""
    node: dict[str, Json] | None = context.document.root.get("x-sandbox", {}).get("webhooks")
    if node is None:
        return None
    for role in ("subscription", "delivery"):
        context.mistakes.add_unless_known(node[role], resources, f"{AT}/{role}", "resource")
        if node[role] not in resources:
            return None
    return _webhooks(context, node, resources[node["subscription"]], resources[node["delivery"]])


def _webhooks(context: CompileContext, node: dict[str, Json], subscription: Resource, delivery: Resource) -> Webhooks:
    with context.with_names(context.document_names(subscription.name)):
        asked = {name: context.expression_if_any(node, name, AT) for name in ("filters", "when")}
        channels = context.expression(node["channels"], f"{AT}/channels")
    hook = context.resource_types.get(subscription.name, ANY)
    with context.with_names(context.call_names, {"subscription": hook, "event": RECORD}):
        values = context.template(node["with"], f"{AT}/with", context.resource_types.get(delivery.name, ANY))
    document_names = {**context.document_names(delivery.name), "subscription": hook}
    with context.with_names(document_names, {"body": TEXT, "seconds": NUMBER}):
        headers = {name: context.template(value, f"{AT}/headers/{name}") for name, value in node.get("headers", {}).items()}
    with context.with_names(document_names, {"attempt": ATTEMPT}):
        attempted = action(context, node["attempted"], f"{AT}/attempted", delivery.name)
    with context.with_names(document_names):
        return Webhooks(
            subscription=subscription,
            delivery=delivery,
            channels=channels,
            values=values,
            of=context.expression(node["of"], f"{AT}/of"),
            due=context.expression(node["due"], f"{AT}/due"),
            url=context.expression(node["url"], f"{AT}/url"),
            body=context.template(node["body"], f"{AT}/body"),
            attempted=attempted,
            headers=headers,
            width=node.get("width", 4),
            keep=node.get("keep", 10_000),
            timeout=node.get("timeout", 10),
            **asked,
        )
