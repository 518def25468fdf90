"""One closed bin as it is told on the topic ``observations``."""

from msgspec import Struct

from detectors.assessment import Assessment
from detectors.observation import Observation


class ObservationRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Counts of a bin, and what the detector made of them; fields as in ``Observation`` and ``Assessment``."""

    brand: str
    start: int
    span_s: int
    mentions: int
    negatives: int
    unscored: int
    voices: int
    negative_voices: int
    expected: float
    upper: float
    expected_share: float
    score: float
    threshold: float


def row_of(brand: str, bin_: Observation, assessment: Assessment) -> ObservationRow:
    """Return what is told of a closed bin."""
    return ObservationRow(
        brand=brand,
        start=bin_.start,
        span_s=bin_.span_s,
        mentions=bin_.mentions,
        negatives=bin_.negatives,
        unscored=bin_.unscored,
        voices=bin_.voices,
        negative_voices=bin_.negative_voices,
        expected=assessment.expected,
        upper=assessment.upper,
        expected_share=assessment.expected_share,
        score=assessment.score,
        threshold=assessment.threshold,
    )
