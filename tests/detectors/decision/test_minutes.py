"""A source whose times are whole hours: its hour is due in one minute, and an even one's in none."""

import pytest
from numpy.random import default_rng

from detectors.decision.bins import Bin
from detectors.decision.brand_detector import BrandDetector
from detectors.decision.minutes import MINUTES
from detectors.decision.outbreak_detector import OutbreakDetector
from tests.detectors.brand_life import MINUTE_S, bin_at

HOUR_S = 3600


def learned(hours: int, minute: int | None, rate: float = 60.0, span_s: int = 60) -> OutbreakDetector:
    """Return what was learned of hours in which all came in one minute, or evenly where that is ``None``."""
    detector, rng = OutbreakDetector(), default_rng(1)
    for hour in range(hours):
        for start in range(hour * HOUR_S, (hour + 1) * HOUR_S, span_s):
            place = start // MINUTE_S % MINUTES
            due = rate * span_s / HOUR_S if minute is None else rate * (place == minute)
            authors = float(rng.poisson(due))
            detector.take(Bin(start, span_s, span_s, authors, authors, authors // 5), ringing=False)
    return detector


@pytest.mark.parametrize("minute", [0, 30])
def test_an_hour_that_comes_at_once_is_due_in_its_minute_alone(minute):
    detector = learned(60, minute)
    now = 60 * HOUR_S

    due = [detector.volume.expected(now + place * MINUTE_S)[0] for place in range(MINUTES)]

    assert sum(due) == pytest.approx(60, rel=0.4)
    assert due[minute] > 0.8 * sum(due)


@pytest.mark.parametrize(("rate", "span_s"), [(3.0, 60), (600.0, 60), (600.0, 300)])
def test_an_even_talk_is_due_evenly(rate, span_s):
    detector = learned(60, None, rate, span_s)
    now = 60 * HOUR_S

    due = [detector.volume.expected(now + start, span_s)[0] for start in range(0, HOUR_S, span_s)]

    assert max(due) < 1.25 * min(due)


def test_a_source_of_whole_hours_wakes_nobody_and_its_revolt_is_heard():
    detector, rng, now = BrandDetector(), default_rng(2), 4 * 86_400

    def hour(rate: float, share: float) -> bool:
        nonlocal now
        authors = int(rng.poisson(rate))
        first = bin_at(now, authors, int(rng.binomial(authors, share)))
        rings = detector.assess([first]).rings
        detector.learn(first, parts=(authors, 0, 0, 0, 0, 0))
        detector.learn_quiet(now + MINUTE_S, MINUTES - 1)
        now += HOUR_S
        return rings

    assert not any(hour(40, 0.4) for _ in range(240))
    assert hour(160, 0.8)
