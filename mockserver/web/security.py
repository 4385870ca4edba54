"""Credentials: who calls, for which tenant, and whether they may."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from mockserver.engine.call import Caller
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.plan import Operation, Rate, Security
from mockserver.plan.rates import parse_rates

DEFAULT_TENANT = "default"
"""The tenant of a contract that knows none."""


@dataclass(frozen=True)
class ApiKey:
    """A key as the fixtures give it."""

    key: str
    id: str = ""
    user: str | None = None
    tenants: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    status: str = "active"
    expires_at: str | None = None
    rates: tuple[Rate, ...] | None = None
    """Its own rates, none at all meaning that it is not limited; those of the contract where it is None."""

    @classmethod
    def of(cls, node: dict[str, Json]) -> "ApiKey":
        """The key of an entry in the fixtures; ValueError when its rates are none."""
        return cls(
            key=node["key"],
            id=node.get("id", ""),
            user=node.get("user"),
            tenants=tuple(node.get("tenants", [])),
            scopes=tuple(node.get("scopes", [])),
            status=node.get("status", "active"),
            expires_at=node.get("expiresAt"),
            rates=parse_rates(node["rateLimit"]) if "rateLimit" in node else None,
        )


@dataclass
class Authenticator:
    """Lets calls in: knows the keys, and how the contract says they imply each other's scopes.

    Where there are no keys at all, any will do, and may do everything.
    """

    security: Security
    keys: dict[str, ApiKey] = field(default_factory=dict)

    def key(self, authorization: str | None) -> ApiKey:
        """The key of an Authorization header; Problem when there is none that counts."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Problem("no_key", field="Authorization")
        if not self.keys:
            return ApiKey(token)
        key = self.keys.get(token)
        if key is None:
            environment = self.security.environment
            foreign = environment is not None and _looks_like_key(token, environment)
            raise Problem("wrong_environment" if foreign else "unknown_key", field="Authorization")
        if key.status != "active":
            raise Problem("expired_key" if key.status == "expired" else "revoked_key", field="Authorization")
        return key

    def tenant(self, tenant: str | None) -> str:
        """The tenant of a header; Problem when it is missing or malformed."""
        header, pattern = self.security.tenant_header, self.security.tenant_pattern
        tenant = (tenant or "").strip(" \t")
        if not tenant:
            raise Problem("tenant", reason=f"The header {header} is missing", field=header)
        if pattern is not None and not re.search(pattern, tenant):
            raise Problem("tenant", reason=f"The header {header} must match {pattern}", field=header)
        return tenant

    def authenticate(self, token: str, tenant: str | None) -> Caller:
        """The caller of a key and a tenant that came in a message of the stream; Problem when they do not count."""
        key = self.key(f"Bearer {token}")
        return self._caller(key, self.tenant(tenant) if self.security.tenant else None)

    def admit(self, operation: Operation, credentials: Mapping[str, object]) -> Caller:
        """The caller of an operation; Problem when the key may not use the tenant or lacks a scope.

        `credentials` are what the handlers of the security schemes gave, by scheme.
        """
        key, tenant = credentials.get(self.security.key or ""), credentials.get(self.security.tenant or "")
        tenant = tenant if isinstance(tenant, str) else None
        if not isinstance(key, ApiKey):
            return Caller(tenant or DEFAULT_TENANT)
        caller = self._caller(key, tenant)
        for needed in operation.scopes:
            if not self.may(key.scopes, needed):
                raise Problem("scope", required=needed, current=list(key.scopes))
        return caller

    def _caller(self, key: ApiKey, tenant: str | None) -> Caller:
        acting = tenant or (key.tenants[0] if key.tenants else DEFAULT_TENANT)
        if key.tenants and acting not in key.tenants:
            raise Problem("tenant_access", tenant=acting, field=self.security.tenant_header)
        prefix = self.security.environment or ""
        environment = "sandbox" if prefix and key.key.startswith(prefix) else None
        return Caller(acting, key.id, key.user, key.scopes, key.expires_at, environment)

    def may(self, scopes: Iterable[str], needed: str) -> bool:
        """Whether a key of these scopes may do what needs one; where there are no keys, everyone may."""
        return not self.keys or self.grants(scopes, needed)

    def grants(self, scopes: Iterable[str], needed: str) -> bool:
        """Whether scopes include one, directly or by what they imply."""
        verb, _, noun = needed.partition(":")
        implying = [f"{more}:{noun}" for more, less in self.security.implies.items() if less == verb]
        return bool(set(scopes) & {needed, self.security.everything, *implying})


def check_tenant(authenticator: Authenticator, header: str, request: HTTPConnection) -> str:
    """The tenant that a request names; Problem when it names none."""
    return authenticator.tenant(request.headers.get(header))


def _looks_like_key(token: str, environment: str) -> bool:
    """Whether a token has the shape of a key of another environment.

    >>> _looks_like_key("acme_live_sk_12", "acme_test_sk_")
    True
    """
    shape = re.sub(r"(?<=_)[a-z]+(?=_)", "[a-z]+", environment, count=1)
    return re.match(shape, token) is not None and not token.startswith(environment)
