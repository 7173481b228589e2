"""The script that asks a host's own web server, on real PHP against real nginx."""

import json
import shutil
import subprocess
from importlib.resources import files
from typing import Any

import pytest

from tests.support.openssh import free_port
from tests.web.server import WebServer
from tests.web.shop import PAGE, WebShop

pytestmark = [pytest.mark.xdist_group("web"), pytest.mark.timeout(300)]
"""The first test lays the shop out."""

_SCRIPT = str(files("core.magento").joinpath("php", "mageconsole-ask.php"))


def _ask(port: int, times: int = 1) -> list[dict[str, Any]]:
    asked = {"url": f"http://127.0.0.1:{port}/{PAGE}", "host": "staging.example.com", "timeout": 5,
             "times": times, "interval": 0.05, "seconds": 20}  # fmt: skip
    php = shutil.which("php")
    assert php
    ran = subprocess.run(
        [php, _SCRIPT], input=json.dumps(asked).encode(), capture_output=True, check=True, timeout=60
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_it_reads_status_and_static_version(shop: WebShop, web: WebServer) -> None:
    version = (shop.path / "current/pub/static/deployed_version.txt").read_text().strip()
    answers = _ask(web.port, 5)
    assert [(answer["status"], answer["version"], answer["error"]) for answer in answers] == [
        (200, version, "")
    ] * 5
    assert "mageconsole" in (web.place / "access.log").read_text()


def test_it_tells_a_closed_shop_and_a_silent_port(shop: WebShop, web: WebServer) -> None:
    flag = shop.path / "current/var/.maintenance.flag"
    flag.touch()
    try:
        (closed,) = _ask(web.port)
    finally:
        flag.unlink()
    (silent,) = _ask(free_port())
    assert (closed["status"], closed["version"]) == (503, "")
    assert silent["status"] == 0 and silent["error"]
