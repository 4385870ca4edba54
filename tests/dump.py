"""What is stored, as tests compare it."""

from mockserver.store.base import Document, Store


def dump(store: Store) -> dict[tuple[str, str], dict[int, Document]]:
    """Every collection that has rows, by tenant and name: its rows by their positions."""
    return {(contents.tenant, contents.collection): {**contents.rows} for contents in store.dump() if contents.rows}
