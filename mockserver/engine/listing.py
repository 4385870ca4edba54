"""Lists: filters, ranges, search, sorting and cursors, read from query parameters as the contract declares them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NoReturn

from mockserver.engine.coercion import coerce
from mockserver.engine.cursors import place, tie, written
from mockserver.engine.problems import Problem
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.operators import LISTS
from mockserver.plan import Filter, Listing, Operand, Operation, Plan, Resource
from mockserver.store.base import Condition, Page, Query, Row, arranged, page, value_at

Values = dict[str, Json]
Filters = dict[str, dict[str, str]]
"""Raw filter values by parameter and operator; the bare form has the operator ''."""

DEFAULT_LIMIT = 50


@dataclass(frozen=True)
class ListRequest:
    """A list that was asked for: the query, the rules its rows must keep, and what ties its cursors to it."""

    resource: Resource
    query: Query
    ruled: tuple[tuple[Filter, bool], ...]
    mark: str


def parse_list_request(plan: Plan, operation: Operation, query: Values, filters: Filters) -> ListRequest:
    """What a call asks for; Problem when it cannot be understood."""
    resource, listing = operation.resource, plan.conventions.listing
    if resource is None:
        raise Problem("internal")
    asked = [*_conditions(operation, filters), *_range(listing, resource, query), *_search(listing, resource, query)]
    asked.sort(key=lambda one: repr(one.identity))
    ruled = tuple(_ruled(operation, filters))
    order = _order(listing, resource, query)
    mark = tie([one.identity for one in asked], sorted((one.name, yes) for one, yes in ruled), order)
    limit = query.get(listing.limit) if listing.limit else None
    cursor = query.get(listing.cursor) if listing.cursor else None
    after = None if cursor is None else place(cursor, mark, len(order))
    return ListRequest(resource, Query(tuple(asked), order, after, DEFAULT_LIMIT if limit is None else limit), ruled, mark)


def answer(work: UnitOfWork, asked: ListRequest, above: tuple[Condition, ...]) -> Page:
    """The rows of a list, as they are given out; `above` are the conditions the path sets."""
    resource, query = asked.resource, replace(asked.query, where=(*above, *asked.query.where))
    virtual = {field.name for field in resource.virtual}
    touched = {field.split(".")[0] for one in query.where for field in one.fields} | {field for field, _ in query.order}
    if not asked.ruled and not virtual & touched:
        found = work.transaction.store.find(work.transaction.tenant, resource.collection, query)
        return (
            found
            if not virtual and not resource.hidden
            else Page([_shown(work, resource, row) for row in found.rows], found.total, found.more)
        )
    stored = [one for one in query.where if not virtual & {field.split(".")[0] for field in one.fields}]
    computed = [one for one in query.where if one not in stored]
    rows = [_shown(work, resource, row) for row in work.transaction.find(resource.collection, Query(tuple(stored)))]
    kept = [row for row in rows if all(one.holds(row) for one in computed) and _ruled_in(work, asked, row)]
    return page(arranged(kept, query.order), query)


def next_cursor(asked: ListRequest, found: Page) -> str | None:
    """The cursor of the page that follows, null after the last."""
    if not found.more or not found.rows:
        return None
    last = found.rows[-1]
    return written(last.position, [value_at(last, field) for field, _ in asked.query.order], asked.mark)


def _shown(work: UnitOfWork, resource: Resource, row: Row) -> Row:
    return Row(work.shown(resource, row), row.position)


def _ruled_in(work: UnitOfWork, asked: ListRequest, row: Row) -> bool:
    scope = Scope({}, row, asked.resource.names, functions=work)
    return all(one.rule is None or one.rule.holds(scope) == wanted for one, wanted in asked.ruled)


def _conditions(operation: Operation, filters: Filters) -> Iterator[Condition]:
    for name, values in filters.items():
        declared = operation.filters[name]
        for operator, raw in values.items():
            if declared.rule is None:
                yield _condition(declared, operator, raw)


def _ruled(operation: Operation, filters: Filters) -> Iterator[tuple[Filter, bool]]:
    for name, values in filters.items():
        declared = operation.filters[name]
        for operator, raw in values.items():
            if declared.rule is not None:
                yield declared, bool(_value(name, operator, declared.member, raw))


def _condition(declared: Filter, operator: str, raw: str) -> Condition:
    if operator == "":
        if declared.bare is None:
            _refuse(declared.name, f"needs an operator: {', '.join(declared.operands)}")
        return Condition((declared.field,), declared.bare, _value(declared.name, "", declared.member, raw))
    if operator not in declared.operands:
        known = ", ".join(declared.operands) or "none"
        _refuse(f"{declared.name}[{operator}]", f"has an operator that is not known here: use {known}")
    operand = declared.operands[operator]
    if operator in LISTS:
        _value(declared.name, operator, operand, raw)
        values = [_value(declared.name, operator, declared.member, one.strip()) for one in raw.split(",")]
        return Condition((declared.field,), operator, values)
    return Condition((declared.field,), operator, _value(declared.name, operator, operand, raw))


def _value(name: str, operator: str, operand: Operand, raw: str) -> Json:
    shown = f"{name}[{operator}]" if operator else name
    try:
        value = coerce(operand.type, raw)
    except ValueError as error:
        _refuse(shown, str(error))
    for flaw in operand.validate(value):
        _refuse(shown, flaw.message)
    return value


def _refuse(name: str, reason: str) -> NoReturn:
    raise Problem("filter", name=name, field=name, reason=reason)


def _range(listing: Listing, resource: Resource, query: Values) -> Iterator[Condition]:
    since = query.get(listing.since) if listing.since else None
    until = query.get(listing.until) if listing.until else None
    if since is not None and until is not None:
        _check_range(listing, since, until)
    if resource.date is None:
        return
    if since is not None:
        yield Condition((resource.date,), "gte", since)
    if until is not None:
        yield Condition((resource.date,), "lte", until)


def _check_range(listing: Listing, since: str, until: str) -> None:
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    if first > last:
        raise Problem("range", reason=f"begins after it ends: {since} is later than {until}", field=listing.since)
    if listing.range_years is not None and until > _years_later(since, listing.range_years):
        raise Problem("range", reason=f"is longer than {listing.range_years} years", field=listing.since)


def _years_later(day: str, years: int) -> str:
    """The same day some years later, as text.

    >>> _years_later("2019-01-01", 5)
    '2024-01-01'
    """
    return f"{int(day[:4]) + years:04}{day[4:]}"


def _search(listing: Listing, resource: Resource, query: Values) -> Iterator[Condition]:
    text = query.get(listing.search) if listing.search else None
    named = query.get(listing.search_fields) if listing.search_fields else None
    fields = tuple(part.strip() for part in named.split(",")) if named else resource.search
    for field in fields if named else ():
        if field not in resource.paths:
            raise Problem("filter", name=listing.search_fields, field=field, reason=f"names {field}, which is not a field")
    if text:
        yield Condition(fields, "contains", text)


def _order(listing: Listing, resource: Resource, query: Values) -> tuple[tuple[str, bool], ...]:
    text = query.get(listing.sort) if listing.sort else None
    return tuple(_sort_key(resource, part.strip()) for part in text.split(",")) if text else ()


def _sort_key(resource: Resource, part: str) -> tuple[str, bool]:
    path, _, direction = part.partition(":")
    field = resource.paths.get(path)
    if field is None or field.type in ("object", "array"):
        sortable = ", ".join(path for path, one in resource.paths.items() if one.type not in ("object", "array"))
        raise Problem("sort", name=path, field=path, reason=f"is not a field to sort by: use one of {sortable}")
    if direction not in ("", "asc", "desc"):
        raise Problem("sort", name=path, field=path, reason=f"has the direction {direction}: use asc or desc")
    return path, direction == "desc"
