"""How precise a query is, from answers."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.queries.trial.judgement import clues, drawn, precision
from streams.queries.trial.sample import draw_key
from tests.streams.queries.trial.tried import posts


@pytest.mark.parametrize(
    ("yes", "no", "low", "high"), [(20, 0, 0.839, 1.0), (0, 20, 0.0, 0.161), (10, 10, 0.299, 0.701), (1, 0, 0.207, 1.0)]
)
def test_the_interval_is_wilsons(yes, no, low, high):
    found = precision(yes, no, matched=10_000)
    assert found is not None
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)


def test_where_all_were_answered_the_share_is_known():
    found = precision(3, 1, matched=4)
    assert found is not None
    assert found.low == found.share == found.high == 0.75


def test_without_an_answer_there_is_no_estimate():
    assert precision(0, 0, matched=9) is None


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 2000))
def test_the_share_lies_in_its_interval(yes, no, matched):
    found = precision(yes, no, matched)
    if found is not None:
        assert 0 <= found.low <= found.share + 1e-12
        assert found.share - 1e-12 <= found.high <= 1


def rows(counts: dict[int, int]) -> list[tuple[int, float, int]]:
    numbered = enumerate(term for term, count in counts.items() for _ in range(count))
    return [(term, draw_key(str(place)), place) for place, term in numbered]


def test_a_draw_holds_each_term_in_its_proportion():
    matches = rows({0: 600, 1: 300, 2: 100})
    terms = {place: term for term, _, place in matches}

    assert Counter(terms[place] for place in drawn(matches, 20, seed=3)) == {0: 12, 1: 6, 2: 2}


def test_each_match_is_drawn_about_as_often_as_any_other():
    matches = rows({0: 30, 1: 10})
    counts = Counter(place for seed in range(400) for place in drawn(matches, 10, seed))

    assert len(counts) == 40
    assert sum(counts.values()) == 4000
    assert max(counts.values()) < 2 * min(counts.values())


@given(st.integers(1, 60), st.integers(1, 30), st.integers(0, 9))
def test_so_many_are_drawn_as_were_asked_for_and_none_twice(size, count, seed):
    places = drawn(rows({0: size}), count, seed)
    assert len(places) == len(set(places)) == min(size, count)


def test_a_word_of_the_noes_alone_is_told_with_its_query_and_what_it_costs():
    yes = posts("northside shut", "northside ward", "northside ward cup")
    no = posts("northside football cup", "northside cup won", "northside rugby", "northside football game")

    found = clues("northside OR #nhs", yes, no, frozenset({"northside"}))

    assert [(word.phrase, word.query, word.no, word.yes) for word in found] == [
        ("football", "(northside OR #nhs) AND NOT football", 2, 0)
    ]


def test_a_word_of_one_no_tells_nothing():
    assert clues("northside", posts("northside shut"), posts("northside football"), frozenset({"northside"})) == []
