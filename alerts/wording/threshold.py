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
    if not moved.false_alarms + moved.missed:
        return ""
    parts = []
    if moved.false_alarms:
        parts.append(f"{amount(moved.false_alarms, 'incident')} marked “not a crisis”")
    if moved.missed:
        parts.append(f"{amount(moved.missed, 'crisis', 'crises')} reported as missed")
    if moved.factor == 1.0:
        return f"rings as ever: {', '.join(parts)}, which outweigh each other"
    way, higher = ("later", "higher") if moved.factor < 1 else ("sooner", "lower")
    return (
        f"rings {way}: {', '.join(parts)}; {moved.factor:.2g} times the false-page budget, "
        f"threshold {nats(abs(moved.nats))} {higher}, and less each day until {times.day(moved.until)}"
    )
