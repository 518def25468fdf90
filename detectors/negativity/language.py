"""Tells languages apart by script and small words.

Cheap on purpose: it reads the tokens that are there anyway. A text is foreign where letters of another script
outnumber Latin ones, or where the small words of one other language outnumber the English ones, or where there are
accents and no English small word. One without any of this may be English, or anything: a name or a hashtag says
nothing. It is *plain* which language a text is in, English too, where three of its small words stand there, and twice
as many as of any other. What is not plain is for ``spoken`` to settle.
"""

# ruff: noqa: PLR0917 - one pass, and arrays one by one, for the compiler

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.negativity.characters import hash_bytes
from detectors.negativity.lookup import build, find
from detectors.negativity.small_words import ENGLISH_TOO, LANGUAGES, SMALL_WORDS
from detectors.negativity.tokens import WORD, Tokens

_ROOM = 16
"""Languages for which there is room; a byte counts to 255, and no text has more tokens than ``LIMIT``."""


def _tallies() -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint64]]:
    """Return where each small word's row is, and in each row a byte for each language, 1 where the word is one of it.

    Eight languages' bytes are one number, so that a text's words are counted in all of them by two additions.
    """
    of_words: dict[int, NDArray[np.uint8]] = {}
    for language, words in enumerate(SMALL_WORDS.values()):
        for word in words.split():
            tally = of_words.setdefault(hash_bytes(word.encode()), np.zeros(_ROOM, dtype=np.uint8))
            tally[language] = 1
            if word in ENGLISH_TOO:
                tally[0] = 1
    slots, rows = build(np.array(list(of_words), dtype=np.uint64))
    return slots, rows, np.array(list(of_words.values())).view(np.uint64)


_SLOTS, _ROWS, _TALLIES = _tallies()


FOREIGN = -1
"""What ``languages_of`` answers where a text is not English, and not plainly in any one other language."""


class Languages(NamedTuple):
    """What small words and script say of each text.

    Parameters
    ----------
    languages
        An index into ``LANGUAGES``: 0 where nothing speaks against English, ``FOREIGN`` for who knows what.
    is_plain
        Whether that can be built on.
    """

    languages: NDArray[np.int8]
    is_plain: NDArray[np.bool_]


_PLAIN, _TIMES = 3, 2
"""Small words that a language needs to be named, and how many times as many as any other's, English included."""


@compiled
def _languages_of(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    counts: NDArray[np.int32],
    slots: NDArray[np.uint64],
    rows: NDArray[np.int32],
    tallies: NDArray[np.uint64],
    languages: int,
    answers: NDArray[np.int8],
    is_plain: NDArray[np.bool_],
) -> None:
    counted = np.empty(2, dtype=np.uint64)
    seen = counted.view(np.uint8)[:languages]
    for text in range(len(counts)):
        latin = other = accents = 0
        for at in range(offsets[text], offsets[text + 1]):
            # Without branches, so that many bytes are counted at once.
            byte = data[at]
            latin += int(np.uint8((byte | np.uint8(32)) - np.uint8(97)) < np.uint8(26))
            accents += int(np.uint8(byte - np.uint8(0xC3)) < np.uint8(7))
            other += int((np.uint8(byte - np.uint8(0xCE)) < np.uint8(0x20)) & (byte != np.uint8(0xE2)))
        counted[:] = 0
        for index in range(counts[text]):
            if flags[text, index] & WORD:
                row = find(slots, rows, hashes[text, index])
                if row >= 0:
                    counted[0] += tallies[row, 0]
                    counted[1] += tallies[row, 1]
        likeliest = 1 + seen[1:].argmax()
        most = np.int64(seen[likeliest])
        if not (
            other > latin
            or (most > seen[0] and (most >= 2 or accents >= 1 or counts[text] <= 3))
            or (seen[0] == 0 and accents >= 2)
        ):
            answers[text] = 0
            is_plain[text] = seen[0] >= _PLAIN and seen[0] >= _TIMES * most
            continue
        answers[text] = FOREIGN
        is_plain[text] = False
        if most >= _PLAIN and other <= latin:
            seen[likeliest] = 0
            if most >= _TIMES * seen.max():
                answers[text] = likeliest
                is_plain[text] = True


def languages_of(tokens: Tokens) -> Languages:
    """Return what small words and script say of each text.

    Examples
    --------
    >>> from detectors.negativity.tokens import tokenise
    >>> texts = ["Das ist nicht gut", "this is not good", "это плохо", "#SaveNorthside", "eso no es lo que yo pedí"]
    >>> found = languages_of(tokenise([text.encode() for text in texts]))
    >>> [LANGUAGES[index] if index >= 0 else "?" for index in found.languages.tolist()]
    ['de', 'en', '?', 'en', 'es']
    >>> found.is_plain.tolist()
    [True, True, False, False, True]
    """
    found = Languages(np.empty(len(tokens.counts), dtype=np.int8), np.empty(len(tokens.counts), dtype=np.bool_))
    _languages_of(
        tokens.data, tokens.offsets, tokens.hashes, tokens.flags, tokens.counts, _SLOTS, _ROWS, _TALLIES,
        len(LANGUAGES), *found,
    )  # fmt: skip
    return found
