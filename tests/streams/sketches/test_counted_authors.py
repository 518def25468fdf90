"""Who counts as a voice, once a day, and is read until it turns negative; and how much copies of a text weigh."""

import math
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import HarmCounts
from streams.sketches.counted_authors import KEPT, KEPT_S, KEPT_TEXTS, MOST_READ, CountedAuthors, Fresh
from streams.sketches.read_authors import ANGRY, CALM, HARMFUL, HARMLESS, UNKNOWN, UNSCORED, UNSTATED, reading
from streams.sketches.sketch import Drawn

NOON = 1_700_000_040
Said = tuple[int, ...]
"""The hash of a text, the mood in which it is said, and maybe what it tells of harm."""


def drawn(bin_: Mapping[int, Said], times: float = 1.0) -> Drawn:
    return Drawn([(author, reading(*said)) for author, said in bin_.items()], times)


def heard(*bins: Mapping[int, Said], every_s: int = 60) -> CountedAuthors:
    known = CountedAuthors()
    for number, bin_ in enumerate(bins):
        known = known.after(NOON + number * every_s, drawn(bin_))
    return known


def neutral(author: int) -> dict[int, Said]:
    return {author: (1000 + author, CALM)}


def negative(author: int) -> dict[int, Said]:
    return {author: (2000 + author, ANGRY)}


def test_one_who_speaks_in_every_bin_is_one_voice():
    known = heard(neutral(7))

    assert known.fresh(drawn(neutral(7))) == Fresh(again=1)
    assert known.fresh(drawn(neutral(8))) == Fresh(seen=1, scored=1)


def test_one_who_turns_negative_is_a_negative_voice_once():
    assert heard(neutral(7)).fresh(drawn(negative(7))) == Fresh(1, 1, 1, turned=1)
    assert heard(neutral(7), negative(7)).fresh(drawn(negative(7))) == Fresh()


def test_one_who_has_spoken_calmly_all_day_is_read_no_more_until_the_next():
    known = heard(*[neutral(7)] * (MOST_READ + 1))

    assert known.fresh(drawn(neutral(7))) == known.fresh(drawn(negative(7))) == Fresh()
    assert known.after(NOON + KEPT_S + 3600, drawn(neutral(7))).fresh(drawn(neutral(7))) == Fresh(again=1)


def test_one_who_could_not_be_scored_before_is_read_when_that_can_be():
    known = heard({7: (1, UNSCORED)})

    assert known.fresh(drawn({7: (1, UNSCORED)})) == Fresh()
    assert known.fresh(drawn(negative(7))) == Fresh(1, 1, 1, turned=1)


@pytest.mark.parametrize("posts", [1, 4, 12])
@pytest.mark.parametrize("share", [0.1, 0.3])
def test_of_readings_as_many_are_negative_as_of_posts_however_much_people_write(posts, share):
    rng = Random(posts)
    known, read, turned = CountedAuthors(), 0, 0
    for number in range(posts):
        bin_ = drawn({author: (rng.getrandbits(32), ANGRY if rng.random() < share else CALM) for author in range(500)})
        now = known.fresh(bin_)
        read, turned = read + now.scored + now.again, turned + now.negative
        known = known.after(NOON + 60 * number, bin_)

    # As many as have one negative post at least are negative that day, and each was asked until it was.
    assert turned / 500 == pytest.approx(1 - (1 - share) ** posts, abs=0.08)
    assert turned / read == pytest.approx(share, abs=0.05)


def test_one_who_could_not_be_scored_is_seen_alone():
    assert CountedAuthors().fresh(drawn({7: (1, UNSCORED)})) == Fresh(seen=1)


def test_after_a_day_a_voice_and_a_text_count_again():
    known = heard(negative(7), negative(8), every_s=KEPT_S)

    assert known.fresh(drawn({7: (2007, ANGRY), 9: (2007, ANGRY)})).negative == 2
    assert known.fresh(drawn(negative(8))).negative == 0
    assert known.fresh(drawn({10: (2008, ANGRY)})).copied > 0
    assert known.after(NOON + 2 * KEPT_S + 3600, drawn({})) == CountedAuthors()


bins = st.lists(
    st.dictionaries(st.integers(0, 2**32 - 1), st.tuples(st.integers(0, 5), st.sampled_from([ANGRY, CALM, UNSCORED]))),
    max_size=20,
)


@given(bins)
def test_voices_and_texts_are_counted_as_if_the_day_were_one_bin(day):
    known = CountedAuthors()
    counted = Fresh()
    first_negative: dict[int, int] = {}
    for number, bin_ in enumerate(day):
        now = known.fresh(drawn(bin_))
        counted = Fresh(negative=counted.negative + now.negative, copied=counted.copied + now.copied)
        known = known.after(NOON + 60 * number, drawn(bin_))
        for author, (text, mood) in bin_.items():
            if mood == ANGRY:
                first_negative.setdefault(author, text)

    assert counted.negative == len(first_negative)
    by_text = [list(first_negative.values()).count(text) for text in range(6)]
    assert counted.negative - counted.copied == pytest.approx(sum(map(math.sqrt, by_text)))


@pytest.mark.parametrize(("authors", "weighs"), [(1, 1.0), (4, 2.0), (9, 3.0), (400, 20.0)])
@pytest.mark.parametrize("each_bin", [1, 7, 400])
def test_copies_weigh_the_root_of_how_many_say_them_however_they_are_spread(authors, weighs, each_bin):
    known, weight = CountedAuthors(), 0.0
    for first in range(0, authors, each_bin):
        bin_ = drawn(dict.fromkeys(range(first, min(first + each_bin, authors)), (5, ANGRY)))
        now = known.fresh(bin_)
        weight += now.negative - now.copied
        known = known.after(NOON + 60 * first, bin_)

    assert weight == pytest.approx(weighs)


def test_of_a_sample_of_authors_copies_weigh_about_what_all_of_them_do():
    sample = {author: (5, ANGRY) if author % 4 == 0 else (1000 + author, ANGRY) for author in range(1024)}

    now = CountedAuthors().fresh(drawn(sample, times=10.0))

    assert now.negative == 10_240
    assert now.negative - now.copied == pytest.approx(7_680 + math.sqrt(2_560), rel=0.01)


def test_what_was_said_calmly_is_no_copy_of_what_was_said_in_anger():
    assert heard({7: (5, CALM)}).fresh(drawn({8: (5, ANGRY)})) == Fresh(1, 1, 1)


def test_no_more_voices_are_remembered_than_decide():
    known = heard(
        {author: (author, CALM) for author in range(KEPT)},
        {author: (author, ANGRY) for author in range(KEPT, 2 * KEPT)},
    )

    assert set(known.counted) == set(range(KEPT, 2 * KEPT))
    assert len(known.texts) == KEPT_TEXTS


def test_a_text_that_goes_round_is_remembered_though_many_others_are_said():
    copied = dict.fromkeys(range(10), (5, ANGRY))
    crowd = [{1000 * at + one: (1000 * at + one, ANGRY) for one in range(200)} for at in range(1, 4)]

    assert 5 in heard(copied, *crowd, every_s=3600).texts


def test_a_text_that_nobody_repeats_makes_room():
    crowd = [{1000 * at + one: (1000 * at + one, ANGRY) for one in range(200)} for at in range(1, 4)]

    assert all(text >= 3000 for text in heard(*crowd).texts)


def test_what_a_version_before_tells_says_nothing_of_harm_and_is_not_calm():
    known = heard({7: (1, CALM, UNSTATED)})

    assert known.fresh_harm(drawn({8: (2, ANGRY, UNSTATED)})) is None
    assert known.fresh_harm(drawn({})) is None
    assert known.fresh_harm(drawn({8: (2, ANGRY, UNKNOWN)})) == HarmCounts()


def test_one_who_reports_harm_counts_once_a_day_whatever_the_mood():
    known = heard({7: (1, CALM, HARMLESS)}, {7: (2, ANGRY, HARMLESS)})

    assert known.fresh_harm(drawn({7: (3, CALM, HARMLESS)})) == HarmCounts(again=1)
    assert known.fresh_harm(drawn({7: (3, CALM, HARMFUL), 8: (4, ANGRY, HARMFUL)})) == HarmCounts(2, 2, turned=1)
    known = known.after(NOON + 120, drawn({7: (3, CALM, HARMFUL)}))
    assert known.fresh_harm(drawn({7: (3, CALM, HARMFUL)})) == HarmCounts()
    assert (known.fresh_harm(drawn({9: (3, CALM, HARMFUL)})) or HarmCounts()).copied > 0


def test_one_who_has_spoken_harmlessly_all_day_is_read_no_more_for_harm():
    known = heard(*[{7: (1, ANGRY, HARMLESS)}] * (MOST_READ + 1))

    assert known.fresh_harm(drawn({7: (2, CALM, HARMFUL)})) == HarmCounts()
    next_day = known.after(NOON + KEPT_S + 3600, drawn({7: (1, CALM, HARMLESS)}))
    assert next_day.fresh_harm(drawn({7: (2, CALM, HARMFUL)})) == HarmCounts(1, 1, turned=1)


harmful_bins = st.lists(
    st.dictionaries(
        st.integers(0, 9),
        st.tuples(
            st.integers(0, 5),
            st.sampled_from([ANGRY, CALM, UNSCORED]),
            st.sampled_from([HARMFUL, HARMLESS, UNKNOWN, UNSTATED]),
        ),
    ),
    max_size=40,
)


@given(harmful_bins)
def test_what_is_counted_of_anger_does_not_hang_on_harm(day):
    known, without = CountedAuthors(), CountedAuthors()
    for number, bin_ in enumerate(day):
        plain = {author: said[:2] for author, said in bin_.items()}
        assert known.fresh(drawn(bin_)) == without.fresh(drawn(plain))
        known = known.after(NOON + 900 * number, drawn(bin_))
        without = without.after(NOON + 900 * number, drawn(plain))
    assert known.texts == without.texts
    assert list(known.counted) == list(without.counted)


@pytest.mark.parametrize("each_bin", [1, 7, 400])
def test_copies_of_harm_weigh_the_root_of_how_many_say_them(each_bin):
    known, weight = CountedAuthors(), 0.0
    for first in range(0, 100, each_bin):
        bin_ = drawn(dict.fromkeys(range(first, min(first + each_bin, 100)), (5, CALM, HARMFUL)))
        now = known.fresh_harm(bin_) or HarmCounts()
        weight += now.harmful - now.copied
        known = known.after(NOON + 60 * first, bin_)

    assert weight == pytest.approx(10.0)
