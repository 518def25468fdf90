"""Two simulated brands whose readings and states are kept beside this file, so that a change of either is seen.

Whoever changes the decision on purpose renews them: ``python -m tests.detectors.decision.recorded_lives``.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import msgspec

from detectors.assessment import Assessment
from detectors.decision.brand_detector import BrandDetector
from detectors.observation import Observation
from tests.detectors.brand_life import MINUTE_S, bin_at

RECORDING = Path(__file__).with_name("recorded_lives.json")
LIVES = {"newborn": 0, "grown": 25 * 1440}
"""Ordinary minutes before the recorded ones."""
BINS, EVERY = 300, 10
REVOLT, PRAISE, SILENCE = range(100, 140), range(220, 235), range(270, 280)
MONDAY = 4 * 86_400


def live(ordinary_minutes: int) -> tuple[list[Assessment], BrandDetector]:
    """Return what was said of every tenth bin, half of it and all of it, and the detector as it was in the end."""
    detector = BrandDetector()
    readings = []
    for minute in range(ordinary_minutes + BINS):
        heard = list(_heard(minute, minute - ordinary_minutes))
        if minute >= ordinary_minutes and minute % EVERY == 0:
            readings += [
                detector.assess(heard[1:2], earlier_readings=heard[:1]),
                detector.assess(heard[2:], earlier_readings=heard[:2]),
            ]
        detector.learn(heard[2], ringing=minute - ordinary_minutes in REVOLT, parts=(minute % 3, 1, 1, 2, 0, 1))
    return readings, detector


def _heard(minute: int, since: int) -> Iterator[Observation]:
    """Yield a minute as it was after 10, 30 and 60 seconds; made of whole numbers alone, to be the same everywhere."""
    authors = 3 + (minute // 60 % 24) // 3 + minute * minute * 7919 % 7
    negative = authors * (minute * 31 % 5) // 10
    if since in REVOLT:
        authors, negative = 6 * authors, 5 * authors
    elif since in PRAISE:
        authors, negative = 5 * authors, 0
    elif since in SILENCE:
        authors = negative = 0
    for elapsed_s, part in ((10, 0.0), (30, 0.75), (60, 1.0)):
        yield bin_at(MONDAY + minute * MINUTE_S, int(authors * part), int(negative * part), elapsed_s=elapsed_s)


def record() -> None:
    """Write the recording anew, a reading a line."""
    kept = {}
    for name, minutes in LIVES.items():
        readings, detector = live(minutes)
        state = b64encode(detector.to_bytes()).decode()
        kept[name] = {"state": state, "readings": [msgspec.to_builtins(reading) for reading in readings]}
    text = json.dumps(kept, separators=(",", ":"))
    RECORDING.write_text(text.replace("],[", "],\n[") + "\n")


if __name__ == "__main__":
    record()
