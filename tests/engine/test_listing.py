"""Lists: those whose filter is a rule are sorted, counted and paged like any other; what makes no sense is refused."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from mockserver.store.base import Query
from tests.engine.desk import refused

PRICES = {"Emma": 3, "Persuasion": 12, "Sanditon": 7, "Evelina": 3, "Camilla": 9}


@pytest.fixture
def library(desk):
    for title, price in PRICES.items():
        desk.run("addBook", {"title": title, "price": price})
    return desk


def pages(desk, limit, filters, **query):
    """The titles of each page, by its cursor."""
    cursor, found = None, []
    while cursor is not None or not found:
        reply = desk.reply("listBooks", None, {"limit": limit, "cursor": cursor, **query}, filters)
        assert reply.page["limit"] == limit
        found.append(([book["title"] for book in reply.result], reply.page["total"]))
        cursor = reply.page["nextCursor"]
    return found


@pytest.mark.parametrize(
    ("sort", "filters", "wanted"),
    [
        pytest.param("title:desc", {"cheap": {"": "true"}}, "Sanditon Evelina Emma Camilla", id="one-key"),
        pytest.param("price,title", {"cheap": {"": "true"}}, "Emma Evelina Sanditon Camilla", id="two-keys"),
        pytest.param("price:asc", {"cheap": {"": "true"}}, "Emma Evelina Sanditon Camilla", id="as-created"),
        pytest.param(None, {"cheap": {"": "true"}}, "Emma Sanditon Evelina Camilla", id="unsorted"),
        pytest.param("title", {"cheap": {"": "true"}, "price": {"gt": "3"}}, "Camilla Sanditon", id="another-filter"),
        pytest.param("title", {"cheap": {"": "false"}}, "Persuasion", id="the-others"),
    ],
)
def test_a_list_under_a_rule_comes_in_the_order_asked_for(library, sort, filters, wanted):
    wanted = wanted.split()
    query = {"sort": sort} if sort else {}
    assert pages(library, 10, filters, **query) == [(wanted, len(wanted))]
    paged = pages(library, 1, filters, **query)
    assert [titles for titles, _ in paged] == [[title] for title in wanted]
    assert {total for _, total in paged} == {len(wanted)}


def test_a_list_can_be_sorted_by_what_is_computed_when_it_is_given_out(library):
    for title, shelf in {"Emma": "B", "Camilla": "A"}.items():
        library.run("addShelf", {"code": shelf})
        (book,) = library.run("listBooks", filters={"title": {"eq": title}})
        library.run("changeBook", {"shelfCode": shelf}, bookId=book["id"])
    assert [titles for titles, _ in pages(library, 2, {}, sort="shelfLabel:desc,title")] == [
        ["Emma", "Camilla"],
        ["Evelina", "Persuasion"],
        ["Sanditon"],
    ]
    assert all("shelfLabel" not in row for row in library.engine.store.find("branch_a", "books", Query()).rows)


@pytest.mark.parametrize(
    ("query", "filters", "said"),
    [
        pytest.param({"sort": "nope"}, {}, "The sort key nope is not a field to sort by: use one of id, ", id="sort-field"),
        pytest.param({"sort": "title,tags"}, {}, "The sort key tags is not a field to sort by", id="sort-list"),
        pytest.param({"sort": "author"}, {}, "The sort key author is not a field to sort by", id="sort-object"),
        pytest.param(
            {"sort": "title:up"}, {}, "The sort key title has the direction up: use asc or desc", id="sort-direction"
        ),
        pytest.param(
            {"search": "a", "searchFields": "title,nope"}, {}, "names nope, which is not a field", id="search-fields"
        ),
        pytest.param(
            {}, {"price": {"like": "3"}}, "The filter price[like] has an operator that is not known here", id="operator"
        ),
        pytest.param({}, {"price": {"gte": "dear"}}, "The filter price[gte] must be a number", id="number"),
        pytest.param({}, {"price": {"in": "3,dear"}}, "The filter price[in] must be a number", id="one-of-a-list"),
        pytest.param({}, {"cheap": {"": "yes"}}, "The filter cheap must be true or false", id="truth"),
        pytest.param({"since": "2024-02-01", "until": "2024-01-31"}, {}, "The range begins after it ends", id="range"),
        pytest.param(
            {"since": "2020-01-31", "until": "2023-02-01"}, {}, "The range is longer than 3 years", id="long-range"
        ),
    ],
)
def test_a_list_that_cannot_be_understood_is_refused_with_the_reason(library, query, filters, said):
    refusal = refused(library, "listBooks", None, query, filters)
    assert refusal.status == 400
    assert said in refusal.message


def test_a_range_may_be_as_long_as_the_contract_says_and_no_longer(library):
    library.run("addBook", {"title": "Old", "published": "2020-01-31"})
    library.run("addBook", {"title": "New", "published": "2023-01-31"})
    found = library.run("listBooks", query={"since": "2020-01-31", "until": "2023-01-31"})
    assert [book["title"] for book in found] == ["Old", "New"]
    assert [book["title"] for book in library.run("listBooks", query={"since": "2020-02-01"})] == ["New"]
    assert [book["title"] for book in library.run("listBooks", query={"until": "2023-01-30"})] == ["Old"]


def _visited(desk, sort):
    """The titles on pages of two, while on each page one book is added and the last of the page is removed."""
    titles, cursor = [], None
    for number in range(60):
        reply = desk.reply("listBooks", None, {"limit": 2, "sort": sort, "cursor": cursor})
        titles += [book["title"] for book in reply.result]
        cursor = reply.page["nextCursor"]
        if cursor is None:
            return titles
        desk.run("addBook", {"title": f"new {number}", "price": 3})
        desk.run("dropBook", bookId=reply.result[-1]["id"])
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("sort", ["price:desc", "createdAt:desc", "price,createdAt:desc"])
def test_pages_over_ties_lose_nothing_while_books_come_and_go(desk, sort):
    titles = [f"old {number}" for number in range(9)]
    for title in titles:
        desk.run("addBook", {"title": title, "price": 3})
    assert _visited(desk, sort) == titles[::-1]


@pytest.mark.parametrize("sort", ["price", "createdAt", "price:desc,createdAt"])
def test_what_is_new_among_equals_comes_last_where_the_last_key_ascends(desk, sort):
    for number in range(9):
        desk.run("addBook", {"title": f"old {number}", "price": 3})
    books = desk.run("listBooks", None, {"sort": sort})
    assert [book["title"] for book in books] == [f"old {number}" for number in range(9)]


def cursor(text):
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


NO_CURSORS = """
[] 3 {} null {
{"id":true} {"id":"1"} {"id":-1} {"id":9007199254740992} {"id":1,"q":"of-another"}
{"id":1,"s":1} {"id":1,"s":[]} {"id":1,"s":["a","b"]} {"id":1,"s":[{}]}
"""


@pytest.mark.parametrize("text", NO_CURSORS.split())
def test_a_cursor_that_no_list_gave_is_refused(library, text):
    query = {"limit": 2, "sort": "title"}
    mark = json.loads(urlsafe_b64decode(library.reply("listBooks", None, query).page["nextCursor"] + "=="))["q"]
    if '"id"' in text and '"q"' not in text:
        text = json.dumps({**json.loads(text), "q": mark})
    refusal = refused(library, "listBooks", None, {**query, "cursor": cursor(text)})
    assert (refusal.status, refusal.message.startswith("The cursor ")) == (400, True)


def test_a_cursor_at_the_end_leads_to_an_empty_page(library):
    reply = library.reply("listBooks", None, {"cursor": cursor('{"id": 9007199254740991}')})
    assert (reply.result, reply.page["nextCursor"], reply.page["total"]) == ([], None, 5)


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ({"search": "cafe\u0301"}, {}),
        ({}, {"title": {"eq": "LE CAFE\u0301"}}),
        ({}, {"title": {"in": "Emma,le caf\u00e9"}}),
        ({}, {"title": {"startswith": "le cafe\u0301"}}),
    ],
)
def test_letters_are_the_same_however_their_accents_are_written(desk, query, filters):
    desk.run("addBook", {"title": "Le Caf\u00e9"})
    desk.run("addBook", {"title": "Le Cafe"})
    assert [book["title"] for book in desk.run("listBooks", None, query, filters)] == ["Le Caf\u00e9"]


def test_no_two_unique_values_differ_by_how_an_accent_is_written_only(desk):
    desk.run("addShelf", {"code": "\u00c9"})
    assert refused(desk, "addShelf", {"code": "e\u0301"}).status == 422
