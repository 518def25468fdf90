"""Compares what a run told with what was said, and with what an undisturbed run makes of it."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from alerts.incidents.incident import Incident
from tests.soak.acknowledging import TAKER
from tests.soak.expected import Expected, core_of, outline_of

_HELD_UP_S = 30


class Bin(Struct, frozen=True, kw_only=True):
    """A bin that was told otherwise than it was said: what was told, in order, beside what is right."""

    brand: str
    start: int
    expected: int
    told: tuple[int, ...]


class Counts(Struct, frozen=True, kw_only=True):
    """Mentions: said, counted; lost and doubled by bin; bins told twice and not alike."""

    mentions: int
    counted: int
    lost: int
    doubled: int
    unlike: int
    wrong: tuple[Bin, ...]


class Incidents(Struct, frozen=True, kw_only=True):
    """Incidents that are missing, that nobody should have heard of, and that were told otherwise; lost takings."""

    missing: tuple[str, ...]
    false: tuple[str, ...]
    unlike: tuple[str, ...]
    acknowledgements_lost: int


Bins = Mapping[tuple[str, int], Sequence[int]]


def judge_counts(expected: Mapping[tuple[str, int], int], told: Bins) -> Counts:
    """Compare bin by bin. Of a bin that was told twice the last word counts.

    Examples
    --------
    >>> counts = judge_counts({("a", 0): 5, ("a", 60): 2}, {("a", 0): [5, 4], ("a", 60): [3]})
    >>> counts.lost, counts.doubled, counts.unlike
    (1, 1, 1)
    """
    last = {key: numbers[-1] for key, numbers in told.items()}
    keys = sorted(expected.keys() | {key for key, number in last.items() if number})
    gaps = {key: last.get(key, 0) - expected.get(key, 0) for key in keys}
    unlike = [key for key, numbers in told.items() if len(set(numbers)) > 1]
    return Counts(
        mentions=sum(expected.values()),
        counted=sum(last.values()),
        lost=sum(-gap for gap in gaps.values() if gap < 0),
        doubled=sum(gap for gap in gaps.values() if gap > 0),
        unlike=len(unlike),
        wrong=tuple(
            Bin(brand=key[0], start=key[1], expected=expected.get(key, 0), told=tuple(told.get(key, ())))
            for key in sorted({key for key in keys if gaps[key]} | set(unlike))
        ),
    )


def newest(told: Mapping[tuple[str, int], Incident]) -> dict[str, Incident]:
    """Return each incident as it stands."""
    return {name: told[name, version] for name, version in sorted(told)}


def judge_incidents(
    expected: Expected, found: Mapping[str, Incident], taken: Iterable[str], *, is_exact: bool
) -> Incidents:
    """Compare the incidents as they stand.

    Parameters
    ----------
    taken
        Those of which somebody was told that he has them.
    is_exact
        Whether they must be told to the second as in an undisturbed run. They need not where mentions come at the
        clock's own speed: there one that is held up on its way comes behind the watermark, which goes on with the
        clock.
    """
    of = {name: name for name in expected.incidents} if is_exact else _nearest(expected.incidents, found)
    core = core_of if is_exact else outline_of
    pairs = [(name, of[name]) for name in expected.incidents if of.get(name) in found]
    return Incidents(
        missing=tuple(sorted(expected.incidents.keys() - {name for name, _ in pairs})),
        false=tuple(sorted(found.keys() - {other for _, other in pairs})),
        unlike=tuple(sorted(o for name, o in pairs if core(found[o]) != core(expected.incidents[name]))),
        acknowledgements_lost=sum(1 for name in taken if name not in found or not _is_taken(found[name])),
    )


def _nearest(expected: Mapping[str, Incident], found: Mapping[str, Incident]) -> dict[str, str]:
    """Return for each expected incident the one of its brand that was told next to it, within half a minute."""
    pairs: dict[str, str] = {}
    for name, incident in expected.items():
        gaps = {
            other: abs(told.opened_at - incident.opened_at)
            for other, told in found.items()
            if told.brand == incident.brand and other not in pairs.values()
        }
        if gaps and min(gaps.values()) <= _HELD_UP_S:
            pairs[name] = min(gaps, key=gaps.__getitem__)
    return pairs


def _is_taken(incident: Incident) -> bool:
    """Whether somebody's taking is in the story, and still holds unless it got worse since."""
    said = [change.type for change in incident.changes if change.type in {"acknowledged", "severity_raised"}]
    was_taken = any(change.type == "acknowledged" and change.by == TAKER for change in incident.changes)
    return was_taken and (incident.status == "acknowledged" or said[-1] != "acknowledged")
