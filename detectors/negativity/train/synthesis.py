"""Texts without labels, for the teacher to judge: pieces of the training texts, joined, cut and with words replaced.

A network that only sees labelled texts learns what their words do there. One that also sees what a good teacher
thinks of words in other company, and of words that no labelled text holds, learns what the teacher knows.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.negativity.train.vocabulary import LEXICON_COLUMNS, Vocabulary

_SHARES = (0.0, 0.1, 0.25)
_ALIKE_SHARES = (0.15, 0.3, 0.5)
_ALIKE = 12
"""Words that may stand for a word: those nearest to it."""

_WORD = re.compile(r"[a-z][a-z']+")
_DECISIVE = re.compile(r"[a-z]{4,}")
"""Words worth replacing by others like them: short ones and contractions hold a sentence together."""


def synthesise(  # noqa: C901 - all draw from one source of randomness
    texts: Sequence[str], vocabulary: Vocabulary, alike: Mapping[str, Sequence[str]], count: int, seed: int
) -> list[str]:
    """Return new texts.

    Half of them are whole texts, of which words are replaced by words like them (one in seven, in three, or in two).
    The others are spans of one text or of two; in a third of these each no word is touched, one in ten, or one in
    four: dropped, or replaced by any known word or by a lexicon's.

    References
    ----------
    [^1]: Tang, R. et al. (2019). Distilling task-specific knowledge from BERT into simple neural networks.
    [^2]: Jiao, X. et al. (2020). TinyBERT: distilling BERT for natural language understanding.
    """
    random = np.random.default_rng(seed)
    cut = [text.split() for text in texts]
    known = [form for form in vocabulary.forms if _WORD.fullmatch(form)]
    charged = [form for form, listed in zip(vocabulary.forms, vocabulary.in_lexicon, strict=True) if listed]

    def any_text() -> list[str]:
        return cut[int(random.integers(len(cut)))]

    def whole() -> list[str]:
        share = float(random.choice(_ALIKE_SHARES))
        return [
            near[int(random.integers(len(near)))]
            if random.random() < share and (near := alike.get(word.lower().rstrip(".,!?:;")))
            else word
            for word in any_text()
        ]

    def span() -> list[str]:
        words = any_text()
        size = int(random.integers(3, 16))
        start = int(random.integers(0, max(1, len(words) - size + 1)))
        return words[start : start + size]

    def changed(words: Sequence[str]) -> list[str]:
        share = float(random.choice(_SHARES))
        new: list[str] = []
        for word in words:
            draw = random.random() / share if share else 1.0
            if draw < 0.3:
                continue
            if draw < 0.65:
                new.append(known[int(random.integers(len(known)))])
            elif draw < 1.0:
                new.append(charged[int(random.integers(len(charged)))])
            else:
                new.append(word)
        return new

    made: list[str] = []
    while len(made) < count:
        draw = random.random()
        words = whole() if draw < 0.5 else changed(span() + span() if draw < 0.75 else span())
        if words:
            made.append(" ".join(words))
    return made


def words_alike(vocabulary: Vocabulary, count: int = _ALIKE) -> dict[str, list[str]]:
    """Return the words nearest to each known word, by the vectors that the network starts from."""
    rows = list(
        {form: row for row, form in reversed(list(enumerate(vocabulary.forms))) if _DECISIVE.fullmatch(form)}.values()
    )
    forms = [vocabulary.forms[row] for row in rows]
    vectors: NDArray[np.float32] = np.delete(vocabulary.vectors[rows], [*LEXICON_COLUMNS], axis=1)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + np.float32(1e-9)
    nearest: dict[str, list[str]] = {}
    for begin in range(0, len(rows), 1024):
        similar = vectors[begin : begin + 1024] @ vectors.T
        places = np.argpartition(-similar, min(count, len(rows) - 1), axis=1)[:, : count + 1]
        for row, near in zip(range(begin, len(rows)), places.tolist(), strict=False):
            nearest[forms[row]] = [forms[place] for place in sorted(near) if place != row]
    return nearest
