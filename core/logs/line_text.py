"""What of a raw line is shown: text and nothing else."""

import codecs
from typing import Final

from core.text import clean

TAB: Final = 8
_PLAIN: Final = bytes(range(0x20, 0x7F)) + b"\n"
"""What is shown as it is; that a block holds nothing else is found out at hundreds of megabytes a second."""


def shown(data: bytes, *, cut: bool = False) -> str:
    """Return raw lines as they are shown, one for one; `cut`: the last may end within a character.

    Of a progress line that was redrawn with carriage returns the last state is left.
    """
    if data.isascii() and not data.translate(None, _PLAIN):
        return data.decode("ascii")
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=not cut)
    if "\r" in text:
        text = "\n".join(map(_last_state, text.split("\n")))
    text = clean(text)
    return text.expandtabs(TAB) if "\t" in text else text


def _last_state(line: str) -> str:
    if "\r" not in line:
        return line
    return next((state for state in reversed(line.split("\r")) if state.strip()), "")
