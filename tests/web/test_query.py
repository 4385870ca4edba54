"""The syntax of query strings: what a list is asked for, and how what cannot be understood is refused."""

import pytest

from mockserver.engine.call import Comparison, ListRequest
from mockserver.engine.problems import Problem
from mockserver.store.base import Change, Condition, Query
from mockserver.store.tiny import TinyStore
from mockserver.web.query import parse_list_request, parse_query
from tests.compiling.small import plan

DAY = "2024-01-30T15:00:00Z/2024-01-31T15:00:00Z"
"""A day in Tokyo."""


@pytest.fixture
def parse(library_plan):
    """The list that a query asks for."""
    operation = library_plan.operations["listBooks"]

    def parsed(text):
        return parse_list_request(library_plan.conventions.listing, operation, parse_query(operation, text.encode()))

    return parsed


@pytest.mark.parametrize(
    ("query", "where"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("title=Emma", [(("title",), "eq", "Emma")], id="bare"),
        pytest.param("author.name=Jane", [(("author.name",), "contains", "Jane")], id="bare-with-another-operator"),
        pytest.param("price[gte]=10&price[lt]=20", [(("price",), "gte", 10), (("price",), "lt", 20)], id="two-operators"),
        pytest.param("price%5Bgte%5D=10", [(("price",), "gte", 10)], id="escaped-brackets"),
        pytest.param("title[in]=Emma, Persuasion", [(("title",), "in", ["Emma", "Persuasion"])], id="list"),
        pytest.param("title=Emma,Jane", [(("title",), "eq", "Emma,Jane")], id="a-comma-that-is-no-list"),
        pytest.param('price={"gte": 5}', [(("price",), "gte", 5)], id="deep-object-as-json"),
        pytest.param("title={5}", [(("title",), "eq", "{5}")], id="text-that-begins-like-json"),
        pytest.param("title=Kopi+O", [(("title",), "eq", "Kopi O")], id="plus"),
        pytest.param("from=2024-01-01", [(("published",), "gte", "2024-01-01")], id="another-name"),
        pytest.param("publishedTo=2024-02-01", [(("published",), "lte", "2024-02-01")], id="a-name-made-of-the-date"),
        pytest.param(
            "priceMin=10&price[lt]=20", [(("price",), "gte", 10), (("price",), "lt", 20)], id="a-name-of-an-operator"
        ),
        pytest.param("author.name=Jane%2C Austen", [(("author.name",), "contains", "Jane, Austen")], id="an-escaped-comma"),
        pytest.param("createdAt[gte]=2024-01-31", [(("createdAt",), "gte", DAY)], id="a-day-of-the-contracts-zone"),
        pytest.param("createdAt=2024-01-31", [(("createdAt",), "eq", DAY)], id="within-a-day"),
        pytest.param(
            "search=jane&searchFields= title,author.name", [(("title", "author.name"), "contains", "jane")], id="fields"
        ),
        pytest.param("search=jane&searchFields=title", [(("title",), "contains", "jane")], id="search"),
    ],
)
def test_filters_become_comparisons(parse, query, where):
    assert parse(query).where == tuple(Comparison(*comparison) for comparison in where)


def test_a_filter_that_is_a_rule_says_whether_it_must_hold(parse):
    ((declared, holds),) = parse("cheap=false").rules
    assert (declared.name, holds, parse("cheap=false").where) == ("cheap", False, ())


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("title", (("title", False),)),
        ("price:desc, title:asc", (("price", True), ("title", False))),
        ("author.name:", (("author.name", False),)),
        ("writer:desc", (("author.name", True),)),
        ("title&order=desc", (("title", True),)),
        ("title,price:asc&order=desc", (("title", True), ("price", False))),
    ],
)
def test_what_to_sort_by(parse, sort, order):
    assert parse(f"sort={sort}").order == order


def test_a_page_is_as_long_as_asked_for(parse):
    assert parse("") == ListRequest(limit=10)
    assert (parse("limit=3").limit, parse("cursor=abc").cursor) == (3, "abc")


@pytest.mark.parametrize(
    ("query", "kind", "field", "reason"),
    [
        ("colour=red", "filter", "colour", "is not one that this list knows"),
        ("colour[eq]=red", "filter", "colour[eq]", "is not one that this list knows"),
        (
            "title[]=x",
            "filter",
            "title[]",
            "is not one that this list knows: write title=x; for several values write title[in]=one,another",
        ),
        ("title[in][]=x", "filter", "title[in][]", "for several values write title[in]=one,another"),
        ("title=a&title=b", "filter", "title", "is given more than once; for several values write title[in]=a,b"),
        ("title[in]=a&title[in]=b,c", "filter", "title[in]", "for several values write title[in]=a,b,c"),
        ("title[nin]=a&title[nin]=b", "filter", "title[nin]", "for several values write title[nin]=a,b"),
        ("price[gte]=1&price[gte]=2", "filter", "price[gte]", "is given more than once"),
        ("price=1,2", "filter", "price", "must be a number; for several values write price[in]=1,2"),
        ("title[in]=a,,b", "filter", "title[in]", "has an empty value between its commas"),
        ("limit[]=1", "filter", "limit[]", "is not one that this list knows: write limit=1"),
        ("limit=99999999999999999999", "parameter", "limit", "must be at most"),
        ("createdAt[gte]=2024-02-30", "filter", "createdAt[gte]", "must be a date"),
        ("sort=-title", "sort", "-title", "is not a field to sort by: write title:desc"),
        ("sort=title desc", "sort", "title desc", "is not a field to sort by: write title:desc"),
        ("sort=title.descending", "sort", "title.descending", "write title:desc"),
        ("sort=titel", "sort", "titel", "; did you mean title?"),
        ("sort=title,,price", "parameter", "sort", "has nothing between two commas"),
        ("sort=lines.sku", "sort", "lines.sku", "is not a field to sort by"),
        ("titel=Emma", "filter", "titel", "is not one that this list knows: did you mean title?"),
        ("pricemin=3", "filter", "pricemin", "is not one that this list knows: did you mean priceMin?"),
        ("autor.name[eq]=Jane", "filter", "autor.name[eq]", "did you mean author.name?"),
        ("since=2024-01-01&from=2024-01-01", "parameter", "from", "is another name of since, which is given too"),
        ("from=soon", "parameter", "from", "must be a date"),
        ("from=2024-02-01&to=2024-01-01", "range", "since", "begins after it ends"),
        ("price[gte]=1&priceMin=2", "filter", "priceMin", "is given more than once"),
        ("order=desc", "parameter", "order", "needs sort: say what to sort by"),
        ("title=x&title[eq]=x&title=y", "filter", "title", "is given more than once"),
        ("limit=1&limit=1", "parameter", "limit", "is given more than once"),
        ("limit=many", "parameter", "limit", "must be a whole number"),
        ("price[like]=1", "filter", "price[like]", "has an operator that is not known here"),
        ("price[gte]=cheap", "filter", "price[gte]", "must be a number"),
        ("price=", "filter", "price", "must be a number"),
        ("price[in]=1,x", "filter", "price[in]", "must be a number"),
        ("cheap=perhaps", "filter", "cheap", "must be true or false"),
        ("title=%00", "filter", "title", "must not contain NUL"),
        ("title=%FF", "filter", "title", "must be UTF-8"),
        ("title=%ED%A0%80", "filter", "title", "must be UTF-8"),
        ("since=2024-02-01&until=2024-01-01", "range", "since", "begins after it ends"),
        ("since=2020-01-01&until=2024-01-02", "range", "since", "is longer than 3 years"),
        ("searchFields=title,colour", "parameter", "colour", "names colour, which is not a field"),
        ("sort=colour", "sort", "colour", "is not a field to sort by"),
        ("sort=author", "sort", "author", "is not a field to sort by"),
        ("sort=title:down", "sort", "title", "has the direction down: use asc or desc"),
    ],
)
def test_what_cannot_be_understood_is_refused(parse, query, kind, field, reason):
    with pytest.raises(Problem) as refused:
        parse(query)
    problem = refused.value
    assert (problem.kind, problem.facts["field"]) == (kind, field)
    assert reason in problem.facts["reason"]


def test_of_several_mistakes_the_first_in_reading_order_is_told(parse):
    with pytest.raises(Problem) as refused:
        parse("sort=colour&since=2024-02-01&until=2024-01-01&price[gte]=x")
    assert refused.value.facts["field"] == "price[gte]"


def test_an_operation_that_is_no_list_takes_no_filters(library_plan):
    with pytest.raises(Problem) as refused:
        parse_query(library_plan.operations["getBook"], b"title[eq]=x")
    assert refused.value.facts["reason"] == "is not one that this operation knows"


INSTANTS = """
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - name: madeAt
          in: query
          style: deepObject
          schema:
            anyOf:
              - {type: string, format: date-time}
              - type: object
                properties:
                  ne: &time {type: string, format: date-time}
                  gt: *time
                  gte: *time
                  lt: *time
                  lte: *time
                  in: {type: string}
                  nin: {type: string}
        - {name: first, in: query, schema: {type: string, format: date}}
        - {name: last, in: query, schema: {type: string, format: date}}
        - {name: mail, in: query, x-filter: {operator: eq}, schema: {type: string}}
        - {name: states, in: query, x-filter: {field: state}, schema: {type: array, items: {type: string, enum: [in, out]}}}
      responses: {'200': {description: Books, content: {application/json: {schema: {
        type: array, items: {$ref: '#/components/schemas/Book'}}}}}}
components:
  schemas:
    Book:
      x-resource: {date: madeAt}
      properties: {madeAt: {type: string, format: date-time}, mail: {type: string, format: email}}
x-sandbox: {timezone: Asia/Kuala_Lumpur, listing: {from: first, to: last}}
"""
MOMENTS = {
    "before": "2024-01-14T15:59:59Z",
    "first": "2024-01-14T16:00:00Z",
    "last": "2024-01-15T15:59:59.999Z",
    "after": "2024-01-15T16:00:00Z",
}


@pytest.fixture(scope="module")
def books():
    return plan(INSTANTS)


def kept(books, query, rows):
    """The names of the rows that a query keeps."""
    operation = books.operations["listBooks"]
    request = parse_list_request(books.conventions.listing, operation, parse_query(operation, query.encode()))
    conditions = [Condition(*comparison) for comparison in request.where]
    return [name for name, row in rows.items() if all(condition.holds(row) for condition in conditions)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("madeAt=2024-01-15", "first last"),
        ("madeAt[ne]=2024-01-15", "before after"),
        ("madeAt[gt]=2024-01-15", "after"),
        ("madeAt[gte]=2024-01-15", "first last after"),
        ("madeAt[lt]=2024-01-15", "before"),
        ("madeAt[lte]=2024-01-15", "before first last"),
        ("madeAt[in]=2024-01-15,2024-01-16", "first last after"),
        ("madeAt[nin]=2024-01-15, 2024-01-14T15:59:59Z", "after"),
        ("madeAt[gte]=2024-01-15&madeAt[lte]=2024-01-15", "first last"),
        ("madeAt[gte]=2024-01-15T23:59:59.999+08:00", "last after"),
        ("madeAt=2024-01-16T00:00:00+08:00", "after"),
        ("madeAt[in]=2024-01-16T00:00:00+08:00,2024-01-15T00:00:00+08:00", "first after"),
        ("first=2024-01-15", "first last after"),
        ("last=2024-01-15", "before first last"),
        ("first=2024-01-15&last=2024-01-15", "first last"),
        ("madeAt[gte]=0001-01-01", "before first last after"),
        ("madeAt[lte]=9999-12-31", "before first last after"),
        ("madeAt[gt]=9999-12-31", ""),
    ],
)
@pytest.mark.parametrize("indexed", [False, True])
def test_a_date_means_that_whole_day_in_the_contracts_zone(books, query, names, indexed):
    rows = {name: {"id": name, "madeAt": moment} for name, moment in MOMENTS.items()}
    assert kept(books, query, rows) == names.split()
    if indexed:
        store = TinyStore()
        store.apply("a", [Change("books", name, row) for name, row in rows.items()])
        operation = books.operations["listBooks"]
        request = parse_list_request(books.conventions.listing, operation, parse_query(operation, query.encode()))
        found = store.find("a", "books", Query(tuple(Condition(*comparison) for comparison in request.where)))
        assert [row["id"] for row in found.rows] == names.split()


def test_a_plus_that_nobody_escaped_is_taken_where_a_space_cannot_be(books):
    rows = {"one": {"mail": "a+b@x.com"}, "other": {"mail": "ab@x.com"}}
    assert kept(books, "mail=a+b@x.com", rows) == ["one"]


@pytest.mark.parametrize("query", ["states=in&states=out", "states=in,out", "states=in%2Cout"])
def test_a_filter_may_be_a_list_in_its_own_style(books, query):
    assert kept(books, query, {"a": {"state": "in"}, "b": {"state": "out"}, "c": {"state": None}}) == ["a", "b"]


def test_an_entry_of_a_list_that_cannot_be_is_refused_by_name(books):
    with pytest.raises(Problem) as refused:
        kept(books, "states=in&states=lost", {})
    assert (refused.value.kind, refused.value.facts["field"]) == ("filter", "states[1]")
    assert refused.value.facts["reason"] == "must be one of in, out"


@pytest.mark.parametrize("text", ["!!", "", "a b", "x" * 9000])
def test_a_cursor_that_no_list_has_given_is_told_in_words(demo, text):
    answer = demo("GET", "/customers", params={"cursor": text})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_CURSOR")
    assert answer.json()["error"]["message"].startswith("The cursor is none that a list has given")


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("customerId=cust_456,cust_123", "customerId[in]=cust_456,cust_123"),
        ("id[eq]=inv_123,inv_124", "id[in]=inv_123,inv_124"),
        ("customerId[ne]=cust_456, cust_123", "customerId[nin]=cust_456, cust_123"),
    ],
)
def test_several_ids_are_no_id_and_the_form_that_works_is_told(demo, query, form):
    answer = demo("GET", f"/invoices?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["message"].endswith(f"for several values write {form}")
    assert demo("GET", f"/invoices?{form}").status_code == 200
