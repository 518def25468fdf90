"""Folding of text, and the way back from what was folded to where it stands."""

import unicodedata

from hypothesis import given

from streams.text.characters import fold_character
from streams.text.folding import fold, folded_words
from tests.streams.hostile_texts import hostile_texts
from tests.streams.story import unhurried


@given(hostile_texts)
@unhurried
def test_the_words_with_their_places_are_those_of_the_folded_text(text):
    assert [word for _, _, word in folded_words(text)] == [word for word in fold(text).split(" ") if word]


@given(hostile_texts)
@unhurried
def test_each_word_is_made_of_its_place_alone(text):
    for begin, end, word in folded_words(text):
        assert 0 <= begin < end <= len(text)
        assert word in fold(text[begin:end])


@given(hostile_texts)
@unhurried
def test_places_are_in_the_order_of_the_text(text):
    places = [(begin, end) for begin, end, _ in folded_words(text)]

    assert places == sorted(places)


def test_each_sign_of_unicode_is_folded_once_and_for_all():
    for code in range(0x110000):
        if unicodedata.category(chr(code)) in {"Cn", "Co", "Cs"}:
            continue  # nobody's
        folded = fold_character(chr(code))
        assert "".join(map(fold_character, folded)) == folded, hex(code)
