"""A sample before a page, what is read in it, and the two rules by which it would be kept back."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.simulation.benchmark.second_reading import (
    DRAWN,
    LEAST_READ,
    HeardPost,
    Share,
    draw,
    fast,
    is_not_surely_more,
    is_surely_ordinary,
    perfect,
    share_read,
)


def post(number: int, *, score: float = 0.0, written_negative: bool = False) -> HeardPost:
    return HeardPost(
        hash=Random(number).getrandbits(64),
        published=0.0,
        text=f"post {number}",
        language="en",
        written_negative=written_negative,
        score=score,
    )


posts = st.lists(st.sampled_from([0.0, 0.9, math.nan]), max_size=400).map(
    lambda scores: [post(number, score=score) for number, score in enumerate(scores)]
)


@given(posts)
def test_no_more_than_a_hundred_are_read_and_all_where_there_are_fewer(said):
    strata = draw(said)

    assert sum(len(stratum.drawn) for stratum in strata) == min(DRAWN, len(said))
    assert sum(stratum.size for stratum in strata) == len(said)


@given(posts, st.randoms(use_true_random=False))
def test_the_order_in_which_posts_are_heard_changes_no_sample(said, random):
    shuffled = random.sample(said, len(said))

    assert [[each.text for each in stratum.drawn] for stratum in draw(shuffled)] == [
        [each.text for each in stratum.drawn] for stratum in draw(said)
    ]


def test_half_of_what_is_read_was_not_scored_negative_though_it_is_rare():
    said = [post(number, score=0.9) for number in range(900)] + [post(number) for number in range(900, 1_000)]

    assert [(stratum.size, len(stratum.drawn)) for stratum in draw(said)] == [(900, 50), (100, 50)]


def test_a_share_counts_each_stratum_by_its_size_and_not_by_what_was_drawn_of_it():
    said = [post(number, score=0.9, written_negative=True) for number in range(100)]
    said += [post(number) for number in range(100, 1_000)]

    read = share_read(draw(said), perfect)

    assert read is not None
    assert read.share == pytest.approx(0.1)
    assert read.read == DRAWN


def test_the_error_of_a_share_is_about_what_chance_does_to_it():
    random = Random(3)
    shares, errors = [], []
    for world in range(300):
        said = []
        for number in range(200):
            negative = random.random() < 0.3
            found = random.random() < (0.8 if negative else 0.1)
            said.append(post(1_000 * world + number, score=0.9 if found else 0.0, written_negative=negative))
        read = share_read(draw(said), perfect)
        assert read is not None
        shares.append(read.share)
        errors.append(read.error)
    mean = sum(shares) / len(shares)
    spread = math.sqrt(sum((share - mean) ** 2 for share in shares) / len(shares))

    assert mean == pytest.approx(0.3, abs=0.02)
    assert sum(errors) / len(errors) == pytest.approx(spread, rel=0.2)


def test_posts_that_cannot_be_read_are_left_out_of_the_share():
    said = [post(number, score=0.9) for number in range(20)] + [
        post(number, score=math.nan) for number in range(20, 40)
    ]

    read = share_read(draw(said), fast)

    assert read is not None
    assert (read.share, read.read) == (1.0, 20)


@pytest.mark.parametrize(("said", "is_told"), [(LEAST_READ - 1, False), (LEAST_READ, True)])
def test_too_few_posts_say_nothing(said, is_told):
    assert (share_read(draw([post(number) for number in range(said)]), perfect) is not None) == is_told


def test_what_is_sure_to_be_ordinary_is_never_surely_more():
    for more in range(-50, 51):
        for error in (0.01, 0.04, 0.1, 0.3):
            outbreak = Share(share=0.5 + more / 100, error=error, read=100)
            ordinary = Share(share=0.5, error=0.01, read=100)
            if is_surely_ordinary(outbreak, ordinary) and more <= 0:
                assert is_not_surely_more(outbreak, ordinary)


def test_a_tenth_more_is_kept_back_by_neither_rule_where_enough_is_read():
    outbreak, ordinary = Share(share=0.32, error=0.03, read=100), Share(share=0.2, error=0.03, read=100)

    assert not is_surely_ordinary(outbreak, ordinary)
    assert not is_not_surely_more(outbreak, ordinary)
