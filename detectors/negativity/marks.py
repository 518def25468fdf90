"""What officers' marks teach about one brand: a bounded correction of its scores, visible and revocable.

A mark says of one post that it is negative, or that it is not. It holds no text: of each word a number of 18 bits,
which thousands of words share, and the score that the officer saw. What it teaches is the step of logistic
regression that lowers its log-loss, ``RATE · (said − shown − level) / √words`` for each of its words. The steps of all
marks are added up, so their order does not matter, and one that is taken back leaves nothing behind.

``level`` is what the marks have in common: the mean of ``said − shown``, with ``LEVEL`` marks of 0 beside them. It is
left out because a brand is compared with itself: marks are to tell which of its posts are the negative ones, not to
raise or lower them all. So twenty marks in one direction move the rest of a brand's posts by .3 in log-odds, not by .8.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from detectors.negativity.text import encode
from detectors.negativity.tokens import TAG, WORD, Tokens, tokenise

BOUND = 2.0
"""Most that marks move a score, in log-odds: from 0.12 to 0.5, say, and not further."""
RATE = 1.0
"""Chosen on tweets to three airlines, of .25 to 2: all of them help; see ``docs/negativity.md``."""
LEVEL = 10.0
"""Marks that must go in one direction before half of what they have in common is left out."""
MARKS_KEPT = 500
"""Marks of one brand that count, the newest: at 100 bytes each, and what is older was about other stories."""
_NUMBERS = 1 << 18


class Mark(Struct, frozen=True, kw_only=True):
    """An officer's word on one post of a brand.

    Parameters
    ----------
    words
        The numbers of its distinct words, rising.
    shown
        The score that it had, 0 to 1.
    negative
        What the officer says.
    """

    words: tuple[int, ...]
    shown: float
    negative: bool


def mark_of(text: str, shown: float, *, negative: bool) -> Mark:
    """Return what is kept of a mark: no text.

    Examples
    --------
    >>> mark = mark_of("Closed again, closed!", 0.4, negative=False)
    >>> len(mark.words), all(0 <= number < 2**18 for number in mark.words)
    (2, True)
    """
    numbers = _numbers(tokenise([encode(text)]))[0]
    return Mark(words=tuple(numbers[numbers >= 0].tolist()), shown=shown, negative=negative)


class BrandMarks:
    """The marks of one brand, and what they make of a score.

    Examples
    --------
    >>> marks = BrandMarks()
    >>> for post in "abc":
    ...     marks.take(post, mark_of("they moved the blorp", 0.2, negative=True))
    >>> float(marks.corrected([0.2], ["the blorp again"])[0]) > 0.2
    True
    >>> for post in "abc":
    ...     marks.take(post, None)
    >>> float(marks.corrected([0.2], ["the blorp again"])[0])
    0.2

    References
    ----------
    [^1]: Bottou, L. (2010). Large-scale machine learning with stochastic gradient descent.
    """

    def __init__(self) -> None:
        self._marks: dict[str, Mark] = {}
        self._learned: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None

    def __len__(self) -> int:
        return len(self._marks)

    def take(self, post: str, mark: Mark | None) -> None:
        """Take a mark on a post, in place of an earlier one; ``None`` takes it back."""
        self._marks.pop(post, None)
        if mark is not None:
            self._marks[post] = mark
            if len(self._marks) > MARKS_KEPT:
                del self._marks[next(iter(self._marks))]
        self._learned = None

    def corrected(self, scores: ArrayLike, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the scores as the marks would have them; NaN stays NaN, and without marks nothing changes.

        Parameters
        ----------
        scores
            P(negative) of each text.
        """
        before = np.asarray(scores, dtype=np.float64)
        if not self._marks or not len(texts):
            return before
        if self._learned is None:
            self._learned = self._learn()
        known, weights = self._learned
        numbers = _numbers(tokenise([encode(text) for text in texts]))
        there = numbers >= 0
        places = np.searchsorted(known, numbers) % len(known)
        sums = np.where(known[places] == numbers, weights[places], 0.0).sum(axis=1)
        shifts = np.clip(sums / np.sqrt(np.maximum(there.sum(axis=1), 1)), -BOUND, BOUND)
        chance = np.clip(before, 1e-7, 1.0 - 1e-7)
        after = 1.0 / (1.0 + (1.0 - chance) / chance * np.exp(-shifts))
        return np.where(shifts == 0.0, before, after)

    def _learn(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the numbers of the words that the marks hold, rising, and the weight of each."""
        # In the order of the posts' names, so that workers that heard them in another order agree to the last bit.
        marks = [mark for _, mark in sorted(self._marks.items(), key=lambda item: item[0])]
        level = sum(float(mark.negative) - mark.shown for mark in marks) / (len(marks) + LEVEL)
        words: list[int] = [-1]  # stands for no word, and weighs nothing
        steps: list[float] = [0.0]
        for mark in marks:
            # Numbers that are not ours, from a topic that others can write to, teach nothing.
            own = {number for number in mark.words if 0 <= number < _NUMBERS}
            step = RATE * (float(mark.negative) - mark.shown - level) / max(1, len(own)) ** 0.5
            words += sorted(own)
            steps += [step] * len(own)
        known, places = np.unique(np.array(words, dtype=np.int64), return_inverse=True)
        return known, np.bincount(places, weights=steps).astype(np.float64)


def _numbers(tokens: Tokens) -> NDArray[np.int64]:
    """Return the numbers of each text's distinct words, a row each; -1 where there is none."""
    longest = int(tokens.counts.max(initial=1))
    is_word = (tokens.flags[:, :longest] & (WORD | TAG)) != 0
    is_word &= np.arange(longest) < tokens.counts[:, None]
    numbers = np.where(is_word, (tokens.hashes[:, :longest] & np.uint64(_NUMBERS - 1)).astype(np.int64), -1)
    numbers.sort(axis=1)
    numbers[:, 1:][numbers[:, 1:] == numbers[:, :-1]] = -1
    return numbers
