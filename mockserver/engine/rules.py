"""Checks of a document: rules, references, uniqueness, and what must not change."""

from collections.abc import Iterable, Iterator

from mockserver.engine.documents import walk
from mockserver.engine.problems import Problem, Refused, Violation
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.flaws import Flaw
from mockserver.json import Json
from mockserver.language.scope import ExpressionError, Scope
from mockserver.plan import Field, Reference, Resource, Rule, RuleGroup
from mockserver.store.base import Condition, Document, Query, value_at


def violations(rules: Iterable[Rule | RuleGroup], scope: Scope, lenient: bool = False) -> Iterator[Violation]:
    """The rules that do not hold; `lenient` passes over those that cannot be evaluated on an unfinished document."""
    for rule in rules:
        try:
            yield from _group(rule, scope, lenient) if isinstance(rule, RuleGroup) else _violations(rule, scope)
        except ExpressionError:
            if not lenient:
                raise


def _group(group: RuleGroup, scope: Scope, lenient: bool) -> Iterator[Violation]:
    if group.when is None or group.when.holds(scope):
        yield from violations(group.rules, group.let(scope) if group.let else scope, lenient)


def _violations(rule: Rule, scope: Scope) -> Iterator[Violation]:
    if rule.each is None:
        yield from _violation(rule, scope)
        return
    for index, element in enumerate(rule.each.evaluate(scope) or []):
        yield from _violation(rule, scope.inside({rule.each_as: element, "index": index}))


def _violation(rule: Rule, scope: Scope) -> Iterator[Violation]:
    inner = rule.let(scope) if rule.let else scope
    if (rule.when is None or rule.when.holds(inner)) and not rule.holds.holds(inner):
        message = rule.message(inner)
        field = {"field": rule.field(inner)} if rule.field else {}
        named = {"rule": rule.name} if rule.name else {}
        coded = {"code": rule.detail} if rule.detail else {}
        yield Violation(message, {**field, **named, "message": message, **coded, **(rule.details(inner) or {})}, rule.code)


def require(rules: Iterable[Rule | RuleGroup], scope: Scope) -> None:
    """Raise Refused when a rule does not hold."""
    if broken := list(violations(rules, scope)):
        raise Refused(broken)


def check(work: UnitOfWork, resource: Resource, document: Document, old: Document | None, scope: Scope) -> None:
    """Raise Problem or Refused when the document may not be: references, uniqueness, rules."""
    names = [*unique_flaws(work, resource, document), *size_flaws(resource, document)]
    if flaws := [*reference_flaws(work, resource, document, old), *names]:
        raise Problem("validation", flaws)
    require(resource.rules, scope)


def blame(work: UnitOfWork, resource: Resource, document: Document, old: Document | None, scope: Scope) -> None:
    """Raise what is wrong with a document that could not be computed, if its references or rules show it."""
    if flaws := list(reference_flaws(work, resource, document, old)):
        raise Problem("validation", flaws)
    if broken := list(violations(resource.rules, scope, lenient=True)):
        raise Refused(broken)


def reference_flaws(work: UnitOfWork, resource: Resource, document: Document, old: Document | None) -> Iterator[Flaw]:
    """References that lead nowhere; one that is as it was is not checked again."""
    old_references = _references(resource, old) if old else set()
    for field, path, value in walk(resource.fields, document):
        if field.reference is None:
            continue
        target = field.reference.target(document)
        entries = [(f"{path}[{index}]", name) for index, name in enumerate(value)] if isinstance(value, list) else None
        for at, name in [(path, value)] if entries is None else entries:
            if (field.path, target, name) not in old_references:
                yield from _reference_flaw(work, field.reference, target, at, name)


def _references(resource: Resource, document: Document) -> set[tuple[str, str | None, str]]:
    return {
        (field.path, field.reference.target(document), name)
        for field, _, value in walk(resource.fields, document)
        if field.reference is not None
        for name in (value if isinstance(value, list) else [value])
    }


def _reference_flaw(work: UnitOfWork, reference: Reference, target: str | None, path: str, name: str) -> Iterator[Flaw]:
    if target is None:
        yield Flaw(path, "reference", f"needs {reference.chosen_by}: one of {', '.join(reference.choices)}", name)
        return
    other = work.plan.resources[target]
    document = referred(work, target, reference.by, name)
    if document is None:
        yield Flaw(path, "reference", f"names no {other.name}: there is no {name}", name)
        return
    scope = Scope({}, document, other.names, functions=work)
    if reference.when is not None and not reference.when.holds(scope):
        message = reference.message(scope) if reference.message else f"{other.name} {name} cannot be used"
        if reference.code is None and reference.name is None:
            yield Flaw(path, "reference", f"cannot be used: {message}", name)
            return
        detail = {"field": path, "rule": reference.name, "message": message, "value": name}
        raise Refused([Violation(message, {key: value for key, value in detail.items() if value}, reference.code)])


def referred(work: UnitOfWork, resource: str, by: str, name: str) -> Document | None:
    """The document of a resource that a reference names by one of its fields."""
    collection = work.plan.resources[resource].collection
    if by == "id":
        return work.transaction.get(collection, name)
    rows = work.transaction.find(collection, Query((Condition((by,), "eq", name),)))
    return next((row for row in rows if row.get(by) == name), None)


def unique_flaws(work: UnitOfWork, resource: Resource, document: Document) -> Iterator[Flaw]:
    """Fields whose value another document of the tenant has."""
    for field in resource.unique:
        value = value_at(document, field.path)
        if value is None or isinstance(value, list):
            continue
        rows = work.transaction.find(resource.collection, Query((Condition((field.path,), "eq", value),)))
        if any(row["id"] != document["id"] for row in rows):
            yield Flaw(field.path, "unique", "already exists", value)


def size_flaws(resource: Resource, document: Document) -> Iterator[Flaw]:
    """Maps that have too many names, each change being within its bounds."""
    for field in resource.maps:
        most, value = field.schema["maxProperties"], value_at(document, field.path)
        if isinstance(value, dict) and len(value) > most:
            yield Flaw(field.path, "maxProperties", f"must have at most {most} members", None, f"<= {most}")


def immutable_flaws(fields: tuple[Field, ...], old: Document, new: Document, scope: Scope) -> Iterator[Flaw]:
    """Fields that were changed though the contract fixes them once they are set."""
    for field in fields:
        before, after = old.get(field.name), new.get(field.name)
        if field.immutable is not None and before is not None and before != after and field.immutable.holds(scope):
            yield Flaw(field.path, "immutable", "cannot be changed any more", _shown(after))
        elif field.type == "object" and field.fields and isinstance(before, dict) and isinstance(after, dict):
            yield from immutable_flaws(field.fields, before, after, scope)


def _shown(value: Json) -> Json:
    return None if isinstance(value, dict | list) else value
