"""How a contract words and renders what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.language.template import Fill


@dataclass(frozen=True)
class ProblemKind:
    """A kind of refusal the engine knows, and how the contract words it."""

    status: int
    code: str
    message: Fill
    detail: str | None = None
    details: Fill | None = None


@dataclass(frozen=True)
class Errors:
    """How problems are worded and rendered."""

    kinds: Mapping[str, ProblemKind]
    codes: Mapping[str, int]
    details: Mapping[str, str]
    reply: Fill
