"""Who counts as a voice: once a day, and anew when the voice turns negative."""

from hypothesis import given
from hypothesis import strategies as st

from streams.sketches.counted_authors import KEPT, KEPT_S, CountedAuthors, count_fresh, said_in
from streams.sketches.sketch import NEVER, Distinct

NOON = 1_700_000_040
NEUTRAL, NEGATIVE, UNSCORED = (3, NEVER, 3), (3, 3, 3), (3, NEVER, NEVER)


def heard(*bins: dict[int, tuple[int, int, int]], every_s: int = 60) -> CountedAuthors:
    voices = CountedAuthors()
    for number, bin_ in enumerate(bins):
        voices.take(NOON + number * every_s, bin_.items())
    return voices


def test_one_who_speaks_in_every_bin_is_one_voice():
    known = heard({7: NEUTRAL})

    assert count_fresh({7: NEUTRAL}.items(), 60, known.counted) == Distinct()
    assert count_fresh({8: NEUTRAL}.items(), 60, known.counted) == Distinct(seen=1, scored=1)


def test_one_who_turns_negative_is_a_negative_voice_once():
    turned = heard({7: NEUTRAL}, {7: NEGATIVE})

    assert count_fresh({7: NEGATIVE}.items(), 60, heard({7: NEUTRAL}).counted) == Distinct(1, 1, 1)
    assert count_fresh({7: NEGATIVE}.items(), 60, turned.counted) == Distinct()


def test_a_bin_that_is_not_closed_counts_as_one_before():
    assert count_fresh({7: NEGATIVE}.items(), 60, said_in({7: NEGATIVE}.items())) == Distinct()


def test_nothing_counts_before_the_second_in_which_it_was_said():
    turning = {7: (3, 20, 3), 8: UNSCORED}

    assert count_fresh(turning.items(), 3, {}) == Distinct()
    assert count_fresh(turning.items(), 20, {}) == Distinct(seen=2, scored=1)
    assert count_fresh(turning.items(), 21, {}) == Distinct(seen=2, scored=1, negative=1)


def test_after_a_day_a_voice_counts_again():
    known = heard({7: NEGATIVE}, {8: NEGATIVE}, every_s=KEPT_S)

    assert count_fresh({7: NEGATIVE}.items(), 60, known.counted).negative == 1
    assert count_fresh({8: NEGATIVE}.items(), 60, known.counted).negative == 0


@given(
    st.lists(st.dictionaries(st.integers(0, 2**32 - 1), st.sampled_from([NEUTRAL, NEGATIVE, UNSCORED]), max_size=40))
)
def test_voices_are_counted_as_if_the_day_were_one_bin(bins):
    known = CountedAuthors()
    negative = 0
    for number, bin_ in enumerate(bins):
        negative += count_fresh(bin_.items(), 60, known.counted).negative
        known.take(NOON + 60 * number, bin_.items())

    everybody = {author for bin_ in bins for author, seen in bin_.items() if seen == NEGATIVE}
    assert negative == len(everybody) or len(known.counted) == KEPT


def test_no_more_voices_are_remembered_than_decide():
    known = heard(dict.fromkeys(range(KEPT), NEUTRAL), dict.fromkeys(range(KEPT, 2 * KEPT), NEGATIVE))

    assert set(known.counted) == set(range(KEPT, 2 * KEPT))
