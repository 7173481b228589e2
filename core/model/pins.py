"""What has moved under a plan, in words. Pure."""

from core.model.plan import Pin


def moved(before: tuple[Pin, ...], now: tuple[Pin, ...]) -> tuple[str, ...]:
    """Return in words what has moved between two readings. Pure."""
    there = {(pin.kind, pin.host, pin.key): pin.digest for pin in now}
    told = []
    for pin in before:
        key = (pin.kind, pin.host, pin.key)
        if there.get(key, pin.digest) != pin.digest:
            place = f" on {pin.host}" if pin.host else ""
            values = f" ({pin.digest} was {pin.key}, now {there[key]})" if pin.kind == "release" else ""
            what = f"the part of {pin.key} in environments.toml" if pin.kind == "environments.toml" else pin.key
            told.append(f"{what}{place} has changed{values}")
    return tuple(told)
