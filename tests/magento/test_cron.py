"""Crontabs: only the lines of one shop change, and they come back exactly."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from core.magento import cron

ROOT = "/srv/acme"
OLD = f"{ROOT}/releases/3-abc"
NEW = f"{ROOT}/releases/4-def"


def _hash(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()


def _block(path: str) -> str:
    return (
        f"#~ MAGENTO START {_hash(path)}\n"
        f'* * * * * /usr/bin/php8.2 {path}/bin/magento cron:run 2>&1 | grep -v "Ran jobs by schedule" '
        f">> {path}/var/log/magento.cron.log\n"
        f"#~ MAGENTO END {_hash(path)}\n"
    )


OTHER = _block("/srv/acme2/releases/1") + _block("/old/srv/acme")
PLAIN = (
    "MAILTO=ops@example.com\n"
    "# php /srv/acme/current/bin/magento cron:run\n"
    "0 3 * * * tar cf /backup/media.tar /srv/acme/shared/pub/media\n"
    "5 * * * * cd /srv/acme/current && php bin/magento indexer:reindex"
)
TAB = OTHER + _block(OLD) + PLAIN


def test_only_the_shops_lines_are_paused() -> None:
    paused = cron.pause(TAB, ROOT + "/", "job1")
    assert len(paused.lines) == 2
    changed = [line for line in paused.text.split("\n") if line not in TAB.split("\n")]
    assert [line.startswith("#mageconsole-paused job1 ") for line in changed] == [True, True]
    assert OTHER in paused.text
    assert cron.paused_by(paused.text) == ("job1",)
    assert cron.pause(paused.text, ROOT, "job2").lines == ()


def test_what_was_paused_comes_back_exactly() -> None:
    paused = cron.pause(TAB, ROOT, "job1")
    assert cron.resume(paused.text, "job1").text == TAB
    assert cron.resume(paused.text, "job").text == paused.text
    edited = paused.text + "\n0 0 * * * true\n"
    assert cron.resume(edited, "job1").text == TAB + "\n0 0 * * * true\n"


LINES = st.sampled_from(
    [*TAB.split("\n"), "", "\r", "x\u2028/srv/acme/current/bin/magento", "#mageconsole-paused b x"]
)


@given(st.lists(LINES), st.sampled_from(["", "\n"]))
def test_pausing_is_undone_whatever_stands_there(lines: list[str], end: str) -> None:
    text = "\n".join(lines) + end
    assert cron.resume(cron.pause(text, ROOT, "a").text, "a").text == text


def test_blocks_are_read() -> None:
    assert [block.hash for block in cron.blocks(TAB)] == [
        _hash(p) for p in ("/srv/acme2/releases/1", "/old/srv/acme", OLD)
    ]


def test_renewed_lines_follow_current() -> None:
    renewed = cron.renew(TAB, ROOT, NEW)
    assert OTHER in renewed
    assert PLAIN in renewed
    assert OLD not in renewed
    assert _block(f"{ROOT}/current").replace(_hash(f"{ROOT}/current"), _hash(NEW)) in renewed
    assert cron.renew(renewed, ROOT, NEW) == renewed


def test_blocks_that_older_releases_left_behind_run_once() -> None:
    renewed = cron.renew(_block(f"{ROOT}/releases/2-x") + OTHER + _block(OLD), ROOT, NEW)
    assert renewed.count("/srv/acme/current/bin/magento") == 1
    assert OTHER in renewed


def test_paused_lines_are_renewed_too() -> None:
    renewed = cron.renew(cron.pause(TAB, ROOT, "j").text, ROOT, NEW)
    assert OLD not in renewed
    assert cron.resume(renewed, "j").text == cron.renew(TAB, ROOT, NEW)


def test_a_block_without_an_end_stays() -> None:
    broken = f"#~ MAGENTO START {_hash(OLD)}\n* * * * * true\n"
    assert cron.renew(broken, ROOT, NEW) == broken
