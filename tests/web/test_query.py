"""The syntax of query strings: what a list is asked for, and how what cannot be understood is refused."""

import pytest

from mockserver.engine.call import Comparison, ListRequest
from mockserver.engine.problems import Problem
from mockserver.web.query import parse_list_request, parse_query


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
        ("title[]=x", "filter", "title[]", "is not one that this list knows"),
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
        ("searchFields=title,colour", "filter", "colour", "names colour, which is not a field"),
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
