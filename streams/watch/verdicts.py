"""Puts an outbreak into a verdict: figures and evidence. What people read is made of them in ``alerts.wording``."""

from collections.abc import Sequence

from msgspec.structs import replace

from detectors.assessment import Assessment
from detectors.explanation.concentration import Tally
from detectors.explanation.explanation import explain
from detectors.explanation.harms import harms_of
from detectors.explanation.ordinary_talk import OrdinaryTalk
from detectors.late_posts import LatePosts
from detectors.not_heard import NotHeard
from detectors.verdict import Counted, Phase, Point, Verdict, verdict_id
from streams.brand import Brand
from streams.watch.outbreak import Outbreak
from streams.watch.recent import Window


def verdict_on(
    brand: Brand,
    outbreak: Outbreak,
    window: Window,
    assessment: Assessment,
    *,
    mentions_total: int,
    own: frozenset[str],
    talk: OrdinaryTalk,
    phase: Phase,
    bin_: int,
    chart: Sequence[Point],
    arrived_at: float,
    not_heard: tuple[NotHeard, ...] = (),
    late: tuple[LatePosts, ...] = (),
    floor: int = 0,
) -> Verdict:
    """Return the verdict on an outbreak at the moment of an assessment.

    Parameters
    ----------
    mentions_total
        Of the outbreak so far.
    own
        The words that the brand is found by.
    talk
        The brand's ordinary talk, for comparison.
    window
        The outbreak's last hour.
    bin_
        Start of the bin that is spoken of.
    not_heard
        What was not heard of it.
    late
        What came too late to be counted in it.
    floor
        The brand's, as it is of what was heard; its own where 0.
    """
    counted = _counted(outbreak, window, assessment, floor or brand.floor)
    evidence = explain(
        outbreak.posts,
        talk,
        tally=_tally(outbreak, window, counted, floor or brand.floor),
        kind=outbreak.kind,
        own=own,
        recent=window.authors_by_bin,
        of_harm=outbreak.is_of_harm,
    )
    peak = outbreak.peak
    return Verdict(
        id=verdict_id(brand.id, assessment.at, outbreak.kind, phase),
        brand=brand.id,
        kind=outbreak.kind,
        phase=phase,
        severity=outbreak.severity,
        fired_at=outbreak.fired_at,
        at=assessment.at,
        bin=bin_,
        began_at=outbreak.began_at,
        peak_bin=peak.start,
        peak_s=peak.elapsed_s,
        seen=peak.seen,
        expected=round(peak.expected, 3),
        negative_share=round(peak.negative_share, 4),
        expected_negative_share=round(peak.expected_share, 4),
        score=round(assessment.score, 3),
        threshold=round(assessment.threshold, 3),
        reason="",
        evidence=replace(evidence, chart=tuple(chart)),
        warming_up=assessment.warming_up,
        arrived_at=arrived_at,
        mentions_total=mentions_total,
        moved=assessment.moved,
        counted=counted,
        not_heard=not_heard,
        late=late,
        worst=outbreak.worst,
    )


def _counted(outbreak: Outbreak, window: Window, assessment: Assessment, floor: int) -> Counted:
    """Return the figures that are told: those of the run, or of the last hour where a version before began it."""
    if outbreak.tally is not None:
        counted = outbreak.tally.counted(outbreak.began_at, assessment.at)
        if outbreak.is_of_harm:
            return replace(counted, of_harm=True, harms=harms_of(outbreak.posts))
        return replace(counted, mixed=not outbreak.is_negative and outbreak.tally.is_mixed(floor))
    return Counted(
        seen=window.seen,
        span_s=window.span_s,
        expected=round(window.expected, 3),
        negative_share=round(window.negative_share, 4),
        expected_negative_share=round(assessment.expected_share, 4),
        at=assessment.at,
    )


def _tally(outbreak: Outbreak, window: Window, counted: Counted, floor: int) -> Tally:
    """Return what was counted, of the run where that is known; texts only where the last hour holds all of it."""
    if counted.negatives is None:
        negatives, expected = window.negative_authors, window.expected_negative_authors
        authors, expected_authors, bins = window.authors, window.expected, window.bins
    else:
        negatives, expected = counted.negatives, counted.expected_negatives
        authors, expected_authors = counted.seen, counted.expected
        bins = max(1, counted.span_s * window.bins // window.span_s)
    is_whole = counted.span_s <= window.span_s
    return Tally(
        mentions=window.seen if is_whole else 0,
        authors=authors,
        texts=window.texts if is_whole else 0,
        counted=negatives if outbreak.is_negative else authors,
        expected=expected if outbreak.is_negative else expected_authors,
        needed=floor,
        bins=bins,
    )
