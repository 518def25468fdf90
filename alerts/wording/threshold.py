"""By how much people moved a brand's threshold, in words."""

from alerts.wording.moments import IN_UTC, Times
from alerts.wording.numbers import amount, nats
from detectors.feedback import Moved


def how_moved(moved: Moved, times: Times = IN_UTC) -> str:
    """Return which way a threshold was moved, by what, and until when; or nothing where it was not.

    Examples
    --------
    >>> how_moved(Moved(factor=0.25, false_alarms=2, until=1800000000, nats=1.98))  # doctest: +NORMALIZE_WHITESPACE
    'rings later: 2 incidents marked “not a crisis”; 0.25 times the false-page budget, threshold 2.0 nats higher,
    and less each day until 15 January 2027'
    """
    if not (by := _by(moved)):
        return ""
    if moved.factor == 1.0:
        return f"rings as ever: {by}, which outweigh each other"
    way, higher = ("later", "higher") if moved.factor < 1 else ("sooner", "lower")
    return (
        f"rings {way}: {by}; {moved.factor:.2g} times the false-page budget, "
        f"threshold {nats(abs(moved.nats))} {higher}, and less each day until {times.day(moved.until)}"
    )


def why_sooner_or_later(moved: Moved, times: Times = IN_UTC) -> str:
    """Return the same as a sentence for people to whom a budget and a threshold say nothing; or nothing.

    Examples
    --------
    >>> why_sooner_or_later(Moved(factor=0.25, false_alarms=2, until=1800000000))  # doctest: +NORMALIZE_WHITESPACE
    'Tocsin needed more evidence than usual before this rang, because of 2 incidents marked “not a crisis”; that fades
    until 15 January 2027.'
    """
    if moved.factor == 1.0 or not (by := _by(moved)):
        return ""
    more = "more" if moved.factor < 1 else "less"
    return (
        f"Tocsin needed {more} evidence than usual before this rang, because of {by}; "
        f"that fades until {times.day(moved.until)}."
    )


def _by(moved: Moved) -> str:
    parts = []
    if moved.false_alarms:
        parts.append(f"{amount(moved.false_alarms, 'incident')} marked “not a crisis”")
    if moved.missed:
        parts.append(f"{amount(moved.missed, 'crisis', 'crises')} reported as missed")
    return ", ".join(parts)
