"""Floats as PHP writes them when `serialize_precision` is -1: the shortest digits that mean the value."""


def shortest(value: float, mark: str) -> str:
    """Return a finite float, with an exponent below 1e-4 and from 1e17 on; `mark` is its letter.

    Whole numbers come without a point (`1`), but with an exponent they have one (`1.0e+25`).
    """
    sign = "-" if repr(value).startswith("-") else ""
    if value == 0:
        return f"{sign}0"
    digits, exponent = _digits(abs(value))
    if -5 < exponent < 17:
        if exponent < 0:
            return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
        whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
        return sign + whole + (f".{rest}" if rest else "")
    return f"{sign}{digits[0]}.{digits[1:] or '0'}{mark}{exponent:+d}"


def _digits(value: float) -> tuple[str, int]:
    """Return the shortest digits that mean the value, and the exponent of the first."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    place = len(whole) - 1 - leading + int(exponent or 0)
    return digits.rstrip("0") or "0", place
