"""People's feedback on a brand's alerts, as a factor on its false-page budget: bounded, fading, and revocable."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

OpinionKind = Literal["false_alarm", "missed"]

MOST = 2.0
"""However many there are, they at most quarter the budget or make it four times as large: a brand that was marked ten
times in a week of satire asks for about two nats more, and rings a little later; it is not deaf."""
FADES_S = 8 * 7 * 86_400
"""An opinion fades evenly and is gone after eight weeks, the memory of the tail that the threshold is solved from: by
then the brand's own quiet hours say how often its talk comes near an outbreak."""


class Opinion(Struct, frozen=True, array_like=True):
    """One thing that a person said, and from when on it counts.

    Parameters
    ----------
    since
        Event time, epoch seconds.
    id
        Of what was said.
    kind
        ``false_alarm``: an incident was no crisis. ``missed``: there was one, and it did not fire.
    about
        The incident, or the moment, that it is about.
    ended
        Event time from which on it counts no more, because it was taken back; ``None`` where it was not.
    """

    since: int
    id: str
    kind: OpinionKind
    about: str
    ended: int | None = None


class Moved(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """By how much people moved a brand's threshold, and by what.

    Parameters
    ----------
    factor
        Times the false-page budget: below 1 it fires later, above 1 sooner.
    false_alarms, missed
        Marks that count now.
    until
        Event time at which the last of them will have faded, epoch seconds; 0 without any.
    nats
        What that makes of the threshold; 0 until a detector has solved it.
    """

    factor: float = 1.0
    false_alarms: int = 0
    missed: int = 0
    until: int = 0
    nats: float = 0.0


UNMOVED = Moved()


def moved_by(opinions: Iterable[Opinion], at: int) -> Moved:
    """Return what opinions make of a budget at a moment of event time.

    In order of their time, each false alarm halves the budget and each missed crisis doubles it, by as much as
    is left of it, and never beyond a quarter or four times. So the newest word always tells, also after many that
    said the opposite; and since the fold begins anew at every moment, one that is taken back is gone as if it had
    never been said.

    Parameters
    ----------
    opinions
        In any order.
    at
        Event time, epoch seconds.

    Examples
    --------
    >>> opinions = [Opinion(0, "c1", "false_alarm", "northside-1"), Opinion(60, "c2", "false_alarm", "northside-2")]
    >>> round(moved_by(opinions, at=60).factor, 3)
    0.25
    >>> round(moved_by(opinions, at=FADES_S // 2).factor, 3)
    0.5
    >>> moved_by(opinions, at=FADES_S + 60) == UNMOVED
    True
    """
    doublings = 0.0
    false_alarms = missed = until = 0
    for opinion in sorted(opinions, key=lambda opinion: (opinion.since, opinion.id)):
        left = 1.0 - (at - opinion.since) / FADES_S
        if not 0.0 < left <= 1.0 or (opinion.ended is not None and at >= opinion.ended):
            continue
        if opinion.kind == "false_alarm":
            false_alarms += 1
            doublings = max(doublings - left, -MOST)
        else:
            missed += 1
            doublings = min(doublings + left, MOST)
        until = max(until, opinion.since + FADES_S)
    return Moved(factor=2.0**doublings, false_alarms=false_alarms, missed=missed, until=until)
