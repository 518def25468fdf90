"""How early it fired: before the peak, and before how many of the mentions. Kept as a short cumulative curve."""

from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from alerts.incidents.incident import Incident
from alerts.wording.figures import lead
from alerts.wording.numbers import amount, percent

Curve = tuple[tuple[int, int], ...]
"""Event time (epoch seconds) and the mentions of the outbreak up to then, both rising."""

_KEPT = 384
"""Readings: four days of one every quarter of an hour before any two are put together."""
_HOUR_S = 3600


class LeadTime(Struct, frozen=True, kw_only=True):
    """What the alert was worth.

    ``peak_at`` is when half of the loudest hour's mentions had been made, ``lead_time_s`` how long before it
    fired (negative if it fired after), ``share_after`` the share of all mentions that were yet to come.
    """

    peak_at: float
    lead_time_s: float
    share_after: float
    mentions: int


def extended(curve: Curve, at: int, total: int) -> Curve:
    """Return the curve with one more reading; one that does not move on in time changes nothing.

    Examples
    --------
    >>> extended(((0, 0),), 60, 12)
    ((0, 0), (60, 12))
    """
    if curve and (at <= curve[-1][0] or total < curve[-1][1]):
        return curve
    curve = (*curve, (at, total))
    if len(curve) > _KEPT:
        return (*curve[:-1][::2], curve[-1])
    return curve


def lead_time(curve: Curve, opened_at: int) -> LeadTime | None:
    """Weigh the moment of ringing against the whole outbreak.

    Between two readings mentions are taken to have come evenly.

    Parameters
    ----------
    curve
        Readings from the outbreak's beginning to its end.
    opened_at
        Event time at which it fired.

    Returns
    -------
    The figures, or ``None`` where no mention was counted.

    Examples
    --------
    >>> worth = lead_time(((0, 0), (3600, 100), (7200, 900), (10800, 1000)), opened_at=1800)
    >>> worth.lead_time_s, worth.share_after
    (3600.0, 0.95)
    """
    if len(curve) < 2 or curve[-1][1] <= curve[0][1]:
        return None
    starts = [at for at, _ in curve]
    # A window over straight pieces is fullest where one of its ends lies on a joint.
    candidates = {float(start) for start in starts} | {float(start - _HOUR_S) for start in starts}
    loudest = max(sorted(candidates), key=lambda start: _total(curve, start + _HOUR_S) - _total(curve, start))
    half = (_total(curve, loudest) + _total(curve, loudest + _HOUR_S)) / 2
    peak_at = _moment(curve, half)
    whole = curve[-1][1] - curve[0][1]
    share_after = (curve[-1][1] - _total(curve, opened_at)) / whole
    return LeadTime(
        peak_at=peak_at,
        lead_time_s=round(peak_at - opened_at, 1),
        share_after=round(share_after, 4),
        mentions=curve[-1][1],
    )


def closed(over: Incident, curve: Curve) -> Incident:
    """Return a resolved incident with its lead time, and the closing note where it ended by itself."""
    worth = lead_time(curve, over.opened_at)
    if worth is None:
        return replace(over, lead_time_s=float(over.peak_bin - over.opened_at))
    if over.change.type != "resolved" or over.change.by != "tocsin" or over.change.note:
        return replace(over, lead_time_s=worth.lead_time_s)
    change = replace(over.change, note=closing_note(worth))
    return replace(over, lead_time_s=worth.lead_time_s, changes=(*over.changes[:-1], change))


def closing_note(worth: LeadTime) -> str:
    """Say it in a sentence."""
    return (
        f"{lead(worth.lead_time_s)}, and before {percent(worth.share_after)} of its {amount(worth.mentions, 'mention')}"
    )


def _total(curve: Curve, at: float) -> float:
    if at <= curve[0][0]:
        return curve[0][1]
    for (start, before), (end, total) in pairwise(curve):
        if at <= end:
            return before + (total - before) * (at - start) / (end - start)
    return curve[-1][1]


def _moment(curve: Curve, total: float) -> float:
    for (start, before), (end, after) in pairwise(curve):
        if after >= total and after > before:
            return start + (end - start) * max(0.0, (total - before)) / (after - before)
    return curve[-1][0]
