"""Lists: the rows that meet the conditions of a request, page by page."""

from dataclasses import dataclass, replace

from mockserver.engine.call import ListRequest
from mockserver.engine.cursors import page_start, tie, written
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.language.scope import Scope
from mockserver.plan import Filter, Resource
from mockserver.store.base import Condition, Page, Query, Row, arranged, page, value_at


@dataclass(frozen=True)
class ListQuery:
    """A list as a query of its store, with the rules its rows must meet, and what ties its cursors to it."""

    resource: Resource
    query: Query
    rules: tuple[tuple[Filter, bool], ...]
    mark: str


def list_query(resource: Resource, request: ListRequest) -> ListQuery:
    """The query of a list; Problem when its cursor is not one of this list."""
    where = sorted((Condition(*comparison) for comparison in request.where), key=lambda condition: repr(condition.identity))
    rules = sorted((declared.name, holds) for declared, holds in request.rules)
    mark = tie([condition.identity for condition in where], rules, request.order)
    after = None if request.cursor is None else page_start(request.cursor, mark, len(request.order))
    return ListQuery(resource, Query(tuple(where), request.order, after, request.limit), request.rules, mark)


def answer(work: UnitOfWork, listing: ListQuery, above: tuple[Condition, ...]) -> Page:
    """The rows of a list, as they are given out; `above` are the conditions the path sets."""
    resource, query = listing.resource, replace(listing.query, where=(*above, *listing.query.where))
    virtual = {field.name for field in resource.virtual}
    filtered = {field.split(".")[0] for condition in query.where for field in condition.fields}
    touched = filtered | {field for field, _ in query.order}
    if not listing.rules and not virtual & touched:
        result = work.transaction.store.find(work.transaction.tenant, resource.collection, query)
        return Page([_shown(work, resource, row) for row in result.rows], result.total, result.more)
    stored = [condition for condition in query.where if not virtual & {field.split(".")[0] for field in condition.fields}]
    computed = [condition for condition in query.where if condition not in stored]
    rows = [_shown(work, resource, row) for row in work.transaction.find(resource.collection, Query(tuple(stored)))]
    matching = [
        row for row in rows if all(condition.holds(row) for condition in computed) and _meets_rules(work, listing, row)
    ]
    return page(arranged(matching, query.order), query)


def next_cursor(listing: ListQuery, current: Page) -> str | None:
    """The cursor of the page that follows, null after the last."""
    if not current.more or not current.rows:
        return None
    last = current.rows[-1]
    return written(last.position, [value_at(last, field) for field, _ in listing.query.order], listing.mark)


def _shown(work: UnitOfWork, resource: Resource, row: Row) -> Row:
    form = work.form(resource, row)
    shown = Row(form.value, row.position)
    shown.form = form
    return shown


def _meets_rules(work: UnitOfWork, listing: ListQuery, row: Row) -> bool:
    scope = Scope({}, row, listing.resource.names, functions=work)
    return all(declared.rule is None or declared.rule.holds(scope) == holds for declared, holds in listing.rules)
