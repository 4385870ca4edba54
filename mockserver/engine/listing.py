"""Lists: the rows that keep what is asked of them, page by page."""

from dataclasses import dataclass, replace

from mockserver.engine.call import ListRequest
from mockserver.engine.cursors import place, tie, written
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.language.scope import Scope
from mockserver.plan import Filter, Resource
from mockserver.store.base import Condition, Page, Query, Row, arranged, page, value_at


@dataclass(frozen=True)
class ListQuery:
    """A list as its store is asked for it: the query, the rules its rows must keep, and what ties its cursors to it."""

    resource: Resource
    query: Query
    rules: tuple[tuple[Filter, bool], ...]
    mark: str


def list_query(resource: Resource, request: ListRequest) -> ListQuery:
    """The query of a list; Problem when its cursor is not one of this list."""
    where = sorted((Condition(*comparison) for comparison in request.where), key=lambda condition: repr(condition.identity))
    rules = sorted((declared.name, holds) for declared, holds in request.rules)
    mark = tie([condition.identity for condition in where], rules, request.order)
    after = None if request.cursor is None else place(request.cursor, mark, len(request.order))
    return ListQuery(resource, Query(tuple(where), request.order, after, request.limit), request.rules, mark)


def answer(work: UnitOfWork, asked: ListQuery, above: tuple[Condition, ...]) -> Page:
    """The rows of a list, as they are given out; `above` are the conditions the path sets."""
    resource, query = asked.resource, replace(asked.query, where=(*above, *asked.query.where))
    virtual = {field.name for field in resource.virtual}
    touched = {field.split(".")[0] for one in query.where for field in one.fields} | {field for field, _ in query.order}
    if not asked.rules and not virtual & touched:
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


def next_cursor(asked: ListQuery, found: Page) -> str | None:
    """The cursor of the page that follows, null after the last."""
    if not found.more or not found.rows:
        return None
    last = found.rows[-1]
    return written(last.position, [value_at(last, field) for field, _ in asked.query.order], asked.mark)


def _shown(work: UnitOfWork, resource: Resource, row: Row) -> Row:
    return Row(work.shown(resource, row), row.position)


def _ruled_in(work: UnitOfWork, asked: ListQuery, row: Row) -> bool:
    scope = Scope({}, row, asked.resource.names, functions=work)
    return all(one.rule is None or one.rule.holds(scope) == wanted for one, wanted in asked.rules)
