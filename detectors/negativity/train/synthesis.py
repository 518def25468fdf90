"""Texts without labels, for the teacher to judge: pieces of the training texts, joined, cut and with words replaced.

A network that only sees labelled texts learns what their words do there. One that also sees what a good teacher
thinks of words in other company, and of words that no labelled text holds, learns what the teacher knows.
"""

import re
from collections.abc import Sequence

import numpy as np

from detectors.negativity.train.vocabulary import Vocabulary

_SHARES = (0.0, 0.1, 0.25)
_WORD = re.compile(r"[a-z][a-z']+")


def synthesise(texts: Sequence[str], vocabulary: Vocabulary, count: int, seed: int) -> list[str]:
    """Return new texts.

    Two in five are spans of two texts, two in five a span of one, one in five a whole text. In a third of them each
    no word is touched, one in ten, or one in four: dropped, or replaced by any known word or by a lexicon's.

    References
    ----------
    [^1]: Tang, R. et al. (2019). Distilling task-specific knowledge from BERT into simple neural networks.
    """
    random = np.random.default_rng(seed)
    cut = [text.split() for text in texts]
    known = [form for form in vocabulary.forms if _WORD.fullmatch(form)]
    charged = [form for form, listed in zip(vocabulary.forms, vocabulary.in_lexicon, strict=True) if listed]

    def any_text() -> list[str]:
        return cut[int(random.integers(len(cut)))]

    def span() -> list[str]:
        words = any_text()
        size = int(random.integers(3, 16))
        start = int(random.integers(0, max(1, len(words) - size + 1)))
        return words[start : start + size]

    made: list[str] = []
    while len(made) < count:
        draw = random.random()
        words = span() + span() if draw < 0.4 else any_text() if draw < 0.6 else span()
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
        if new:
            made.append(" ".join(new))
    return made
