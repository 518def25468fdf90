"""One closed bin as written to the topic ``observations``."""

from msgspec import Struct, field

from detectors.assessment import Assessment, Condition, Driver, Kind
from detectors.feedback import UNMOVED, Moved
from detectors.not_heard import NotHeard
from detectors.observation import Observation

SKEW_S = 600
"""A bin's record is written after the bin began; by so much the clocks of Kafka and of the sources may differ."""


class ObservationRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Counts of a bin, and what the detector made of them at its end; fields as in ``Observation`` and ``Assessment``.

    Fields with a default came later: a row without ``kind`` and without ``missing`` is from an earlier version.
    Where ``driver`` is harm, that is what rang: score, threshold, run and conditions are its own. The ``harm_`` fields
    are those of harm in any case, where anybody had reported any of late; ``harm_score`` is ``None`` where nobody had.
    """

    brand: str
    start: int
    span_s: int
    mentions: int
    negatives: int
    unscored: int
    authors: int = field(name="voices")
    negative_authors: int = field(name="negative_voices")
    expected: float
    upper: float
    expected_share: float
    score: float
    threshold: float
    scored_authors: int = field(default=0, name="scored_voices")
    volume_score: float = 0.0
    negativity_score: float = 0.0
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
    not_heard: tuple[NotHeard, ...] = ()
    heard: float = 1.0
    sampled: float = 1.0
    driver: Driver = "feeling"
    harmful_authors: int = field(default=0, name="harmful_voices")
    harm_score: float | None = None
    harm_threshold: float = 0.0
    harm_expected: float = 0.0
    harm_missing: tuple[Condition, ...] = ()


def row_of(
    brand: str,
    bin_: Observation,
    assessment: Assessment,
    not_heard: tuple[NotHeard, ...] = (),
    *,
    sampled: float = 1.0,
) -> ObservationRow:
    """Return the row of a closed bin, with its holes as far as they were known when it closed.

    Parameters
    ----------
    sampled
        Share of what was listened to that was given to us.
    """
    feeling, harm = assessment, assessment.harm
    assessment = feeling.surer if feeling.surer.rings else feeling
    return ObservationRow(
        brand=brand,
        start=bin_.start,
        span_s=bin_.span_s,
        mentions=bin_.mentions,
        negatives=bin_.negatives,
        unscored=bin_.unscored,
        authors=bin_.authors,
        negative_authors=bin_.negative_authors,
        expected=assessment.expected,
        upper=assessment.upper,
        expected_share=feeling.expected_share,
        score=assessment.score,
        threshold=assessment.threshold,
        scored_authors=bin_.scored_authors,
        volume_score=assessment.volume_score,
        negativity_score=assessment.negativity_score,
        run_began_at=assessment.run_began_at,
        run_seen=assessment.run_seen,
        run_expected=assessment.run_expected,
        run_scored=assessment.run_scored,
        run_expected_scored=assessment.run_expected_scored,
        run_negatives=assessment.run_negatives,
        run_expected_negatives=assessment.run_expected_negatives,
        missing=assessment.missing,
        kind=assessment.kind,
        warming_up=assessment.warming_up,
        moved=assessment.moved,
        run_copied=assessment.run_copied,
        not_heard=not_heard,
        heard=round(bin_.heard, 4),
        sampled=round(sampled, 4),
        driver=assessment.driver,
        harmful_authors=bin_.harmful_authors,
        harm_score=None if harm is None else harm.score,
        harm_threshold=0.0 if harm is None else harm.threshold,
        harm_expected=0.0 if harm is None else harm.expected_negatives,
        harm_missing=() if harm is None else harm.missing,
    )
