"""Durations as people write them in a configuration: ``90``, ``45s``, ``10m``, ``4h``, ``2d``."""

import re
from typing import Annotated

from pydantic import BeforeValidator

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
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        return float(match[1]) * _UNITS[match[2]]
    raise ValueError(f"{value!r} is no duration; write seconds, or a number with s, m, h or d, such as 10m")


Duration = Annotated[float, BeforeValidator(parse_duration)]
