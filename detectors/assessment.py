"""What the detector thinks of a brand at one moment: every condition of the rule, met or not."""

from typing import Literal

from msgspec import Struct

from detectors.feedback import UNMOVED, Moved

Kind = Literal["crisis", "slow_burn", "opportunity", "source_silent"]
Condition = Literal["score", "volume", "negativity", "floor", "share", "warm_up"]
Driver = Literal["feeling", "harm"]
"""What an outbreak is made of: anger, or reports of harm to the brand and calls to act against it."""


class Assessment(Struct, frozen=True, kw_only=True, array_like=True, omit_defaults=True):
    """The rule's reading at one moment, for one brand.

    Parameters
    ----------
    at
        Event time of the reading, seconds since the epoch.
    score, threshold
        Joint score of volume and negativity in nats, and the threshold solved from the false-page budget.
    volume_score, negativity_score
        The two streams alone, in nats.
    expected, upper
        Voices due in the (part of the) bin, and the upper edge of the expected band.
    expected_share
        Negative share that is ordinary for this brand, 0 to 1.
    run_began_at
        When the present excess began, as far as the score can tell; ``None`` without one.
    run_seen, run_expected, run_scored, run_expected_scored, run_negatives, run_expected_negatives
        Voices over the run since then: all of them, those that could be scored, and the negative ones.
    run_copied
        So many scored and negative ones more there were, which said what others had said.
    run_again, run_turned, run_expected_turned
        So many of the scored, of the negative and of the expected negative ones were heard earlier in the day, and are
        not among ``run_seen`` and ``run_expected``.
    expected_negatives, expected_turned
        Negative voices due in the (part of the) bin, and those of them that were heard earlier in the day.
    missing
        The conditions that were not met; empty exactly where ``rings``.
    kind
        What it would be called if it rang; ``None`` where there is nothing to call.
    warming_up
        The brand is in its first weeks: only the overwhelming rings.
    moved
        By how much people moved the threshold.
    harm
        The same reading of harm to the brand, and of calls to act against it, with the voices that report or ask for
        any in the place of the negative ones; ``None`` where nobody has of late.
    driver
        Which of the two this one is.
    """

    at: int
    score: float
    threshold: float
    volume_score: float = 0.0
    negativity_score: float = 0.0
    expected: float
    upper: float
    expected_share: float
    run_began_at: int | None = None
    run_seen: float = 0.0
    run_expected: float = 0.0
    run_scored: float = 0.0
    run_expected_scored: float = 0.0
    run_negatives: float = 0.0
    run_expected_negatives: float = 0.0
    missing: tuple[Condition, ...] = ()
    kind: Kind | None = None
    warming_up: bool = False
    moved: Moved = UNMOVED
    run_copied: float = 0.0
    run_again: float = 0.0
    run_turned: float = 0.0
    run_expected_turned: float = 0.0
    expected_negatives: float = 0.0
    expected_turned: float = 0.0
    harm: "Assessment | None" = None
    driver: Driver = "feeling"

    @property
    def rings(self) -> bool:
        """Whether every condition is met."""
        return self.kind is not None and not self.missing

    @property
    def surer(self) -> "Assessment":
        """The reading that rings: where both do, the one further above its threshold; good news never before harm."""
        harm = self.harm
        if harm is None or not harm.rings:
            return self
        if not self.rings or self.kind == "opportunity":
            return harm
        return harm if harm.score - harm.threshold > self.score - self.threshold else self

    def of(self, driver: Driver) -> "Assessment":
        """Return the reading of what an outbreak is made of."""
        return self.harm if driver == "harm" and self.harm is not None else self
