"""Facts: what Magento 2.4.7-p3 answered, seen on a real one. Reader and stand-in are both held to them.

Each line of `out` and `err` stands in that stream as it is here, in this order; more lines may stand between
them (a real upgrade prints some 1400 about modules). Lines of an error box have their padding.
"""

from typing import Final, NamedTuple

from core.magento.probes import (
    CodeOlderThanDatabase,
    CommandMissing,
    DatabaseUnreachable,
    ModulesOutdated,
    NeedsImport,
    NeedsUpgrade,
    NotInstalled,
    ProbeResult,
    UpToDate,
)


class Golden(NamedTuple):
    """One command in one situation. `expected` None: the command is no probe."""

    situation: str
    command: str
    arguments: tuple[str, ...]
    exit: int
    out: tuple[str, ...] = ()
    err: tuple[str, ...] = ()
    expected: ProbeResult | None = None

    @property
    def name(self) -> str:
        """What the case is called in a test's output."""
        return f"{self.situation}:{self.command}"


def lines(text: str) -> list[str]:
    """Return the lines that decide: without padding, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def shows(expected: tuple[str, ...], stream: str) -> bool:
    """Tell whether a stream holds the lines in their order."""
    rest = iter(lines(stream))
    return all(any(want.strip() == line for line in rest) for want in expected if want.strip())


RUN_UPGRADE: Final = "Run 'setup:upgrade' to update your DB schema and data."
CONFIG_CHANGED: Final = (
    "Config files have changed. Run app:config:import or setup:upgrade command to synchronize configuration."
)
NOT_INSTALLED: Final = "No information is available: the Magento application is not installed."
UPGRADE_BEGINS: Final = (
    "Cache types config flushed successfully",
    "Cache cleared successfully",
    "Updating modules:",
    "Schema creation/updates:",
    "Module 'Magento_Store':",
)
UPGRADE_ENDS: Final = (
    "Media files stored outside of 'Media Gallery Allowed' folders will not be available to the media gallery.",
    "Please refer to Developer Guide for more details.",
)
IMPORT_BEGINS: Final = "Processing configurations data from configuration file..."
CREATES: Final = (
    "These Websites will be created: Outlet Website",
    "These Groups will be created: Outlet Store",
    "These Stores will be created: Outlet English, French",
)
DELETES: Final = (
    "These Websites will be deleted: Outlet Website",
    "These Websites will be updated: Main Website Renamed",
    "These Groups will be deleted: Outlet Store",
    "These Stores will be deleted: Outlet English, French",
)
QUESTION: Final = "Do you want to continue [yes/no]?"
NEW_GROUPS: Final = (
    "The following new store groups must be associated with a root category: Outlet Store. ",
    "Associate a store group with a root category in the Admin Panel: Stores > Settings > All Stores.",
)
LESS_ERROR: Final = (
    "ParseError: missing closing `}` in _theme.less on line 297, column 9",
    "Error happened during deploy process: "
    "Magento\\Framework\\Exception\\LocalizedException::__construct(): Argument #1 ($phrase) must be of type "
    "Magento\\Framework\\Phrase, string given",
)


def _missing(namespace: str, width: int) -> tuple[str, ...]:
    blank = " " * width
    text = f'  There are no commands defined in the "{namespace}" namespace.  '
    return (blank, text, blank)


_STATUS_MISSING: Final = (
    "                                               ",
    '  Command "app:config:status" is not defined.  ',
    "                                               ",
    "  Did you mean one of these?                   ",
    "      app:config:import                        ",
    "      module:config:status                     ",
    "      setup:config:set                         ",
    "      setup:db:status                          ",
    "      setup:store-config:set                   ",
    "                                               ",
)
_DB_REFUSED: Final = (
    "In Abstract.php line 148:",
    "                                                                               ",
    "  SQLSTATE[HY000] [1045] Access denied for user 'magento'@'127.0.0.1' (using   ",
    "  password: YES)                                                               ",
    "                                                                               ",
    "setup:db:status [--magento-init-params MAGENTO-INIT-PARAMS]",
)
_DB_MESSAGE: Final = "SQLSTATE[HY000] [1045] Access denied for user 'magento'@'127.0.0.1' (using password: YES)"

PROBES: Final = (
    Golden("up-to-date", "app:config:status", (), 0, ("Config files are up to date.",), (), UpToDate()),
    Golden("up-to-date", "setup:db:status", (), 0, ("All modules are up to date.",), (), UpToDate()),
    Golden(
        "up-to-date",
        "module:config:status",
        (),
        0,
        ("The modules configuration is up to date.",),
        (),
        UpToDate(),
    ),
    Golden("pending-import", "app:config:status", (), 2, (CONFIG_CHANGED,), (), NeedsImport()),
    Golden("pending-import", "setup:db:status", (), 0, ("All modules are up to date.",), (), UpToDate()),
    Golden(
        "pending-schema",
        "setup:db:status",
        (),
        2,
        ("Declarative Schema is not up to date", "", RUN_UPGRADE),
        (),
        NeedsUpgrade(("declarative",), ("Declarative Schema is not up to date",)),
    ),
    Golden(
        "pending-data-patch",
        "setup:db:status",
        (),
        2,
        ("Data patches are not up to date", RUN_UPGRADE),
        (),
        NeedsUpgrade(("data",), ("Data patches are not up to date",)),
    ),
    Golden(
        "pending-setup-version", "setup:db:status", (), 2, ("", RUN_UPGRADE), (), NeedsUpgrade(("unspecified",))
    ),
    Golden(
        "database-newer",
        "setup:db:status",
        (),
        2,
        (
            "Data patches are not up to date",
            "            Rig_Demo     schema:       1.0.0  ->  0.9.0      "
            "The module code base doesn't match the DB schema and data.",
            "Some modules use code versions newer or older than the database.",
            RUN_UPGRADE,
        ),
        (),
        CodeOlderThanDatabase(
            ("Rig_Demo",),
            (
                "Data patches are not up to date",
                "Rig_Demo schema: 1.0.0 -> 0.9.0 The module code base doesn't match the DB schema and data.",
            ),
        ),
    ),
    Golden("module-not-in-config", "setup:db:status", (), 0, ("All modules are up to date.",), (), UpToDate()),
    Golden(
        "module-not-in-config",
        "module:config:status",
        (),
        1,
        (
            "The modules configuration in the 'app/etc/config.php' file is outdated. "
            "Run 'setup:upgrade' to fix it.",
        ),
        (),
        ModulesOutdated(),
    ),
    Golden("no-env", "setup:db:status", (), 1, (NOT_INSTALLED,), (), NotInstalled()),
    Golden("no-env", "app:config:status", (), 1, (), _STATUS_MISSING, CommandMissing("app:config:status")),
    Golden("no-env", "cache:flush", (), 1, (), _missing("cache", 59), CommandMissing("cache:flush")),
    Golden(
        "no-env", "deploy:mode:show", (), 1, (), _missing("deploy:mode", 65), CommandMissing("deploy:mode:show")
    ),
    Golden(
        "no-env",
        "app:config:import",
        ("-n",),
        1,
        ('Import failed: Connection "default" is not defined',),
        (),
        NotInstalled(),
    ),
    Golden("db-down", "setup:db:status", (), 255, (), _DB_REFUSED, DatabaseUnreachable(_DB_MESSAGE)),
)

CHANGES: Final = (
    Golden("nothing-to-import", "app:config:import", ("-n",), 0, ("Nothing to import.",)),
    Golden(
        "create-scopes",
        "app:config:import",
        ("-n",),
        0,
        (
            IMPORT_BEGINS,
            "Stores were processed",
            *NEW_GROUPS,
            "Theme import was started.",
            "Theme import finished.",
            "System config was processed",
        ),
    ),
    Golden(
        "create-scopes",
        "app:config:import",
        (),
        1,
        (IMPORT_BEGINS, "Import failed: Aborted."),
        (*CREATES, QUESTION),
    ),
    Golden("delete-scopes", "app:config:import", ("-n",), 0, (IMPORT_BEGINS, "Stores were processed")),
    Golden(
        "delete-scopes",
        "app:config:import",
        (),
        1,
        (IMPORT_BEGINS, "Import failed: Aborted."),
        (*DELETES, QUESTION),
    ),
    Golden(
        "up-to-date",
        "setup:upgrade",
        ("--keep-generated", "-n"),
        0,
        (*UPGRADE_BEGINS, "Nothing to import.", *UPGRADE_ENDS),
    ),
    Golden(
        "create-scopes",
        "setup:upgrade",
        ("--keep-generated", "-n"),
        0,
        (
            *UPGRADE_BEGINS,
            IMPORT_BEGINS,
            "Stores were processed",
            *NEW_GROUPS,
            "System config was processed",
            *UPGRADE_ENDS,
        ),
    ),
    Golden(
        "create-scopes",
        "setup:upgrade",
        ("--keep-generated",),
        1,
        (
            *UPGRADE_BEGINS,
            IMPORT_BEGINS,
            "Import failed: Aborted.",
            "app:config:import failed. See previous output.",
        ),
        (*CREATES, QUESTION),
    ),
    Golden(
        "patch-fails",
        "setup:upgrade",
        ("--keep-generated", "-n"),
        1,
        (
            *UPGRADE_BEGINS,
            "Unable to apply data patch Rig\\Demo\\Setup\\Patch\\Data\\Fail for module Rig_Demo. "
            "Original exception message: demo data patch failure",
        ),
    ),
    Golden(
        "no-search-engine",
        "setup:upgrade",
        ("--keep-generated", "-n"),
        1,
        (
            *UPGRADE_BEGINS[:3],
            "Could not validate a connection to Elasticsearch. No alive nodes found in your cluster",
        ),
    ),
    Golden("no-env", "maintenance:enable", (), 0, ("Enabled maintenance mode",)),
    Golden("no-env", "--version", (), 0, ("Magento CLI 2.4.7-p3",)),
    Golden("up-to-date", "cache:flush", (), 0, ("Flushed cache types:", "config", "full_page", "translate")),
    Golden(
        "up-to-date", "cache:clean", ("config", "full_page"), 0, ("Cleaned cache types:", "config", "full_page")
    ),
    Golden(
        "up-to-date",
        "deploy:mode:show",
        (),
        0,
        ("Current application mode: production. (Note: Environment variables may override this value.)",),
    ),
    Golden(
        "maintenance-off",
        "maintenance:status",
        (),
        0,
        ("Status: maintenance mode is not active", "List of exempt IP-addresses: none"),
    ),
    Golden(
        "maintenance-on",
        "maintenance:status",
        (),
        0,
        ("Status: maintenance mode is active", "List of exempt IP-addresses: none"),
    ),
)

BUILD: Final = (
    Golden(
        "compiles",
        "setup:di:compile",
        (),
        0,
        ("Compilation was started.", "Generated code and dependency injection configuration successfully."),
    ),
    Golden(
        "no-config",
        "setup:di:compile",
        (),
        1,
        (
            "You cannot run this command because modules are not enabled. "
            "You can enable modules by running the 'module:enable --all' command.",
        ),
    ),
    Golden(
        "missing-class",
        "setup:di:compile",
        (),
        1,
        ("Compilation was started.",),
        (
            "In GetParameterClassTrait.php line 41:",
            '  Class "No\\Such\\Thing" does not exist  ',
            "setup:di:compile",
        ),
    ),
    Golden(
        "theme-unknown",
        "setup:static-content:deploy",
        ("-f", "--theme", "No/Such", "en_US"),
        0,
        ("Deploy using quick strategy", "Execution time: 1.6114130020142"),
    ),
    Golden(
        "less-error",
        "setup:static-content:deploy",
        ("-f", "en_US"),
        1,
        ("Deploy using quick strategy",),
        LESS_ERROR,
    ),
    Golden(
        "less-error-parallel",
        "setup:static-content:deploy",
        ("-f", "-j", "2", "en_US", "de_DE"),
        0,
        ("Deploy using quick strategy",),
        LESS_ERROR,
    ),
)

ALL: Final = PROBES + CHANGES + BUILD
