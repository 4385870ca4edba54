"""A folder of documents that something has happened to: the world as it was, or a refusal that touches nothing."""

import shutil
import subprocess
import sys
from contextlib import closing

import pytest

from mockserver.store.durable import StoreUnavailable
from tests.store.test_durable import begun, changes, contents, crashed, opened, put, snapshot

BITS = (0, 3, 6)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder as a kill leaves it, with a snapshot, a log of some changes and a file, and what it holds."""
    folder = tmp_path_factory.mktemp("kept") / "data"
    with closing(begun(folder)) as store:
        put(store, {"id": "1", "title": "Emma"})
        store.keep()
        put(store, {"id": "2", "title": "Persuasion"})
        put(store, {"id": "3", "title": "Sanditon"})
        (folder / "files" / "t-a").mkdir(parents=True)
        (folder / "files" / "t-a" / "b1").write_bytes(b"a picture")
        return crashed(folder, folder.parent / "killed"), contents(store)


@pytest.fixture
def copy(kept, tmp_path):
    return shutil.copytree(kept[0], tmp_path / "data")


def tree(folder):
    return {str(path.relative_to(folder)): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def refused(folder, match):
    before = tree(folder)
    with pytest.raises(StoreUnavailable, match=match) as told:
        opened(folder)
    assert str(folder) in str(told.value)
    assert tree(folder) == before


def test_as_it_was_left_it_comes_back(copy, kept):
    with closing(opened(copy)) as store:
        assert contents(store) == kept[1]


@pytest.mark.parametrize(
    ("missing", "match"),
    [
        (["snapshot.2"], r"changes\.2 holds changes, and snapshot\.2 is missing"),
        (["changes.2"], r"changes\.2 is missing"),
        (["snapshot.2", "changes.2"], "holds files, and neither a snapshot nor changes"),
    ],
)
def test_half_a_pair_is_refused(copy, missing, match):
    for name in missing:
        (copy / name).unlink()
    refused(copy, match)


@pytest.mark.parametrize("name", ["snapshot.2", "changes.2"])
def test_an_emptied_file_is_refused(copy, name):
    (copy / name).write_bytes(b"")
    refused(copy, f"{name} is damaged")


def test_an_emptied_log_is_refused_without_its_snapshot_too(copy):
    (copy / "snapshot.2").unlink()
    (copy / "changes.2").write_bytes(b"")
    refused(copy, r"changes\.2 is there, and snapshot\.2 is missing")


def test_a_snapshot_that_is_cut_anywhere_is_refused(copy):
    whole = snapshot(copy).read_bytes()
    for size in range(0, len(whole), 7):
        snapshot(copy).write_bytes(whole[:size])
        refused(copy, "snapshot.2 is damaged")


def test_a_snapshot_that_goes_on_is_refused(copy):
    snapshot(copy).write_bytes(snapshot(copy).read_bytes() + b"\n")
    refused(copy, "it goes on where it should end")


@pytest.mark.parametrize("bit", BITS)
@pytest.mark.parametrize("kind", ["snapshot", "changes"])
def test_a_flipped_bit_anywhere_is_refused(copy, kind, bit):
    path = next(copy.glob(f"{kind}.*"))
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        refused(copy, f"{path.name} (is damaged|follows another)")


@pytest.mark.parametrize("name", ["snapshot.2", "changes.2"])
def test_the_file_of_another_folder_is_refused(copy, tmp_path, name):
    with closing(begun(tmp_path / "other")) as other:
        put(other, {"id": "9"})
        other.keep()
        put(other, {"id": "10"})
        shutil.copy(tmp_path / "other" / name, copy / name)
    refused(copy, r"changes\.2 follows another snapshot")


def test_the_older_pair_beside_it_is_refused_unless_it_is_the_one_before(copy):
    (copy / "changes.1").write_bytes(b"left over")
    opened(copy).close()
    (copy / "snapshot.1").write_bytes(b"from a copy")
    refused(copy, r"holds snapshot\.1 or its log beside snapshot\.3")


def test_what_was_begun_and_never_counted_is_cleared_away(copy, kept):
    (copy / "changes.3").write_bytes(changes(copy).read_bytes().partition(b"\n")[0])
    (copy / "unfinished").write_bytes(b"half a snap")
    with closing(opened(copy)) as store:
        assert contents(store) == kept[1]
    assert sorted(path.name for path in copy.iterdir()) == ["changes.3", "files", "snapshot.3"]


def test_changes_after_the_pair_are_refused(copy):
    (copy / "changes.3").write_bytes(changes(copy).read_bytes())
    refused(copy, r"changes\.3 holds changes, and snapshot\.3 is missing")


@pytest.mark.parametrize(("name", "accepted"), [("letters.txt", False), (".keep", True), ("lost+found", True)])
def test_a_folder_of_something_else_is_not_taken(tmp_path, name, accepted):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / name).write_text("mine")
    if accepted:
        opened(tmp_path / "data").close()
    else:
        refused(tmp_path / "data", "holds letters.txt, and nothing that was kept")


def test_a_first_start_that_came_to_its_end_begins_again(tmp_path):
    with closing(opened(tmp_path / "data")) as store:
        store.claim()
        (tmp_path / "data" / "files" / "t-a").mkdir(parents=True)
        (tmp_path / "data" / "files" / "t-a" / "b1").write_bytes(b"a picture")
    with closing(opened(tmp_path / "data")) as store:
        assert not store.found


def test_a_second_server_does_not_start_whatever_is_removed_from_the_folder(tmp_path):
    folder = tmp_path / "data"
    program = f"from tests.store.test_durable import opened; from pathlib import Path; opened(Path({str(folder)!r}))"
    with closing(begun(folder)) as store:
        put(store, {"id": "1"})
        for path in folder.iterdir():
            path.unlink()
        second = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "is in use by another server" in second.stderr
