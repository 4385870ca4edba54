"""Compiles `x-sandbox.webhooks`: who hears of events over HTTP, what they are sent, and what becomes of it."""

from mockserver.compiling.actions import action
from mockserver.compiling.context import Reader
from mockserver.json import Json
from mockserver.language.types import ANY, BOOLEAN, NUMBER, OBJECT, TEXT, object_
from mockserver.plan import Resource, Webhooks

AT = "#/x-sandbox/webhooks"

RECORD = object_(id=TEXT, event=TEXT, at=TEXT, data=OBJECT, object=OBJECT, previous=OBJECT, user=TEXT)
"""An event as it stands in the log."""

ATTEMPT = object_(ok=BOOLEAN, status=NUMBER, body=TEXT, error=TEXT, milliseconds=NUMBER)
"""What came of trying to deliver: the status is null when there was no answer."""


def webhooks(reader: Reader, resources: dict[str, Resource]) -> Webhooks | None:
    """What a contract says of webhooks, if it has them."""
    node: dict[str, Json] | None = reader.document.root.get("x-sandbox", {}).get("webhooks")
    if node is None:
        return None
    for role in ("subscription", "delivery"):
        if node[role] not in resources:
            reader.mistakes.add(f"{AT}/{role}", f"there is no resource {node[role]}")
            return None
    return _webhooks(reader, node, resources[node["subscription"]], resources[node["delivery"]])


def _webhooks(reader: Reader, node: dict[str, Json], subscription: Resource, delivery: Resource) -> Webhooks:
    with reader.seeing(reader.about(subscription.name)):
        asked = {name: reader.maybe(node, name, AT) for name in ("filters", "when")}
        channels = reader.expression(node["channels"], f"{AT}/channels")
    hook = reader.shapes.get(subscription.name, ANY)
    with reader.seeing(reader.base, subscription=hook, event=RECORD):
        values = reader.template(node["with"], f"{AT}/with")
    about = {**reader.about(delivery.name), "subscription": hook}
    with reader.seeing(about, body=TEXT, seconds=NUMBER):
        headers = {name: reader.template(value, f"{AT}/headers/{name}") for name, value in node.get("headers", {}).items()}
    with reader.seeing(about, attempt=ATTEMPT):
        attempted = action(reader, node["attempted"], f"{AT}/attempted")
    with reader.seeing(about):
        return Webhooks(
            subscription=subscription,
            delivery=delivery,
            channels=channels,
            values=values,
            of=reader.expression(node["of"], f"{AT}/of"),
            due=reader.expression(node["due"], f"{AT}/due"),
            url=reader.expression(node["url"], f"{AT}/url"),
            body=reader.template(node["body"], f"{AT}/body"),
            attempted=attempted,
            headers=headers,
            width=node.get("width", 4),
            keep=node.get("keep", 10_000),
            timeout=node.get("timeout", 10),
            **asked,
        )
