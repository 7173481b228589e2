"""config.php of the development system in git: a commit of that file alone, on a named branch (decision 32)."""

import shlex

from core.actions.hosts import sites_of
from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.errors import ConsoleError, Refused
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.text import one_line

FILE = "app/etc/config.php"
_STATE = """\
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || {{ echo 'no git checkout'; exit 3; }}
b=$(git symbolic-ref --quiet --short HEAD) || {{ echo 'HEAD is detached: no branch to commit on'; exit 3; }}
git diff --cached --quiet || {{
    echo "changes wait in the index: $(git diff --cached --name-only | head -5 | tr '\\n' ' ')"
    exit 3
}}
git diff --quiet HEAD -- {file} || {{ echo '{file} has changes that are not committed'; exit 3; }}
[ ! -e "$(git rev-parse --git-dir)/MERGE_HEAD" ] || {{ echo 'a merge is not finished'; exit 3; }}
r=$(git config "branch.$b.remote" || git remote | head -n 1)
[ -n "$r" ] || {{ echo 'there is no remote to push to'; exit 3; }}
printf '%s\\n%s\\n' "$b" "$r"
"""


def _in(site: Site, script: str) -> str:
    return f"cd {shlex.quote(site.path)} || exit 1\n{script}"


class CheckCheckout:
    """Refuses a checkout in which a commit would take along what is not ours, or go nowhere."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always looked at."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Look at branch, index, config.php and remote."""
        (site,) = sites_of(self._bench, step)
        host = ctx.host(site.address)
        result = await host.sh(_in(site, _STATE.format(file=FILE)), limit_s=site.environment.timeouts.command)
        if result.exit == 3:
            raise Refused(
                "checkout-not-clean",
                f"A commit is not possible: {one_line(result.out, 300)}.",
                where=site.address,
                remedy="Commit or take back what is there, on a branch; nothing was changed.",
            )
        out = expect(result, "checkout-unread", "The checkout can't be looked at", where=site.address)
        branch, remote, *_ = [*out.decode("utf-8", "replace").splitlines(), "", ""]
        return Outcome(
            facts={"branch": branch, "remote": remote}, note=f"on {one_line(branch)}, to {one_line(remote)}"
        )

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()


class CommitConfig:
    """Commits config.php alone; the commit names the job, by which it is known again."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether this step has committed, or found nothing to commit."""
        return Look.DONE if "commit" in ctx.facts(step.id) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Commit. The author is git's own on that host, else the one who runs the job."""
        (site,) = sites_of(self._bench, step)
        who = shlex.quote(self._bench.who.user)
        message = f"{step.args['message']}\n\n{self._mark(ctx)}\n"
        ignored = shlex.quote(f"{site.layout.dot}/.gitignore")
        script = (
            f"[ -e {ignored} ] || echo '*' > {ignored}\n"
            f"git config user.name >/dev/null || export GIT_AUTHOR_NAME={who} GIT_COMMITTER_NAME={who}\n"
            "git config user.email >/dev/null || export GIT_AUTHOR_EMAIL=mageconsole@localhost"
            " GIT_COMMITTER_EMAIL=mageconsole@localhost\n"
            f"git log -1 --format=%B | grep -qF {shlex.quote(self._mark(ctx))} && exec git rev-parse --short HEAD\n"
            f"git diff --quiet HEAD -- {FILE} && exit 0\n"
            f"git commit --quiet --only --file=- -- {FILE} && git rev-parse --short HEAD\n"
        )
        out = expect(
            await fenced(ctx, self._bench, site, _in(site, script), payload=message.encode()),
            "commit-failed",
            "config.php can't be committed",
            where=site.address,
            remedy="Does a hook refuse it? Everything is taken back.",
        )
        commit = one_line(out)
        await ctx.note_facts({"commit": commit})
        return Outcome(facts={"commit": commit}, note=commit or "nothing to commit: it was so already")

    def _mark(self, ctx: Context) -> str:
        return f"mageconsole job {ctx.job_id}"

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Take the commit back where it is the newest, and was not pushed; the file itself is put back by its step."""
        (site,) = sites_of(self._bench, step)
        if ctx.facts("push").get("pushed"):
            return Outcome(warnings=("the commit was pushed and stays; revert it in git",))
        script = (
            f"git log -1 --format=%B | grep -qF {shlex.quote(self._mark(ctx))} || exit 0\n"
            f"git reset --quiet --soft HEAD~1 && git reset --quiet -- {FILE}\n"
        )
        expect(
            await fenced(ctx, self._bench, site, _in(site, script)), "commit-stays",
            "The commit can't be taken back", where=site.address, remedy="Take it back with git by hand.",
        )  # fmt: skip
        return Outcome()


class PushConfig:
    """Pushes the branch."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether this step has pushed."""
        return Look.DONE if ctx.facts(step.id).get("pushed") else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Push; git itself refuses what is no fast-forward."""
        (site,) = sites_of(self._bench, step)
        found = ctx.facts("check-checkout")
        branch, remote = str(found.get("branch", "")), str(found.get("remote", ""))
        line = shlex.join(["git", "push", "--quiet", remote, f"HEAD:refs/heads/{branch}"])
        result = await fenced(
            ctx, self._bench, site, _in(site, f"GIT_TERMINAL_PROMPT=0 {line}\n"),
            limit_s=max(120.0, site.environment.timeouts.command),
        )  # fmt: skip
        if not result.ok and result.exit is not None:
            raise ConsoleError(
                "push-failed",
                f"The branch {one_line(branch)} can't be pushed: {one_line(result.err, 240)}",
                where=site.address,
                remedy="Pull first, or mend the access; everything is taken back.",
            )
        expect(result, "push-failed", "The branch can't be pushed", where=site.address)
        await ctx.note_facts({"pushed": True})
        return Outcome(facts={"pushed": True}, note=f"{one_line(branch)} to {one_line(remote)}")

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: what was pushed stays."""
        return Outcome()
