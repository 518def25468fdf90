"""What small words and script say of a text, and what of that is plain."""

import pytest

from detectors.negativity.language import languages_of
from detectors.negativity.small_words import LANGUAGES
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise


def evidence(text: str) -> tuple[str, bool]:
    languages, is_plain = languages_of(tokenise([encode(text)]))
    return LANGUAGES[languages[0]] if languages[0] >= 0 else "foreign", bool(is_plain[0])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The trains are late again and nobody tells us why", "en"),
        ("De treinen zijn weer te laat en dat is niet goed", "nl"),
        ("Les trains sont encore en retard et on ne nous dit rien", "fr"),
        ("Die Züge sind schon wieder zu spät und keiner sagt was", "de"),
        ("Los trenes llegan tarde y nadie nos dice por qué", "es"),
    ],
)
def test_a_sentence_of_small_words_is_plainly_in_its_language(text, language):
    assert evidence(text) == (language, True)


@pytest.mark.parametrize("text", ["#SaveNorthside", "", "Northside", "awful service", "Zugausfall Schweinerei"])
def test_nothing_speaks_against_english_where_no_small_word_stands_and_nothing_is_plain(text):
    assert evidence(text) == ("en", False)


@pytest.mark.parametrize("text", ["поезда опять опаздывают", "très déçu, énervé"])
def test_another_script_and_accents_are_foreign_and_no_language_plainly(text):
    assert evidence(text) == ("foreign", False)


@pytest.mark.parametrize("text", ["Niet goed", "Slecht! Jammer, de kwaliteit", "merci beaucoup"])
def test_a_few_foreign_words_are_foreign_or_english_and_plainly_in_no_language(text):
    language, is_plain = evidence(text)

    assert language in {"foreign", "en"}
    assert not is_plain
