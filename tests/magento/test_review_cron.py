"""Lines of a crontab that a job paused and never brought back."""

from core.magento.cron import left, pause

LINE = "* * * * * php /srv/acme/current/bin/magento cron:run\n"


def test_lines_that_another_job_left_paused_are_found_for_this_shop_only() -> None:
    text = (
        pause(LINE, "/srv/acme", "job-1").text
        + pause(LINE.replace("/srv/acme", "/srv/other"), "/srv/other", "job-2").text
    )
    assert left(text, "/srv/acme", "job-3") == ("job-1",)
    assert left(text, "/srv/acme", "job-1") == ()
    assert left(text, "/srv/other", "job-3") == ("job-2",)
    assert left(LINE, "/srv/acme", "job-3") == ()
