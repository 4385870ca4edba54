"""Documents as expressions see them while nothing is written: what is computed on giving out, only when it is looked at."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.json import Json


class LazyDocument(dict[str, Json]):
    """A document with members that are computed at the first look; whoever looks at all of them computes all.

    >>> seen = LazyDocument({"id": "b1"}, {"label": lambda: "Shelf A"})
    >>> seen.get("label"), {**seen}
    ('Shelf A', {'id': 'b1', 'label': 'Shelf A'})
    """

    __slots__ = ("_later",)

    def __init__(self, document: Mapping[str, Json], later: Mapping[str, Callable[[], Json]]) -> None:
        super().__init__(document)
        self._later = dict(later)
        for name in later:
            super().pop(name, None)

    def _compute_all(self) -> None:
        for name in list(self._later):
            self[name] = self._later.pop(name)()

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a member, computed at the first look."""
        if name in self._later:
            self[name] = self._later.pop(name)()
        return super().get(name, default)

    def __getitem__(self, name: str) -> Json:
        if name in self._later:
            self[name] = self._later.pop(name)()
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        return name in self._later or super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self._compute_all()
        return super().__iter__()

    def __len__(self) -> int:
        return super().__len__() + len(self._later)

    def __eq__(self, other: object) -> bool:
        self._compute_all()
        return super().__eq__(other)

    __hash__ = None

    def keys(self) -> Any:
        """The names of all members, every one computed."""
        self._compute_all()
        return super().keys()

    def values(self) -> Any:
        """The values of all members, every one computed."""
        self._compute_all()
        return super().values()

    def items(self) -> Any:
        """All members, every one computed."""
        self._compute_all()
        return super().items()
