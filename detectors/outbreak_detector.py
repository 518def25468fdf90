"""Whether people turn against a brand: volume and negativity together, as an estimator of River."""

from typing import Any

import numpy as np
import numpy.typing as npt
from river.base import AnomalyDetector

from detectors.bin_features import BinFeatures, bin_features
from detectors.decision import READING, SCORED, assess
from detectors.joint import JOINT_DTYPE
from detectors.learning import learn
from detectors.negativity_detector import NegativityDetector
from detectors.volume import VolumeDetector


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
    state
        One NumPy record of ``JOINT_DTYPE``.

    Examples
    --------
    >>> detector = OutbreakDetector()
    >>> for minute in range(600):
    ...     detector.learn_one({"start": minute * 60, "voices": 10, "negative_voices": 2})
    >>> calm = {"start": 36000, "voices": 10, "negative_voices": 2}
    >>> praise = {"start": 36000, "voices": 60, "negative_voices": 2}
    >>> revolt = {"start": 36000, "voices": 60, "negative_voices": 50}
    >>> detector.score_one(calm) < detector.score_one(praise) < detector.score_one(revolt)
    True
    >>> detector.read([(36000, 60, 60, 60, 50)], 60)[SCORED] == detector.score_one(revolt)
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
        row = np.array((one.start, one.span_s, one.voices, one.scored, one.negatives), dtype=np.float64)
        learn(
            self.volume.state,
            self.negativity.state,
            self.state,
            row,
            one.span_s,
            ringing,
            self.false_pages_per_week,
            float(self.floor),
        )

    def score_one(self, x: BinFeatures) -> float:
        """Return the joint score in nats, were this bin (or ``elapsed_s`` of it) the next thing heard."""
        one = bin_features(x, int(self.volume.state["next_start"][0]))
        row = (one.start, one.elapsed_s, one.voices, one.scored, one.negatives)
        return float(self.read([row], one.span_s)[SCORED])

    def read(self, pending: list[tuple[float, float, float, float, float]], span_s: int) -> npt.NDArray[Any]:
        """Return the full reading (see ``joint``), were these bins heard next; the last may be part of one.

        Parameters
        ----------
        pending
            Start, elapsed seconds, voices, scored and negative voices of each bin, in order.
        span_s
            Length of a whole bin.
        """
        out = np.empty(READING)
        rows = np.array(pending, dtype=np.float64)
        assess(
            self.volume.state, self.negativity.state, self.state, rows, span_s,
            self.false_pages_per_week, float(self.floor), out,
        )  # fmt: skip
        return out
