"""Events: stored with their cause, in order, told once, forgotten after a while."""

import pytest

from mockserver.engine import event_log
from mockserver.engine.problems import Refused


def test_an_event_is_stored_with_its_id_its_payload_and_the_document(desk):
    heard = []
    desk.engine.commit.after_commit.append(lambda tenant, records: heard.append((tenant, records)))
    book = desk.run("addBook", {"title": "Emma"})
    (stored,) = event_log.read_log(desk.engine.store, "branch_a")
    assert stored["id"].startswith("note_")
    assert (stored["event"], stored["at"], stored["data"]) == (
        "book.added",
        "2024-01-15T10:30:00Z",
        {"id": book["id"], "title": "Emma"},
    )
    assert stored["object"]["number"] == "B-2024-001"
    assert heard == [("branch_a", [dict(stored)])]


def test_each_tenant_has_a_log_of_its_own(desk):
    desk.run("addBook", {"title": "Emma"})
    assert event_log.read_log(desk.engine.store, "branch_b") == []


def test_a_refused_call_tells_nothing(desk):
    member = desk.run("enrol", {"name": "Ann"})
    book = desk.run("addBook", {"title": "Emma", "copies": 0})
    before = event_log.read_log(desk.engine.store, "branch_a")
    with pytest.raises(Refused):
        desk.run("lend", {"bookId": book["id"], "memberId": member["id"]})
    assert event_log.read_log(desk.engine.store, "branch_a") == before


def test_the_oldest_are_forgotten(desk, monkeypatch):
    monkeypatch.setattr(event_log, "KEPT", 3)
    for title in "ABCDE":
        desk.run("addBook", {"title": title})
    assert [one["data"]["title"] for one in event_log.read_log(desk.engine.store, "branch_a")] == ["C", "D", "E"]


def test_a_resource_over_the_log_lists_what_happened(desk):
    books = [desk.run("addBook", {"title": title}) for title in ("Emma", "Persuasion")]
    rows = desk.run("listHappenings", query={"limit": 10})
    assert [(row["event"], row["at"], row["about"]) for row in rows] == [
        ("book.added", "2024-01-15T10:30:00Z", book["id"]) for book in books
    ]
    assert "object" not in rows[0]
    assert desk.run("listHappenings", query={"since": "2024-01-16"}) == []
