"""What an outbreak has counted since it began."""

import msgspec
import pytest

from detectors.assessment import Assessment
from detectors.observation import Observation
from streams.watch.run_tally import RunTally, tally_of

MINUTE = 60
RANG = Assessment(
    at=90, score=20.0, threshold=9.0, expected=0.5, upper=3.0, expected_share=0.2, run_began_at=0, run_seen=14.0,
    run_expected=1.5, run_scored=10.0, run_expected_scored=1.2, run_negatives=9.0, run_expected_negatives=0.24,
    kind="crisis",
)  # fmt: skip


def bin_at(start: int, authors: int, negative: int, *, elapsed_s: int = MINUTE) -> Observation:
    return Observation(
        start=start,
        elapsed_s=elapsed_s,
        mentions=authors,
        authors=authors,
        scored_authors=authors,
        negative_authors=negative,
    )


def reading(expected: float) -> Assessment:
    return Assessment(
        at=0,
        score=0.0,
        threshold=9.0,
        expected=expected,
        upper=3.0,
        expected_share=0.25,
        expected_negatives=0.2 * expected,
    )


def test_at_the_ring_it_is_the_run():
    counted = tally_of(RANG, bin_at(60, 6, 5, elapsed_s=30)).counted(0, 90)

    assert (counted.seen, counted.negatives, counted.expected, counted.expected_negatives) == (14, 9, 1.5, 0.24)
    assert (counted.negative_share, counted.expected_negative_share, counted.unscored_share) == (0.9, 0.2, 0.2857)
    assert (counted.span_s, counted.at) == (90, 90)


def test_who_says_what_others_said_is_told_as_an_author():
    copied = msgspec.structs.replace(RANG, run_copied=2.0)

    counted = tally_of(copied, bin_at(60, 6, 5, elapsed_s=30)).counted(0, 90)

    assert (counted.seen, counted.negatives, counted.unscored_share) == (14, 11, 0.1429)


def test_who_was_heard_before_is_told_where_they_turn_and_not_where_they_speak_again():
    turned = msgspec.structs.replace(
        RANG, run_scored=16.0, run_expected_scored=7.2, run_again=6.0, run_turned=4.0, run_expected_turned=1.5
    )

    counted = tally_of(turned, bin_at(60, 6, 5, elapsed_s=30)).counted(0, 90)

    assert (counted.seen, counted.expected, counted.negatives) == (18, 3.0, 9)
    assert (counted.negative_share, counted.unscored_share) == (round(9 / 14, 4), round(4 / 18, 4))


def test_copies_of_one_text_make_no_talk_mixed():
    bin_ = bin_at(60, 60, 50)
    copied = msgspec.structs.replace(bin_, copied=43.0)
    alone, of_one_text = (tally_of(RANG, bin_at(60, 0, 0, elapsed_s=1)) for _ in range(2))

    for _ in range(2):  # the bin grows, and is the same bin
        alone.take(bin_, reading(1.0))
        of_one_text.take(copied, reading(1.0))

    assert (alone.copied, of_one_text.copied) == (0.0, 43.0)
    assert alone.is_mixed(8)
    assert not of_one_text.is_mixed(18)


def test_of_the_bin_in_which_it_rang_only_what_came_after_is_added():
    tally = tally_of(RANG, bin_at(60, 6, 5, elapsed_s=30))

    tally.take(bin_at(60, 10, 7), reading(1.0))

    assert (tally.seen, tally.scored, tally.negatives) == (18.0, 14.0, 11.0)
    assert tally.expected == pytest.approx(2.0)


def test_every_bin_after_it_is_added_whole_with_what_can_be_scored_of_what_is_due():
    tally = tally_of(RANG, bin_at(60, 6, 5, elapsed_s=60))

    tally.take(bin_at(120, 3, 2), reading(1.0))
    tally.take(bin_at(180, 0, 0), reading(1.0))

    assert (tally.seen, tally.negatives, tally.expected) == (17.0, 11.0, 3.5)
    assert tally.expected_scored == pytest.approx(3.5 * 0.8)
    assert tally.expected_negatives == pytest.approx(0.24 + 2 * 0.8 * 0.25)


def test_of_nobody_no_share_is_told():
    counted = RunTally().counted(0, 60)

    assert (counted.seen, counted.negative_share, counted.unscored_share) == (0, 0.0, 0.0)
