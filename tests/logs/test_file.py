"""Line and offset arithmetic against an oracle that holds the whole log."""

import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.jobs.logs import Logs, log_name
from core.logs import file, growth
from core.logs.file import LogFile

HOST = "deploy@web1.example.com"
PIECES = st.lists(
    st.binary(max_size=40) | st.sampled_from([b"\n", b"a\n", b"\n\n\n", b"x" * 70, b"one\ntwo\nthree\n"]),
    max_size=30,
)


def _lines(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def _holds(log: LogFile, data: bytes) -> None:
    lines = _lines(data)
    assert log.rows == len(lines)
    assert log.lines == data.count(b"\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for number, line in enumerate(lines):
        assert log.start(number) == starts[number]
        assert log.whole(number, 1000) == line
    for first in range(0, len(lines) + 2, 3):
        read = log.read(first, 7)
        assert [raw.number for raw in read] == list(range(first, min(first + 7, len(lines))))
        for raw in read:
            line = lines[raw.number]
            assert (raw.at, raw.size, raw.data) == (starts[raw.number], len(line), line[:16])


@pytest.mark.parametrize("marks", [True, False], ids=["with an index", "without"])
@given(pieces=PIECES, split=st.integers(0, 30))
@settings(deadline=None)
def test_every_line_is_found(marks: bool, pieces: list[bytes], split: int) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        mock.patch.multiple(file, CUT=16, _BLOCK=24),
        mock.patch.multiple(growth, PIECE=32, SLICE=64, INDEX_SLICE=200),
    ):
        log = LogFile(Path(name) / f"{log_name(HOST)}.log")
        logs = Logs(Path(name))
        try:
            written = b""
            for part in (pieces[:split], pieces[split:]):
                for piece in part:
                    logs.write(HOST, piece)
                    written += piece
                if not marks:
                    log.index.unlink(missing_ok=True)
                log.read_all()
                _holds(log, written)
        finally:
            logs.close()
            log.close()


def test_a_log_that_is_not_there_yet(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "web1.log")
    log.read_all()
    assert (log.rows, log.read(0, 5)) == (0, [])
    (tmp_path / "web1.log").write_bytes(b"here\n")
    log.read_all()
    assert [line.data for line in log.read(0, 5)] == [b"here"]
    log.close()


def test_a_log_cut_after_a_crash_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "web1.log"
    path.write_bytes(b"a\nb\nc\n")
    log = LogFile(path)
    log.read_all()
    path.write_bytes(b"a\nB\n")
    log.read_all()
    assert log.generation == 1
    assert [line.data for line in log.read(0, 5)] == [b"a", b"B"]
    log.close()


def test_time_and_step_of_a_line_come_from_the_marks(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    times = iter([100.0, 100.2, 105.0, 105.5])
    with mock.patch("core.jobs.logs.time.time", lambda: next(times)):
        logs.write(HOST, b"one\n", step="lock")
        logs.write(HOST, b"two\nthr", step="lock")
        logs.write(HOST, b"ee\nfour\n", step="switch")
        logs.write(HOST, b"five\n", step="switch")
    logs.close()
    log = LogFile(tmp_path / f"{log_name(HOST)}.log")
    log.read_all()
    assert [log.points.step(line) for line in range(5)] == ["lock", "lock", "switch", "switch", "switch"]
    # Marks within a second are joined: their lines share the later time.
    assert [log.points.time(line) for line in range(5)] == [100.2, 100.2, 105.5, 105.5, 105.5]
    runs = [(run.step, run.first, run.end) for run in log.points.runs(log.rows)]
    assert runs == [("lock", 0, 2), ("switch", 2, 5)]
    log.close()


def test_memory_is_the_points_not_the_lines(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    data = b"Deploying a file of the theme, and another\n" * 100
    for _ in range(1000):
        logs.write(HOST, data)
    logs.close()
    log = LogFile(tmp_path / f"{log_name(HOST)}.log")
    log.read_all()
    assert log.lines == 100_000
    assert len(log.points.ats) < 200
    log.close()
