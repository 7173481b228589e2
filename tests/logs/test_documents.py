"""Several logs as one sequence; what a filter and folding leave of it."""

import itertools
import random
from bisect import bisect_left
from pathlib import Path
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from core.jobs.logs import Logs, log_name
from core.logs.document import Merged, Single, line_at
from core.logs.file import LogFile
from core.logs.matches import Matches
from core.logs.points import StepRun
from core.logs.rows import AllRows, FilteredRows, FoldedRows

HOSTS = ("web1", "web2", "web3")


def test_merged_is_the_order_of_writing(tmp_path: Path) -> None:
    dice = random.Random(3)
    clock = 1000.0
    logs = Logs(tmp_path)
    files = [LogFile(tmp_path / f"{log_name(host)}.log") for host in HOSTS]
    merged = Merged(files)
    written: list[tuple[str, str]] = []
    counts = dict.fromkeys(HOSTS, 0)
    for _ in range(3):
        for _ in range(200):
            host = dice.choice(HOSTS)
            clock += dice.choice([0.1, 2.0])
            for _ in range(dice.randrange(4)):
                text = f"line {counts[host]}"
                counts[host] += 1
                written.append((host, text))
                with mock.patch("core.jobs.logs.time.time", return_value=clock):
                    logs.write(host, text.encode() + b"\n", step="s")
        for file in files:
            file.read_all()
        merged.extend()
        assert merged.rows == len(written)
    rows = [line_at(merged, row) for row in range(merged.rows)]
    seen = [(line.host, line.text) for line in rows if line]
    for host in HOSTS:
        assert [text for name, text in seen if name == host] == [text for name, text in written if name == host]
    # The time of a line is known to a second, so lines may change places within that, not further.
    times = [line.time or 0 for line in rows if line]
    assert all(later >= earlier - 1.1 for earlier, later in itertools.pairwise(times))
    for row in range(merged.rows):
        assert merged.row_of(*merged.locate(row)) == row
    logs.close()
    for file in files:
        file.close()


def test_logs_that_say_nothing_yet_have_no_steps(tmp_path: Path) -> None:
    merged = Merged([LogFile(tmp_path / f"{log_name(host)}.log") for host in HOSTS])
    merged.extend()
    assert merged.rows == 0
    assert merged.step_runs() == []


def test_a_log_without_times_is_merged_too(tmp_path: Path) -> None:
    paths = [tmp_path / "a.log", tmp_path / "b.log"]
    for path in paths:
        path.write_bytes(b"1\n2\n")
    files = [LogFile(path) for path in paths]
    for file in files:
        file.read_all()
    merged = Merged(files)
    merged.extend()
    assert merged.rows == 4
    assert [(run.step, run.first, run.end) for run in merged.step_runs()] == []
    for file in files:
        file.close()


@given(st.lists(st.sets(st.integers(0, 60))))
def test_matches_are_a_sorted_set(pieces: list[set[int]]) -> None:
    matches = Matches()
    every: set[int] = set()
    for piece in pieces:
        piece -= every
        every |= piece
        matches.add(sorted(piece))
        assert list(matches.rows) == sorted(every)
    for row in range(62):
        assert matches.has(row) == (row in every)
        assert matches.after(row) == min((match for match in every if match > row), default=None)
        assert matches.before(row) == max((match for match in every if match < row), default=None)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6)), max_size=8), st.integers(0, 5))
def test_folding_hides_all_but_the_first(shape: list[tuple[int, int]], rest: int) -> None:
    runs: list[StepRun] = []
    end = 0
    for gap, size in shape:
        runs.append(StepRun("s", end + gap, end + gap + size, None, None))
        end += gap + size
    total = end + rest
    document = mock.Mock(rows=total)
    hidden = {row for run in runs for row in range(run.first + 1, run.end)}
    expected = [row for row in range(total) if row not in hidden]
    folded = FoldedRows(document, runs)
    assert [folded.row(index) for index in range(len(folded))] == expected
    for row in range(total):
        shown = max(kept for kept in expected if kept <= row) if row in hidden else row
        assert folded.index(row) == expected.index(shown)


def test_a_filter_shows_what_matches(tmp_path: Path) -> None:
    matches = Matches()
    matches.add([3, 5, 9])
    rows = FilteredRows(matches)
    assert [rows.row(index) for index in range(len(rows))] == [3, 5, 9]
    assert [rows.index(row) for row in (0, 3, 4, 9, 10)] == [
        bisect_left([3, 5, 9], n) for n in (0, 3, 4, 9, 10)
    ]
    (tmp_path / "a.log").write_bytes(b"1\n2")
    log = LogFile(tmp_path / "a.log")
    log.read_all()
    assert [AllRows(Single(log)).row(1), len(AllRows(Single(log)))] == [1, 2]
    log.close()
