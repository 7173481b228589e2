"""The logs of several hosts: merged with a column of names, or side by side."""

from pathlib import Path

from tests.tui.log_view.looking import LogApp, screen, status, until, view, write
from tui.widgets.log_view import LogPanes, LogView


def _logs(directory: Path) -> list[Path]:
    return [
        write(directory, {"lock": ["web1 a", "web1 b"], "switch": ["web1 c", "web1 error"]}, "web1", 1000.0),
        write(directory, {"lock": ["web2 a", "web2 b"], "switch": ["web2 c", "web2 error"]}, "web2", 1002.0),
    ]


async def test_merged_names_the_host_and_keeps_the_order_of_time(tmp_path: Path) -> None:
    async with LogApp(LogPanes(_logs(tmp_path))).run_test(size=(80, 12)) as pilot:
        await until(pilot, lambda: "8 lines" in status(pilot))
        assert screen(pilot)[:8] == [
            "   web1 web1 a", "   web2 web2 a", "   web1 web1 b", "   web2 web2 b",
            "   web1 web1 c", "   web2 web2 c", " E web1 web1 error", " E web2 web2 error",
        ]  # fmt: skip
        await pilot.press("e")
        await until(pilot, lambda: "1 of 2 errors" in status(pilot))
        assert "▶E web1 web1 error" in screen(pilot)
        await pilot.press("O")
        await until(pilot, lambda: screen(pilot)[2] == "")
        assert [line.split()[1:4] for line in screen(pilot)[:2]] == [
            ["lock", "4", "lines"],
            ["switch", "4", "lines"],
        ]


async def test_side_by_side_and_back(tmp_path: Path) -> None:
    async with LogApp(LogPanes(_logs(tmp_path))).run_test(size=(80, 12)) as pilot:
        await until(pilot, lambda: "8 lines" in status(pilot))
        await pilot.press("m")
        await until(pilot, lambda: len(pilot.app.query(LogView)) == 2 and "4 lines" in status(pilot))
        assert [str(found.border_title) for found in pilot.app.query(LogView)] == ["web1", "web2"]
        await until(pilot, lambda: screen(pilot)[0] == "   web1 a")
        first = view(pilot)
        await pilot.press("tab")
        await until(pilot, lambda: view(pilot) is not first and screen(pilot)[0] == "   web2 a")
        await pilot.press("m")
        await until(pilot, lambda: len(pilot.app.query(LogView)) == 1 and "8 lines" in status(pilot))
