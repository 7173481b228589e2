"""Settings of that shop: a shared one that differs, a secret in the wrong place, a URL that is not as declared."""

from core.console.settings_table import (
    SettingsTable,
    ShownCell,
    ShownDifference,
    ShownFinding,
    ShownLadder,
    ShownRung,
    ShownSetting,
)
from core.secret import MASK
from core.settings.row import State

NAMES = ("development", "build", "staging", "production")
URL = "web/unsecure/base_url"
KEY = "payment/acme/private_key"
_EFFECTS = ("stays locked in the Admin", "needs a flush of the config cache, which is part of the job")


def _row(path: str, kind: str, state: State, *values: tuple[str, str] | None, why: str = "") -> ShownSetting:
    cells = tuple(None if one is None else ShownCell(*one) for one in values)
    return ShownSetting(path, "default", kind, "declared", why, int(state), cells)


def table() -> SettingsTable:
    """Return what was read."""
    config, env = "config.php", "env.php"
    vienna, berlin = ("Europe/Vienna", config), ("Europe/Berlin", config)
    return SettingsTable(
        names=NAMES,
        rows=(
            _row("general/locale/timezone", "shared", State.DIFFERING | State.SHARED, vienna, vienna, vienna, berlin,
                 why="no module declares it otherwise"),
            _row(KEY, "sensitive", State.MISSING | State.SENSITIVE, (f"{MASK} 24bb", config), None,
                 (f"{MASK} 7f01", env), (f"{MASK} 91a0", env), why="di.xml of Acme_Payment says so"),
            _row("sales/msrp/enabled", "shared", State.NULL_LOCKED | State.SHARED, ("1", config), ("1", config),
                 ("1", config), ("1", config)),
            _row(URL, "system-specific", State.DIFFERING | State.SYSTEM, ("http://dev.example.com/", env), None,
                 ("https://stg.example.com/", env), ("https://shop.example.com/", env),
                 why="Magento declares it so"),
        ),
        findings=(
            ShownFinding(
                code="secret-in-config", environment="development", name=KEY, blocks=True,
                what="config.php holds a secret in plain text", remedy="",
            ),
        ),
        differences={
            "production": (
                ShownDifference(
                    environment="production", name=URL, file="env.php, system", kind="system-specific",
                    standing="differs", before="https://shop.example.com/", after="https://www.example.com/",
                    applies=True, hosts=("web1", "web2"), others=(("web2", "https://old.example.com/"),),
                    effects=_EFFECTS, choices=("apply", "adopt", "ignore until"),
                ),
                ShownDifference(
                    environment="production", name=KEY, file="env.php, system", kind="sensitive",
                    standing="missing", needs_value=True, hosts=("web1", "web2"), choices=("apply", "ignore until"),
                ),
            ),
            "staging": (
                ShownDifference(
                    environment="staging", name=URL, file="env.php, system", kind="system-specific",
                    standing="not declared", before="https://stg.example.com/", hosts=("stg",),
                    choices=("adopt", "remove", "ignore until"),
                ),
            ),
        },
    )  # fmt: skip


def ladder(path: str) -> tuple[ShownLadder, ...]:
    """Return the layers of one."""
    row = next(row for row in table().rows if row.path == path)
    return tuple(
        ShownLadder(
            environment=name,
            label="Web / Base URLs / Base URL" if path == URL else "",
            type="text",
            rungs=()
            if cell is None
            else (ShownRung(layer=cell.layer, scope="default", text=cell.text, wins=True),),
            locked_by="" if cell is None else cell.layer,
            unread=(),
        )
        for name, cell in zip(NAMES, row.cells, strict=True)
    )
