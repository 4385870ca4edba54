"""What is kept: exactly what was acknowledged, whenever the process ends and whatever the disk does."""

import errno
import os
import resource
import shutil
import stat
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.store import durable
from mockserver.store.base import SANDBOX, Change, Query, WriteFailed
from mockserver.store.durable import DurableStore, StoreUnavailable
from mockserver.store.tiny import TinyStore


def opened(folder, sync=False):
    found = DurableStore(folder, TinyStore({"books": ("shelf",)}), sync)
    if found.found:
        try:
            found.keep()
        except StoreUnavailable:
            found.close()
            raise
    return found


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def store(folder):
    with closing(begun(folder)) as found:
        yield found


def begun(folder):
    found = opened(folder)
    found.claim()
    found.keep()
    return found


def put(store, *documents, tenant="a"):
    store.apply(tenant, [Change("books", one["id"], one) for one in documents])


def contents(store):
    """Everything a store holds: order, positions and the exact kind of each number included."""
    tables = store.dump()
    return {(one.tenant, one.collection): (one.next, repr(list(one.rows.items()))) for one in tables if one.next > 1}


def crashed(folder, to):
    """What a kill at this moment leaves: a copy, as the system would hold the files."""
    shutil.copytree(folder, to)
    return to


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def changes(folder):
    (found,) = folder.glob("changes.*")
    return found


def snapshot(folder):
    (found,) = folder.glob("snapshot.*")
    return found


@pytest.mark.parametrize("clean", [pytest.param(True, id="ended"), pytest.param(False, id="killed")])
def test_documents_come_back_as_they_were(folder, tmp_path, clean):
    store = begun(folder)
    exact = {"id": "1", "z": Decimal("10.50"), "a": Decimal("5"), "n": 5, "e": Decimal("1E+3"), "t": True, "u": "Zoë\n☕"}
    put(store, {"id": "2", "shelf": "b"}, exact, {"id": "3"})
    put(store, {"id": "2", "shelf": "c", "deep": [{"x": [None, Decimal("0.10")]}]})
    store.apply("a", [Change("books", "3", None)])
    put(store, {"id": "x"}, tenant=SANDBOX)
    before = contents(store)
    if not clean:
        folder = crashed(folder, tmp_path / "copy")
    store.close()
    with closing(opened(folder)) as again:
        assert contents(again) == before
        assert list(again.get("a", "books", "1")) == list(exact)
        put(again, {"id": "4"})
        assert [(row["id"], row.position) for row in again.find("a", "books", Query()).rows] == [
            ("2", 1),
            ("1", 2),
            ("4", 4),
        ]


def test_nothing_is_kept_before_it_is_said_so(folder):
    with closing(opened(folder)) as store:
        put(store, {"id": "1"})
        assert not store.persistent
    with closing(opened(folder)) as store:
        assert not store.persistent
        assert store.get("a", "books", "1") is None


DOCUMENTS = st.fixed_dictionaries(
    {"shelf": st.sampled_from(["a", "b", None]), "n": st.one_of(st.integers(-9, 9), st.decimals("-9", "9", places=2))}
)
CHANGES = st.tuples(st.sampled_from(["books", "loans"]), st.sampled_from("123456"), st.none() | DOCUMENTS).map(
    lambda one: Change(one[0], one[1], None if one[2] is None else {"id": one[1], **one[2]})
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("apply"), st.sampled_from(["a", "b", SANDBOX]), st.lists(CHANGES, min_size=1, max_size=4)),
        st.tuples(st.just("clear"), st.sampled_from(["a", "b", None])),
        st.just(("keep",)),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.floats(0, 1))
def test_after_a_crash_at_any_byte_exactly_what_was_acknowledged_is_there(steps, share):
    with TemporaryDirectory() as scratch:
        folder, copy = Path(scratch, "data"), Path(scratch, "copy")
        model = TinyStore()
        with closing(begun(folder)) as store:
            there = [(0, contents(model))]
            for name, *arguments in steps:
                getattr(store, name)(*arguments)
                if name == "keep":
                    there = [(0, contents(model))]
                else:
                    getattr(model, name)(*arguments)
                    there.append((changes(folder).stat().st_size, contents(model)))
            crashed(folder, copy)
        begun_at = len(changes(copy).read_bytes().partition(b"\n")[0]) + 1  # the first line is there before the log counts
        cut = max(begun_at, round(share * there[-1][0]))
        os.truncate(changes(copy), cut)
        expected = [state for size, state in there if size <= cut][-1]
        with closing(opened(copy)) as again:
            assert contents(again) == expected
            put(again, {"id": "new"})
            expected = contents(again)
        with closing(opened(copy)) as again:
            assert contents(again) == expected


def _copying(name, real, copies, folder, scratch):
    def step(*arguments, **named):
        copies.append((name, crashed(folder, scratch / str(len(copies)))))
        return real(*arguments, **named)

    return step


@contextmanager
def copied_at_every_step(monkeypatch, folder, scratch):
    """Copies of a folder before each call that makes a file durable, renames or removes one, and at the end."""
    copies = []
    with monkeypatch.context() as patched:
        for name in ("fsync", "replace", "unlink"):
            patched.setattr(os, name, _copying(name, getattr(os, name), copies, folder, scratch))
        yield copies
    copies.append(("end", crashed(folder, scratch / "end")))


def test_a_crash_at_any_step_of_a_snapshot_loses_nothing(store, folder, tmp_path, monkeypatch):
    put(store, {"id": "1"}, {"id": "2"})
    store.apply("a", [Change("books", "2", None)])
    with copied_at_every_step(monkeypatch, folder, tmp_path) as copies:
        store.keep()
    steps = [name for name, _ in copies]
    assert steps.count("replace") == 1
    assert steps.count("unlink") == 2
    assert {len(list(copy.glob("snapshot.*"))) for _, copy in copies} == {1, 2}
    for _, copy in copies:
        with closing(opened(copy)) as again:
            assert contents(again) == contents(store)
            assert len(files(copy)) == 2


def test_a_crash_while_the_first_world_is_made_leaves_nothing_half_made(folder, tmp_path, monkeypatch):
    with closing(opened(folder)) as store:
        put(store, {"id": "1"}, {"id": "2"})
        with copied_at_every_step(monkeypatch, folder, tmp_path) as copies:
            store.keep()
        whole = contents(store)
    found = []
    for _, copy in copies:
        with closing(opened(copy)) as again:
            found.append(contents(again) if again.persistent else None)
    assert found[0] is None
    assert found[-1] == whole
    assert all(one in (None, whole) for one in found)


@pytest.mark.parametrize("tail", [b"0", b"00000000 {", b"\0" * 5000, b"\0" * 40 + b"\n"])
def test_a_torn_last_change_is_dropped_and_said_so(store, folder, tmp_path, caplog, tail):
    put(store, {"id": "1"})
    copy = crashed(folder, tmp_path / "copy")
    with changes(copy).open("ab") as file:
        file.write(tail)
    with closing(opened(copy)) as again:
        assert contents(again) == contents(store)
        put(again, {"id": "2"})
        assert f"its {len(tail)} bytes are dropped" in caplog.text
        before, third = contents(again), crashed(copy, tmp_path / "third")
    caplog.clear()
    with closing(opened(third)) as again:
        assert contents(again) == before
    assert not caplog.text


@pytest.mark.parametrize("at", range(0, 100, 7))
@pytest.mark.parametrize("kind", ["changes", "snapshot"])
def test_damage_in_the_middle_is_reported_and_nothing_is_touched(folder, tmp_path, kind, at):
    with closing(begun(folder)) as store:
        put(store, {"id": "1", "title": "Emma " * 20})
        store.keep()
        put(store, {"id": "2", "title": "Persuasion " * 20})
        put(store, {"id": "3"})
        copy = crashed(folder, tmp_path / "copy")
    broken = next(copy.glob(f"{kind}.*"))
    raw = bytearray(broken.read_bytes())
    raw[at] ^= 1
    broken.write_bytes(raw)
    (copy / "changes.1").write_bytes(b"left over")
    before = files(copy)
    with pytest.raises(StoreUnavailable, match=rf"{broken.name} is damaged.*put back a copy") as told:
        opened(copy)
    assert str(copy) in str(told.value)
    assert files(copy) == before


def test_a_snapshot_cut_short_or_without_its_changes_is_reported(folder, tmp_path):
    with closing(begun(folder)) as store:
        put(store, {"id": "1"}, {"id": "2"})
    short, alone = crashed(folder, tmp_path / "short"), crashed(folder, tmp_path / "alone")
    os.truncate(snapshot(short), snapshot(short).stat().st_size - 1)
    with pytest.raises(StoreUnavailable, match="ends before its time"):
        opened(short)
    changes(alone).unlink()
    with pytest.raises(StoreUnavailable, match=r"changes\.2 is missing"):
        opened(alone)


def test_changes_of_another_snapshot_are_not_taken_for_its_own(folder, tmp_path):
    with closing(begun(folder)) as store:
        put(store, {"id": "1"})
        put(store, {"id": "2"})
        stray = changes(folder).read_bytes()
        store.keep()
        copy = crashed(folder, tmp_path / "copy")
    changes(copy).write_bytes(stray)
    with pytest.raises(StoreUnavailable, match=r"changes\.2 follows another snapshot"):
        opened(copy)


def test_a_folder_serves_one_process_at_a_time(store, folder):
    with pytest.raises(StoreUnavailable, match=f"{folder} is in use by another server"):
        opened(folder)
    store.close()
    opened(folder).close()


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path, path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match=f"Cannot keep documents in {tmp_path / path}"):
        opened(tmp_path / path)


def test_a_folder_written_by_another_format_is_refused(folder, monkeypatch):
    monkeypatch.setattr(durable, "FORMAT", 2)
    begun(folder).close()
    monkeypatch.setattr(durable, "FORMAT", 1)
    with pytest.raises(StoreUnavailable, match="not of format 1"):
        opened(folder)


@contextmanager
def full(bytes):
    """A disk on which no file may grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_a_change_is_refused_and_nothing_has_changed(store, folder, tmp_path):
    put(store, {"id": "1"})
    before, size = contents(store), changes(folder).stat().st_size
    with full(size + 20):
        for refused in (lambda: put(store, {"id": "1", "n": 2}, {"id": "2"}), lambda: store.clear("a")):
            with pytest.raises(WriteFailed, match=r"changes.1 \(file too large\).*Make sure that there is room"):
                refused()
        assert contents(store) == before
        assert changes(folder).stat().st_size == size
    put(store, {"id": "3"})
    with closing(opened(crashed(folder, tmp_path / "copy"))) as again:
        assert contents(again) == contents(store)


def test_a_change_the_disk_did_not_confirm_is_refused_and_does_not_come_back(folder, tmp_path, monkeypatch):
    real, failures = os.fsync, []

    def fsync(handle):
        if failures:
            raise OSError(failures.pop(), "Input/output error")
        real(handle)

    with closing(opened(folder, sync=True)) as store:
        store.keep()
        put(store, {"id": "1"})
        monkeypatch.setattr(os, "fsync", fsync)
        failures += [errno.EIO] * 2
        with pytest.raises(WriteFailed, match="input/output error; what was written of it will be cut off"):
            put(store, {"id": "2"})
        assert store.get("a", "books", "2") is None
        put(store, {"id": "3"})
        with closing(opened(crashed(folder, tmp_path / "copy"))) as again:
            assert contents(again) == contents(store)


def test_what_is_not_json_is_refused_and_nothing_has_changed(store):
    before = contents(store)
    with pytest.raises(ValueError, match="cannot be written as JSON"):
        put(store, {"id": "1", "n": Decimal("NaN")})
    assert contents(store) == before


def test_a_long_log_gives_way_to_a_snapshot(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(durable, "MIN_LOG_BYTES", 2000)
    with closing(begun(folder)) as store:
        for number in range(400):
            put(store, {"id": str(number % 3), "n": number})
            assert sum(map(len, files(folder).values())) < 4000
        assert len(files(folder)) == 2
        with closing(opened(crashed(folder, tmp_path / "copy"))) as again:
            assert contents(again) == contents(store)


def test_where_no_snapshot_can_be_written_the_log_goes_on(folder, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(durable, "MIN_LOG_BYTES", 500)
    with closing(begun(folder)) as store:
        (folder / "unfinished").mkdir()
        for number in range(40):
            put(store, {"id": "1", "n": number})
        assert caplog.text.count("the log goes on") in range(1, 6)
        (folder / "unfinished").rmdir()
        with closing(opened(crashed(folder, tmp_path / "copy"))) as again:
            assert contents(again) == contents(store)


def test_what_else_lies_in_the_folder_is_left_alone(folder):
    begun(folder).close()
    (folder / "blobs").mkdir()
    (folder / "snapshot.note").write_text("mine")
    with closing(opened(folder)) as store:
        store.keep()
    assert (folder / "blobs").is_dir()
    assert (folder / "snapshot.note").read_text() == "mine"


@pytest.mark.parametrize("named", [pytest.param("fsync", id="the-file"), pytest.param("open", id="the-folder")])
def test_a_folder_that_cannot_be_written_to_is_said_so_and_can_be_kept_to_later(folder, tmp_path, monkeypatch, named):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with closing(opened(folder)) as store:
        put(store, {"id": "1"})
        with monkeypatch.context() as broken:
            broken.setattr(os, named, full)
            with pytest.raises(StoreUnavailable, match=r"Cannot keep documents in .*: no space left on device\. Mend that"):
                store.keep()
        assert not store.persistent
        store.keep()
        put(store, {"id": "2"})
        with closing(opened(crashed(folder, tmp_path / "copy"))) as again:
            assert contents(again) == contents(store)


def test_a_log_that_cannot_be_mended_at_the_start_is_not_opened(folder, monkeypatch):
    begun(folder).close()
    before = files(folder)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.EIO, os.strerror(errno.EIO))))
        with pytest.raises(StoreUnavailable, match="input/output error"):
            opened(folder)
    assert files(folder) == before
    opened(folder).close()


@pytest.fixture
def synced(monkeypatch):
    """What is made durable, in order: `file` or `folder`."""
    kinds, fsync = [], os.fsync

    def noting(handle):
        kinds.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noting)
    return kinds


@pytest.mark.parametrize(("sync", "each"), [(True, ["file"]), (False, [])])
def test_what_is_acknowledged_is_on_the_disk_and_so_are_the_names_of_its_files(folder, synced, sync, each):
    with closing(opened(folder, sync)) as store:
        store.keep()
        assert synced == ["file", "file", "folder", "folder"], "the snapshot, the log, the names before and after renaming"
        synced.clear()
        put(store, {"id": "1"})
        assert synced == each


def test_since_when_documents_are_kept_is_told_at_every_start(folder):
    with closing(opened(folder)) as store:
        store.since = "2020-02-29T12:00:00Z"
        store.keep()
    for _ in range(2):
        with closing(opened(folder)) as store:
            assert store.since == "2020-02-29T12:00:00Z"
            put(store, {"id": "1"})
