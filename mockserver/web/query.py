"""Reads the query string of a request. The only place that knows its syntax.

Parameters stand by their names, filters as `field=value` or `field[operator]=value`, lists of values with commas, and
what to sort by as `field:direction`. The engine gets fields, operators and values.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from mockserver import json
from mockserver.engine.call import DEFAULT_LIMIT, Comparison, ListRequest
from mockserver.engine.problems import Problem
from mockserver.json import Json
from mockserver.operators import LISTS
from mockserver.plan import Filter, Listing, Operation, Parameter, Resource
from mockserver.web.field_lists import field_list, search_fields, sort_keys
from mockserver.web.operands import comparison, list_form, operand, refuse, several, unknown, whole_day
from mockserver.web.request import parameter_value, refused
from mockserver.web.styles import decode
from mockserver.web.text import printable

FILTER = re.compile(r"^(?P<field>[^\[\]]+)\[(?P<operator>[^\[\]]*)\]$")

Parameters = dict[str, Json]
"""The values of plain parameters, by name."""
Filters = dict[str, dict[str, str | list[Json]]]
"""The texts of filters, or the values of a list, by field and operator; a bare filter has the operator ''."""


@dataclass(frozen=True)
class QueryString:
    """The query of a request: the values of its parameters, and its filters as they were written."""

    parameters: Parameters
    filters: Filters


def pairs(query_string: bytes) -> list[tuple[str, str]]:
    """The names of a query string, and their texts as they were sent, in order; names that are not UTF-8 have surrogates.

    >>> pairs(b"status[ne]=void&name=Kopi%20O")
    [('status[ne]', 'void'), ('name', 'Kopi%20O')]
    """
    split = (part.partition(b"=") for part in query_string.split(b"&") if part)
    return [(decode("query", _text(name)), _text(text)) for name, _, text in split]


def _text(part: bytes) -> str:
    return part.decode("utf-8", "surrogateescape")


def parse_query(operation: Operation, query_string: bytes) -> QueryString:
    """The query of a request, its parameters checked and converted; unknown and repeated names are refused."""
    given = _Given(operation)
    for written, text in pairs(query_string):
        given.add(written, text)
    return QueryString(given.values(), given.filters)


class _Given:
    """What a query gives, by the names that the contract has for it."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.filters: Filters = {}
        self._texts: dict[str, list[str]] = {}
        self._lists: dict[str, list[str]] = {}
        self._spelled: dict[str, str] = {}

    def add(self, written: str, text: str) -> None:
        """Take a name with its text."""
        operation, name = self.operation, _own_name(self.operation, written)
        match = FILTER.match(name)
        field, operator = (match["field"], printable(match["operator"])) if match else (name, "")
        if field in operation.filters and not (match and not operator):
            self._add_filter(operation.filters[field], operator, text, written)
        elif name in operation.parameters:
            self._add_text(operation.parameters[name], text, written)
        elif name in operation.members:
            self._add_member(operation.members[name], name, text)
        elif match and operator and _is_deep(operation.parameters.get(field)):
            self._add_member(field, operator, text)
        else:
            raise unknown(operation, printable(written), decode("query", text))

    def values(self) -> Parameters:
        """The values of the parameters that have one; Problem where one does not fit. Lists of filters are read too."""
        for field, texts in self._lists.items():
            array = self.operation.filters[field].array
            if array is not None:
                self.filters.setdefault(field, {})[""] = parameter_value(replace(array, kind="filter"), texts)
        values = {name: self._value(declared) for name, declared in self.operation.parameters.items()}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, declared: Parameter) -> Json:
        texts = self._texts.get(declared.name, [])
        spelled = _spelled(declared, self._spelled.get(declared.name, declared.name))
        if texts and declared.name in self.operation.field_lists:
            return field_list(spelled, texts[0])
        return parameter_value(spelled, texts)

    def _add_text(self, declared: Parameter, text: str, written: str) -> None:
        texts = self._texts.setdefault(declared.name, [])
        if texts and not _may_repeat(declared):
            raise refused(_spelled(declared, written), _repeated(declared, written))
        texts.append(text)
        self._spelled[declared.name] = written

    def _add_member(self, name: str, member: str, text: str) -> None:
        (together,) = self._texts.setdefault(name, [""])
        self._texts[name] = [f"{together}&{quote(member, safe='')}={text}".removeprefix("&")]

    def _add_filter(self, declared: Filter, operator: str, text: str, written: str) -> None:
        if (
            operator == ""
            and declared.array is not None
            and (_may_repeat(declared.array) or declared.name not in self._lists)
        ):
            self._lists.setdefault(declared.name, []).append(text)
            return
        plain = decode("query", text)
        operators = _object_filter(declared, plain) if operator == "" else {operator: plain}
        filters = self.filters.setdefault(declared.name, {})
        if operator in filters:
            both = f"{filters[operator]},{plain}" if operator in ("", "eq", *LISTS) else ""
            hint = several(declared, operator if operator in LISTS else "in", both) if both else ""
            refuse(printable(written), f"is given more than once{hint}")
        if filters.keys() & operators.keys():
            refuse(printable(written), "is given more than once")
        filters.update(operators)


def _is_deep(declared: Parameter | None) -> bool:
    return declared is not None and declared.serialization.style == "deepObject"


def _may_repeat(declared: Parameter) -> bool:
    return declared.type == "array" and declared.serialization.explode


def _repeated(declared: Parameter, written: str) -> str:
    if written != declared.name:
        return f"is another name of {declared.name}, which is given too"
    return f"is given more than once{list_form(declared)}"


def _own_name(operation: Operation, written: str) -> str:
    """The declared name of a parameter, with its operator, that was written by one of its other names."""
    name, bracket, rest = written.partition("[")
    if (alias := operation.aliases.get(name)) is None:
        return written
    return f"{alias.name}[{alias.operator}]" if alias.operator and not bracket else f"{alias.name}{bracket}{rest}"


def _spelled(declared: Parameter, written: str) -> Parameter:
    """A parameter as the client calls it, so that a refusal speaks of what was sent."""
    return declared if written == declared.name else replace(declared, name=written)


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


def parse_list_request(listing: Listing, operation: Operation, query: QueryString) -> ListRequest:
    """The list that a query asks for; Problem when it cannot be understood."""
    resource = operation.resource
    if resource is None:
        raise Problem("internal")
    parameters = query.parameters
    where = (
        *_comparisons(listing, operation, query.filters),
        *_range(listing, resource, parameters),
        *_search(listing, operation, parameters),
    )
    rules = tuple(_rules(operation, query.filters))
    order = _order(listing, operation, parameters)
    limit = parameters.get(listing.limit) if listing.limit else None
    cursor = parameters.get(listing.cursor) if listing.cursor else None
    return ListRequest(where, rules, order, DEFAULT_LIMIT if limit is None else limit, cursor)


def _comparisons(listing: Listing, operation: Operation, filters: Filters) -> Iterator[Comparison]:
    for field, operators in filters.items():
        declared = operation.filters[field]
        for operator, text in operators.items() if declared.rule is None else ():
            yield comparison(declared, operator, text, listing.timezone)


def _rules(operation: Operation, filters: Filters) -> Iterator[tuple[Filter, bool]]:
    for field, operators in filters.items():
        declared = operation.filters[field]
        for operator, text in operators.items() if declared.rule is not None else ():
            yield declared, bool(operand(declared, operator, declared.member, str(text)))


def _range(listing: Listing, resource: Resource, parameters: Parameters) -> Iterator[Comparison]:
    since = parameters.get(listing.since) if listing.since else None
    until = parameters.get(listing.until) if listing.until else None
    if since is not None and until is not None:
        _check_range(listing, since, until)
    if resource.date is None:
        return
    instant = resource.paths[resource.date].schema.get("format") == "date-time" if resource.date in resource.paths else False
    for operator, day in (("gte", since), ("lte", until)):
        if day is not None:
            yield Comparison((resource.date,), operator, whole_day(day, listing.timezone) if instant else day)


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


def _search(listing: Listing, operation: Operation, parameters: Parameters) -> Iterator[Comparison]:
    text = parameters.get(listing.search) if listing.search else None
    named = parameters.get(listing.search_fields) if listing.search_fields else None
    resource = operation.resource
    if resource is None:
        return
    fields = search_fields(resource, operation.parameters[listing.search_fields or ""], named) if named else resource.search
    if text:
        yield Comparison(fields, "contains", text)


def _order(listing: Listing, operation: Operation, parameters: Parameters) -> tuple[tuple[str, bool], ...]:
    keys = parameters.get(listing.sort) if listing.sort else None
    order = parameters.get(listing.order) if listing.order else None
    if order is not None and not keys:
        raise Problem(
            "parameter", name=listing.order, field=listing.order, reason=f"needs {listing.sort}: say what to sort by"
        )
    if not keys or operation.resource is None:
        return ()
    return sort_keys(operation.resource, operation.parameters[listing.sort or ""], keys, order)
