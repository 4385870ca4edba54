"""What every expression sees: the names of the call and those the root of the contract gives."""

from decimal import Decimal

import pytest

from mockserver.engine.call import Call, Caller
from mockserver.engine.problems import Problem
from tests.engine.test_files import TEXT, hang


def test_names_of_the_root_are_seen_by_every_expression(desk):
    assert desk.run("enrol", {"name": "Ann"})["servedBy"] is None
    desk.run("enrol", {"name": "Mr Desk", "kind": "desk"})
    assert desk.run("enrol", {"name": "Bob"})["servedBy"] == "Mr Desk"


def test_expressions_of_a_call_see_what_it_brought_who_makes_it_and_the_settings(desk):
    state, caller = desk.engine.state, Caller("branch_a", "key_1", "ann", ("read:books",), "2030-01-01", "test")
    call = Call(
        desk.engine.plan.operations["getBook"], caller, {"bookId": "b"}, {"limit": 1}, input=[3], request={"id": "r"}
    )
    scope = state.call_scope(state.work("branch_a"), call)
    assert {name: scope[name] for name in ("input", "path", "query", "request")} == {
        "input": [3],
        "path": {"bookId": "b"},
        "query": {"limit": 1},
        "request": {"id": "r"},
    }
    assert scope["caller"] == {
        "tenant": "branch_a",
        "key": "key_1",
        "user": "ann",
        "permissions": ["read:books"],
        "expiresAt": "2030-01-01",
        "environment": "test",
    }
    assert scope["settings"] == {"fineRate": Decimal("0.25"), "greeting": "Welcome"}
    assert scope["desk"] is None


def test_outside_any_call_the_tenant_calls_and_brings_nothing(desk):
    member = desk.run("enrol", {"name": "Dora", "kind": "desk"})
    scope = desk.engine.state.work("branch_a").call_scope
    assert [scope[name] for name in ("input", "query", "path", "request")] == [{}] * 4
    assert (scope["caller"]["tenant"], scope["caller"]["user"], scope["desk"]["id"]) == ("branch_a", None, member["id"])
    assert desk.engine.state.work("branch_b").call_scope["desk"] is None


def test_a_document_is_got_as_it_is_given_out(desk):
    desk.run("addShelf", {"code": "X"})
    book = desk.run("addBook", {"title": "Emma", "shelfCode": "X"})["id"]
    member = desk.run("enrol", {"name": "Ann", "secret": "s"})["id"]
    assert desk.engine.state.get("branch_a", "Book", book)["shelfLabel"] == "Shelf X"
    assert "secret" not in desk.engine.state.get("branch_a", "Member", member)
    assert desk.engine.state.get("branch_b", "Book", book) is None


def test_the_bytes_of_a_file_are_those_of_its_tenant(desk):
    key = hang(desk, about="book", aboutId=desk.run("addBook", {"title": "Emma"})["id"])["file"]["sha256"]
    with desk.engine.state.content("branch_a", key) as content:
        assert content.read() == TEXT
    with pytest.raises(Problem, match="internal"):
        desk.engine.state.content("branch_b", key)
