"""In which time zone who reads moments: a receiver's own, else its brand's, else UTC."""

import difflib
from collections.abc import Mapping
from zoneinfo import available_timezones

from msgspec import Struct


class Zones(Struct, frozen=True, kw_only=True):
    """The zones that are configured, IANA names by the ids of receivers and brands.

    Examples
    --------
    >>> zones = Zones(receivers={"chief": "America/New_York"}, brands={"northside": "Europe/London"})
    >>> zones.of("chief", "northside"), zones.of("pager", "northside"), zones.of("pager", "southside")
    ('America/New_York', 'Europe/London', '')
    """

    receivers: Mapping[str, str] = {}
    brands: Mapping[str, str] = {}

    def of(self, receiver: str, brand: str) -> str:
        """Return the zone in which a receiver reads of a brand; nothing where UTC is all that is known."""
        return self.receivers.get(receiver) or self.brands.get(brand) or ""


IN_UTC_ALL = Zones()
"""Used if none is configured."""


def known_zone(name: str) -> str:
    """Return an IANA name as it is spelt, whatever its case.

    Raises
    ------
    ValueError
        Where there is no such zone, with the nearest that there are.

    Examples
    --------
    >>> known_zone("europe/berlin")
    'Europe/Berlin'
    >>> known_zone("Berlin")
    Traceback (most recent call last):
    ValueError: 'Berlin' is no time zone of the IANA database; did you mean Europe/Berlin?
    """
    zones = available_timezones() - {"localtime", "Factory"}
    by_folded = {zone.casefold(): zone for zone in zones}
    wanted = name.strip().casefold().replace(" ", "_")
    if wanted in by_folded:
        return by_folded[wanted]
    cities = {
        folded.rpartition("/")[2]: folded
        for folded in sorted(by_folded, reverse=True)
        if "/" in folded and folded[:4] != "etc/"
    }
    near = [cities[wanted]] if wanted in cities else []
    # An offset is no zone: it knows no daylight saving, and IANA's own names for it have the opposite sign.
    if not near and not any(char.isdigit() for char in wanted):
        near = difflib.get_close_matches(wanted, by_folded, n=3, cutoff=0.75)
        near += [cities[city] for city in difflib.get_close_matches(wanted.rpartition("/")[2], cities, n=3)]
    named = [by_folded[folded] for folded in dict.fromkeys(near)][:3]
    hint = f"did you mean {' or '.join(named)}?" if named else "name a place, such as Europe/Berlin or America/New_York"
    raise ValueError(f"{name!r} is no time zone of the IANA database; {hint}")
