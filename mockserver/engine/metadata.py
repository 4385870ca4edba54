"""What a sandbox notes of itself beside the documents: the contract it served, its starts, and a clock that was set."""

from mockserver.json import Json
from mockserver.store.base import SANDBOX, Change, Store

METADATA = "_notes"
"""The hidden collection of it, of no tenant."""


class Metadata:
    """Small JSON objects by name; an empty one is not stored."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> dict[str, Json]:
        """The facts of a name; none where nothing is noted."""
        facts = self._store.get(SANDBOX, METADATA, name)
        return {key: value for key, value in (facts or {}).items() if key != "id"}

    def set(self, name: str, facts: dict[str, Json]) -> None:
        """Note the facts of a name in place of those before."""
        if facts != self.get(name):
            self._store.apply(SANDBOX, [Change(METADATA, name, {"id": name, **facts} if facts else None)])
