"""The `mageconsole` command: opens the screen, or hands over to the command line."""


def main() -> None:
    """Run the command line. Importing it loads neither Textual nor asyncssh."""
    from core.cli.main import main as run

    run()
