"""How much likelier what was heard is under some outbreak than on an ordinary day: Shiryaev–Roberts sums.

For an outbreak that multiplies the volume by k, one bin of n voices where μ were due tells

    ℓ = n ln k − (n + r) ln[(r + kμ) / (r + μ)]        (negative binomial of dispersion r)

and of m scored voices, x of them negative, where q is ordinary and q' is the outbreak's share, quoted less the more
alike the voices of one bin are (ρ),

    ℓ' = [x ln(q'/q) + (m − x) ln((1 − q')/(1 − q))] / (1 + (m − 1)ρ).

The sum over all moments at which it may have begun, R ← (1 + R) exp ℓ, needs no list of windows: a sudden flood and
the slow burn of many hours are found by the same number. Its logarithm is kept.

References
----------
[^1]: Pollak, M. (1985). Optimal detection of a change in distribution.
[^2]: Höhle, M. and Paul, M. (2008). Count data regression charts for the monitoring of surveillance time series.
[^3]: Shin, J., Ramdas, A. and Rinaldo, A. (2022). E-detectors: a nonparametric framework for sequential change
      detection.
"""

import math

import numpy as np

from detectors.compiled import compiled

RISES = np.array([1.5, 2.0, 3.0, 5.0, 10.0, 30.0])
"""Multiples of the ordinary volume that an outbreak may have; in between, the nearest one serves."""
TURNS = np.array([0.0, 0.22, 0.6])
"""How far towards ``TURNED`` an outbreak may move the share: not at all, a little, most of the way."""
TURNED, TURNED_MORE = 0.8, 0.97
COMPLAINED_OF = 0.7
"""The negative share of a revolt; that of a brand about which people mostly complain anyway; from where one is that."""
COMPONENTS = len(RISES) * len(TURNS)
MOST_NATS = 25.0
"""Sums are capped: after a long outbreak they must fall again within minutes, or a relapse would be missed."""


@compiled
def turned_share(share: float, turn: float) -> float:
    """Return the negative share of an outbreak that goes ``turn`` of the way."""
    aim = TURNED if share < COMPLAINED_OF else TURNED_MORE
    return share + turn * max(aim - share, 0.0)


@compiled
def volume_evidence(rise: float, seen: float, due: float, r: float) -> float:
    """Return ℓ in nats: what ``seen`` voices tell for a rise, ``due`` being expected."""
    # Most bins of most brands are silent, and a logarithm is what they cost.
    risen = seen * math.log(rise) if seen > 0.0 else 0.0
    return risen - (seen + r) * math.log((r + rise * due) / (r + due))


@compiled
def share_evidence(turn: float, scored: float, negatives: float, share: float, clumping: float) -> float:
    """Return ℓ' in nats: what ``negatives`` of ``scored`` voices tell for a turn, ``share`` being expected."""
    if turn == 0.0 or scored <= 0.0:
        return 0.0
    turned = turned_share(share, turn)
    plain = negatives * math.log(turned / share) + (scored - negatives) * math.log((1.0 - turned) / (1.0 - share))
    return plain / (1.0 + max(scored - 1.0, 0.0) * clumping)


@compiled
def reading(log_sum: float, evidence: float) -> float:
    """Return ln[(1 + R) exp ℓ], capped, of a sum whose ln(1 + R) is ``log_sum``."""
    return min(log_sum + evidence, MOST_NATS)


@compiled
def summed(value: float) -> float:
    """Return ln(1 + R) of ln R."""
    return value + math.log1p(math.exp(-value)) if value > 0.0 else math.log1p(math.exp(value))
