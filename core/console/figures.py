"""Durations, sizes and times as people say them, in few cells. Pure; for the screen and the command line."""

import time


def seconds(value: float | None) -> str:
    """Return a duration in at most seven cells: 0.4s, 12.0s, 3m12s, 1h04m."""
    if value is None:
        return ""
    if value < 99.95:
        return f"{value:.1f}s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes}m{rest:02d}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02d}m"


def size(count: float) -> str:
    """Return bytes as people say them: 12.4 MB."""
    if count < 1000:
        return f"{count:.0f} B"
    for unit in ("kB", "MB"):
        count /= 1000
        if round(count, 1) < 1000:
            return f"{count:.1f} {unit}"
    count /= 1000
    return f"{count:.1f} GB"


def rough_size(count: float) -> str:
    """Return bytes in the two digits that matter where they move all the time, as free space does: 24 GB."""
    unit = 1.0
    while count / unit >= 99.5:
        unit *= 10
    return size(round(count / unit) * unit).replace(".0 ", " ")


def clock(at: float) -> str:
    """Return a time of today as 14:02, of another day as Tue 03 Nov 21:10, both local."""
    then = time.localtime(at)
    today = time.localtime(time.time())
    return time.strftime("%H:%M" if then[:3] == today[:3] else "%a %d %b %H:%M", then)


def ago(at: float, now: float) -> str:
    """Return how long ago a time is, in few cells: "just now", "12 min ago", "3 h ago", "2 days ago"."""
    passed = max(0.0, now - at)
    if passed < 60:
        return "just now"
    for most, unit, word in ((3600, 60, "min"), (172_800, 3600, "h")):
        if passed < most:
            return f"{passed // unit:.0f} {word} ago"
    return f"{passed // 86_400:.0f} days ago"


def short_clock(at: float) -> str:
    """Return a time in at most nine cells: of today as 14:02, of this week as Tue 21:10, of before as 03 Nov."""
    then, now = time.localtime(at), time.time()
    if then[:3] == time.localtime(now)[:3]:
        return time.strftime("%H:%M", then)
    return time.strftime("%a %H:%M" if 0 <= now - at < 6 * 86_400 else "%d %b", then)
