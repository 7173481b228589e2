"""Frames and the answers to them, without a host."""

import itertools
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ssh.frame import COMMAND, command, frame
from core.ssh.reply import Reply, Skip

MARKER = "mc" + "a" * 32
LOST = b"mcb lost\n"


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut data at places."""
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 255), st.lists(st.integers(0, 2000)))
def test_an_answer_is_found_however_it_is_cut(noise: bytes, body: bytes, status: int, cuts: list[int]) -> None:
    reply = Reply(MARKER, LOST)
    for data in chunks(noise + f"{MARKER} begin\n".encode() + body + f"{MARKER} end {status}\n".encode(), cuts):
        assert not reply.done
        reply.feed(data)
    assert (reply.done, reply.exit, bytes(reply.body), reply.noise) == (True, status, body, noise)


@given(st.binary(max_size=300), st.lists(st.integers(0, 2000)))
def test_a_killed_script_has_no_status(body: bytes, cuts: list[int]) -> None:
    reply = Reply(MARKER, LOST)
    for data in chunks(f"{MARKER} begin\n".encode() + body + LOST, cuts):
        reply.feed(data)
    assert (reply.done, reply.exit, bytes(reply.body)) == (True, None, body)


@given(st.binary(max_size=200), st.lists(st.integers(0, 2000)))
def test_noise_is_skipped_however_it_is_cut(noise: bytes, cuts: list[int]) -> None:
    skip = Skip(f"{MARKER} begin\n".encode())
    data = noise + f"{MARKER} begin\n".encode() + b"own\n"
    assert b"".join(skip.feed(part) for part in chunks(data, cuts)) == b"own\n"


def run(data: bytes) -> subprocess.CompletedProcess[bytes]:
    """Give bytes to the constant line."""
    return subprocess.run(["sh", "-c", COMMAND], input=data, capture_output=True, check=False)


def test_no_part_of_a_frame_runs_anything() -> None:
    sent = frame("echo ran", "request", b"payload of some length")
    whole = run(sent.data)
    assert whole.stdout.startswith(sent.begin + b"ran\n")
    for size in range(len(sent.data)):
        part = run(sent.data[:size])
        assert part.returncode == 98
        assert part.stdout == b""


def test_markers_differ_and_nul_is_refused() -> None:
    assert frame("x", "request").marker != frame("x", "request").marker
    with pytest.raises(ValueError, match="NUL"):
        frame("a\0b", "request")


@pytest.mark.parametrize("user", ["a b", "-u", "a;id", "", "$(id)", "a'b", "ü"])
def test_a_user_is_a_name_and_nothing_else(user: str) -> None:
    if not user:
        assert command(user) == COMMAND
        return
    with pytest.raises(ValueError, match="user name"):
        command(user)


def test_names_that_are_not_utf8_arrive_as_they_are() -> None:
    name = b"\xff\xfe".decode("utf-8", "surrogateescape")
    sent = frame(f"printf %s '{name}'", "request")
    assert b"begin\n\xff\xfe" in run(sent.data).stdout
