"""The raw logs: no byte lost, none doubled, no secret on disk, wherever the process was cut."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.jobs.logs import Logs, log_name, read_marks
from core.secret import MASK, Secret

WEB1 = "deploy@web1.example.com:2222"
SECRET = 'pa"ss\nwörd/+x'
REMOTE = b"".join(b"line %d\n" % number for number in range(60)) + SECRET.encode() + b"\nend\n"
CLEAN = REMOTE.replace(SECRET.encode(), MASK.encode())


def _log(directory: Path) -> Path:
    return directory / f"{log_name(WEB1)}.log"


def _feed(logs: Logs, upto: int, size: int) -> None:
    """Follow the remote log as an action does: from where ours says, in chunks."""
    at = logs.host(WEB1).offset("t1")
    while at < upto:
        data = REMOTE[at : min(at + size, upto)]
        at += len(data)
        logs.write(WEB1, data, task="t1", offset=at)


@given(st.integers(0, len(REMOTE)), st.integers(1, 40), st.data())
def test_whole_after_a_cut_at_any_byte(upto: int, size: int, data: st.DataObject) -> None:

    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        logs = Logs(directory, [Secret(SECRET)])
        _feed(logs, upto, size)
        logs.close()
        log, index = _log(directory), _log(directory).with_suffix(".index")
        # The process died between the write of the log and that of its mark, or within either.
        _, whole = read_marks(index)
        lost = data.draw(st.integers(0, min(60, whole)))
        index.write_bytes(index.read_bytes()[: whole - lost])
        again = Logs(directory, [Secret(SECRET)])
        _feed(again, len(REMOTE), size)
        again.end(WEB1, "t1")
        again.close()
        assert log.read_bytes() == CLEAN


def test_bytes_given_twice_are_written_once(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    logs.write(WEB1, b"abcdef", task="t1", offset=6)
    logs.write(WEB1, b"defghi", task="t1", offset=9)
    logs.write(WEB1, b"abc", task="t1", offset=3)
    assert _log(tmp_path).read_bytes() == b"abcdefghi"


def test_tasks_of_one_host_keep_an_offset_each_over_a_restart(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    logs.write(WEB1, b"one\n", task="t1", offset=4)
    logs.write(WEB1, b"two two\n", task="t2", offset=8)
    logs.close()
    again = Logs(tmp_path).host(WEB1)
    assert (again.offset("t1"), again.offset("t2"), again.offset("t3")) == (4, 8, 0)


def test_a_secret_met_on_the_way_is_hidden_from_then_on_also_across_chunks(tmp_path: Path) -> None:
    logs = Logs(tmp_path, [Secret("first-secret")])
    logs.write(WEB1, b"x first-se", task="t1", offset=10)
    logs.hide(Secret("second-secret"))
    logs.write(WEB1, b"cret second-", task="t1", offset=22)
    logs.write(WEB1, b"secret y\n", task="t1", offset=31)
    logs.settle("s", whole=True)
    assert _log(tmp_path).read_text() == f"x {MASK} {MASK} y\n"


def test_the_index_finds_a_step_and_its_lines(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    logs.write(WEB1, b"a\nb\n", step="one")
    logs.write(WEB1, b"c\n", step="two")
    marks, _ = read_marks(_log(tmp_path).with_suffix(".index"))
    assert [(mark.at, mark.line, mark.step) for mark in marks] == [(4, 2, "one"), (6, 3, "two")]


def test_addresses_are_different_files_in_the_directory() -> None:
    names = {log_name(address) for address in ("a/b", "a%2Fb", "..", "[::1]:22", "a@b")}
    assert len(names) == 5
    assert not any("/" in name for name in names)
