"""Whether people turn against a brand: volume and negativity together, as an estimator of River."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from river.base import AnomalyDetector

from detectors.compiled import Records, compiled
from detectors.decision.batching import learn_parts
from detectors.decision.bin_features import BinFeatures, bin_features
from detectors.decision.bins import NO_BINS, Bin, as_records
from detectors.decision.calm import Calm, Own
from detectors.decision.decision import Reading, Terms, assess
from detectors.decision.ending import calmer, ordinary_evidence
from detectors.decision.exposure import sampled_floor
from detectors.decision.joint import JOINT_DTYPE, OUTBREAK_DTYPE, begin_anew
from detectors.decision.learning import learn
from detectors.decision.negativity_detector import NegativityDetector
from detectors.decision.shiryaev_roberts import COMPONENTS
from detectors.decision.states import States
from detectors.decision.volume import VolumeDetector

Arrays = tuple[Records, Records, Records, Records]
BinRow = tuple[int, int, int, float, float, float, float, float, float]
TermsRow = tuple[float, float]
OwnRow = tuple[float, float, float, bool]
CalmRow = tuple[float, float]
"""``States``, ``Bin``, ``Terms``, ``Own`` and ``Calm`` as plain tuples, which go into compiled code in half the time of
named ones."""


class OutbreakDetector(AnomalyDetector):
    """Scores how likely it is that an outbreak is under way: louder *and* more negative than this hour explains.

    Composes a ``VolumeDetector`` and a ``NegativityDetector``, which hold the baselines; it adds the joint
    Shiryaev–Roberts sums of eighteen outbreaks (six rises of the volume times three turns of the share), the run of
    each, the conditions over the run, and the tail of the brand's own quiet hours, from which the threshold for a
    false-page budget is solved. While an outbreak lasts, and from a score on that is reached once in two days,
    nothing is learned, for 72 hours at most.

    Parameters
    ----------
    false_pages_per_week
        The budget, above 0.
    floor
        Negative voices in excess below which nothing rings.

    Attributes
    ----------
    volume, negativity
        The two streams alone.
    state, outbreaks
        One NumPy record of ``JOINT_DTYPE``, and one of ``OUTBREAK_DTYPE`` for each outbreak.

    Examples
    --------
    >>> detector = OutbreakDetector()
    >>> for minute in range(2880):
    ...     detector.learn_one({"start": minute * 60, "authors": 10, "negative_authors": 2})
    >>> calm = {"start": 172800, "authors": 10, "negative_authors": 2}
    >>> praise = {"start": 172800, "authors": 25, "negative_authors": 2}
    >>> revolt = {"start": 172800, "authors": 25, "negative_authors": 20}
    >>> detector.score_one(calm) < detector.score_one(praise) < detector.score_one(revolt)
    True
    >>> detector.read(as_records([Bin(172800, 60, 60, 25, 25, 20)])).score == detector.score_one(revolt)
    True

    References
    ----------
    [^1]: Pollak, M. (1985). Optimal detection of a change in distribution.
    [^2]: Shin, J., Ramdas, A. and Rinaldo, A. (2022). E-detectors.
    [^3]: Siffer, A. et al. (2017). Anomaly detection in streams with extreme value theory.
    """

    def __init__(self, false_pages_per_week: float = 0.25, floor: int = 8) -> None:
        self.false_pages_per_week = false_pages_per_week
        self.floor = floor
        self._terms = float(false_pages_per_week), float(floor)
        self.volume = VolumeDetector()
        self.negativity = NegativityDetector()
        self.state = np.zeros(1, JOINT_DTYPE)
        self.outbreaks = np.zeros(COMPONENTS, OUTBREAK_DTYPE)

    def learn_one(self, x: BinFeatures, *, ringing: bool = False) -> None:
        """Take a complete bin; bins older than the last one are passed over.

        Parameters
        ----------
        x
            ``start`` (epoch seconds; default: right after the last bin), ``span_s`` (60), ``authors``,
            ``scored_authors`` (default: all) and ``negative_authors``, as in ``Observation``.
        ringing
            An outbreak is under way: learn nothing from this bin, unless that has lasted for 72 hours.
        """
        one = bin_features(x, int(self.volume.state["next_start"][0]))
        self.take(one._replace(elapsed_s=one.span_s), ringing=ringing)

    def score_one(self, x: BinFeatures) -> float:
        """Return the joint score in nats, were this bin (or ``elapsed_s`` of it) the next thing heard."""
        return self.read(as_records([bin_features(x, int(self.volume.state["next_start"][0]))])).score

    def take(self, one: Bin, *, ringing: bool, count: int = 1, sampled: float = 1.0) -> None:
        """Take complete bins that are all alike.

        Parameters
        ----------
        one
            The first of them.
        ringing
            As for ``learn_one``.
        count
            How many follow each other.
        sampled
            Share of what was listened to that was given to us.
        """
        _learn(self._arrays, _row(one), count, ringing, self._terms_of(sampled))

    def take_parts(self, parts: Sequence[int]) -> None:
        """Take the mentions of each sixth of a bin: where they come in lumps, part of a bin may hold all of it."""
        learn_parts(self.state, np.array(parts, dtype=np.float64))

    def calm(self, calm: Calm, one: Bin, own: Own) -> Calm:
        """Return how surely the last stretch was ordinary, with one complete bin more.

        Parameters
        ----------
        calm
            The stretch before it.
        one
            The bin, learned or not.
        own
            The run that rang.
        """
        of_run = own.seen, own.expected, own.floor, own.is_negative
        return Calm(*_calm(self._arrays, _row(one), of_run, (calm.nats, calm.since)))

    def begin_anew(self, start: int) -> None:
        """Let no bin that began before ``start`` count for the sums any more: the outbreak that it was of is over."""
        _begin_anew(self.state, self.outbreaks, start)

    def read(
        self, pending: Records, factor: float = 1.0, earlier_readings: Records = NO_BINS, sampled: float = 1.0
    ) -> Reading:
        """Return the full reading, were these bins heard next; the last may be part of one.

        Parameters
        ----------
        pending
            Records of ``BIN_DTYPE``, in order.
        factor
            Times the budget, where a crisis is concerned: what feedback makes of it.
        earlier_readings
            Such records of the last bin at earlier moments, in order: an outbreak may have begun at each.
        sampled
            Share of what was listened to that was given to us: the floor is of all that was said.
        """
        return Reading(*_assess(self._arrays, pending, earlier_readings, self._terms_of(sampled), factor))

    def _terms_of(self, sampled: float) -> TermsRow:
        if sampled >= 1.0:
            return self._terms
        pages_per_week, floor = self._terms
        return pages_per_week, sampled_floor(floor, sampled)

    @property
    def states(self) -> States:
        """All that was learned: the arrays that the compiled functions work on."""
        return States(*self._arrays)

    @property
    def _arrays(self) -> Arrays:
        return self.volume.state, self.negativity.state, self.state, self.outbreaks


def _row(one: Bin) -> BinRow:
    # Whoever gives whole numbers must not have it all compiled for these as well.
    authors, scored, negatives, copied, again, turned = map(float, one[3:])
    return one.start, one.span_s, one.elapsed_s, authors, scored, negatives, copied, again, turned


@compiled
def _assess(
    arrays: Arrays, pending: Records, earlier_readings: Records, terms: TermsRow, factor: float
) -> tuple[Any, ...]:
    return assess(States(*arrays), pending, earlier_readings, Terms(*terms), factor)[:]


@compiled
def _learn(arrays: Arrays, row: BinRow, count: int, ringing: bool, terms: TermsRow) -> None:  # noqa: FBT001
    learn(States(*arrays), Bin(*row), count, ringing, Terms(*terms))


@compiled
def _calm(arrays: Arrays, row: BinRow, own: OwnRow, calm: CalmRow) -> CalmRow:
    one = Bin(*row)
    return calmer(Calm(*calm), ordinary_evidence(States(*arrays), one, Own(*own)), float(one.start + one.span_s))[:]


@compiled
def _begin_anew(joint: Records, outbreaks: Records, start: int) -> None:
    begin_anew(joint[0], outbreaks, start)
