"""The first story, against its published figures."""

import random
from itertools import islice

import pytest

from alerts.simulation.stories import film_rental
from alerts.simulation.stories.synthetic_mentions import mentions, timeline
from detectors.negativity.model import load_scorer
from detectors.post import NEGATIVE
from streams.mention import Mention

ANNOUNCED = film_rental.ANNOUNCED.timestamp()


@pytest.fixture(scope="module")
def told() -> list[Mention]:
    return list(mentions(film_rental.story(), 1))


def strand_of(told: list[Mention], number: int) -> list[Mention]:
    return [m for m in told if f"/{number}-" in m.id]


@pytest.mark.parametrize(
    ("hours", "comments"),
    [film_rental.COMMENTS_WITHIN_HOURS, film_rental.COMMENTS_IN_A_DAY, film_rental.COMMENTS_BY_THE_15TH],
)
def test_the_revolt_has_the_published_number_of_comments(told, hours, comments):
    said = sum(m.published_s < ANNOUNCED + hours * 3_600 for m in strand_of(told, 1))

    assert said == pytest.approx(comments, rel=0.05)


def test_nobody_revolts_before_the_announcement(told):
    assert min(m.published_s for m in strand_of(told, 1)) >= ANNOUNCED


def test_a_fortnight_of_ordinary_talk_comes_before_at_about_one_a_minute(told):
    before = [m for m in strand_of(told, 0) if m.published_s < ANNOUNCED]

    assert len(before) / ((ANNOUNCED - film_rental.START.timestamp()) / 60) == pytest.approx(1.0, rel=0.1)


def test_the_nights_are_quiet(told):
    at = [m.published.hour for m in strand_of(told, 0)]

    assert at.count(3) > 3 * at.count(11)  # 8 in the evening and 4 in the night, US Pacific


# The scorer judges each text by itself; these bounds are what it must find of texts that a person would call so.
@pytest.mark.parametrize(
    ("strand", "low", "high"), [(0, 0.1, 0.3), (1, 0.78, 1.0), (2, 0.03, 0.2), (3, 0.0, 0.08), (4, 0.75, 1.0)]
)
def test_the_scorer_finds_the_negative_share_that_was_written(told, strand, low, high):
    texts = [m.content for m in random.Random(5).sample(strand_of(told, strand), 600)]

    share = float((load_scorer().score_all(texts) >= NEGATIVE).mean())

    assert low <= share <= high


def test_the_trains_are_complained_about_as_much_as_the_film_rental_in_its_revolt(told):
    shares = []
    for strand in (1, 4):
        texts = [m.content for m in random.Random(5).sample(strand_of(told, strand), 600)]
        shares.append(float((load_scorer().score_all(texts) >= NEGATIVE).mean()))

    assert shares[0] == pytest.approx(shares[1], abs=0.12)


def test_hundreds_of_different_texts_are_written_in_the_first_hour(told):
    first = [m.content for m in islice(strand_of(told, 1), 1_000)]

    assert len(set(first)) > 900


def test_the_whole_replay_is_of_a_size_for_a_demonstration(told):
    assert 60_000 < len(told) < 130_000


def test_the_peak_is_on_the_evening_of_the_announcement():
    rates = timeline(film_rental.story(), "film-rental")

    assert rates is not None
    assert ANNOUNCED < rates.peak_hour < ANNOUNCED + 4 * 3_600
    assert rates.ninety_percent_at > ANNOUNCED + 2 * 86_400
