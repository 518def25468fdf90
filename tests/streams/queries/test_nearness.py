"""Words near each other, against a plain count of the words between."""

import re
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tests.streams.queries.matched import matches, post
from tests.streams.story import unhurried

words = st.lists(st.sampled_from(["a", "b", "c", "x"]), max_size=9)


def places(word: str, text: list[str]) -> list[int]:
    return [at for at, found in enumerate(text) if found == word]


@given(words, st.integers(0, 4))
@unhurried
def test_near_counts_the_words_between(text, most):
    pairs = list(product(places("a", text), places("b", text)))

    assert matches(f"a NEAR/{most} b", post(" ".join(text))) == any(abs(a - b) - 1 <= most for a, b in pairs)
    assert matches(f"a ONEAR/{most} b", post(" ".join(text))) == any(0 <= b - a - 1 <= most for a, b in pairs)


@given(words, st.integers(1, 5))
@unhurried
def test_slop_counts_how_far_the_words_are_moved(text, slop):
    moved = [
        max(a, b - 1, c - 2) - min(a, b - 1, c - 2)
        for a, b, c in product(places("a", text), places("b", text), places("c", text))
    ]

    assert matches(f'"a b c"~{slop}', post(" ".join(text))) == any(distance <= slop for distance in moved)


@given(
    st.text("ab*?", min_size=1, max_size=5).filter(lambda pattern: re.search("[ab]", pattern) is not None),
    st.lists(st.text("ab", min_size=1, max_size=5), max_size=4),
)
@unhurried
def test_wildcards_stand_for_letters_of_one_word(pattern, text):
    plain = re.compile(pattern.replace("*", ".*").replace("?", "."))

    assert matches(pattern, post(" ".join(text))) == any(plain.fullmatch(word) for word in text)
