"""What people say of alarms moves the threshold: by no more than stated, for a while, and until it is taken back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from detectors.bench.budget import HARD
from detectors.bench.feedback import marked_pages
from detectors.feedback import FADES_S, MOST, UNMOVED, Moved, Opinion, moved_by
from tests.detectors.brand_life import BrandLife

WEEK = 7 * 86_400
NOW = 1_800_000_000

moments = st.integers(NOW - 2 * FADES_S, NOW + WEEK)
opinions = st.lists(
    st.builds(
        Opinion,
        since=moments,
        id=st.integers(0, 10**9).map(str),
        kind=st.sampled_from(["false_alarm", "missed"]),
        about=st.just("northside-20110712T150400Z"),
        ended=st.none() | moments,
    ),
    unique_by=lambda opinion: opinion.id,
    max_size=12,
)


def false_alarms(number: int, *, since: int = NOW) -> list[Opinion]:
    return [Opinion(since, str(place), "false_alarm", str(place)) for place in range(number)]


@given(opinions)
def test_the_budget_moves_within_its_bounds(given_opinions):
    assert 2**-MOST <= moved_by(given_opinions, NOW).factor <= 2**MOST


@given(opinions, st.integers(NOW - FADES_S + 1, NOW))
def test_a_false_alarm_never_makes_it_ring_sooner_nor_a_missed_one_later(given_opinions, since):
    before = moved_by(given_opinions, NOW).factor

    later = moved_by([*given_opinions, Opinion(since, "new", "false_alarm", "new")], NOW).factor
    sooner = moved_by([*given_opinions, Opinion(since, "new", "missed", "new")], NOW).factor

    assert later <= before <= sooner


@given(opinions, st.sampled_from(["false_alarm", "missed"]))
def test_the_newest_word_always_tells(given_opinions, kind):
    before = moved_by([opinion for opinion in given_opinions if opinion.since < NOW], NOW).factor

    after = moved_by(
        [*[opinion for opinion in given_opinions if opinion.since < NOW], Opinion(NOW, "new", kind, "new")], NOW
    ).factor

    at_the_bound = before == (2**-MOST if kind == "false_alarm" else 2**MOST)
    assert at_the_bound or (after < before if kind == "false_alarm" else after > before)


@given(opinions, st.randoms())
def test_the_order_in_which_marks_are_kept_does_not_matter(given_opinions, random):
    shuffled = random.sample(given_opinions, len(given_opinions))

    assert moved_by(shuffled, NOW) == moved_by(given_opinions, NOW)


@given(opinions)
def test_all_is_forgotten_once_the_last_mark_has_faded(given_opinions):
    assert moved_by(given_opinions, NOW + WEEK + FADES_S) == UNMOVED


def test_one_false_alarm_halves_the_budget_and_three_quarter_it():
    evidence = [moved_by(false_alarms(number), NOW) for number in range(4)]

    assert [moved.factor for moved in evidence] == [1.0, 0.5, 0.25, 0.25]
    assert [moved.false_alarms for moved in evidence] == [0, 1, 2, 3]


def test_a_mark_fades_evenly_over_eight_weeks():
    evidence = [moved_by(false_alarms(1), NOW + weeks * WEEK) for weeks in (0, 4, 6, 8)]

    assert [math.log2(moved.factor) for moved in evidence] == pytest.approx([-1, -0.5, -0.25, 0])
    assert [moved.until for moved in evidence] == [NOW + 8 * WEEK] * 3 + [0]


def test_a_mark_that_was_taken_back_counted_until_then():
    opinion = Opinion(NOW, "c1", "false_alarm", "northside-1", ended=NOW + 60)

    assert [moved_by([opinion], NOW + s).factor == 1.0 for s in (-60, 0, 59, 60)] == [True, False, False, True]


@pytest.fixture(scope="module")
def grown_up() -> BrandLife:
    return BrandLife(10.0, 0.2)


def test_the_threshold_moves_by_the_budget_it_is_solved_from_and_says_so(grown_up):
    pending = [grown_up.bin(12, 3)]
    ordinary = grown_up.detector.assess(pending)

    asked = [grown_up.detector.assess(pending, Moved(factor=factor)) for factor in (0.25, 0.5, 2.0, 4.0)]

    thresholds = [assessment.threshold for assessment in asked]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[1] > ordinary.threshold > thresholds[2]
    assert thresholds[0] - ordinary.threshold < 3.0
    assert [a.threshold - ordinary.threshold for a in asked] == pytest.approx([a.moved.nats for a in asked], abs=1e-3)
    assert ordinary.moved.nats == 0.0


def test_feedback_changes_nothing_but_the_threshold(grown_up):
    pending = [grown_up.bin(12, 3)]
    before = grown_up.detector.to_bytes()
    ordinary = grown_up.detector.assess(pending)

    asked = grown_up.detector.assess(pending, Moved(factor=0.25))

    assert replace(asked, threshold=ordinary.threshold, moved=UNMOVED) == ordinary
    assert grown_up.detector.to_bytes() == before


def test_an_officer_who_marks_every_page_is_woken_less_often():
    lived, marked, unmarked = marked_pages(budget=4.0, weeks=5, brands=1, seed=1, worlds=HARD[2:3])

    assert lived == 2.0
    assert marked < unmarked


def test_good_news_is_told_as_ever(grown_up):
    def loudest_that_is_none(factor: float) -> int:
        evidence = (
            (authors, grown_up.detector.assess([grown_up.bin(authors, 2)], Moved(factor=factor)))
            for authors in range(10, 200)
        )
        return max(authors for authors, assessment in evidence if assessment.kind != "opportunity")

    assert loudest_that_is_none(0.25) == loudest_that_is_none(1.0) == loudest_that_is_none(4.0) < 199
