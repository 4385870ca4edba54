"""Calls that repeat others: what is kept, with what, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mockserver.engine.call import Call, Caller
from mockserver.engine.idempotency import ANSWERS, idempotency_key
from mockserver.engine.problems import Problem, Refused
from mockserver.store.base import Query


def once(desk, operation, input, key, tenant=None, **path):
    """Run an operation as a call that may be repeated."""
    call = Call(desk.engine.plan.operations[operation], Caller(tenant or desk.tenant), path, input=input)
    return desk.engine.calls.run(replace(call, idempotency_key=idempotency_key(call, key)))


def rows(desk, collection):
    return desk.engine.store.find(desk.tenant, collection, Query()).rows


def test_a_repetition_changes_and_tells_nothing(desk):
    first = once(desk, "addBook", {"title": "Emma"}, "a")
    happened = list(desk.happened)
    again = once(desk, "addBook", {"title": "Emma"}, "a")
    assert (again.result, again.original) == (first.result, first.original)
    assert (first.replayed, again.replayed) == (False, True)
    assert (len(rows(desk, "books")), desk.happened) == (1, happened)


def test_it_is_answered_as_before_although_the_world_has_changed(desk):
    first = once(desk, "addBook", {"title": "Emma"}, "a")
    desk.run("dropBook", bookId=first.result["id"])
    assert once(desk, "addBook", {"title": "Emma"}, "a").result == first.result
    assert rows(desk, "books") == []


def test_another_body_is_refused_and_another_tenant_is_another_world(desk):
    once(desk, "addBook", {"title": "Emma"}, "a")
    with pytest.raises(Problem) as caught:
        once(desk, "addBook", {"title": "Persuasion"}, "a")
    assert (caught.value.kind, caught.value.facts["header"]) == ("idempotency", "Once")
    assert once(desk, "addBook", {"title": "Persuasion"}, "a", tenant="branch_b").replayed is False


def test_a_refused_call_keeps_nothing(desk):
    for _ in range(2):
        with pytest.raises((Problem, Refused)):
            once(desk, "addBook", {"title": ""}, "a")
    assert rows(desk, ANSWERS) == []


def test_the_change_and_its_answer_are_stored_together_or_not_at_all(desk, monkeypatch):
    applied = []
    apply = desk.engine.store.apply
    monkeypatch.setattr(
        desk.engine.store, "apply", lambda tenant, changes: applied.append(changes) or apply(tenant, changes)
    )
    once(desk, "addBook", {"title": "Emma"}, "a")
    assert len(applied) == 1
    assert {"books", ANSWERS} <= {change.collection for change in applied[0]}


def test_an_answer_is_forgotten_when_its_time_is_over(desk):
    for number in range(20):
        once(desk, "addBook", {"title": "Emma"}, f"key{number}")
    clock = desk.engine.clock
    clock.set(clock.instant() + timedelta(hours=1, minutes=59, seconds=59))
    assert once(desk, "addBook", {"title": "Emma"}, "key0").replayed
    clock.set(clock.instant() + timedelta(seconds=1))
    assert not once(desk, "addBook", {"title": "Emma"}, "key0").replayed
    assert len(rows(desk, ANSWERS)) == 1


def test_of_a_bulk_call_that_failed_halfway_what_ran_is_not_run_again(desk, monkeypatch):
    books = [{"do": "add", "book": {"title": f"B{number}"}} for number in range(3)]
    run = desk.engine.calls.run

    def failing(call):
        if call.operation.id == "addBook" and call.input["title"] == "B2":
            raise RuntimeError("a mistake of ours")
        return run(call)

    monkeypatch.setattr(desk.engine.calls, "run", failing)
    with pytest.raises(RuntimeError):
        once(desk, "manyBooks", {"books": books}, "a")
    monkeypatch.setattr(desk.engine.calls, "run", run)
    assert once(desk, "manyBooks", {"books": books}, "a").result["done"] == 3
    assert [row["title"] for row in rows(desk, "books")] == ["B0", "B1", "B2"]
    assert len(rows(desk, ANSWERS)) == 1
    assert once(desk, "manyBooks", {"books": books}, "a").replayed


def test_at_the_end_of_time_calls_can_be_repeated_too(desk):
    desk.engine.clock.freeze(desk.engine.clock.instant().replace(year=8999, month=12, day=31))
    once(desk, "addBook", {"title": "Emma"}, "a")
    assert once(desk, "addBook", {"title": "Emma"}, "a").replayed
