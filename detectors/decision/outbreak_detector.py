"""Whether people turn against a brand: volume and negativity together, as an estimator of River."""

from collections.abc import Sequence

import numpy as np
from river.base import AnomalyDetector

from detectors.compiled import Numbers, Records
from detectors.decision.batching import learn_parts
from detectors.decision.bin_features import BinFeatures, bin_features
from detectors.decision.decision import READING, SCORED, assess
from detectors.decision.joint import BIN, JOINT_DTYPE, SUMS
from detectors.decision.learning import learn
from detectors.decision.negativity_detector import NegativityDetector
from detectors.decision.shiryaev_roberts import COMPONENTS
from detectors.decision.volume import VolumeDetector

BinRow = tuple[float, float, float, float, float]
States = tuple[Records, Records, Records, Numbers]


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
    state, sums
        One NumPy record of ``JOINT_DTYPE``, and the eighteen rows.

    Examples
    --------
    >>> detector = OutbreakDetector()
    >>> for minute in range(2880):
    ...     detector.learn_one({"start": minute * 60, "voices": 10, "negative_voices": 2})
    >>> calm = {"start": 172800, "voices": 10, "negative_voices": 2}
    >>> praise = {"start": 172800, "voices": 25, "negative_voices": 2}
    >>> revolt = {"start": 172800, "voices": 25, "negative_voices": 20}
    >>> detector.score_one(calm) < detector.score_one(praise) < detector.score_one(revolt)
    True
    >>> bool(detector.read([(172800, 60, 25, 25, 20)], 60)[SCORED] == detector.score_one(revolt))
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
        self.volume = VolumeDetector()
        self.negativity = NegativityDetector()
        self.state = np.zeros(1, JOINT_DTYPE)
        self.sums = np.zeros((COMPONENTS, SUMS))

    def learn_one(self, x: BinFeatures, *, ringing: bool = False) -> None:
        """Take a complete bin; bins older than the last one are passed over.

        Parameters
        ----------
        x
            ``start`` (epoch seconds; default: right after the last bin), ``span_s`` (60), ``voices``,
            ``scored_voices`` (default: all) and ``negative_voices``, as in ``Observation``.
        ringing
            An outbreak is under way: learn nothing from this bin, unless that has lasted for 72 hours.
        """
        one = bin_features(x, int(self.volume.state["next_start"][0]))
        self.take((one.start, one.span_s, one.voices, one.scored, one.negatives), one.span_s, ringing=ringing)

    def score_one(self, x: BinFeatures) -> float:
        """Return the joint score in nats, were this bin (or ``elapsed_s`` of it) the next thing heard."""
        one = bin_features(x, int(self.volume.state["next_start"][0]))
        row = (one.start, one.elapsed_s, one.voices, one.scored, one.negatives)
        return float(self.read([row], one.span_s)[SCORED])

    def take(self, row: BinRow, span_s: int, *, ringing: bool, bins: int = 1) -> None:
        """Take complete bins that are all alike, from a row of start, seconds, voices, scored and negative voices.

        Parameters
        ----------
        row
            The first of them.
        span_s
            Length of a bin.
        ringing
            As for ``learn_one``.
        bins
            How many follow each other.
        """
        one = np.array(row, dtype=np.float64)
        learn(*self.states, one, span_s, ringing, self.false_pages_per_week, float(self.floor), bins)

    def take_parts(self, parts: Sequence[int]) -> None:
        """Take the mentions of each sixth of a bin: where they come in lumps, part of a bin may hold all of it."""
        learn_parts(self.state, np.array(parts, dtype=np.float64))

    def read(
        self, pending: Sequence[BinRow], span_s: int, factor: float = 1.0, course: Sequence[BinRow] = ()
    ) -> Numbers:
        """Return the full reading (see ``decision``), were these bins heard next; the last may be part of one.

        Parameters
        ----------
        pending
            Rows as for ``take``, in order.
        span_s
            Length of a whole bin.
        factor
            Times the budget, where a crisis is concerned: what feedback makes of it.
        course
            Rows of the last bin at earlier moments, in order: an outbreak may have begun at each.
        """
        out = np.empty(READING)
        rows = np.array(pending, dtype=np.float64)
        earlier = np.array(course, dtype=np.float64).reshape(len(course), BIN)
        assess(*self.states, rows, earlier, span_s, self.false_pages_per_week, factor, float(self.floor), out)
        return out

    @property
    def states(self) -> States:
        """All that was learned: the arrays that the compiled functions work on."""
        return self.volume.state, self.negativity.state, self.state, self.sums
