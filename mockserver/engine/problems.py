"""What is refused: raised anywhere as data, worded in one place as the contract says."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from mockserver.flaws import MOST_FLAWS, Flaw
from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.plan import Errors

SHOWN = 200
"""So many characters of a value at fault are shown."""


class Problem(Exception):
    """A refusal: its kind, the facts, and the fields at fault."""

    def __init__(self, kind: str, flaws: Iterable[Flaw] = (), **facts: Json) -> None:
        super().__init__(kind)
        self.kind = kind
        self.flaws = tuple(flaws)
        self.facts = facts


@dataclass(frozen=True)
class Violation:
    """A rule of the contract that does not hold."""

    message: str
    detail: dict[str, Json]
    code: str | None = None


class Refused(Exception):
    """Rules of the contract do not hold: all those without a code of their own, or all of the first one's code."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__(violations[0].message)
        code = None if any(violation.code is None for violation in violations) else violations[0].code
        self.violations = [violation for violation in violations if violation.code == code]


@dataclass(frozen=True)
class Worded:
    """A refusal as the contract words it."""

    status: int
    code: str
    message: str
    details: list[dict[str, Json]]

    def names(self) -> dict[str, Json]:
        """What answer templates call `problem`."""
        return {"status": self.status, "code": self.code, "message": self.message, "details": self.details}


def worded(errors: Errors, problem: Problem | Refused) -> Worded:
    """A refusal in the words of the contract."""
    if isinstance(problem, Refused):
        return _refused(errors, problem)
    kind = errors.kinds[problem.kind]
    details = [_detail(errors, flaw) for flaw in problem.flaws[:MOST_FLAWS]]
    first, more = details[0]["message"] if details else None, len(problem.flaws) > MOST_FLAWS
    facts = {**problem.facts, "count": len(details), "first": first, "more": more}
    scope = Scope({**facts, **problem.facts})
    message = kind.message(scope)
    if not details:
        detail = kind.details(scope) if kind.details else problem.facts
        details = [{"message": message, **({"code": kind.detail} if kind.detail else {}), **detail}]
    return Worded(kind.status, kind.code, message, details)


def _detail(errors: Errors, flaw: Flaw) -> dict[str, Json]:
    detail: dict[str, Json] = {"field": flaw.field, "message": f"{flaw.field} {flaw.message}".strip()}
    detail["code"] = errors.details.get(flaw.keyword, errors.details.get("format", "INVALID"))
    if isinstance(flaw.value, str | int | Decimal):
        detail["value"] = flaw.value[:SHOWN] if isinstance(flaw.value, str) else flaw.value
    return detail | ({"constraint": flaw.constraint} if flaw.constraint else {})


def _refused(errors: Errors, refused: Refused) -> Worded:
    kind, first = errors.kinds["validation"], refused.violations[0]
    details = [violation.detail for violation in refused.violations]
    code = first.code or kind.code
    facts = {"count": len(details), "first": first.message, "more": False}
    message = first.message if first.code else kind.message(Scope(facts))
    return Worded(errors.codes.get(code, kind.status), code, message, details)
