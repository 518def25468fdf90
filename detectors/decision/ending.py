"""When an outbreak is over: the talk has surely been ordinary for a while, whatever its sums still hold.

An outbreak's evidence falls by what silence tells against it, which at a rarely mentioned brand is a tenth of a nat an
hour: a flood of twenty minutes would be under way for days. So once one has rung, a CUSUM looks the other way: how much
likelier each bin is on an ordinary day than if the outbreak went on. It counts what the outbreak is made of, negative
voices, or all of good news. What “goes on” means is the least that would still be one: half as much again as is
ordinary, and at a brand where that is next to nothing as many voices more as make its floor within ``FLOOR_MIN``; but
no more than the run that rang had itself. So it takes as long as a few voices would be due, longer at night than by
day.
"""

from detectors.compiled import compiled
from detectors.decision.bins import Bin
from detectors.decision.calm import MOST_NATS, Calm, Own
from detectors.decision.dispersion import dispersion, waviness
from detectors.decision.level import level
from detectors.decision.share import clumping, coverage, ordinary_share, upper_share
from detectors.decision.shiryaev_roberts import RISES, volume_evidence
from detectors.decision.states import States
from detectors.decision.volume import expected_authors_in, expected_upper

FLOOR_MIN = 360.0
"""What gathers the floor more slowly than within six hours keeps nobody busy."""


@compiled
def ordinary_evidence(states: States, one: Bin, own: Own) -> float:
    """Return how much likelier a complete bin is on an ordinary day than if the outbreak went on, in nats.

    Parameters
    ----------
    states
        All that was learned: what is ordinary, with the benefit of the doubt that the outbreak had to overcome.
    one
        The bin.
    own
        The run that rang.
    """
    volume, negativity = states.volume[0], states.negativity[0]
    due = expected_authors_in(volume, one.start, one.span_s)
    ordinary, seen, alike = expected_upper(volume, due, one.start, one.span_s), one.authors, waviness(volume)
    if own.is_negative:
        share = upper_share(negativity, ordinary_share(negativity, one.start))
        ordinary = (ordinary * coverage(negativity) + one.again) * share
        seen = one.negatives
        alike *= 1.0 + max(one.scored - 1.0, 0.0) * clumping(negativity)
    # The floor comes by the hours of the week as all talk does, so that a night is no end.
    least = max(RISES[0], 1.0 + own.floor / FLOOR_MIN * due / level(volume) / ordinary)
    rise = least if own.seen >= least * own.expected else max(own.seen / own.expected, RISES[0])
    return -volume_evidence(rise, seen, ordinary, 1.0 / dispersion(volume)) / alike


@compiled
def calmer(calm: Calm, evidence: float, end: float) -> Calm:
    """Return the stretch with one bin more, which ended at ``end`` and told so many nats for an ordinary day."""
    nats = calm.nats + evidence
    if nats <= 0.0:
        return Calm(0.0, end)
    return Calm(min(nats, MOST_NATS), calm.since)
