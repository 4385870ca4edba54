"""Puts the server together. The only file that knows connexion: its router and its security layer."""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from mockserver.engine.engine import Engine
from mockserver.events.outbox import Outbox
from mockserver.json import Json
from mockserver.plan import Plan
from mockserver.reading.document import Document
from mockserver.web.answer import Writer
from mockserver.web.cors import Cors
from mockserver.web.dispatch import Dispatch, EngineRunner
from mockserver.web.exceptions import ExceptionMiddleware, concrete_first
from mockserver.web.limits import Limiter, check_key
from mockserver.web.request_context import RequestContext
from mockserver.web.security import Authenticator, check_tenant
from mockserver.web.shortcut import Shortcut, ShortWay
from mockserver.web.site import Site
from mockserver.web.verdicts import Verdicts, credential_headers
from mockserver.web.websocket import Hub, Sockets


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Imports in which an optional module is not there, unless it was imported before."""
    absent = module not in sys.modules
    sys.modules.setdefault(module, None)  # type: ignore[arg-type]  # what `import` takes for a module that is not there
    try:
        yield
    finally:
        if absent:
            del sys.modules[module]


with warnings.catch_warnings(), _without("httpx._main"):  # of connexion's HTTP client, the command line takes long
    warnings.simplefilter("ignore")  # connexion imports Starlette's test client, which announces its next HTTP library
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.middleware.security import SecurityMiddleware
    from connexion.resolver import Resolution, Resolver
    from connexion.security import ApiKeySecurityHandler, BearerSecurityHandler

Check = Callable[[Any], Any]
Handlers = dict[str, Callable[[], Any]]
"""What makes the security handlers, by the type of the scheme."""

HTTP_HEADERS = ("location", "allow", "retry-after", "content-disposition", "www-authenticate", "accept-encoding")
"""The headers of HTTP that answers have."""


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
    for method, path, operation_id in sorted(plan.addresses(), key=lambda address: concrete_first(address[1])):
        names = [segment[1:-1] for segment in path.split("/") if segment.startswith("{")]
        parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": operation_id,
            "parameters": parameters,
            "responses": {"default": {"description": "see the contract"}},
            **({} if plan.operations[operation_id].secured else {"security": []}),
        }
    schemes = root.get("components", {}).get("securitySchemes", {})
    return {
        "openapi": "3.0.3",
        "info": {"title": plan.title or "API", "version": plan.version or "1"},
        "paths": paths,
        "components": {"securitySchemes": schemes},
        "security": [requirement for requirement in root.get("security", []) if requirement],
    }


def router(plan: Plan, document: Document, dispatch: Dispatch, handlers: Handlers) -> ConnexionMiddleware:
    """The calls of a plan: routed, their credentials read by the handlers of their security schemes, and dispatched."""
    app = ConnexionMiddleware(dispatch, middlewares=[_Routing, SecurityMiddleware], resolver=_Plan())
    app.add_api(routing_document(plan, document), base_path=plan.conventions.base_paths[0], security_map=handlers)
    return app


def _security(authenticator: Authenticator, limiter: Limiter) -> Handlers:
    """How connexion's security layer asks for credentials: each handler gives a key or a tenant, or raises a Problem."""

    class Key(BearerSecurityHandler):  # type: ignore[misc]
        def get_fn(self, security_scheme: dict[str, Json], required_scopes: list[str]) -> Check:  # noqa: ARG002
            return partial(check_key, authenticator, limiter)

    class Tenant(ApiKeySecurityHandler):  # type: ignore[misc]
        def get_fn(self, security_scheme: dict[str, Json], required_scopes: list[str]) -> Check:  # noqa: ARG002
            return partial(check_tenant, authenticator, security_scheme["name"])

    return {"bearer": Key, "apiKey": Tenant}


def application(
    plan: Plan,
    document: Document,
    engine: Engine,
    authenticator: Authenticator,
    outbox: Outbox | None = None,
    seed: int = 0,
    limited: bool = True,
    hub: Hub | None = None,
) -> ShortWay:
    """The ASGI application of a plan; its rate limits stand in headers, and are enforced where it is `limited`."""
    limiter = Limiter(plan.conventions.rate_limit, engine.clock, limited, authenticator)
    writer = Writer(plan, engine.clock)
    schemes = document.root.get("components", {}).get("securitySchemes", {})
    verdicts = Verdicts(credential_headers(schemes))
    dispatch = Dispatch(EngineRunner(engine, outbox), authenticator.admit, writer, verdicts)
    calls = router(plan, document, dispatch, _security(authenticator, limiter))
    site = Site(calls, plan, document)
    http = ExceptionMiddleware(site, writer)
    context = RequestContext(Cors(http, _exposed(plan)), writer, limiter, seed, Sockets(plan, hub, writer))
    return ShortWay(context, Shortcut(engine.calls, dispatch, context, http, site))


def _exposed(plan: Plan) -> list[str]:
    """The response headers that pages of other origins may read: those of the contract, and those of HTTP."""
    conventions = plan.conventions
    rate = conventions.rate_limit.headers if conventions.rate_limit else ()
    replayed = conventions.idempotency.replayed if conventions.idempotency else None
    answer_headers = {name for operation in plan.operations.values() for name in operation.answer_headers}
    names = [*conventions.headers, *rate, *([replayed] if replayed else []), *sorted(answer_headers)]
    return [*names, *(name for name in HTTP_HEADERS if name not in {name.lower() for name in names})]
