"""What the stand-in changes, what it leaves, and how it can be made to fail."""

import json
import os
import re
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.demo.standin import phpfile
from core.demo.standin.shop import encode
from core.magento import ask_result, probe_result
from core.magento.probes import NeedsImport, UpToDate
from core.magento.version import Version
from tests.demo.conftest import Play
from tests.support.shop import Shop, tree_digest

LATEST = Version(2, 4, 7, 1, 3)
Maker = Callable[[], Play]


def _magento(play: Play, *words: str) -> subprocess.CompletedProcess[str]:
    return play.shop.magento("stg", *words, root=play.root)


def _probe(play: Play, *ask: list[str]) -> probe_result.ProbeAnswer:
    script = play.root / "mageconsole-probe-1a2b3c4d.php"
    script.touch()
    asked = json.dumps({"root": str(play.root), "ask": list(ask), "forecast": True, "fingerprint": "k"})
    done = play.shop.run("stg", "php", "-d", "memory_limit=-1", str(script), cwd=play.root, stdin=asked)
    script.unlink()
    return probe_result.read(done.stdout.encode())


def _set_name(play: Play, name: str) -> None:
    config = play.config
    phpfile.plant(config, "system/default/general/store_information/name", name)
    play.write_config(config)


def test_it_starts_quickly(play: Maker) -> None:
    there = play()
    _magento(there, "--version")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(5):
        _magento(there, "--version")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert 0 < worked_s / 5 < 0.25  # 45 ms on a quiet machine; work, and not time: others work meanwhile


def test_the_probe_answers_as_the_console_reads_it_and_changes_nothing(play: Maker) -> None:
    there = play()
    _set_name(there, "Another")
    before = tree_digest(there.root), tree_digest(there.database)
    answer = _probe(there, ["app:config:status"], ["setup:db:status"])
    assert answer.result("app:config:status", LATEST) == NeedsImport()
    assert answer.result("setup:db:status", LATEST) == UpToDate()
    assert answer.forecast.sections == ("system",)
    assert answer.env
    assert answer.env.mode == "production"
    assert (tree_digest(there.root), tree_digest(there.database)) == before


def test_the_probe_foretells_what_an_import_deletes(play: Maker) -> None:
    there = play()
    config = there.config
    del phpfile.section(config, "scopes/stores")["de"]
    there.write_config(config)
    assert _probe(there).forecast.warnings == {"scopes": ("These Stores will be deleted: German",)}
    assert "de" in there.state()["stores"]
    assert _magento(there, "app:config:import", "-n").returncode == 0
    assert "de" not in there.state()["stores"]


def test_the_script_that_asks_prints_a_line_for_each_answer(laid: Shop, tmp_path: Path) -> None:
    script = tmp_path / "mageconsole-ask.php"
    script.touch()
    asked = {
        "url": "http://127.0.0.1:9/",
        "host": "shop.example.com",
        "timeout": 2,
        "times": 3,
        "interval": 0.01,
    }
    done = laid.run("stg", "php", str(script), cwd=tmp_path, stdin=json.dumps(asked))
    answers = ask_result.answers(done.stdout.encode())
    assert [answer.status for answer in answers] == [0, 0, 0]
    assert all(answer.error for answer in answers)


def test_configuration_is_written_in_place_through_links(play: Maker) -> None:
    there = play()
    twin = there.root.parent / "twin.php"
    twin.hardlink_to(there.root / "app/etc/config.php")
    env = there.root / "app/etc/env.php"
    shared = there.root.parent / "shared-env.php"
    env.rename(shared)
    env.symlink_to(shared)
    path = "general/store_information/phone"
    assert _magento(there, "config:set", "--lock-config", path, "1").returncode == 0
    assert _magento(there, "config:set", "--lock-env", path, "2").returncode == 0
    assert "'phone' => '1'" in twin.read_text()
    assert env.is_symlink()
    assert "'phone' => '2'" in shared.read_text()
    assert _magento(there, "app:config:status").returncode == 0


def test_a_second_host_refuses_what_the_first_one_set(play: Maker) -> None:
    there = play()
    other = (there.root / "app/etc/env.php").read_text()
    assert _magento(there, "config:set", "--lock-env", "general/store_information/phone", "2").returncode == 0
    there.write("app/etc/env.php", other)
    assert _magento(there, "app:config:status").returncode == 2
    again = _magento(there, "config:set", "--lock-env", "general/store_information/phone", "2")
    assert again.returncode == 1
    assert again.stdout.startswith("This command is unavailable right now.")


def test_a_missing_env_is_stubbed_also_through_a_dangling_link(play: Maker) -> None:
    there = play()
    env = there.root / "app/etc/env.php"
    env.unlink()
    env.symlink_to("../../shared-env.php")
    _magento(there, "maintenance:status")
    assert phpfile.read((there.root / "shared-env.php").read_text()) == {"cache_types": {"compiled_config": 1}}


def test_an_upgrade_rewrites_the_modules_and_wipes_what_was_generated(play: Maker) -> None:
    there = play()
    config = there.config
    del phpfile.section(config, "modules")["Acme_Delivery"]
    there.write_config(config)
    there.write("generated/metadata/global.php", "<?php\n")
    assert _magento(there, "setup:upgrade", "--keep-generated", "-n").returncode == 0
    assert phpfile.dig(there.config, "modules/Acme_Delivery") == 1
    assert (there.root / "generated/metadata/global.php").exists()
    assert _magento(there, "setup:upgrade", "-n").returncode == 0
    assert not (there.root / "generated/metadata/global.php").exists()
    assert not (there.root / "pub/static/deployed_version.txt").exists()


def test_the_book_and_the_printed_lines_tell_how_often_it_ran(play: Maker) -> None:
    there = play()
    (there.database / "behaviour.json").write_text('{"upgrade_lines": 50, "upgrade_fails": "no"}')
    before = there.shop.times("setup:upgrade"), len(there.shop.printed())
    done = _magento(there, "setup:upgrade", "--keep-generated", "-n")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "no"
    assert done.stdout.count("Numbered line") == 50
    assert there.shop.times("setup:upgrade") - before[0] == 1
    assert len(there.shop.printed()) - before[1] == 50


def test_a_schema_that_never_converges_stays_pending_after_an_upgrade(play: Maker) -> None:
    there = play()
    (there.database / "behaviour.json").write_text('{"false_schema": true}')
    assert _magento(there, "setup:db:status").returncode == 2
    assert _magento(there, "setup:upgrade", "--keep-generated", "-n").returncode == 0
    done = _magento(there, "setup:db:status")
    assert done.returncode == 2
    assert done.stdout.startswith("Declarative Schema is not up to date\n")


def test_the_database_down_is_told_differently_by_each_command(play: Maker) -> None:
    there = play()
    (there.database / "down").touch()
    codes = {
        name: _magento(there, *name.split()).returncode
        for name in ("setup:db:status", "app:config:status", "config:show web/unsecure/base_url",
                     "app:config:import -n", "setup:upgrade --keep-generated -n", "maintenance:enable")
    }  # fmt: skip
    assert list(codes.values()) == [255, 255, 1, 1, 1, 255]


def test_static_content_can_stop_half_way_and_end_with_zero(play: Maker) -> None:
    there = play()
    (there.database / "behaviour.json").write_text('{"static_fails": "short"}')
    done = _magento(there, "setup:static-content:deploy", "-f", "-t", "Magento/blank", "en_US")
    assert done.returncode == 0
    assert "\x1b[1A\x1b[2K" in done.stdout  # also without a terminal
    last = done.stdout.rpartition("\x1b[2K")[2].splitlines()[0]
    done_of_all = re.search(r"(\d+)/(\d+)", last)
    assert done_of_all
    assert 0 < int(done_of_all[1]) < int(done_of_all[2])


def test_a_compilation_that_fails_leaves_code_without_metadata(play: Maker) -> None:
    there = play()
    (there.database / "behaviour.json").write_text('{"compile_fails": true}')
    assert _magento(there, "setup:di:compile").returncode == 1
    assert (there.root / "generated/code").is_dir()
    assert not (there.root / "generated/metadata").exists()


def test_cron_blocks_hold_the_real_path_of_their_release(play: Maker) -> None:
    there = play()
    assert _magento(there, "cron:install").returncode == 0
    assert _magento(there, "cron:install").returncode == 1
    assert f"{there.root}/bin/magento cron:run" in there.shop.crontab("stg")
    assert _magento(there, "cron:remove").returncode == 0
    assert "bin/magento" not in there.shop.crontab("stg")


def test_composer_makes_the_same_bytes_of_the_same_lock_file(laid: Shop, tmp_path: Path) -> None:
    digests = []
    for name in ("one", "two"):
        place = tmp_path / name
        place.mkdir()
        for file in ("composer.json", "composer.lock"):
            (place / file).write_text((laid.path("dev1") / file).read_text())
        done = laid.run("build", "composer", "install", "--no-dev", cwd=place)
        assert done.returncode == 0
        assert "Installing dependencies from lock file" in done.stderr
        assert done.stdout == ""
        digests.append(tree_digest(place / "vendor"))
    assert digests[0] == digests[1]
    assert not (place / "vendor/phpunit").exists()


def test_what_it_hashes_is_what_php_would_hash(laid: Shop) -> None:
    path = laid.path("dev1") / "app/etc/config.php"
    real = {**os.environ, "PATH": "/usr/bin:/bin"}
    code = f"echo json_encode(require '{path}');"
    said = subprocess.run(["php", "-r", code], env=real, capture_output=True, text=True, check=True).stdout
    assert encode(phpfile.read(path.read_text())) == said


@pytest.mark.parametrize(
    "words", ["--nonsense", "app:config:import --force", "no:such:command", "config:set", "setup:upgrade extra"]
)
def test_wrong_words_end_with_one_and_a_box_on_standard_error(play: Maker, words: str) -> None:
    done = _magento(play(), *words.split())
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("\n  ")


def test_a_setting_is_known_where_an_enabled_module_has_its_field(play: Maker) -> None:
    there = play()
    refused = 'The "acme_delivery/time/days" path doesn\'t exist. Verify and try again.\n'
    set_it = ("config:set", "--lock-env", "acme_delivery/time/days", "3")
    assert (_magento(there, *set_it).returncode, _magento(there, *set_it).stdout) == (1, refused)
    file = there.root / "app/code/Acme/Delivery/etc/adminhtml/system.xml"
    file.parent.mkdir()
    field = '<section id="acme_delivery"><group id="time"><field id="days"/></group></section>'
    file.write_text(f"<config><system>{field}</system></config>")
    assert _magento(there, *set_it).returncode == 0
    assert _magento(there, "module:disable", "Acme_Delivery").returncode == 0
    assert _magento(there, *set_it).stdout == refused
