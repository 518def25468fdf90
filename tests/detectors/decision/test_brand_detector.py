"""Properties of the decision: causality, replay, monotony, state."""

import json
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.assessment import Assessment
from detectors.decision.brand_detector import BrandDetector
from detectors.decision.profile import Week
from detectors.errors import DetectorsError
from detectors.observation import HarmCounts, Observation
from tests.detectors.brand_life import MINUTE_S, BrandLife, bin_at

WEEK_S = 7 * 86_400
SLOW = settings(max_examples=40, deadline=None)

COUNTS = st.integers(0, 60).flatmap(lambda authors: st.tuples(st.just(authors), st.integers(0, authors)))
STREAMS = st.lists(COUNTS, min_size=25, max_size=80)


def learned(
    stream: list[tuple[int, int]], *, start: int = 0, span_s: int = 60, false_pages_per_week: float = 0.25
) -> BrandDetector:
    detector = BrandDetector(span_s=span_s, false_pages_per_week=false_pages_per_week)
    for place, (authors, negative) in enumerate(stream):
        detector.learn(bin_of(start + place * span_s, authors, negative, span_s))
    return detector


def bin_of(start: int, authors: int, negative: int, span_s: int = 60) -> Observation:
    return Observation(
        start=start, span_s=span_s, elapsed_s=span_s, authors=authors, scored_authors=authors, negative_authors=negative
    )


def harmful_bin(start: int, authors: int, harmful: int, negative: int = 0) -> Observation:
    harm = HarmCounts(scored=authors, harmful=harmful)
    return msgspec.structs.replace(bin_of(start, authors, negative), harm=harm)


def numbers(reading: Assessment) -> dict[str, float]:
    return {name: value for name, value in msgspec.structs.asdict(reading).items() if isinstance(value, float)}


@SLOW
@given(STREAMS, STREAMS)
def test_a_reading_depends_on_what_came_before_it_alone(past, future):
    detector = BrandDetector()
    readings = []
    for place, (authors, negative) in enumerate(past):
        readings.append(detector.assess([bin_of(place * 60, authors, negative)]))
        detector.learn(bin_of(place * 60, authors, negative))
    for place, (authors, negative) in enumerate(future, len(past)):
        detector.learn(bin_of(place * 60, authors, negative))

    again = BrandDetector()
    for place, (authors, negative) in enumerate(past):
        assert again.assess([bin_of(place * 60, authors, negative)]) == readings[place]
        again.learn(bin_of(place * 60, authors, negative))


@SLOW
@given(STREAMS, COUNTS)
def test_an_assessment_changes_nothing(stream, counts):
    detector = learned(stream)
    before = detector.to_bytes()

    first = detector.assess([bin_of(len(stream) * 60, *counts)])

    assert detector.to_bytes() == before
    assert detector.assess([bin_of(len(stream) * 60, *counts)]) == first


@SLOW
@given(STREAMS, st.integers(0, 79))
def test_learning_a_bin_again_changes_nothing(stream, place):
    detector = learned(stream)
    before = detector.to_bytes()

    detector.learn(bin_of(min(place, len(stream) - 1) * 60, 1000, 1000))

    assert detector.to_bytes() == before


@SLOW
@given(STREAMS, st.integers(0, 300), st.integers(0, 300), st.integers(1, 60))
def test_more_negative_voices_never_lower_the_score(stream, authors, negative, elapsed_s):
    detector = learned(stream)
    negative = min(authors, negative)
    start = len(stream) * 60

    def score(authors: int, negative: int) -> float:
        return detector.assess([bin_at(start, authors, negative, elapsed_s=elapsed_s)]).score

    assert score(authors + 1, negative + 1) >= score(authors, negative) - 1e-9
    if negative < authors:
        assert score(authors, negative + 1) >= score(authors, negative) - 1e-9


@SLOW
@given(STREAMS, st.integers(1, 3000))
def test_the_week_of_the_year_does_not_matter(stream, weeks):
    now = learned(stream).assess([bin_of(len(stream) * 60, 30, 20)])
    later = learned(stream, start=weeks * WEEK_S).assess([bin_of(weeks * WEEK_S + len(stream) * 60, 30, 20)])

    assert numbers(later) == pytest.approx(numbers(now))
    assert later.missing == now.missing


@SLOW
@given(st.integers(1, 30), st.integers(0, 30), st.sampled_from([30, 120, 300, 600]), st.integers(60, 1200))
def test_in_how_long_bins_talk_is_cut_does_not_matter_to_what_is_due(half, negative, span_s, minutes):
    negative = min(half, negative)

    def due_in(span: int) -> tuple[float, float]:
        # 2 · half voices a minute, so that half a minute has a whole number of them.
        in_a_bin = [(2 * half * span // 60, 2 * negative * span // 60)] * (minutes * 60 // span)
        reading = learned(in_a_bin, span_s=span).assess([bin_of(len(in_a_bin) * span, 0, 0, span)])
        return reading.expected * 60 / span, reading.expected_share

    assert due_in(span_s) == pytest.approx(due_in(60), rel=0.1)


@SLOW
@given(STREAMS, STREAMS)
def test_a_detector_goes_on_from_its_bytes_as_if_nothing_had_happened(past, future):
    detector = learned(past)

    restored = BrandDetector.from_bytes(detector.to_bytes())

    for place, (authors, negative) in enumerate(future, len(past)):
        one = bin_of(place * 60, authors, negative)
        assert restored.assess([one]) == detector.assess([one])
        restored.learn(one)
        detector.learn(one)
    assert restored.to_bytes() == detector.to_bytes()


@SLOW
@given(STREAMS, st.lists(COUNTS, min_size=2, max_size=4))
def test_the_sums_go_through_bins_not_yet_learned(stream, pending):
    detector = learned(stream)
    start = len(stream) * 60
    bins = [bin_of(start + 60 * place, *counts) for place, counts in enumerate(pending)]

    ahead = detector.assess(bins)

    for one in bins[:-1]:
        detector.learn(one)
    then = detector.assess(bins[-1:])
    # The baseline has learned the bins in between: close, not equal.
    assert ahead.score == pytest.approx(then.score, abs=6)
    assert ahead.at == then.at


@given(st.integers(0, 400), st.integers(1, 400))
@SLOW
def test_a_run_of_silence_is_so_many_empty_bins(before, bins):
    start = 60 * before
    one = learned([(1, 0)] * before)
    other = BrandDetector.from_bytes(one.to_bytes())

    one.learn_quiet(start, bins)
    for place in range(bins):
        other.learn(bin_of(start + 60 * place, 0, 0))

    assert one.to_bytes() == other.to_bytes()


@SLOW
@given(STREAMS, COUNTS)
def test_it_rings_exactly_where_nothing_is_missing(stream, counts):
    reading = learned(stream).assess([bin_of(len(stream) * 60, *counts)])

    assert reading.rings == (reading.missing == ())
    assert ("score" in reading.missing or "warm_up" in reading.missing) == (reading.score < reading.threshold)


@SLOW
@given(STREAMS, COUNTS, st.sampled_from([10, 30, 300, 900]))
def test_every_number_is_finite_whatever_the_span(stream, counts, span_s):
    reading = learned(stream, span_s=span_s).assess([bin_of(len(stream) * span_s, counts[0], counts[1], span_s)])

    assert all(abs(value) < 1e9 for value in numbers(reading).values())
    assert reading.upper >= reading.expected >= 0
    assert 0 < reading.expected_share < 1


def test_a_million_voices_out_of_nowhere_are_survived():
    detector = learned([(0, 0)] * 200)

    reading = detector.assess([bin_of(12_000, 1_000_000, 900_000)])
    detector.learn(bin_of(12_000, 1_000_000, 900_000))

    assert reading.rings
    assert detector.assess([bin_of(12_060, 0, 0)]).expected < 10


def test_the_state_of_a_brand_is_small():
    assert len(BrandLife(3, share=0.2, days=8).detector.to_bytes()) < 7_000


def test_the_state_of_a_brand_to_which_harm_is_done_is_small_too():
    detector = BrandLife(3, share=0.2, days=8).detector
    start = int(detector._outbreak.volume.state["next_start"][0])
    for minute in range(60):
        detector.learn(harmful_bin(start + 60 * minute, 9, 6), ringing=True, of_harm=True)

    assert detector._outbreak.is_harm_awake
    assert len(detector.to_bytes()) < 8_700


def test_a_larger_budget_has_a_lower_threshold():
    strict, lax = (learned([(5, 1)] * 100, false_pages_per_week=budget) for budget in (0.05, 1.0))

    def threshold(detector: BrandDetector) -> float:
        return detector.assess([bin_of(6_000, 5, 1)]).threshold

    assert threshold(strict) > threshold(lax) + 2


@pytest.mark.parametrize("parameters", [{"false_pages_per_week": 0}, {"floor": 0}, {"span_s": 0}])
def test_a_parameter_out_of_range_is_refused(parameters):
    with pytest.raises(DetectorsError):
        BrandDetector(**parameters)


@pytest.mark.parametrize("state", [b"", b"nonsense", json.dumps({}).encode()])
def test_bytes_that_are_no_state_are_refused_with_what_to_do(state):
    with pytest.raises(DetectorsError, match="learn anew"):
        BrandDetector.from_bytes(state)


def test_the_state_of_another_version_is_refused():
    state = msgspec.msgpack.decode(BrandDetector().to_bytes())
    state[0] = 999

    with pytest.raises(DetectorsError, match="version 999"):
        BrandDetector.from_bytes(msgspec.msgpack.encode(state))


OF_HOURS = ("loudest_hours", "hour_scored", "hour_negatives", "hour_negatives_due",
            "minute_seen", "lumps", "lumps_weight", "now_all", "now_pairs")  # fmt: skip
NEW = (*OF_HOURS, "copied", "again", "turned", "turned_due")


def as_before(detector: BrandDetector, version: int, *lacking: str) -> bytes:
    """Return a state as a version wrote it whose arrays did not have some fields."""
    state = msgspec.msgpack.decode(detector.to_bytes())[:8]
    state[0] = version
    for place, array in enumerate(detector._outbreak.states, start=4):
        dtype = array.dtype
        kept = np.zeros(array.shape, [(name, dtype[name]) for name in dtype.names or () if name not in lacking])
        for name in kept.dtype.names or ():
            kept[name] = array[name]
        state[place] = kept.tobytes()
    return msgspec.msgpack.encode(state)


@pytest.mark.parametrize(("version", "lacking"), [(6, ()), (5, OF_HOURS), (4, NEW), (3, (*NEW, "heard_from"))])
def test_a_brand_that_a_version_before_has_learned_is_no_newborn(version, lacking):
    detector = learned([(5, 1)] * 50)
    detector.begin_anew(0)

    taken_up = BrandDetector.from_bytes(as_before(detector, version, *lacking))

    for array in detector._outbreak.states:
        for name in set(lacking) & set(OF_HOURS) & set(array.dtype.names or ()):
            array[name] = 0
    assert taken_up.to_bytes() == detector.to_bytes()


@pytest.mark.parametrize(("minutes", "rings"), [(2000, True), (1000, False)])
def test_a_brand_that_a_version_before_has_watched_for_a_day_has_heard_its_hours(minutes, rings):
    detector = learned([(5, 3)] * minutes)

    taken_up = BrandDetector.from_bytes(as_before(detector, 5, *OF_HOURS))

    assert taken_up.assess([bin_of(60 * minutes, 400, 240)]).rings is rings


def test_copies_weigh_less_and_are_told():
    detector = learned([(5, 1)] * 600)
    angry = bin_of(36_000, 40, 40)

    alone, copied = detector.assess([angry]), detector.assess([msgspec.structs.replace(angry, copied=33.75)])

    assert alone.rings
    assert not copied.rings
    assert "floor" in copied.missing
    assert copied.run_seen == alone.run_seen
    assert copied.run_negatives + copied.run_copied == pytest.approx(alone.run_negatives)


def test_who_speaks_again_is_due_as_often_as_they_speak():
    detector = learned([(5, 1)] * 600)
    few, often = bin_of(36_000, 60, 40), msgspec.structs.replace(bin_of(36_000, 60, 40), again=30, turned=8)

    alone, again = detector.assess([few]), detector.assess([often])

    # Eight of the forty were heard before, and thirty others who were spoke again without turning.
    assert again.expected_turned == pytest.approx(38 * again.expected_share)
    assert again.run_expected_negatives == pytest.approx(alone.run_expected_negatives + again.expected_turned)
    assert (again.run_seen, again.run_turned, again.run_again) == (52.0, 8.0, 38.0)
    assert again.negativity_score < alone.negativity_score


def test_who_speaks_again_teaches_the_share_and_not_how_many_can_be_scored():
    detector = BrandDetector()
    for minute in range(600):
        half = msgspec.structs.replace(bin_of(minute * 60, 4, 0), scored_authors=2)
        detector.learn(msgspec.structs.replace(half, again=20 - minute % 2 * 20, negative_authors=minute % 2, turned=0))

    reading = detector.assess([bin_of(36_000, 0, 0)])

    assert reading.expected_negatives / reading.expected / reading.expected_share == pytest.approx(0.5, abs=0.1)


def test_a_new_brand_has_the_week_of_the_others_until_it_has_its_own():
    office = Week(tuple(2.0 if 8 <= hour < 18 else 0.0 for hour in range(24)), (0.0,) * 5 + (-2.0,) * 2)
    plain, like_others = BrandDetector(), BrandDetector()
    like_others.begin_like([office])

    nights = {}
    for name, detector in (("plain", plain), ("like others", like_others)):
        for minute in range(6 * 60):
            detector.learn(bin_at(4 * 86_400 + (9 * 60 + minute) * MINUTE_S, 8, 2))
        nights[name] = detector.assess([bin_at(4 * 86_400 + 23 * 3600, 0, 0)]).expected

    assert nights["like others"] == pytest.approx(8 / math.exp(2.0), rel=0.3)
    assert nights["plain"] > 3 * nights["like others"]
    assert plain.week is None
