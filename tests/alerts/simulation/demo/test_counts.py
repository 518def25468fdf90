"""What went in beside what was counted."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from alerts.simulation.demo.counts import Counts, brands_of
from alerts.simulation.stories.film_rental import story
from alerts.simulation.stories.synthetic_mentions import mentions
from tests.alerts.simulation.demo.observed import row

BINS = st.dictionaries(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 5)), st.integers(1, 9))


def tally_of(sent: dict[tuple[str, int], int]) -> Counts:
    counts = Counts(bin_s=60)
    for (brand, number), count in sent.items():
        for i in range(count):
            counts.send(brand, 60.0 * number + i)
    return counts


@given(sent=BINS, counted=BINS)
def test_what_is_lost_and_what_is_doubled_explain_the_difference(sent, counted):
    counts = tally_of(sent)

    counts.take([row(brand, 60 * number, count) for (brand, number), count in counted.items()])

    assert counts.mentions - counts.lost + counts.duplicated == sum(counted.values())


@given(BINS)
def test_the_tally_is_complete_when_the_last_bin_of_each_brand_is_told_and_not_before(sent):
    counts = tally_of(sent)
    last = {brand: max(number for name, number in sent if name == brand) for brand, _ in sent}

    for told, (brand, number) in enumerate(last.items()):
        assert not counts.is_counted_to_its_end, told
        counts.take([row(brand, 60 * number, 1)])

    assert counts.is_counted_to_its_end


@given(BINS)
def test_a_bin_told_again_is_the_same_bin(sent):
    counts = tally_of(sent)
    rows = [row(brand, 60 * number, count) for (brand, number), count in sent.items()]

    counts.take([*rows, *rows])

    assert (counts.lost, counts.duplicated) == (0, 0)


def test_a_mention_in_the_wrong_bin_is_lost_in_one_and_doubled_in_the_other():
    counts = tally_of({("a", 0): 1})

    counts.take([row("a", 60, 1)])

    assert (counts.lost, counts.duplicated) == (1, 1)


def test_the_teller_says_whom_a_mention_is_about():
    told = story()
    queries = {brand.id: brand.calls for brand in told.brands}

    for mention in islice(mentions(told), 300):
        [brand] = brands_of(told, mention)
        assert any(call.casefold() in mention.content.casefold() for call in queries[brand])
