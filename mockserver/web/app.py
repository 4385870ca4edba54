"""Puts the server together. The only file that knows connexion: its router and its security layer."""

import warnings
from collections.abc import Callable
from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.engine.engine import Engine
from mockserver.events.outbox import Outbox
from mockserver.json import Json
from mockserver.plan import Plan
from mockserver.reading.document import Document
from mockserver.web.dispatch import Answerer, Dispatch
from mockserver.web.limits import Limiter
from mockserver.web.reply import Writer
from mockserver.web.request_context import ExceptionMiddleware, RequestContext
from mockserver.web.security import ApiKey, Authenticator
from mockserver.web.site import Site
from mockserver.web.websocket import Hub, Sockets

with warnings.catch_warnings():  # connexion imports Starlette's test client, which announces its next HTTP library
    warnings.simplefilter("ignore")
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.abstract import ROUTING_CONTEXT
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.middleware.security import SecurityMiddleware
    from connexion.resolver import Resolution, Resolver
    from connexion.security import ApiKeySecurityHandler, BearerSecurityHandler

CONTEXT = "connexion_context"

Check = Callable[[Any], Any]


class _Routing(RoutingMiddleware):  # type: ignore[misc]
    """Connexion's router, without redirects: a path with a slash too many is unknown."""

    def add_api(self, *positional: Any, **named: Any) -> None:
        super().add_api(*positional, **named)
        self.router.redirect_slashes = False
        for mount in self.router.routes:
            mount.app.redirect_slashes = False


class _Plan(Resolver):  # type: ignore[misc]
    """Maps every operation to the plan: what answers it stands at the end of the stack."""

    def resolve(self, operation: Any) -> Resolution:
        return Resolution(None, operation.operation_id)


def routing_document(plan: Plan, document: Document) -> dict[str, Json]:
    """What the router needs of a document: paths, fixed ones first, and who must be who."""
    root = document.root
    paths: dict[str, Json] = {}
    for method, path, name in sorted(plan.addresses(), key=lambda one: [part[:1] == "{" for part in one[1].split("/")]):
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": name,
            "parameters": parameters,
            "responses": {"default": {"description": "see the contract"}},
            **({} if plan.operations[name].secured else {"security": []}),
        }
    schemes = root.get("components", {}).get("securitySchemes", {})
    return {
        "openapi": "3.0.3",
        "info": {"title": plan.title or "API", "version": plan.version or "1"},
        "paths": paths,
        "components": {"securitySchemes": schemes},
        "security": root.get("security", []),
    }


def _security(authenticator: Authenticator, limiter: Limiter) -> dict[str, Callable[[], Any]]:
    """How connexion's security layer asks for credentials: each handler gives a key or a tenant, or raises a Problem."""

    class Key(BearerSecurityHandler):  # type: ignore[misc]
        def get_fn(self, security_scheme: dict[str, Json], required_scopes: list[str]) -> Check:  # noqa: ARG002
            return lambda request: _counted(
                authenticator.key(request.headers.get("authorization")), limiter, request.scope["state"]
            )

    class Tenant(ApiKeySecurityHandler):  # type: ignore[misc]
        def get_fn(self, security_scheme: dict[str, Json], required_scopes: list[str]) -> Check:  # noqa: ARG002
            return lambda request: authenticator.tenant(request.headers.get(security_scheme["name"]))

    return {"bearer": Key, "apiKey": Tenant}


def _counted(key: ApiKey, limiter: Limiter, state: dict[str, Any]) -> ApiKey:
    """The key, when its request is not one too many; where it stands is told by the headers of the answer."""
    counted = limiter.count(key)
    state["rate"] = counted.standing
    if counted.refusal is not None:
        raise counted.refusal
    return key


class _Named:
    """Makes the router raise what it cannot route, so that the frame words every refusal."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "app": self}, receive, send)


def application(
    plan: Plan,
    document: Document,
    engine: Engine,
    authenticator: Authenticator,
    outbox: Outbox | None = None,
    seed: int = 0,
    limited: bool = True,
    hub: Hub | None = None,
) -> ASGIApp:
    """The ASGI application of a plan; its rate limits are told in headers, and enforced where it is `limited`."""
    limiter = Limiter(plan.conventions.rate_limit, engine.clock, limited)
    writer = Writer(plan, engine.clock)
    end = Answerer(Dispatch(engine, authenticator, writer, outbox), ROUTING_CONTEXT, CONTEXT)
    routed = ConnexionMiddleware(end, middlewares=[_Routing, SecurityMiddleware], resolver=_Plan())
    routed.add_api(
        routing_document(plan, document),
        base_path=plan.conventions.base_paths[0],
        security_map=_security(authenticator, limiter),
    )
    answered = ExceptionMiddleware(Site(_Named(routed), plan, document), plan, writer)
    exposed = [*_headers(plan), "location", "allow", "retry-after", "content-disposition"]
    shared = CORSMiddleware(answered, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], expose_headers=exposed)
    return RequestContext(Sockets(shared, plan, hub, writer), plan, writer, limiter, seed)


def _headers(plan: Plan) -> list[str]:
    """The response headers of a contract's own."""
    conventions = plan.conventions
    counted = conventions.rate_limit.headers if conventions.rate_limit else ()
    replayed = conventions.idempotency.replayed if conventions.idempotency else None
    filled = {name for operation in plan.operations.values() for name in operation.answer_headers}
    return [*conventions.headers, *counted, *([replayed] if replayed else []), *sorted(filled)]
