"""A search over logs that nobody has looked at yet, as when a key is pressed at once."""

import asyncio
from pathlib import Path

from core.logs.file import LogFile
from core.logs.search import Search, blocks


async def test_what_was_not_looked_at_yet_is_found_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "web1.log"
    path.write_bytes(b"fine\nError: no\n")
    log = LogFile(path)
    assert blocks([log], [0]) == []
    search = Search([log], "Error", [0])
    running = asyncio.create_task(search.run())
    try:
        async with asyncio.timeout(30):
            while search.busy:  # noqa: ASYNC110 # the search has no event to wait for
                await asyncio.sleep(0.01)
            assert log.take(log.look())
            while not search.fresh:
                search.grow()
                await asyncio.sleep(0.01)
        assert search.fresh == [(0, [1])]
        assert search.error == ""
    finally:
        search.stop()
        await running
