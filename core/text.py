"""The one sanitiser: text from a host, a commit or a file becomes text that a terminal only shows."""

import re
import unicodedata

_SEQUENCES = re.compile(
    # OSC, DCS, SOS, PM, APC, also cut off. They end with the line at the latest: one that nobody closes must
    # not swallow the rest of a log.
    r"(?:\x1b[PX^_\]]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI, also cut off
    r"|\x1b[ -/]*[0-~]?"  # other escapes
)
# Direction overrides reorder what an operator reads (the "Trojan source" trick); format characters hide.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e01ef]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Python writes such a half as the raw byte that it stands for, which may be a control character.
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str | bytes) -> str:
    """Return the text without anything that a terminal would act on.

    Bytes are decoded as UTF-8; what is invalid, surrogates too, becomes U+FFFD. Control sequences go; a carriage return
    ends a line as a redrawn progress line does; tabs and newlines stay.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    text = _SEQUENCES.sub("", _SURROGATE.sub("\ufffd", text))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", _CONTROL.sub("", text))


def one_line(text: str | bytes, limit: int = 200) -> str:
    """Return the text cleaned, on one line, cut at the end to at most `limit` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def width(text: str) -> int:
    """Return how many terminal cells the text takes: wide characters two, combining ones none."""
    cells = 0
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        cells += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return cells
