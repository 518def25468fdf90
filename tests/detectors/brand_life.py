"""One simulated brand: ordinary minutes with what befalls it, and what the detector said of each."""

from msgspec import Struct
from numpy.random import default_rng

from detectors.decision.brand_detector import BrandDetector
from detectors.decision.calm import CALM_S, Calm, is_surely_calm, own_run
from detectors.observation import Observation

MINUTE_S = 60
CALM_MIN = CALM_S // 60


class Ring(Struct, frozen=True):
    """An incident that began: how many minutes into the stretch, its kind, and when it was said to have begun."""

    minute: int
    kind: str
    began_at: int


class BrandLife:
    """A brand of ``rate`` voices a minute, ``share`` of them negative, watched as the watch stage does."""

    def __init__(self, rate: float, share: float, *, seed: int = 1, days: int = 28, floor: int = 8) -> None:
        self.rate = rate
        self.share = share
        self.detector = BrandDetector(floor=floor)
        self.now = 4 * 86_400
        self._rng = default_rng(seed)
        self._calm = CALM_MIN
        self._kind: str | None = None
        self._floor = floor
        self._ordinary = Calm(0.0, 0.0)
        self.live(days * 1440)

    def live(self, minutes: int, *, times: float = 1.0, share: float | None = None) -> list[Ring]:
        """Live so many minutes, ``times`` as loud as usual, and return the incidents that began."""
        return [
            ring
            for minute in range(minutes)
            for ring in self.evidence_of_bin(self._draw(times, self.share if share is None else share), minute)
        ]

    def evidence_of_bin(self, bin_: Observation, minute: int = 0) -> list[Ring]:
        """Assess and learn one bin."""
        reading = self.detector.assess([bin_])
        began = []
        if reading.rings:
            turned = self._kind == "opportunity" and reading.kind != "opportunity"
            if self._calm >= CALM_MIN or turned:
                assert reading.run_began_at is not None
                began.append(Ring(minute, str(reading.kind), reading.run_began_at))
                self._kind = reading.kind
                self._own = own_run(reading, self._floor)
                self._ordinary = Calm(0.0, float(bin_.end))
            self._calm = 0
            self._end(bin_)
        elif self._calm < CALM_MIN:
            self._calm += 1
            self._end(bin_)
        self.detector.learn(bin_, ringing=self._calm < CALM_MIN and self._kind != "opportunity")
        self.now = bin_.end
        return began

    def _end(self, bin_: Observation) -> None:
        self._ordinary = self.detector.calm(self._ordinary, bin_, self._own)
        if self._calm == CALM_MIN or is_surely_calm(self._ordinary, float(bin_.end)):
            self._calm = CALM_MIN
            self.detector.begin_anew(bin_.end)

    def bin(self, authors: int, negative: int, **fields: int) -> Observation:
        """Return the bin that comes next, with these voices in it."""
        return bin_at(self.now, authors, negative, **fields)

    def _draw(self, times: float, share: float) -> Observation:
        authors = int(self._rng.negative_binomial(8, 8 / (8 + self.rate * times)))
        return self.bin(authors, int(self._rng.binomial(authors, share)))


def bin_at(start: int, authors: int, negative: int, *, elapsed_s: int = 60, mentions: int = 0) -> Observation:
    """Return a bin in which all voices were scored and each posted once, or ``mentions`` in all."""
    return Observation(
        start=start,
        elapsed_s=elapsed_s,
        mentions=mentions or authors,
        negatives=negative,
        authors=authors,
        scored_authors=authors,
        negative_authors=negative,
    )
