"""Compiles `x-sandbox.security`: which credentials a call carries, and how scopes imply each other."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.plan import Security

AT = "#/x-sandbox/security"


def security(context: CompileContext, node: dict[str, Json]) -> Security:
    """What `security` says."""
    schemes = context.document.root.get("components", {}).get("securitySchemes", {})
    for role in ("key", "tenant"):
        if role in node:
            context.mistakes.add_unless_known(node[role], schemes, f"{AT}/{role}", "security scheme")
    tenant = schemes.get(node.get("tenant"), {})
    return Security(
        key=node.get("key"),
        tenant=node.get("tenant"),
        tenant_header=tenant.get("name"),
        tenant_pattern=node.get("tenantPattern"),
        scopes=tuple(node.get("scopes", ())),
        everything=node.get("everything"),
        implies=node.get("implies", {}),
        environment=node.get("environment"),
    )
