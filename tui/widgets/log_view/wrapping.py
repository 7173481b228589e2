"""Where a text is cut so that each piece fits the screen: by cells, as Textual counts them."""

from itertools import accumulate

from rich.cells import cell_len, split_graphemes


def cuts(text: str, cells: int) -> list[int]:
    """Return where the pieces begin, in characters; at least one."""
    if text.isascii():
        return list(range(0, len(text), cells)) or [0]
    begins, used = [0], 0
    for begin, _, wide in split_graphemes(text)[0]:
        if used + wide > cells and begin:
            begins.append(begin)
            used = 0
        used += wide
    return begins


def from_cell(text: str, cell: int) -> tuple[int, int]:
    """Return the first character that begins at a cell or behind it, and how many cells lie between."""
    if text.isascii() or cell == 0:
        return min(cell, len(text)), 0
    spans, _ = split_graphemes(text)
    for (begin, _, _), edge in zip(spans, accumulate((wide for *_, wide in spans), initial=0), strict=False):
        if edge >= cell:
            return begin, edge - cell
    return len(text), 0


def fitted(text: str, cells: int) -> str:
    """Return the text at exactly so many cells: cut, or filled with blanks."""
    if text.isascii():
        return text[:cells].ljust(cells)
    used = 0
    for begin, _, wide in split_graphemes(text)[0]:
        if used + wide > cells:
            return text[:begin] + " " * (cells - used)
        used += wide
    return text + " " * (cells - used)


def cells(text: str) -> int:
    """Return how many cells a text takes."""
    return len(text) if text.isascii() else cell_len(text)
