"""Transactions: changes are seen through it before they are stored, in their places, and stored at once."""

import pytest

from mockserver.engine.transaction import UNPLACED, Transaction
from mockserver.sandbox import memory
from mockserver.store.base import Change, Condition, Query

BOOKS = [("b1", 3), ("b2", 1), ("b3", 2)]


def book(id, price):
    return {"id": id, "price": price}


@pytest.fixture
def transaction(library_plan):
    store = memory(library_plan)
    store.apply("branch_a", [Change("books", id, book(id, price)) for id, price in BOOKS])
    transaction = Transaction(store, "branch_a")
    transaction.put("books", "b5", book("b5", 2))
    transaction.put("books", "b4", book("b4", 9))
    transaction.put("books", "b2", book("b2", 4))
    transaction.drop("books", "b1")
    transaction.put("notes", "n1", {"id": "n1"})
    return transaction


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param(Query(), "b2 b3 b5 b4", id="stored-ones-keep-their-place-new-ones-follow-as-they-were-put"),
        pytest.param(Query(order=(("price", False),)), "b3 b5 b2 b4", id="sorted"),
        pytest.param(Query(order=(("price", True),)), "b4 b2 b5 b3", id="descending"),
        pytest.param(Query((Condition(("price",), "gt", 3),)), "b2 b4", id="by-the-new-value"),
        pytest.param(Query((Condition(("price",), "eq", 1),)), "", id="not-by-the-old-one"),
        pytest.param(Query((Condition(("id",), "eq", "b1"),)), "", id="dropped"),
    ],
)
def test_rows_are_found_as_they_will_be(transaction, query, ids):
    assert [row["id"] for row in transaction.find("books", query)] == ids.split()


def test_positions_are_those_stored_and_after_all_of_them(transaction):
    stored = {row["id"]: row.position for row in transaction.store.find("branch_a", "books", Query()).rows}
    positions = {row["id"]: row.position for row in transaction.find("books", Query())}
    assert positions == {"b2": stored["b2"], "b3": stored["b3"], "b5": UNPLACED, "b4": UNPLACED + 1}


def test_others_see_nothing_until_it_is_committed_and_then_everything(transaction):
    other = Transaction(transaction.store, "branch_a")
    assert (other.get("books", "b1"), other.get("books", "b4")) == (book("b1", 3), None)
    assert (transaction.get("books", "b1"), transaction.get("books", "b4")) == (None, book("b4", 9))
    changes = transaction.commit()
    assert [change.id for change in changes] == ["b5", "b4", "b2", "b1", "n1"]
    assert [row["id"] for row in other.find("books", Query())] == ["b2", "b3", "b5", "b4"]
    assert transaction.commit() == []


def test_a_copy_is_put_and_each_change_is_counted(transaction):
    document, version = {"id": "b6", "tags": ["a"]}, transaction.version
    transaction.put("books", "b6", document)
    document["tags"].append("b")
    assert transaction.get("books", "b6")["tags"] == ["a"]
    transaction.drop("books", "b6")
    assert transaction.version == version + 2
