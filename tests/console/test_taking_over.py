"""A job that is resumed again asks its hosts as environments.toml says by then, also where that is as at first."""

from pathlib import Path

from core.console.taking_over import take_over
from core.environments.load import load
from core.jobs.store import Job
from core.model.plan import Plan
from core.worker import project_for

TOML = """
[project]
name = "Acme"
[environments.build]
role = "build"
hosts = ["build@localhost"]
path = "/srv/build"
repository = "git@example.com:acme.git"
branch = "main"
[environments.production]
role = "production"
hosts = ["web1"]
path = "/srv/acme"
health = { path = "/one/", host = "shop.example.com" }
"""


def test_what_was_changed_back_is_taken_over_too(tmp_path: Path) -> None:
    file = tmp_path / "environments.toml"
    file.write_text(TOML)
    directory = tmp_path / "job"
    directory.mkdir(mode=0o700)
    job = Job(directory)
    job.environments.write_text(TOML)
    plan = Plan(kind="promote", title="", target="production", steps=(), options={"environments": str(file)})

    def asked() -> str:
        health = project_for(job, plan).environments["production"].health
        return health.path if health else ""

    assert take_over(job, load(file), "production") == ()
    assert not job.asking.exists()
    file.write_text(TOML.replace("/one/", "/two/"))
    assert take_over(job, load(file), "production")
    assert asked() == "/two/"
    file.write_text(TOML)
    take_over(job, load(file), "production")
    assert asked() == "/one/"
