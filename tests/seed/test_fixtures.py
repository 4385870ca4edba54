"""Fixtures on the library contract: each step makes what it says, and one that cannot be is named with the reason."""

import pytest
import yaml

from mockserver.reading.errors import BrokenContract
from mockserver.sandbox import build
from mockserver.settings import Settings
from mockserver.store.base import Query
from tests.conftest import LIBRARY, NOW

EMMA = {"call": "addBook", "id": "book_1", "body": {"title": "Emma"}}


def played(folder, *steps, seed=0):
    """A library in which these steps were taken for branch_a."""
    (folder / "branch_a.yaml").write_text(yaml.safe_dump([{"tenant": "branch_a", "user": "ann", "steps": list(steps)}]))
    return build(Settings(LIBRARY, folder, now=NOW, seed=seed)).engine


def rows(engine, collection):
    return engine.store.find("branch_a", collection, Query()).rows


@pytest.mark.parametrize(
    ("step", "why"),
    [
        pytest.param({"call": "addBok"}, "there is no operation addBok", id="call"),
        pytest.param({"generate": "addBok", "count": 1}, "there is no operation addBok", id="generate"),
        pytest.param(EMMA, "there is a Book book_1 already", id="id"),
        pytest.param(
            {"call": "addBook", "body": {"price": -1}}, "UNFIT: title is required; price must be at least 0", id="body"
        ),
        pytest.param({"call": "getBook", "path": {"bookId": "book_2"}}, "NOT_FOUND: ", id="path"),
        pytest.param(
            {"call": "addBook", "body": {"title": "{{ 1 / 0 }}"}}, "in the expression {{ 1 / 0 }}", id="expression"
        ),
        pytest.param(
            {"create": "Note", "with": {"bookId": "book_2", "text": "x"}}, "UNFIT: bookId names no Book", id="create"
        ),
        pytest.param({"create": "Notes", "with": {}}, "'Notes'", id="resource"),
        pytest.param({"at": "yesterday", "call": "addBook"}, "Invalid isoformat string: 'yesterday'", id="time"),
    ],
)
def test_a_step_that_cannot_be_taken_is_named_with_the_reason(tmp_path, step, why):
    with pytest.raises(BrokenContract) as caught:
        played(tmp_path, EMMA, step)
    (error,) = caught.value.errors
    assert str(error).startswith("branch_a.yaml#/steps/1")
    assert why in str(error)


def test_steps_are_taken_at_their_times_and_the_clock_stays(tmp_path):
    engine = played(
        tmp_path,
        {"at": "2024-01-02T03:00:00", **EMMA},
        {"when": "today() < '2024-01-01'", "call": "addBook", "body": {"title": "Never"}},
        {"create": "Note", "with": {"bookId": "book_1", "text": "{{ today() }}"}},
    )
    assert [(book["title"], book["createdAt"]) for book in rows(engine, "books")] == [("Emma", "2024-01-01T18:00:00Z")]
    assert [note["text"] for note in rows(engine, "notes")] == ["2024-01-15"]
    assert engine.clock.now() == NOW


def test_what_lies_ahead_of_the_clock_has_not_happened(tmp_path):
    engine = played(
        tmp_path,
        {"at": NOW, **EMMA},
        {"at": "2024-01-15T10:30:01Z", "call": "addBook", "body": {"title": "Too late"}},
        {"call": "addBook", "body": {"title": "Not then either"}},
        {"at": "2024-01-02", "create": "Note", "with": {"bookId": "book_1", "text": "before"}},
    )
    assert [book["title"] for book in rows(engine, "books")] == ["Emma"]
    assert [note["text"] for note in rows(engine, "notes")] == ["before"]


def test_what_is_invented_keeps_what_is_given_and_is_the_same_for_the_same_seed(tmp_path):
    step = {"generate": "addBook", "count": 3, "body": {"price": 7}}
    first, again, other = (rows(played(tmp_path, step, seed=seed), "books") for seed in (1, 1, 2))
    assert [book["price"] for book in first] == [7, 7, 7]
    assert len({book["title"] for book in first}) == 3
    assert [dict(book) for book in first] == [dict(book) for book in again]
    assert [book["title"] for book in first] != [book["title"] for book in other]
