"""What an outbreak has counted since it began: the run that rang, and every bin after it."""

from msgspec import Struct

from detectors.assessment import Assessment
from detectors.explanation.mixed import is_mixed
from detectors.observation import Observation
from detectors.verdict import Counted


class RunTally(Struct):
    """Authors of an outbreak since it began, and those due; all, scored and negative ones.

    ``copied`` of the negative ones weigh nothing, for they say what others have said.
    ``heard`` is what of the bin that starts at ``heard_at`` is in it: in the bin in which it rang, the part until then.
    """

    seen: float = 0.0
    expected: float = 0.0
    scored: float = 0.0
    expected_scored: float = 0.0
    negatives: float = 0.0
    expected_negatives: float = 0.0
    copied: float = 0.0
    heard_at: int = 0
    heard: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    heard_copied: float = 0.0

    def take(self, whole: Observation, assessment: Assessment) -> None:
        """Take a complete bin, in order, with what was said of it."""
        heard = self._heard_in(whole, assessment)
        before = self.heard if whole.start == self.heard_at else (0.0,) * 5
        seen, scored, negatives, expected, expected_negatives = (
            now - earlier for now, earlier in zip(heard, before, strict=True)
        )
        self.expected_scored += expected * self._coverage
        self.seen += seen
        self.scored += scored
        self.negatives += negatives
        self.expected += expected
        self.expected_negatives += expected_negatives
        self.copied += whole.copied - (self.heard_copied if whole.start == self.heard_at else 0.0)
        self.heard_at, self.heard, self.heard_copied = whole.start, heard, whole.copied

    def counted(self, began_at: int, at: int) -> Counted:
        """Return the figures of the sentence at a moment, epoch seconds."""
        seen, scored, negatives = round(self.seen), round(self.scored), round(self.negatives)
        return Counted(
            seen=seen,
            span_s=at - began_at,
            expected=round(self.expected, 3),
            negatives=negatives,
            expected_negatives=round(self.expected_negatives, 3),
            negative_share=round(negatives / scored, 4) if scored else 0.0,
            expected_negative_share=round(self.expected_negatives / max(self.expected_scored, _LEAST), 4),
            unscored_share=round(max(0.0, 1.0 - scored / seen), 4) if seen else 0.0,
            at=at,
        )

    def is_mixed(self, floor: int) -> bool:
        """Return whether it is no good news, at a brand of that floor, though it is no revolt."""
        ordinary = self.expected_negatives / max(self.expected_scored, _LEAST)
        return is_mixed(self.scored - self.copied, self.negatives - self.copied, ordinary, floor)

    def _heard_in(self, bin_: Observation, assessment: Assessment) -> tuple[float, float, float, float, float]:
        return (
            float(bin_.authors),
            float(bin_.scored_authors),
            float(bin_.negative_authors),
            assessment.expected + assessment.expected_turned,
            assessment.expected_negatives,
        )

    @property
    def _coverage(self) -> float:
        """Which share of those due can be scored at all."""
        return self.expected_scored / self.expected if self.expected > 0.0 else 1.0


_LEAST = 1e-9


def tally_of(assessment: Assessment, current: Observation) -> RunTally:
    """Return the run that an assessment rings for, ``current`` being the bin, or the part of one, that it ends with."""
    tally = RunTally(
        seen=assessment.run_seen + assessment.run_turned,
        expected=assessment.run_expected + assessment.run_expected_turned,
        scored=assessment.run_scored + assessment.run_copied - assessment.run_again + assessment.run_turned,
        expected_scored=assessment.run_expected_scored - assessment.run_again + assessment.run_expected_turned,
        negatives=assessment.run_negatives + assessment.run_copied,
        expected_negatives=assessment.run_expected_negatives,
        copied=assessment.run_copied,
        heard_at=current.start,
    )
    tally.heard_copied = current.copied
    tally.heard = tally._heard_in(current, assessment)  # noqa: SLF001 - its own maker
    return tally
