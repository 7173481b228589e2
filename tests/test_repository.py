"""What holds for the repository as a whole."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 400
"""Lines of a file that can be read in one sitting."""
_OF_ALL_SYSTEMS = {"bin", "dev", "etc", "home", "mnt", "opt", "private", "root", "srv", "tmp", "usr", "var"}


def _tracked() -> list[Path]:
    """Return the files of the repository, those about to be committed too."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def _run(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, check=False)


def test_imports_point_downwards() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    assert lint.exists(), "install the extra `check`"
    ran = _run(lint, "--no-cache")
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("module", ["core.cli.main", "tui.main"])
def test_the_command_line_loads_neither_screen_nor_ssh(module: str, tmp_path: Path) -> None:
    script = (
        f"import sys, {module}; print([n for n in ('textual', 'asyncssh', 'tree_sitter') if n in sys.modules])"
    )
    ran = _run(sys.executable, "-P", "-c", script, cwd=tmp_path)
    assert ran.stdout == "[]\n", ran.stderr


def test_reading_a_good_file_loads_no_syntax_tree(tmp_path: Path) -> None:
    script = (
        "import sys; from core.environments.load import load; load(sys.argv[1]); "
        "print([n for n in ('tree_sitter', 'tomlkit') if n in sys.modules])"
    )
    ran = _run(sys.executable, "-P", "-c", script, ROOT / "environments.example.toml", cwd=tmp_path)
    assert ran.stdout == "[]\n", ran.stderr


def test_files_are_short() -> None:
    code = [path for path in _tracked() if path.suffix in (".py", ".sh", ".php", ".tcss")]
    ours = [path for path in code if path.relative_to(ROOT).parts[0] in ("core", "tui")]
    assert len(ours) > 20
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ours}
    assert {name: count for name, count in long.items() if count > LONGEST} == {}


def test_no_path_of_this_machine() -> None:
    homely = {str(ROOT), f"{Path.home()}/"}
    if ROOT.parts[1] not in _OF_ALL_SYSTEMS:
        homely.add(f"/{ROOT.parts[1]}/")
    # A home that every system has says nothing of this one.
    names = [re.escape(name) for name in homely if name != "/root/"]
    pattern = re.compile(rf"(?<![\w.}}~/-])({'|'.join(names)})".encode())
    found = [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in _tracked()
        for match in pattern.finditer(path.read_bytes())
    ]
    assert found == []


def _readme_commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.S | re.M)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_two_commands_of_the_readme_are_there() -> None:
    assert _readme_commands()[:2] == ["./mageconsole demo", "./test"]
    for name in ("mageconsole", "test", ".ci/run", ".ci/venv", ".ci/system"):
        assert os.access(ROOT / name, os.X_OK), name
        assert _run("sh" if name != ".ci/run" else "bash", "-n", ROOT / name).returncode == 0
        mode = _run("git", "ls-files", "--stage", name).stdout.split()
        assert mode[0] == "100755", f"{name} is not executable in git"


_GROUPS = {"settings": 2, "settings secret": 3, "jobs": 2}
"""Commands that are groups, and how many words name one of theirs."""


def _called(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that name the command: those of a group's command are two or three."""
    deep = max((count for name, count in _GROUPS.items() if " ".join(words).startswith(name)), default=1)
    return words[:deep]


def test_every_command_of_the_readme_is_known() -> None:
    said = {tuple(line.split()) for line in _readme_commands() if re.match(r"(\./)?mageconsole ", line)}
    assert len(said) > 5
    main = Path(sys.executable).parent / "mageconsole"
    for words in said:
        ran = _run(main, *_called(words[1:]), "--help")
        assert ran.returncode == 0, f"{' '.join(words)}: {ran.stderr}"
        for option in (word for word in words[2:] if word.startswith("--")):
            assert option in ran.stdout, f"{' '.join(words)}: {option} is unknown"


_COUNTED = {
    "passes": ("def test_a(): pass\ndef test_b(): pass\n", 0, "collected 2, passed 2"),
    "skips": ("import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip()\n", 1, "collected 2, passed 1"),
    "is expected to fail": (
        "import pytest\ndef test_a(): pass\n@pytest.mark.xfail\ndef test_b(): assert 0\n", 1, "collected 2, passed 1",
    ),
    "fails": ("def test_a(): pass\ndef test_b(): assert 0\n", 1, "collected 2, passed 1"),
    "fails when it is taken down": (
        "import pytest\n@pytest.fixture\ndef f():\n    yield\n    assert 0\ndef test_a(f): pass\n",
        1, "collected 1, passed 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("parallel", [[], ["-n", "1"]], ids=["alone", "parallel"])
@pytest.mark.parametrize("name", _COUNTED)
def test_a_run_passes_only_when_all_that_was_collected_passed(
    name: str, parallel: list[str], tmp_path: Path
) -> None:
    text, status, counts = _COUNTED[name]
    ran = _pytest(tmp_path, text, *parallel)
    assert counts in ran.stdout.splitlines(), ran.stdout + ran.stderr
    assert ran.returncode == status


_GROUPED = """
import os, pathlib, pytest, time

@pytest.mark.xdist_group("a")
@pytest.mark.parametrize("number", range(6))
def test_it(number):
    pathlib.Path(os.environ["PYTEST_XDIST_WORKER"]).touch()
    time.sleep(0.1)
"""


def test_a_group_stays_in_one_process(tmp_path: Path) -> None:
    """Else each process lays out the shop of each group; which versions keep groups together is in pyproject.toml."""
    ran = _pytest(tmp_path, _GROUPED, "-n", "2", "--dist", "loadgroup")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "collected 6, passed 6" in ran.stdout.splitlines()
    assert len(list(tmp_path.glob("gw*"))) == 1


def _pytest(place: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run tests of their own with the plugin that counts."""
    (place / "test_it.py").write_text(text)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", place, "-p", "no:cacheprovider",
         "-p", "tests.support.counted", *options, place],
        cwd=place, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_test_file_is_collected() -> None:
    """pytest passes over folders called `build` unless it is told otherwise."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-o", "addopts="],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        check=True,
    )
    collected = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}
    written = {str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py")}
    assert written == collected
