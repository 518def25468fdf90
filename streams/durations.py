"""Durations as people write them in a configuration: ``90``, ``45s``, ``10m``, ``4h``, ``2d``."""

import math
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


def parse_duration(value: object) -> float:
    """Return seconds.

    Raises
    ------
    ValueError
        Where it is neither a number of seconds nor a number with ``s``, ``m``, ``h`` or ``d``.

    Examples
    --------
    >>> parse_duration("10m"), parse_duration(90)
    (600.0, 90.0)
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and math.isfinite(value):
        return float(value)
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        return float(match[1]) * _UNITS[match[2]]
    shown = str(value) if isinstance(value, int | float) else repr(value)
    raise ValueError(f"{shown[:60]} is no duration; write seconds, or a number with s, m, h or d, such as 10m")


def in_words(seconds: float) -> str:
    """Return a duration in the largest unit that holds it evenly.

    Examples
    --------
    >>> in_words(600), in_words(90), in_words(604800)
    ('10m', '90s', '7d')
    """
    for unit in ("d", "h", "m"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{seconds / _UNITS[unit]:.0f}{unit}"
    return f"{seconds:g}s"


def between(least: str, most: str) -> AfterValidator:
    """Return the bounds of a setting that is a duration, both as people write them."""
    low, high = parse_duration(least), parse_duration(most)

    def within(seconds: float) -> float:
        if low <= seconds <= high:
            return seconds
        raise ValueError(f"must be from {least} to {most}; it is {in_words(seconds)}")

    return AfterValidator(within)


Duration = Annotated[float, BeforeValidator(parse_duration)]
