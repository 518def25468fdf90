"""Compiles once what Numba compiles, so that no first start waits for it: ``python -m alerts.cli.warm_up``."""

from detectors.decision.brand_detector import BrandDetector
from detectors.decision.calm import Calm, Own
from detectors.negativity.model import load_scorer
from detectors.observation import HarmCounts, Observation


def warm_up() -> None:
    """Run each compiled path once; what was compiled is kept in Numba's cache."""
    detector = BrandDetector()
    seen = Observation(
        start=0, mentions=3, negatives=1, authors=3, scored_authors=3, negative_authors=1, texts=3,
        harm=HarmCounts(scored=3, harmful=1),
    )  # fmt: skip
    detector.assess([seen], earlier_readings=[seen])
    detector.learn(seen, parts=(1, 1, 1, 0, 0, 0))
    detector.learn_quiet(60, 2)
    detector.calm(Calm(0.0, 0.0), seen, Own(1.0, 1.0, 8.0, is_negative=True))
    detector.begin_anew(60)
    BrandDetector.from_bytes(detector.to_bytes()).assess([seen])
    load_scorer().score(["not a good day", "what a lovely day", "niet goed", "nicht gut"], ["en", "", "nl", "de"])


if __name__ == "__main__":
    warm_up()
