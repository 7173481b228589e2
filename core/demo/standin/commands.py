"""The table of commands: what each is called, takes, needs, and which module plays it."""

from typing import Final, NamedTuple

from core.demo.standin.console import Option

INIT: Final = Option("magento-init-params", value="required")


class Command(NamedTuple):
    """One command of `bin/magento`; `play` is `module:function` of this package."""

    name: str
    description: str
    play: str = ""
    options: tuple[Option, ...] = ()
    arguments: tuple[str, ...] = ()
    """Their names; `name?` may be left out, `name*` takes all that remain."""
    installed: bool = True
    """Whether it exists only where `install/date` is set."""

    @property
    def required(self) -> list[str]:
        """The arguments that must be given."""
        return [name for name in self.arguments if name[-1] not in "?*"]

    @property
    def synopsis(self) -> str:
        """The usage line below an error."""
        words = [self.name, *(option.synopsis for option in self.options)]
        if self.arguments and self.options:
            words.append("[--]")
        for name in self.arguments:
            plain = name.rstrip("?*")
            words.append({"?": f"[<{plain}>]", "*": f"[<{plain}>...]"}.get(name[-1], f"<{plain}>"))
        return " ".join(words)


def _setup(name: str, text: str, play: str = "", *options: Option, arguments: tuple[str, ...] = ()) -> Command:
    return Command(name, text, play, (*options, INIT), arguments, installed=False)


def _module(name: str, text: str, play: str = "", *options: Option, arguments: tuple[str, ...] = ()) -> Command:
    return Command(name, text, play, options, arguments)


_IP: Final = Option("ip", value="required", many=True)
_UPGRADE: Final = (
    Option("keep-generated"),
    Option("convert-old-scripts", value="optional"),
    Option("safe-mode", value="optional"),
    Option("data-restore", value="optional"),
    Option("dry-run", value="optional"),
)
_KINDS: Final = ("area", "theme", "language")
_STATIC: Final = (
    Option("force", "f"),
    Option("strategy", "s", "optional"),
    *(
        option
        for kind in _KINDS
        for option in (
            Option(kind, kind[0], "optional", many=True),
            Option(f"exclude-{kind}", "", "optional", many=True),
        )
    ),
    Option("jobs", "j", "optional"),
    Option("max-execution-time", "", "optional"),
    Option("symlink-locale"),
    Option("content-version", "", "required"),
    Option("refresh-content-version-only"),
    *(
        Option(f"no-{what}")
        for what in ("javascript", "js-bundle", "css", "less", "images", "fonts", "html", "misc")
    ),
    Option("no-html-minify"),
    Option("no-parent"),
)
_SCOPE: Final = (Option("scope", value="required"), Option("scope-code", value="required"))
_LOCKS: Final = (Option("lock-env", "e"), Option("lock-config", "c"), Option("lock", "l"))
_MODULES: Final = (Option("force", "f"), Option("all"), Option("clear-static-content", "c"))

TABLE: Final = (
    _setup("admin:user:create", "Creates an administrator"),
    _module("app:config:dump", "Create dump of application", "dump:run", arguments=("config-types*",)),
    Command(
        "app:config:import",
        "Import data from shared configuration files to appropriate data storage",
        "imports:run",
        installed=False,
    ),
    _module("app:config:status", "Checks if config propagation requires update", "imports:status"),
    _module("cache:clean", "Cleans cache type(s)", "cache:clean", arguments=("types*",)),
    _module("cache:disable", "Disables cache type(s)", "cache:disable", arguments=("types*",)),
    _module("cache:enable", "Enables cache type(s)", "cache:enable", arguments=("types*",)),
    _module("cache:flush", "Flushes cache storage used by cache type(s)", "cache:flush", arguments=("types*",)),
    _module("cache:status", "Checks cache status", "cache:status"),
    _module("config:sensitive:set", "Set sensitive configuration values", "settings:put_sensitive",
            Option("interactive", "i"), *_SCOPE, arguments=("path?", "value?")),
    _module("config:set", "Change system configuration", "settings:put", *_SCOPE, *_LOCKS, arguments=("path", "value")),
    _module("config:show", "Shows configuration value for given path", "settings:show", *_SCOPE, arguments=("path?",)),
    _module("cron:install", "Generates and installs crontab for current user", "cron:install", Option("force", "f")),
    _module("cron:remove", "Removes tasks from crontab", "cron:remove"),
    _module("cron:run", "Runs jobs by schedule", "cron:run", Option("group", value="required"),
            Option("bootstrap", value="required")),
    _module("deploy:mode:set", "Set application mode.", "", Option("skip-compilation", "s"), arguments=("mode",)),
    _module("deploy:mode:show", "Displays current application mode.", "lists:mode"),
    _setup("i18n:collect-phrases", "Discovers phrases in the codebase"),
    _module("indexer:reindex", "Reindexes Data"),
    _module("indexer:status", "Shows status of Indexer", "lists:indexers"),
    Command("info:adminuri", "Displays the Magento Admin URI", "lists:admin_uri", installed=False),
    Command("info:backups:list", "Prints list of available backup files", installed=False),
    Command("info:language:list", "Displays the list of available language locales", "lists:languages", installed=False),
    Command("maintenance:allow-ips", "Sets maintenance mode exempt IPs", "maintenance:allow",
            (Option("none"), Option("add")), ("ip*",), installed=False),
    Command("maintenance:disable", "Disables maintenance mode", "maintenance:disable", (_IP,), installed=False),
    Command("maintenance:enable", "Enables maintenance mode", "maintenance:enable", (_IP,), installed=False),
    Command("maintenance:status", "Displays maintenance mode status", "maintenance:status", installed=False),
    _setup(
        "module:config:status",
        "Checks the modules configuration in the 'app/etc/config.php' file and reports if they are up to date or not",
        "modules:config_status",
    ),
    _setup("module:disable", "Disables specified modules", "modules:disable", *_MODULES, arguments=("module*",)),
    _setup("module:enable", "Enables specified modules", "modules:enable", *_MODULES, arguments=("module*",)),
    _setup("module:status", "Displays status of modules", "modules:status", Option("enabled"), Option("disabled"),
           arguments=("module-names*",)),
    _setup("module:uninstall", "Uninstalls modules installed by composer"),
    _module("queue:consumers:list", "List of MessageQueue consumers", "consumers:names"),
    _module("queue:consumers:restart", "Restart MessageQueue consumers", "consumers:restart"),
    _module("queue:consumers:start", "Start MessageQueue consumer", "consumers:start",
            Option("max-messages", value="required"), Option("single-thread"), Option("pid-file-path", value="required"),
            arguments=("consumer",)),
    _setup("setup:backup", "Takes backup of Magento Application code base, media and database"),
    _setup("setup:config:set", "Creates or modifies the deployment configuration"),
    _setup("setup:db-data:upgrade", "Installs and upgrades data in the DB"),
    _setup("setup:db-schema:upgrade", "Installs and upgrades the DB schema"),
    _setup("setup:db:status", "Checks if DB schema or data requires upgrade", "upgrade:status"),
    _setup("setup:di:compile", "Generates DI configuration and all missing classes that can be auto-generated",
           "compilation:run"),
    _setup("setup:install", "Installs the Magento application"),
    _setup("setup:rollback", "Rolls back Magento Application codebase, media and database"),
    _setup("setup:static-content:deploy", "Deploys static view files", "static:run", *_STATIC,
           arguments=("languages*",)),
    _setup("setup:store-config:set",
           "Installs the store configuration. Deprecated since 2.2.0. Use config:set instead"),
    _setup("setup:uninstall", "Uninstalls the Magento application"),
    _setup("setup:upgrade", "Upgrades the Magento application, DB data, and schema", "upgrade:run", *_UPGRADE),
    _module("store:list", "Displays the list of stores", "lists:stores"),
    _module("store:website:list", "Displays the list of websites", "lists:websites"),
)  # fmt: skip
BUILT_IN: Final = (
    Command("completion", "Dump the shell completion script", installed=False),
    Command("help", "Display help for a command", installed=False),
    Command("list", "List commands", "listing:run", (Option("format", value="required"), Option("raw")),
            ("namespace?",), installed=False),
)  # fmt: skip


def available(installed: bool) -> dict[str, Command]:
    """Return the commands that there are, with or without `install/date`."""
    return {item.name: item for item in (*BUILT_IN, *TABLE) if installed or not item.installed}
