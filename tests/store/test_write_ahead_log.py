"""A file of records: what was appended comes back, what is torn does not, what is damaged is told."""

from zlib import crc32

import pytest

from mockserver.store.write_ahead_log import Damaged, LogPosition, WriteAheadLog, encode_record, records

RECORDS = [{"id": "1"}, ["é", 2], None]


@pytest.fixture
def path(tmp_path):
    log = WriteAheadLog(tmp_path / "changes", LogPosition())
    for record in RECORDS:
        log.append(record)
    log.close()
    return log.path


def read(path):
    return [record for record, _ in records(path, LogPosition())]


def test_a_record_is_its_checksum_and_its_json_on_a_line():
    line, position = encode_record({"id": "1"}, LogPosition())
    payload = b'{"id":"1"}'
    assert line == b"%08x %b\n" % (crc32(payload), payload)
    assert position == LogPosition(len(line), crc32(payload))


def test_a_checksum_covers_all_records_before_it():
    _, first = encode_record(1, LogPosition())
    second, position = encode_record(2, first)
    assert position.checksum == crc32(b"12")
    assert second != encode_record(2, LogPosition())[0]


def test_what_was_appended_comes_back_with_the_position_behind_each(path):
    assert read(path) == RECORDS
    *_, (_, last) = records(path, LogPosition())
    assert last.bytes == path.stat().st_size


def test_reading_can_begin_behind_a_record(path):
    (_, first), *_ = records(path, LogPosition())
    rest = path.with_name("rest")
    rest.write_bytes(path.read_bytes()[first.bytes :])
    assert [record for record, _ in records(rest, first)] == RECORDS[1:]


@pytest.mark.parametrize("cut", [1, 5, 12])
def test_a_torn_last_record_is_not_read_and_the_next_one_takes_its_place(path, cut):
    path.write_bytes(path.read_bytes()[:-cut])
    assert read(path) == RECORDS[:2]
    *_, (_, last) = records(path, LogPosition())
    log = WriteAheadLog(path, last)
    log.append("next")
    log.close()
    assert read(path) == [*RECORDS[:2], "next"]


def test_a_damaged_record_before_others_is_told_with_its_number_and_byte(path):
    content = path.read_bytes()
    begin = content.index(b"\n") + 1
    path.write_bytes(content[: begin + 10] + b"X" + content[begin + 11 :])
    with pytest.raises(Damaged, match=f"record 2, at byte {begin}, is not what was written"):
        read(path)


def test_what_is_not_json_is_refused_and_leaves_the_log_as_it_was(path):
    *_, (_, last) = records(path, LogPosition())
    log = WriteAheadLog(path, last)
    with pytest.raises((ValueError, TypeError)):
        log.append({"at": object()})
    assert log.position == last
    log.append("next")
    log.close()
    assert read(path) == [*RECORDS, "next"]
