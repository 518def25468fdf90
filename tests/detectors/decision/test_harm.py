"""The head of harm: its own share beside that of feeling, which it does not touch, within the same budget."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.assessment import Assessment
from detectors.decision.brand_detector import BrandDetector
from detectors.observation import HarmCounts, Observation

WEEK_MIN = 7 * 1440
MONDAY = 4 * 86_400


def minute(number: int, authors: int, harmful: int | None, negative: int = 0) -> Observation:
    """Return a bin; ``None`` of whose authors is told of harm."""
    harm = None if harmful is None else HarmCounts(scored=authors, harmful=harmful)
    return Observation(
        start=MONDAY + 60 * number, authors=authors, scored_authors=authors, negative_authors=negative, harm=harm
    )


def lived(minutes: int, every: int = 25, *, told: bool = True) -> BrandDetector:
    """Return a brand of four authors a minute, one of whom reports harm every so many minutes."""
    detector = BrandDetector()
    for number in range(minutes):
        harmful = int(number % every == 0) if told else None
        detector.learn(minute(number, 3 + number * 7 % 3, harmful, number % 2))
    return detector


def of_harm(assessment: Assessment) -> Assessment:
    assert assessment.harm is not None
    return assessment.harm


GROWN = lived(4 * WEEK_MIN)
NOW = 4 * WEEK_MIN


def grown() -> BrandDetector:
    return BrandDetector.from_bytes(GROWN.to_bytes())


def test_harm_that_is_told_calmly_rings_and_says_that_it_is_harm():
    reading = grown().assess([minute(NOW, 20, 14), minute(NOW + 1, 20, 14)])

    assert reading.surer.rings
    assert (reading.surer.kind, reading.surer.driver) == ("crisis", "harm")
    assert reading.surer.run_negatives == 28.0
    assert of_harm(reading).expected_share == pytest.approx(0.01, abs=0.005)
    assert not reading.rings or reading.kind == "opportunity"


def test_as_much_talk_without_harm_does_not():
    reading = grown().assess([minute(NOW, 20, 0), minute(NOW + 1, 20, 1)], of_harm=True)

    assert not of_harm(reading).rings


def test_harm_below_the_floor_wakes_nobody():
    assert of_harm(grown().assess([minute(NOW, 12, 7)])).missing == ("floor",)


def test_copies_of_one_headline_are_no_crowd():
    told = minute(NOW, 30, 30)
    copied = msgspec.structs.replace(told, harm=HarmCounts(scored=30, harmful=30, copied=24.5))

    assert of_harm(grown().assess([told])).rings
    assert "floor" in of_harm(grown().assess([copied])).missing


def test_who_is_named_with_harm_on_any_day_is_not_harmed_by_more_of_it():
    court = lived(4 * WEEK_MIN, every=2)
    for number in range(NOW, NOW + 600):
        court.learn(minute(number, 4, 3, 0))

    reading = court.assess([minute(NOW + 600, 12, 5), minute(NOW + 601, 12, 5)])

    assert not of_harm(reading).rings


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), min_size=25, max_size=80))
def test_what_is_said_of_feeling_does_not_hang_on_harm_that_does_not_ring(stream):
    with_harm, without = BrandDetector(), BrandDetector()
    for number, (authors, negative) in enumerate(stream):
        told = minute(number, authors, min(1, authors), min(negative, authors))
        plain = msgspec.structs.replace(told, harm=None)
        reading = with_harm.assess([told])
        assert msgspec.structs.replace(reading, harm=None) == without.assess([plain])
        with_harm.learn(told)
        without.learn(plain)


def test_while_harm_rings_the_ordinary_is_not_learned():
    detector = grown()
    for number in range(NOW, NOW + 60):
        detector.learn(minute(number, 40, 30, 0), ringing=True, of_harm=True)

    quiet = minute(NOW + 60, 4, 0)
    before, after = (one.assess([quiet], of_harm=True) for one in (grown(), detector))

    assert after.expected == pytest.approx(before.expected, rel=0.15)
    assert after.expected_share == pytest.approx(before.expected_share, rel=0.05)
    assert of_harm(after).expected_share == pytest.approx(of_harm(before).expected_share, rel=0.05)


def test_what_says_nothing_of_harm_is_not_calm():
    detector = lived(4 * WEEK_MIN, told=False)

    assert msgspec.msgpack.decode(detector.to_bytes())[8:] == [b"", b"", b""]
    young = of_harm(detector.assess([minute(NOW, 20, 14)]))
    assert young.expected_share == pytest.approx(0.3)
    assert not young.rings


def test_its_share_begins_with_the_first_bin_that_tells_of_it():
    detector = lived(4 * WEEK_MIN, told=False)
    for number in range(NOW, NOW + 1440):
        detector.learn(minute(number, 4, int(number % 25 == 0), number % 2))

    reading = of_harm(detector.assess([minute(NOW + 1440, 20, 14), minute(NOW + 1441, 20, 14)]))

    assert reading.expected_share == pytest.approx(0.01, abs=0.01)
    assert reading.rings


def test_a_detector_goes_on_from_its_bytes_in_the_midst_of_harm():
    detector = grown()
    detector.learn(minute(NOW, 20, 6))
    again = BrandDetector.from_bytes(detector.to_bytes())

    for number in range(NOW + 1, NOW + 200):
        one = minute(number, 6, int(number % 3 == 0))
        assert again.assess([one]) == detector.assess([one])
        again.learn(one)
        detector.learn(one)
    assert again.to_bytes() == detector.to_bytes()


def test_to_assess_changes_nothing():
    detector = grown()
    detector.learn(minute(NOW, 20, 6))
    before = detector.to_bytes()

    detector.assess([minute(NOW + 1, 20, 14)])

    assert detector.to_bytes() == before


def test_what_is_over_rings_no_second_time():
    detector = grown()
    detector.learn(minute(NOW, 20, 14), ringing=True, of_harm=True)

    detector.begin_anew(MONDAY + 60 * (NOW + 1))

    assert of_harm(detector.assess([minute(NOW + 1, 6, 2)])).run_negatives == 2.0


def test_readings_of_feeling_by_another_scorer_change_nothing_of_harm():
    read = minute(0, 40, 3, negative=20)
    assert msgspec.structs.replace(read, rescored=-8.0).of_harm() == read.of_harm()


def test_the_surer_of_both_is_told():
    reading = grown().assess([minute(NOW, 40, 14, 40), minute(NOW + 1, 40, 14, 40)])

    assert reading.rings
    assert reading.surer.driver == "feeling"
