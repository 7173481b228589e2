"""One stage for all bad inputs: making it takes longer than most of them."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hardening.operator import ROOT, Operator, operator
from tests.hardening.product import product
from tests.hardening.stage import Stage, demo
from tests.hardening.trees import Trees
from tests.support.openssh import public_directory


@pytest.fixture(scope="session")
def public() -> Iterator[Path]:
    """A directory for everybody, in memory where that can be had: it holds many small files."""
    with public_directory() as place:
        if ROOT:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g", "tmpfs", place], check=True)
        place.chmod(0o777)
        yield place
        if ROOT:
            subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture(scope="session")
def person(public: Path) -> Iterator[Operator]:
    with operator(public, f"mch{os.getpid()}") as found:
        yield found


@pytest.fixture(scope="session")
def set_stage(public: Path, person: Operator) -> Iterator[Stage]:
    """The demo with one artifact, live and verified on staging."""
    root = public / "demo"
    with demo(person, root) as facts, product(person) as command:
        stage = Stage(person, command, root, facts, Trees(root))
        stage.begin()
        for words in (("build",), ("promote", "build", "staging", "--yes")):
            told = stage.run(*words)
            assert told.exit == 0, told.text
        yield stage


@pytest.fixture
def stage(set_stage: Stage) -> Iterator[Stage]:
    """The stage with a new case on it; afterwards all is as it was."""
    set_stage.begin()
    with set_stage.closing:
        yield set_stage
