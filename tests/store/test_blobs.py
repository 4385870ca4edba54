"""What every keeper of bytes must do; each test runs on each of them."""

import os

import pytest

from mockserver.store.blobs import DamagedBlob, DirectoryBlobs, MemoryBlobs, key_of

KEEPERS = {"memory": lambda _: MemoryBlobs(), "directory": DirectoryBlobs}


@pytest.fixture(params=KEEPERS)
def blobs(request, tmp_path):
    return KEEPERS[request.param](tmp_path / "blobs")


def content(blobs, tenant, key):
    with blobs.open(tenant, key) as file:
        return file.read()


@pytest.mark.parametrize("given", [b"", b"a picture", bytes(range(256)) * 5000], ids=["empty", "short", "long"])
def test_bytes_come_back_by_their_key(blobs, given):
    key = blobs.put("a", given)
    assert (key, content(blobs, "a", key)) == (key_of(given), given)


def test_the_same_bytes_are_kept_once(blobs):
    assert blobs.put("a", b"x") == blobs.put("a", b"x")
    assert blobs.keys("a") == {key_of(b"x")}


@pytest.mark.parametrize("name", ["b", "../a", "t-a", "", ".", "é/..\\"])
def test_tenants_are_worlds_apart_whatever_they_are_called(blobs, name):
    key = blobs.put("a", b"x")
    assert blobs.keys(name) == set()
    with pytest.raises(DamagedBlob):
        blobs.open(name, key)
    blobs.put(name, b"y")
    blobs.drop(name, key)
    assert (content(blobs, "a", key), content(blobs, name, key_of(b"y"))) == (b"x", b"y")
    assert sorted(blobs.tenants()) == sorted(["a", name])


def test_what_is_dropped_is_gone_and_may_be_dropped_again(blobs):
    key = blobs.put("a", b"x")
    blobs.drop("a", key)
    blobs.drop("a", key)
    assert (blobs.keys("a"), blobs.tenants()) == (set(), [])
    with pytest.raises(DamagedBlob):
        blobs.open("a", key)


def test_a_folder_keeps_its_bytes_for_the_next_process(tmp_path):
    key = DirectoryBlobs(tmp_path).put("a", b"x")
    assert content(DirectoryBlobs(tmp_path), "a", key) == b"x"


def test_what_could_not_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    blobs = DirectoryBlobs(tmp_path)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        blobs.put("a", b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_process_left_half_written_is_no_file_and_is_cleared_away(tmp_path):
    blobs = DirectoryBlobs(tmp_path)
    blobs.put("a", b"x")
    half = next(tmp_path.iterdir()) / "tmp123.part"
    half.write_bytes(b"ha")
    assert blobs.keys("a") == {key_of(b"x")}
    DirectoryBlobs(tmp_path).clear_away()
    assert not half.exists()


@pytest.mark.parametrize("damage", [b"", b"y", b"xx"])
def test_bytes_that_are_kept_again_take_the_place_of_damaged_ones(tmp_path, damage):
    blobs = DirectoryBlobs(tmp_path)
    key = blobs.put("a", b"x")
    (tmp_path / "t-a" / key).write_bytes(damage)
    with pytest.raises(DamagedBlob, match="is damaged"):
        blobs.open("a", key)
    assert content(blobs, "a", blobs.put("a", b"x")) == b"x"
