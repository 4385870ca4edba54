"""Reads the query string of a request. The only place that knows its syntax.

Parameters stand by their names, filters as `field=value` or `field[operator]=value`, lists of values with commas, and
what to sort by as `field:direction`. The engine gets fields, operators and values.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NoReturn
from urllib.parse import unquote_to_bytes

from mockserver import json
from mockserver.engine.call import DEFAULT_LIMIT, Comparison, ListRequest
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.operators import LISTS
from mockserver.plan import Filter, Listing, Operand, Operation, Parameter, Resource
from mockserver.reading.errors import suggestion
from mockserver.web.request import parameter_value
from mockserver.web.text import coerce, printable

ALIKE = 0.7
"""How alike an unknown name must be to a known one to be taken for it."""

FILTER = re.compile(r"^(?P<field>[^\[\]]+)\[(?P<operator>[^\[\]]*)\]$")

Parameters = dict[str, Json]
"""The values of plain parameters, by name."""
Filters = dict[str, dict[str, str]]
"""The texts of filters, by field and operator; a bare filter has the operator ''."""


@dataclass(frozen=True)
class QueryString:
    """The query of a request: the values of its parameters, and its filters as they were written."""

    parameters: Parameters
    filters: Filters


def pairs(query_string: bytes) -> list[tuple[str, str]]:
    """The names and texts of a query string, in order; bytes that are not UTF-8 become lone surrogates.

    >>> pairs(b"status[ne]=void&name=Kopi%20O")
    [('status[ne]', 'void'), ('name', 'Kopi O')]
    """
    split = (part.partition(b"=") for part in query_string.split(b"&") if part)
    return [(_decoded(name), _decoded(text)) for name, _, text in split]


def _decoded(part: bytes) -> str:
    return unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8", "surrogateescape")


def parse_query(operation: Operation, query_string: bytes) -> QueryString:
    """The query of a request, its parameters checked and converted; unknown and repeated names are refused."""
    texts: dict[str, str] = {}
    spelled: dict[str, str] = {}
    filters: Filters = {}
    for written, text in pairs(query_string):
        name = _own_name(operation, written)
        match = FILTER.match(name)
        field, operator = (match["field"], printable(match["operator"])) if match else (name, "")
        if field in operation.filters and not (match and not operator):
            operators = _object_filter(operation.filters[field], text) if operator == "" else {operator: text}
            _add_filter(filters.setdefault(field, {}), operators, written)
        elif name in operation.parameters:
            if name in texts:
                raise Problem("parameter", name=written, field=written, reason=_repeated(written, name))
            texts[name], spelled[name] = text, written
        else:
            raise _unknown(operation, printable(written))
    values = {
        name: parameter_value(_spelled(declared, spelled.get(name, name)), texts.get(name))
        for name, declared in operation.parameters.items()
    }
    return QueryString({name: value for name, value in values.items() if value is not None}, filters)


def _own_name(operation: Operation, written: str) -> str:
    """The declared name of a parameter, with its operator, that was written by one of its other names."""
    name, bracket, rest = written.partition("[")
    if (alias := operation.aliases.get(name)) is None:
        return written
    return f"{alias.name}[{alias.operator}]" if alias.operator and not bracket else f"{alias.name}{bracket}{rest}"


def _spelled(declared: Parameter, written: str) -> Parameter:
    """A parameter as the client calls it, so that a refusal speaks of what was sent."""
    return declared if written == declared.name else replace(declared, name=written)


def _repeated(written: str, name: str) -> str:
    return "is given more than once" if written == name else f"is another name of {name}, which is given too"


def _add_filter(filters: dict[str, str], operators: dict[str, str], name: str) -> None:
    if filters.keys() & operators.keys():
        _refuse(printable(name), "is given more than once")
    filters.update(operators)


def _object_filter(declared: Filter, text: str) -> dict[str, str]:
    """A bare filter; or the operators of a JSON object, as some generated clients write a deepObject parameter."""
    if not text.startswith("{"):
        return {"": text}
    try:
        operators = json.read(text.encode())
    except (ValueError, UnicodeError):
        return {"": text}
    if not operators or operators.keys() - declared.operands.keys():
        return {"": text}
    if any(isinstance(value, dict | list | None) for value in operators.values()):
        return {"": text}
    return {operator: value if isinstance(value, str) else str(value).lower() for operator, value in operators.items()}


def _unknown(operation: Operation, name: str) -> Problem:
    names = (*operation.parameters, *operation.filters, *operation.aliases)
    hint = suggestion(name.partition("[")[0], names, likeness=ALIKE)
    if operation.kind == "list":
        return Problem("filter", name=name, field=name, reason=f"is not one that this list knows{hint}")
    return Problem("parameter", name=name, field=name, reason=f"is not one that this operation knows{hint}")


def parse_list_request(listing: Listing, operation: Operation, query: QueryString) -> ListRequest:
    """The list that a query asks for; Problem when it cannot be understood."""
    resource = operation.resource
    if resource is None:
        raise Problem("internal")
    parameters = query.parameters
    where = (
        *_comparisons(operation, query.filters),
        *_range(listing, resource, parameters),
        *_search(listing, resource, parameters),
    )
    rules = tuple(_rules(operation, query.filters))
    order = _order(listing, resource, parameters)
    limit = parameters.get(listing.limit) if listing.limit else None
    cursor = parameters.get(listing.cursor) if listing.cursor else None
    return ListRequest(where, rules, order, DEFAULT_LIMIT if limit is None else limit, cursor)


def _comparisons(operation: Operation, filters: Filters) -> Iterator[Comparison]:
    for field, operators in filters.items():
        declared = operation.filters[field]
        for operator, text in operators.items() if declared.rule is None else ():
            yield _comparison(declared, operator, text)


def _rules(operation: Operation, filters: Filters) -> Iterator[tuple[Filter, bool]]:
    for field, operators in filters.items():
        declared = operation.filters[field]
        for operator, text in operators.items() if declared.rule is not None else ():
            yield declared, bool(_operand(field, operator, declared.member, text))


def _comparison(declared: Filter, operator: str, text: str) -> Comparison:
    if operator == "":
        if declared.bare is None:
            _refuse(declared.name, f"needs an operator: {', '.join(declared.operands)}")
        return Comparison((declared.field,), declared.bare, _operand(declared.name, "", declared.member, text))
    if operator not in declared.operands:
        operators = ", ".join(declared.operands) or "none"
        _refuse(f"{declared.name}[{operator}]", f"has an operator that is not known here: use {operators}")
    value = _operand(declared.name, operator, declared.operands[operator], text)
    if operator in LISTS:
        value = [_operand(declared.name, operator, declared.member, member.strip()) for member in text.split(",")]
    return Comparison((declared.field,), operator, value)


def _operand(field: str, operator: str, operand: Operand, text: str) -> Json:
    name = f"{field}[{operator}]" if operator else field
    try:
        value = coerce(operand.type, text)
    except ValueError as error:
        _refuse(name, str(error))
    for flaw in operand.validate(value):
        _refuse(name, flaw.message)
    return value


def _refuse(name: str, reason: str) -> NoReturn:
    raise Problem("filter", name=name, field=name, reason=reason)


def _range(listing: Listing, resource: Resource, parameters: Parameters) -> Iterator[Comparison]:
    since = parameters.get(listing.since) if listing.since else None
    until = parameters.get(listing.until) if listing.until else None
    if since is not None and until is not None:
        _check_range(listing, since, until)
    if resource.date is None:
        return
    if since is not None:
        yield Comparison((resource.date,), "gte", since)
    if until is not None:
        yield Comparison((resource.date,), "lte", until)


def _check_range(listing: Listing, since: str, until: str) -> None:
    if date.fromisoformat(since) > date.fromisoformat(until):
        raise Problem("range", reason=f"begins after it ends: {since} is later than {until}", field=listing.since)
    if listing.range_years is not None and until > _years_later(since, listing.range_years):
        raise Problem("range", reason=f"is longer than {listing.range_years} years", field=listing.since)


def _years_later(day: str, years: int) -> str:
    """The same day some years later, as text.

    >>> _years_later("2019-01-01", 5)
    '2024-01-01'
    """
    return f"{int(day[:4]) + years:04}{day[4:]}"


def _search(listing: Listing, resource: Resource, parameters: Parameters) -> Iterator[Comparison]:
    text = parameters.get(listing.search) if listing.search else None
    named = parameters.get(listing.search_fields) if listing.search_fields else None
    fields = tuple(part.strip() for part in named.split(",")) if named else resource.search
    for field in fields if named else ():
        if field not in resource.paths:
            raise Problem("filter", name=listing.search_fields, field=field, reason=f"names {field}, which is not a field")
    if text:
        yield Comparison(fields, "contains", text)


def _order(listing: Listing, resource: Resource, parameters: Parameters) -> tuple[tuple[str, bool], ...]:
    text = parameters.get(listing.sort) if listing.sort else None
    order = parameters.get(listing.order) if listing.order else None
    if order is not None and not text:
        raise Problem(
            "parameter", name=listing.order, field=listing.order, reason=f"needs {listing.sort}: say what to sort by"
        )
    return tuple(_sort_key(resource, part.strip(), order) for part in text.split(",")) if text else ()


def _sort_key(resource: Resource, part: str, order: str | None = None) -> tuple[str, bool]:
    """A field, by its path, and whether it descends; `order` is the direction where the part says none."""
    name, _, direction = part.partition(":")
    path = resource.sort.get(name, name)
    field = resource.paths.get(path)
    if field is None or field.type in ("object", "array"):
        sortable = ", ".join(path for path, field in resource.paths.items() if field.type not in ("object", "array"))
        raise Problem("sort", name=path, field=path, reason=f"is not a field to sort by: use one of {sortable}")
    if direction not in ("", "asc", "desc"):
        raise Problem("sort", name=path, field=path, reason=f"has the direction {direction}: use asc or desc")
    return path, (direction or order) == "desc"
