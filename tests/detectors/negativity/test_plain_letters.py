"""Letters in disguise become plain ones; what cannot hide anything is passed over quickly, and says the same."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from detectors.negativity import plain_letters as module
from detectors.negativity.plain_letters import HARMLESS, plain_letters

_CHARACTERS = [chr(code) for first, last in HARMLESS for code in range(first, last + 1)]


def thorough(text: str) -> str:
    """Look at each character, as is done where anything may be hidden."""
    return unicodedata.normalize("NFC", text.translate(module._PLAIN))


def test_no_harmless_character_is_another_or_joins_what_stands_before_it():
    assert [each for each in _CHARACTERS if thorough(each) != each] == []
    assert [each for each in _CHARACTERS for before in "aeا☺" if thorough(before + each) != before + each] == []


@given(
    st.lists(st.sampled_from([*_CHARACTERS, "\u0301", "\u200d", "\u0655", "𝗺", "Ⓒ", "\u00ad", "ﬁ", "\n"])).map("".join)
)
def test_the_short_way_and_the_thorough_one_say_the_same(text):
    assert plain_letters(text) == thorough(text)
