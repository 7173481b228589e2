"""The journal: whole or not at all, whatever cut it."""

import resource
from pathlib import Path

import pytest

from core.jobs import events
from core.jobs.journal import Journal, RecordError


def _written(path: Path, many: int) -> Journal:
    journal = Journal(path)
    journal.open()
    for number in range(many):
        journal.append(events.Said(step="s", text=f"ümlaut {number}"), durable=number % 2 == 0)
    return journal


def test_events_are_read_as_written_from_any_number_on(tmp_path: Path) -> None:
    journal = _written(tmp_path / "journal", 5)
    read = list(journal.read(3))
    assert [event.seq for event in read] == [3, 4, 5]
    assert all(event.time > 0 and event.schema == events.SCHEMA for event in read)


def test_a_line_torn_at_any_byte_is_left_out_and_cut_before_appending(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    _written(path, 3).close()
    data = path.read_bytes()
    start = data[:-1].rfind(b"\n") + 1
    for cut in range(start, len(data)):
        path.write_bytes(data[:cut])
        assert [event.seq for event in Journal(path).read()] == [1, 2]
        assert path.read_bytes() == data[:cut], "reading changed the file"
        journal = Journal(path)
        journal.open()
        journal.append(events.Said(step="s", text="after"))
        journal.close()
        assert path.read_bytes().startswith(data[:start])
        assert [event.seq for event in Journal(path).read()] == [1, 2, 3]


def test_a_tail_of_nulls_after_a_power_cut_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    _written(path, 2).close()
    with path.open("ab") as file:
        file.write(b"\0" * 700)
    assert [event.seq for event in Journal(path).read()] == [1, 2]


@pytest.mark.parametrize("harm", ["garbage", "missing"])
def test_damage_in_the_middle_is_told(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "journal"
    _written(path, 4).close()
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1:2] = [b"{gar\xff\n"] if harm == "garbage" else []
    path.write_bytes(b"".join(lines))
    with pytest.raises(RecordError) as told:
        list(Journal(path).read())
    assert told.value.code == "journal-damaged"


def test_a_write_that_the_disk_takes_in_part_is_told_and_leaves_no_half_event(tmp_path: Path) -> None:
    journal = _written(tmp_path / "journal", 3)
    before = journal.path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, hard))  # as a disk with 50 bytes left
    try:
        with pytest.raises(RecordError) as told:
            journal.append(events.Said(step="s", text="x" * 500), durable=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (told.value.code, told.value.where) == ("disk-full", str(journal.path))
    assert journal.path.read_bytes() == before
    assert journal.append(events.Said(step="s", text="space again")).seq == 4
    assert [event.seq for event in journal.read()] == [1, 2, 3, 4]


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError) as told:
        Journal(tmp_path / "gone" / "journal").open()
    assert told.value.code == "write-failed"
