"""The themes: one accent for focus and the next action, four colours of state, everything else plain or dim."""

from typing import Final

from textual.theme import Theme

from tui.terminal import Terminal

DARK: Final = "mageconsole-dark"
LIGHT: Final = "mageconsole-light"
ANSI_DARK: Final = "ansi-dark"
ANSI_LIGHT: Final = "ansi-light"

_DARK: Final = Theme(
    name=DARK,
    primary="#7aa2d8",
    secondary="#9aa5b8",
    accent="#6cb6ff",
    foreground="#d5d9e0",
    background="#0f1217",
    surface="#151a21",
    panel="#1c232c",
    success="#7fc98f",
    warning="#e5b567",
    error="#f2777a",
    dark=True,
    variables={"busy": "#b99cf2", "border-blurred": "#39424e", "quiet": "#8a94a3"},
)
_LIGHT: Final = Theme(
    name=LIGHT,
    primary="#2a5d9c",
    secondary="#5b6675",
    accent="#0b62b8",
    foreground="#1d232b",
    background="#fbfbfa",
    surface="#f3f4f4",
    panel="#e8eaec",
    success="#1f7a3a",
    warning="#8a5a00",
    error="#b3261e",
    dark=False,
    variables={"busy": "#6a3fb5", "border-blurred": "#c4cad1", "quiet": "#5f6975"},
)
OURS: Final = (_DARK, _LIGHT)

VARIABLES: Final = {"busy": "ansi_magenta", "quiet": "ansi_default"}
"""What themes that are not ours, the ANSI ones among them, take for our own variables."""


def first_theme(found: Terminal, remembered: str, asked: str) -> str:
    """Return the theme to start with. Without colour only an ANSI one keeps its promise: others emit greys."""
    if not found.colour:
        return asked if asked in (ANSI_DARK, ANSI_LIGHT) else ANSI_DARK
    return asked or remembered or DARK
