"""Which words are nearly the word of a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.queries.trial.closeness import closeness


@pytest.mark.parametrize(
    ("word", "other", "kind"),
    [
        ("hospital", "hospitals", "form"),
        ("policy", "policies", "form"),
        ("cancel", "cancelled", "form"),
        ("strike", "striking", "form"),
        ("hospital", "hosptial", "spelling"),
        ("northside", "nothside", "spelling"),
        ("northside", "northsiide", "spelling"),
        ("northsides", "mortsides", "spelling"),
        ("northside", "savenorthside", "compound"),
        ("bank", "tank", ""),
        ("bank", "bank", ""),
        ("rail", "trail", "compound"),
        ("2024", "2025", ""),
        ("hospital", "hostile", ""),
    ],
)
def test_closeness_is_told_by_its_kind(word, other, kind):
    assert closeness(word, other) == kind


letters = st.text("abcdefghijklmnop", min_size=5, max_size=12)


@given(letters, st.data())
def test_one_typing_error_in_a_word_of_five_letters_is_looked_past(word, data):
    at = data.draw(st.integers(2, len(word) - 1))
    other = data.draw(
        st.sampled_from([word[:at] + word[at + 1 :], word[:at] + "z" + word[at:], word[:at] + "z" + word[at + 1 :]])
    )
    assert closeness(word, other)


@given(letters, letters)
def test_what_is_close_is_another_word_of_no_fewer_than_four_letters(word, other):
    if closeness(word, other):
        assert word != other
        assert min(len(word), len(other)) >= 4
