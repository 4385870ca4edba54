"""Watches: whoever looked at a part of a collection is told when it changes, and of nothing else."""

import pytest

from mockserver.store.base import Change, Condition, Query
from mockserver.store.tiny import TinyStore


def loan(id, book, **more):
    return Change("loans", id, {"id": id, "bookId": book, **more})


@pytest.fixture
def store():
    found = TinyStore()
    found.apply("a", [loan("l1", "b1"), loan("l2", "b2"), loan("l3", "b1", tags=["red", "blue"])])
    return found


def find(field, operator, value):
    return Query((Condition((field,), operator, value),))


@pytest.mark.parametrize(
    ("query", "moving"),
    [
        (find("bookId", "eq", "b1"), {"of b1", "to b1", "from b1", "gone"}),
        (find("bookId", "eq", "B1"), {"of b1", "to b1", "from b1", "gone"}),
        (find("bookId", "in", ["b1", "b3"]), {"of b1", "to b1", "from b1", "gone"}),
        (find("bookId", "eq", "b9"), set()),
        (find("tags", "eq", "red"), {"tagged"}),
        (find("bookId", "ne", "b1"), {"of b1", "of b2", "to b1", "from b1", "gone", "tagged", "new"}),
        (Query(), {"of b1", "of b2", "to b1", "from b1", "gone", "tagged", "new"}),
    ],
)
def test_a_query_hears_of_the_changes_that_may_change_its_rows(store, query, moving):
    changes = {
        "of b1": loan("l1", "b1", days=3),
        "of b2": loan("l2", "b2", days=3),
        "to b1": loan("l2", "b1"),
        "from b1": loan("l2", "b4"),
        "tagged": loan("l5", "b5", tags=["RED"]),
        "gone": Change("loans", "l1", None),
        "new": loan("l6", "b6"),
    }
    heard = set()
    for name, change in changes.items():
        watches = store.watch_matches("a", "loans", query)
        before = [watch.changes for watch in watches]
        store.apply("a", [change])
        if [watch.changes for watch in watches] != before:
            heard.add(name)
    assert heard == moving


def test_an_id_hears_of_its_document_also_when_it_comes_to_be(store):
    old, new = store.watch("a", "loans", "l1"), store.watch("a", "loans", "l9")
    store.apply("a", [loan("l2", "b2", days=1)])
    assert (old.changes, new.changes) == (0, 0)
    store.apply("a", [Change("loans", "l1", None), loan("l9", "b1")])
    assert (old.changes, new.changes) == (1, 1)


def test_another_tenant_is_not_heard(store):
    watch = store.watch("a", "loans", "l1")
    store.apply("b", [loan("l1", "b1")])
    assert watch.changes == 0


@pytest.mark.parametrize("tenant", ["a", None])
def test_everybody_hears_that_all_is_forgotten(store, tenant):
    watches = [store.watch("a", "loans", "l1"), *store.watch_matches("a", "loans", find("bookId", "eq", "b1"))]
    watches += store.watch_matches("a", "loans", Query())
    before = [watch.changes for watch in watches]
    store.clear(tenant)
    assert all(watch.changes > count for watch, count in zip(watches, before, strict=True))
