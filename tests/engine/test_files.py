"""Files that calls bring, and references that choose their resource."""

import pytest

from mockserver.engine.call import Call, Caller
from mockserver.engine.files import Upload
from mockserver.engine.problems import Problem
from mockserver.store.blobs import key_of

TEXT = b"a portrait"


def hang(desk, content=TEXT, **input):
    operation = desk.engine.plan.operations["hangPicture"]
    files = {"image": Upload("x.txt", content, "", len(content))}
    return desk.engine.calls.run(Call(operation, Caller(desk.tenant), input=input, files=files)).result


def kept(desk):
    return desk.engine.blobs.keys(desk.tenant)


def test_what_a_client_says_of_a_file_is_not_believed(desk):
    book = desk.run("addBook", {"title": "Emma"})["id"]
    forged = {"name": "x", "type": "text/html", "size": 1, "sha256": key_of(b"secret")}
    assert hang(desk, about="book", aboutId=book, image=forged)["file"]["sha256"] == key_of(TEXT)
    with pytest.raises(Problem) as caught:
        desk.run("hangPicture", {"about": "book", "aboutId": book, "image": forged})
    assert [flaw.field for flaw in caught.value.flaws] == ["image"]


def test_bytes_are_there_before_the_document_counts_and_gone_when_it_does_not(desk, monkeypatch):
    book = desk.run("addBook", {"title": "Emma"})["id"]
    seen = []

    def broken(tenant, changes):
        seen.append(kept(desk))
        raise OSError("the disk is full")

    monkeypatch.setattr(desk.engine.store, "apply", broken)
    with pytest.raises(OSError, match="full"):
        hang(desk, about="book", aboutId=book)
    assert (seen, kept(desk)) == ([{key_of(TEXT)}], set())


def test_a_store_that_fails_keeps_the_bytes_that_others_refer_to(desk, monkeypatch):
    book = desk.run("addBook", {"title": "Emma"})["id"]
    hang(desk, about="book", aboutId=book)
    monkeypatch.setattr(desk.engine.store, "apply", lambda tenant, changes: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hang(desk, about="book", aboutId=book)
    assert kept(desk) == {key_of(TEXT)}


def test_sweeping_lets_go_of_what_a_process_kept_and_never_committed(desk):
    book = desk.run("addBook", {"title": "Emma"})["id"]
    hang(desk, about="book", aboutId=book)
    desk.engine.blobs.put(desk.tenant, b"orphan")
    desk.engine.commit.blobs.sweep()
    assert kept(desk) == {key_of(TEXT)}


def test_a_reference_is_looked_for_in_the_resource_that_is_chosen(desk):
    book = desk.run("addBook", {"title": "Emma"})["id"]
    member = desk.run("enrol", {"name": "Ann"})["id"]
    assert hang(desk, about="member", aboutId=member)["aboutId"] == member
    with pytest.raises(Problem) as caught:
        hang(desk, about="member", aboutId=book)
    assert [(flaw.field, flaw.message) for flaw in caught.value.flaws] == [
        ("aboutId", f"names no Member: there is no {book}")
    ]


def test_removing_a_document_takes_only_what_refers_to_its_own_resource(desk):
    work = desk.engine.state.work(desk.tenant)
    for collection, row in (("books", {"id": "same", "title": "x", "price": 1}), ("members", {"id": "same", "name": "y"})):
        work.transaction.put(collection, "same", row)
    desk.engine.commit(work)
    hang(desk, about="book", aboutId="same")
    hang(desk, b"other", about="member", aboutId="same")
    desk.run("dismiss", memberId="same")
    assert [row["about"] for row in desk.run("listPictures")] == ["book"]
    assert kept(desk) == {key_of(TEXT)}
