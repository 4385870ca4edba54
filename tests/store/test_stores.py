"""What every store must do; each test runs on each of them."""

import random
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.store.base import SANDBOX, After, Change, Condition, Query, arranged, page
from mockserver.store.durable import DurableStore
from mockserver.store.tiny import TinyStore


def tiny(folder):
    return TinyStore({"books": ("isbn", "shelf")})


def kept(folder):
    found = DurableStore(folder, tiny(folder))
    found.keep()
    return found


STORES = {"tiny": tiny, "kept": kept}


@contextmanager
def opened(name):
    with TemporaryDirectory() as folder, closing(STORES[name](Path(folder))) as found:
        yield found


@pytest.fixture(params=STORES)
def store(request):
    with opened(request.param) as found:
        yield found


def put(store, *documents, tenant="a"):
    store.apply(tenant, [Change("books", one["id"], one) for one in documents])


def ids(found):
    return [row["id"] for row in found.rows]


def test_a_document_is_found_by_its_id_and_only_by_its_tenant(store):
    put(store, {"id": "1", "title": "Emma"})
    assert store.get("a", "books", "1") == {"id": "1", "title": "Emma"}
    assert store.get("b", "books", "1") is None
    assert store.get("a", "loans", "1") is None


def test_positions_follow_creation_and_stay_with_a_changed_document(store):
    put(store, {"id": "1"}, {"id": "2"}, {"id": "3"})
    put(store, {"id": "1", "title": "changed"})
    assert ids(store.find("a", "books", Query())) == ["1", "2", "3"]


def test_a_position_is_not_given_again_after_a_removal(store):
    put(store, {"id": "1"}, {"id": "2"})
    last = store.get("a", "books", "2").position
    store.apply("a", [Change("books", "2", None)])
    put(store, {"id": "3"})
    assert store.get("a", "books", "3").position > last
    assert ids(store.find("a", "books", Query())) == ["1", "3"]


def test_clearing_forgets_one_tenant_or_all(store):
    put(store, {"id": "1"})
    put(store, {"id": "1"}, tenant="b")
    assert store.tenants() == ["a", "b"]
    store.clear("a")
    assert store.get("a", "books", "1") is None
    assert store.get("b", "books", "1") is not None
    store.clear()
    assert store.get("b", "books", "1") is None
    assert store.tenants() == []


def test_what_belongs_to_no_tenant_is_not_forgotten_with_the_tenants(store):
    put(store, {"id": "1"})
    put(store, {"id": "1"}, tenant=SANDBOX)
    assert store.tenants() == ["a"]
    store.clear()
    assert store.get("a", "books", "1") is None
    assert store.get(SANDBOX, "books", "1") is not None


def test_those_who_have_no_documents_are_no_tenants(store):
    store.find("b", "books", Query())
    put(store, {"id": "1"})
    store.apply("a", [Change("books", "1", None)])
    assert store.tenants() == []


def blob_references(count, seed=0):
    dice = random.Random(seed)
    return [
        {
            "id": str(place),
            "isbn": f"isbn{place}",
            "shelf": dice.choice(["a", "B", "c", None]),
            "price": dice.choice([None, Decimal(dice.randrange(5)), dice.randrange(5)]),
            "author": {"name": dice.choice(["Jane", "jane", "Emily", None])},
            "lines": [{"tags": dice.sample(["x", "y"], dice.randrange(3))} for _ in range(dice.randrange(3))],
            "tags": dice.sample(["x", "y", "z"], dice.randrange(3)),
            "pages": dice.choice([None, "x", dice.randrange(9), [], [dice.randrange(9), dice.randrange(9)], ["x", 3, None]]),
        }
        for place in range(count)
    ]


CONDITIONS = st.sampled_from(
    [
        Condition(("shelf",), "eq", "A"),
        Condition(("shelf",), "in", ["a", "b"]),
        Condition(("shelf",), "nin", ["a"]),
        Condition(("shelf",), "ne", "c"),
        Condition(("price",), "gte", 2),
        Condition(("price",), "lt", Decimal(4)),
        Condition(("author.name",), "startswith", "JA"),
        Condition(("author.name", "shelf"), "contains", "a"),
        Condition(("tags",), "eq", "x"),
        Condition(("tags",), "gte", "Y"),
        Condition(("lines.tags",), "eq", "X"),
        Condition(("lines.tags",), "nin", ["x"]),
        Condition(("lines.tags",), "contains", "y"),
        Condition(("pages",), "gt", 4),
        Condition(("pages",), "lte", Decimal(3)),
        Condition(("pages", "price"), "lt", 2),
        Condition(("pages",), "in", [3, 4]),
        Condition(("pages",), "ne", 3),
        Condition(("isbn",), "eq", "ISBN7"),
    ]
)
ORDERS = st.lists(st.tuples(st.sampled_from(["shelf", "price", "author.name", "id"]), st.booleans()), max_size=3)
EDITS = st.lists(st.tuples(st.integers(0, 120), st.sampled_from(["drop", "change", "new"])), max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(CONDITIONS, max_size=2), ORDERS, st.integers(1, 30), EDITS, st.integers(0, 150))
def test_every_page_is_what_sorting_all_of_it_gives_also_after_changes(where, order, limit, edits, begin):
    for name in STORES:
        with opened(name) as store:
            _pages_agree(store, where, order, limit, edits, begin)


def _pages_agree(store, where, order, limit, edits, begin):
    put(store, *blob_references(120))
    query = Query(tuple(where), tuple(order), limit=limit)
    store.find("a", "books", query)
    for place, edit in edits:
        if edit == "drop":
            store.apply("a", [Change("books", str(place), None)])
        else:
            put(store, {**blob_references(121, seed=place)[place], "id": str(place) if edit == "change" else f"n{place}"})
    rows = [row for row in store.find("a", "books", Query()).rows if all(one.holds(row) for one in where)]
    wanted = arranged(rows, query.order)
    if begin < len(wanted):
        mark = wanted[begin]
        values = tuple(_at(mark, field) for field, _ in order)
        query = Query(query.where, query.order, After(mark.position, values), limit)
    assert _seen(store.find("a", "books", query)) == _seen(page(wanted, query))


def _at(row, path):
    for name in path.split("."):
        row = row[name]
    return row


def _seen(found):
    return ids(found), found.total, found.more


RANGED = {
    "scalar": 5,
    "among": [1, 5],
    "below": [1, 2],
    "empty": [],
    "null": None,
    "text": "5",
    "texts": ["e", "K"],
    "deep": [[6], [], 1],
}


@pytest.mark.parametrize(
    ("operator", "value", "wanted"),
    [
        pytest.param("gte", 5, "scalar among deep", id="gte"),
        pytest.param("gt", 5, "deep", id="gt"),
        pytest.param("lt", 2, "among below deep", id="lt"),
        pytest.param("lte", 1, "among below deep", id="lte"),
        pytest.param("gte", "k", "texts", id="text-without-case"),
        pytest.param("lt", "f", "text texts", id="text-below"),
    ],
)
@pytest.mark.parametrize("more", [pytest.param(0, id="few"), pytest.param(100, id="many")])
def test_a_list_is_in_a_range_when_one_of_its_entries_is(store, operator, value, wanted, more):
    put(store, *({"id": id, "pages": pages} for id, pages in RANGED.items()), *({"id": f"n{n}"} for n in range(more)))
    for fields in (("pages",), ("pages", "isbn")):
        found = store.find("a", "books", Query((Condition(fields, operator, value),)))
        assert set(ids(found)) == set(wanted.split())
        assert found.total == len(wanted.split())
