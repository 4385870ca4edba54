"""Lists whose filter is a rule: they are sorted, counted and paged like any other."""

import pytest

from mockserver.store.base import Query

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
