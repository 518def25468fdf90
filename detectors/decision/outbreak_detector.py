"""Whether people turn against a brand: volume and negativity together, as an estimator of River."""

# ruff: noqa: PLR0917 - compiled functions are called by position

from collections.abc import Sequence
from typing import Any

import numpy as np
from river.base import AnomalyDetector

from detectors.compiled import Records, compiled
from detectors.decision.batching import learn_parts, lumpiness
from detectors.decision.bin_features import BinFeatures, bin_features
from detectors.decision.bins import NO_BINS, Bin, as_records
from detectors.decision.calm import Calm, Own
from detectors.decision.decision import Reading, Terms, assess
from detectors.decision.ending import calmer, ordinary_evidence
from detectors.decision.exposure import sampled_floor
from detectors.decision.harm import FEELING, HARM, HARM_COMPONENTS, assess_harm, is_awake
from detectors.decision.joint import JOINT_DTYPE, OUTBREAK_DTYPE, begin_anew
from detectors.decision.learning import BinWithHarm, Harmful, learn_with_harm
from detectors.decision.negativity_detector import NegativityDetector
from detectors.decision.shiryaev_roberts import COMPONENTS
from detectors.decision.states import States
from detectors.decision.volume import VolumeDetector

Arrays = tuple[Records, Records, Records, Records]
OwnArrays = tuple[Records, Records, Records]
BinRow = tuple[int, int, int, float, float, float, float, float, float]
TermsRow = tuple[float, float]
OwnRow = tuple[float, float, float, bool]
CalmRow = tuple[float, float]
HarmRow = tuple[bool, float, float, float, float, float]
"""``States``, ``Bin``, ``Terms``, ``Own``, ``Calm``, ``Harmful`` as plain tuples: half as long into compiled code."""
NOTHING_STATED: HarmRow = (False, 0.0, 0.0, 0.0, 0.0, 0.0)


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
    harm, harm_state, harm_outbreaks
        The same of harm: its share, its tail, its sums (``detectors.decision.harm``). It begins with the first bin that
        tells of it.

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
        self.harm = NegativityDetector()
        self.harm_state = np.zeros(1, JOINT_DTYPE)
        self.harm_outbreaks = np.zeros(HARM_COMPONENTS, OUTBREAK_DTYPE)
        self.is_harm_awake = False
        """Whether a run lasts in which anybody has reported harm."""

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

    def take(
        self,
        one: Bin,
        *,
        ringing: bool,
        count: int = 1,
        sampled: float = 1.0,
        harmful: HarmRow = NOTHING_STATED,
        of_harm: bool = False,
    ) -> None:
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
        harmful
            What is told of harm in each, as ``Harmful`` has it.
        of_harm
            The outbreak under way is one of harm.
        """
        head = (HARM if of_harm else FEELING) if ringing else 0
        self.is_harm_awake = _learn(
            self._arrays, self._harm_arrays[1:], (_row(one), harmful), count, head, self._terms_of(sampled)
        )

    def take_parts(self, parts: Sequence[int]) -> None:
        """Take the mentions of each sixth of a bin: where they come in lumps, part of a bin may hold all of it."""
        learn_parts(self.state, np.array(parts, dtype=np.float64))

    def calm(self, calm: Calm, one: Bin, own: Own, *, of_harm: bool = False) -> Calm:
        """Return how surely the last stretch was ordinary, with one complete bin more.

        Parameters
        ----------
        calm
            The stretch before it.
        one
            The bin, learned or not.
        own
            The run that rang.
        of_harm
            Whether harm is what the outbreak is of; the bin then holds harmful voices in the place of negative ones.
        """
        of_run = own.seen, own.expected, own.floor, own.is_negative
        arrays = self._harm_arrays if of_harm else self._arrays
        return Calm(*_calm(arrays, _row(one), of_run, (calm.nats, calm.since)))

    def begin_anew(self, start: int) -> None:
        """Let no bin that began before ``start`` count for the sums any more: the outbreak that it was of is over."""
        _begin_anew(self.state, self.outbreaks, start)
        _begin_anew(self.harm_state, self.harm_outbreaks, start)
        self.is_harm_awake = False

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

    def read_harm(self, pending: Records, alone: float, factor: float = 1.0, sampled: float = 1.0) -> Reading:
        """Return the full reading of harm, were these bins heard next.

        Parameters
        ----------
        pending
            As in ``read``, with the harmful voices in the place of the negative ones.
        alone
            What the volume alone tells at that moment (``volume_score`` of ``read``).
        factor, sampled
            As in ``read``.
        """
        return Reading(*_assess_harm(self._harm_arrays, self.state, pending, self._terms_of(sampled), factor, alone))

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
    def harm_states(self) -> States:
        """What the head of harm has learned, with the volume that both share."""
        return States(*self._harm_arrays)

    @property
    def _arrays(self) -> Arrays:
        return self.volume.state, self.negativity.state, self.state, self.outbreaks

    @property
    def _harm_arrays(self) -> Arrays:
        return self.volume.state, self.harm.state, self.harm_state, self.harm_outbreaks


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
def _assess_harm(
    arrays: Arrays, joint: Records, pending: Records, terms: TermsRow, factor: float, alone: float
) -> tuple[Any, ...]:
    volume, share, tail, outbreaks = arrays
    own = tail.copy()
    own[0].hour_seen, own[0].hour_due = joint[0].hour_seen, joint[0].hour_due
    return assess_harm(
        States(volume, share, own, outbreaks), pending, Terms(*terms), factor, lumpiness(joint[0]), alone
    )[:]


@compiled
def _learn(
    arrays: Arrays, of_harm: OwnArrays, bins: tuple[BinRow, HarmRow], count: int, ringing: int, terms: TermsRow
) -> bool:
    harm, (row, harmful) = States(arrays[0], *of_harm), bins
    learn_with_harm(States(*arrays), harm, BinWithHarm(Bin(*row), Harmful(*harmful)), count, ringing, Terms(*terms))
    return is_awake(harm.outbreaks)


@compiled
def _calm(arrays: Arrays, row: BinRow, own: OwnRow, calm: CalmRow) -> CalmRow:
    one = Bin(*row)
    return calmer(Calm(*calm), ordinary_evidence(States(*arrays), one, Own(*own)), float(one.start + one.span_s))[:]


@compiled
def _begin_anew(joint: Records, outbreaks: Records, start: int) -> None:
    begin_anew(joint[0], outbreaks, start)
