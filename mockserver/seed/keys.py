"""Checks the API keys of the fixtures against the contract they are for."""

from collections.abc import Iterator

from mockserver.json import Json
from mockserver.plan import Security
from mockserver.reading.document import pointer
from mockserver.reading.errors import Mistakes

MEMBERS = ("key", "id", "user", "tenants", "scopes", "status", "expiresAt", "rateLimit")
STATUSES = ("active", "expired", "revoked")


def check_keys(security: Security, keys: list[dict[str, Json]]) -> Mistakes:
    """What is wrong with the entries of keys.yaml: members, states and scopes that do not exist."""
    mistakes = Mistakes()
    for index, key in enumerate(keys):
        at = f"keys.yaml{pointer(index)}"
        for name in key:
            mistakes.add_unless_known(name, MEMBERS, f"{at}/{name}", "member")
        mistakes.add_unless_known(key.get("status", "active"), STATUSES, f"{at}/status", "state")
        for position, scope in _scopes(security, key):
            mistakes.add_unless_known(scope, security.scopes, f"{at}/scopes/{position}", "scope")
    return mistakes


def _scopes(security: Security, key: dict[str, Json]) -> Iterator[tuple[int, str]]:
    """The scopes of a key, where the contract says which there are."""
    if security.scopes:
        yield from enumerate(key.get("scopes", ()))
