"""Four systems on this machine: directories, databases, a git history. Nothing listens yet."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from core.demo import configuration, history, planted, tools
from core.demo.history import Commits
from core.demo.standin import database, imports, phpfile, schema
from core.demo.standin.phpfile import Array, section
from core.demo.standin.shop import SECTIONS, Shop, hash_of

HOSTS: Final = {
    "dev1": "development",
    "build": "build",
    "stg": "staging",
    "web1": "production",
    "web2": "production",
}
"""Each host with its environment."""
USERS: Final = {"dev1": "magento", "build": "build", "stg": "deploy", "web1": "deploy", "web2": "deploy"}
WEB: Final = ("stg", "web1", "web2")
PATIENT: Final = {"compile_s": 1.8, "static_s": 0.15, "composer_s": 0.8, "upgrade_s": 1.2, "import_s": 0.4}
"""How long things take in a demonstration, in seconds; static content for each area, theme and locale."""
_PASSWORD: Final = "demo-db-password"
_VERSION: Final = "1795000000"
"""Of the static content of what `lay_out` makes live."""


@dataclass(frozen=True)
class Systems:
    """What was laid out, and where."""

    root: Path
    commits: Commits

    @property
    def repository(self) -> Path:
        """The bare repository that the build fetches from."""
        return self.root / "store.git"

    @property
    def environments_toml(self) -> Path:
        """The file that a console is started with."""
        return self.root / "environments.toml"

    @property
    def ssh_config(self) -> Path:
        """How the hosts are reached."""
        return self.root / "ssh_config"

    def host(self, name: str) -> Path:
        """Return what the demo keeps of a host: `bin`, `home`, keys."""
        return self.root / "hosts" / name

    def shop(self, name: str) -> Path:
        """Return the path of the environment on a host."""
        return self.host(name) / "shop"

    def database(self, environment: str) -> Path:
        """Return the directory that is the database of an environment."""
        return self.root / "databases" / f"db.{environment}.demo" / "magento"

    def behave(self, **knobs: Any) -> None:
        """Set knobs of the stand-ins for the whole demo; None takes one away."""
        path = self.root / "behaviour.json"
        known: dict[str, Any] = msgspec.json.decode(path.read_bytes()) if path.exists() else {}
        kept = {name: value for name, value in (known | knobs).items() if value is not None}
        path.write_bytes(msgspec.json.encode(kept))


def again(root: Path) -> Systems:
    """Return the systems that an earlier demo left in a directory (`--keep`)."""
    root = root.resolve()
    return Systems(root, msgspec.json.decode((root / "commits.json").read_bytes(), type=Commits))


def create(
    root: Path, *, scale: int = 28, behaviour: dict[str, Any] | None = None, plant: bool = False
) -> Systems:
    """Lay four systems out in an empty directory.

    Staging and production have a database and `shared/`, and no release yet. scale: about how many classes a
    module has (28: some 3,500 files in vendor). behaviour: knobs of the stand-ins, those of a demonstration
    unless given. plant: give the systems settings of all kinds, with mistakes among them (`core.demo.planted`).
    """
    root = root.resolve()
    root.mkdir(parents=True, exist_ok=True)
    for name in HOSTS:
        tools.install(root, name)
        (root / "hosts" / name / "home").mkdir()
        (root / "hosts" / name / "shop").mkdir()
    tree = root / "hosts/dev1/shop"
    history.begin(tree, root / "store.git", scale)
    _composer(root, tree)
    shared = planted.SHARED if plant else {}
    first = history.first_release(tree, planted.module() if plant else {})
    for environment in ("development", "staging", "production"):
        _environment(root, environment, tree, plant=plant)
    commits = history.next_releases(tree, first, shared)
    systems = Systems(root, commits)
    _composer(root, tree)
    systems.behave(**(PATIENT if behaviour is None else behaviour))
    if plant:
        (root / "declared.toml").write_text(planted.TOML)
        _import_development(systems, tree)
    (root / "ran.jsonl").unlink(missing_ok=True)
    (root / "commits.json").write_bytes(msgspec.json.encode(commits))
    return systems


def _composer(root: Path, tree: Path) -> None:
    program = root / "hosts/dev1/bin/composer"
    subprocess.run([program, "install", "--quiet"], cwd=tree, check=True, capture_output=True)


def _environment(root: Path, name: str, tree: Path, *, plant: bool) -> None:
    """Make an environment's database, as an installation left it, and its env.php on each host."""
    url = f"http://{'shop' if name == 'production' else name}.example.com/"
    mode = "default" if name == "development" else "production"
    env = configuration.env(name, _PASSWORD, url, mode)
    stored = state(Shop(tree), env)
    if plant:
        planted.env(env, name)
        stored = state(Shop(tree), env) | {"config": planted.database(name)}
    database.create(root / "databases" / f"db.{name}.demo" / "magento", _PASSWORD, stored)
    for host, environment in HOSTS.items():
        if environment == name:
            if plant and host == "web2":
                planted.drift(env)
            place = root / "hosts" / host / "shop" / ("" if name == "development" else "shared")
            _shared(place, phpfile.write(env), live=name != "development")


def _import_development(systems: Systems, tree: Path) -> None:
    """Let development's database know the newest commit, as it does where somebody works with it."""
    shop = Shop(tree)
    kept = systems.database("development") / "state.json"
    known = msgspec.json.decode(kept.read_bytes(), type=dict[str, Any])
    kept.write_bytes(msgspec.json.encode(state(shop, shop.env) | {"config": known["config"]}))


def _shared(place: Path, env: str, *, live: bool) -> None:
    path = place / "app/etc/env.php"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(env)
    path.chmod(0o660)
    if live:
        media = place / "pub/media/catalog/product/l/a"
        media.mkdir(parents=True)
        (media / "lamp.svg").write_text("<svg><title>Lamp</title></svg>\n")


def state(shop: Shop, env: Array) -> dict[str, Any]:
    """Return the database of a shop in which nothing is pending for these files and this env.php."""
    merged = phpfile.merged(shop.config, env)
    scopes = section(merged, "scopes")
    rows = [row for row in section(scopes, "groups").values() if isinstance(row, dict)]
    hashes = {name: hash_of(merged[name]) for name in SECTIONS if merged.get(name) is not None}
    patches = [*schema.patches(shop, "Schema"), *schema.patches(shop, "Data")]
    return {
        "flag": {"config_hash": hashes, "system_config_snapshot": merged.get("system")},
        "websites": section(scopes, "websites"),
        "groups": {str(row["group_id"]): row for row in rows},
        "stores": section(scopes, "stores"),
        "themes": sorted({*map(str, section(merged, "themes")), *imports.QUIRK}),
        "tables": schema.declared(shop),
        "patches": patches,
        "modules": schema.versions(shop),
        "config": {"default/general/region/display_all": "1"},
    }


def lay_out(
    systems: Systems, environment: str, commit: str, locales: tuple[str, ...] = ("en_US", "de_DE")
) -> str:
    """Make a commit live on an environment by hand, as another tool might; return the release's name."""
    name = f"1-{commit[:12]}"
    made = systems.root / "made" / name
    if not made.exists():
        _build(systems, commit, locales, made)
    for host, of in HOSTS.items():
        if of == environment:
            _publish(systems.shop(host), made, name)
    return name


def _build(systems: Systems, commit: str, locales: tuple[str, ...], place: Path) -> None:
    place.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "archive", commit], cwd=systems.repository, check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-xf", "-", "-C", str(place)], input=archive, check=True)
    programs = systems.host("build") / "bin"
    deploy = ["setup:static-content:deploy", "-f", "--content-version", _VERSION, *locales]
    for words in (["setup:di:compile"], deploy):
        if not (place / "vendor").exists():
            subprocess.run([programs / "composer", "install"], cwd=place, check=True, capture_output=True)
        subprocess.run([programs / "php", "bin/magento", *words], cwd=place, check=True, capture_output=True)
    shutil.rmtree(place / "var/cache")
    (place / "app/etc/env.php").unlink()


def _publish(shop: Path, made: Path, name: str) -> None:
    release = shop / "releases" / name
    shutil.copytree(made, release, symlinks=True)
    (release / "app/etc/env.php").symlink_to("../../../../shared/app/etc/env.php")
    shutil.rmtree(release / "pub/media")
    (release / "pub/media").symlink_to("../../../shared/pub/media")
    (shop / "current").symlink_to(f"releases/{name}")
