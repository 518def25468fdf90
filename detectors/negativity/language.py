"""Tells languages apart: by the mention's own word for it, else by script and small words.

Cheap on purpose: it reads the tokens that are there anyway. A text is foreign where letters of another script
outnumber Latin ones, or where the small words of one other language outnumber the English ones, or where there are
accents and no English small word. A text without any of this is taken for English: a name or a hashtag says nothing.
Which other language it is, is said only where it is plain: that takes more small words than to know it as foreign.
"""

# ruff: noqa: C901, PLR0917 - one pass, and arrays one by one, for the compiler

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.language_tag import canonical_tag
from detectors.negativity.characters import hash_bytes
from detectors.negativity.lookup import build, find
from detectors.negativity.small_words import ENGLISH_TOO, LANGUAGES, SMALL_WORDS
from detectors.negativity.text import encode
from detectors.negativity.tokens import WORD, Tokens, tokenise


def _masks() -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int64]]:
    masks: dict[int, int] = {}
    for bit, words in enumerate(SMALL_WORDS.values()):
        for word in words.split():
            key = hash_bytes(word.encode())
            english = 1 if word in ENGLISH_TOO else 0
            masks[key] = masks.get(key, 0) | 1 << bit | english
    slots, rows = build(np.array(list(masks), dtype=np.uint64))
    return slots, rows, np.array(list(masks.values()), dtype=np.int64)


_SLOTS, _ROWS, _MASKS = _masks()


FOREIGN = -1
"""What ``tell_apart`` answers where a text is not English, and not plainly in any one other language."""

_PLAIN, _TIMES = 3, 2
"""Small words that a language needs to be named, and how many times as many as any other's, English included."""


@compiled
def _tell_apart(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    counts: NDArray[np.int32],
    slots: NDArray[np.uint64],
    rows: NDArray[np.int32],
    masks: NDArray[np.int64],
    languages: int,
    answers: NDArray[np.int8],
) -> None:
    seen = np.empty(languages, dtype=np.int64)
    for text in range(len(counts)):
        latin = other = accents = 0
        for at in range(offsets[text], offsets[text + 1]):
            byte = data[at]
            if 65 <= byte <= 90 or 97 <= byte <= 122:
                latin += 1
            elif 0xC3 <= byte <= 0xC9:
                accents += 1
            elif 0xCE <= byte <= 0xE1 or 0xE3 <= byte <= 0xED:
                other += 1
        seen[:] = 0
        for index in range(counts[text]):
            if flags[text, index] & WORD:
                row = find(slots, rows, hashes[text, index])
                if row >= 0:
                    mask = masks[row]
                    for language in range(languages):
                        seen[language] += (mask >> language) & 1
        likeliest = 1 + seen[1:].argmax()
        most = seen[likeliest]
        if not (
            other > latin
            or (most > seen[0] and (most >= 2 or accents >= 1 or counts[text] <= 3))
            or (seen[0] == 0 and accents >= 2)
        ):
            answers[text] = 0
            continue
        answers[text] = FOREIGN
        if most >= _PLAIN and other <= latin:
            seen[likeliest] = 0
            if most >= _TIMES * seen.max():
                answers[text] = likeliest


def tell_apart(tokens: Tokens) -> NDArray[np.int8]:
    """Return the language of each text as an index into ``LANGUAGES``: 0 for English, ``FOREIGN`` for who knows what.

    Examples
    --------
    >>> from detectors.negativity.tokens import tokenise
    >>> texts = ["Das ist nicht gut", "this is not good", "это плохо", "#SaveNorthside", "eso no es lo que yo pedí"]
    >>> told = tell_apart(tokenise([text.encode() for text in texts])).tolist()
    >>> [LANGUAGES[index] if index >= 0 else "?" for index in told]
    ['de', 'en', '?', 'en', 'es']
    """
    answers = np.empty(len(tokens.counts), dtype=np.int8)
    _tell_apart(
        tokens.data, tokens.offsets, tokens.hashes, tokens.flags, tokens.counts, _SLOTS, _ROWS, _MASKS, len(LANGUAGES),
        answers,
    )  # fmt: skip
    return answers


def stated(tag: str) -> str:
    """Return the language that a mention states, in two letters where it has two; empty where the tag says nothing.

    Examples
    --------
    >>> stated("en-GB"), stated("de_AT"), stated("NLD"), stated(""), stated("und"), stated("tlh")
    ('en', 'de', 'nl', '', '', 'tlh')
    """
    return canonical_tag(tag).partition("-")[0]


def languages_of(texts: Sequence[str], tags: Sequence[str]) -> list[str]:
    """Return each text's language, as it is stated or else told apart; empty where it is foreign and not known.

    Parameters
    ----------
    tags
        What each mention states (BCP 47), ``""`` where nothing.

    Examples
    --------
    >>> languages_of(["Slecht, dit is niet wat het was", "what is this", "это плохо"], ["", "nl-BE", ""])
    ['nl', 'nl', '']
    """
    said = [stated(tag) for tag in tags]
    if all(said):
        return said
    told = tell_apart(tokenise([encode(text) for text in texts])).tolist()
    return [tag or (LANGUAGES[index] if index >= 0 else "") for tag, index in zip(said, told, strict=True)]
