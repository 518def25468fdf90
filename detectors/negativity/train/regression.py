"""What linear models have in common where they are trained: counted slots, and a logistic regression on them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.negativity.lookup import build
from detectors.negativity.ngrams import PART, all_slots
from detectors.negativity.text import encode
from detectors.negativity.tokens import Tokens, tokenise
from detectors.negativity.understanding import understand

FEWEST = 3
"""Texts that a pair or a piece must stand in to have a weight: what one or two people wrote leaves no trace."""

_STEPS = 120
_NO_WORDS = build(np.empty(0, dtype=np.uint64))


class Counts(NamedTuple):
    """Sparse matrices of how often each text has each slot: words and their pairs, and pieces of words."""

    words: Any
    pieces: Any


def plain_tokens_of(texts: Sequence[str]) -> Tokens:
    """Cut texts as they stand."""
    return tokenise([encode(text) for text in texts])


def tokens_of(texts: Sequence[str]) -> Tokens:
    """Cut texts as the product does before it scores: faces are read as the words that they stand for."""
    tokens = tokenise([encode(text) for text in texts])
    understand(tokens, *_NO_WORDS)
    return tokens


def count(texts: Sequence[str], cut: Callable[[Sequence[str]], Tokens] = plain_tokens_of) -> Counts:
    """Count the slots of each text.

    Parameters
    ----------
    cut
        What makes tokens of texts.
    """
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    places: list[NDArray[np.int32]] = []
    ends: list[NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
    for begin in range(0, len(texts), 1024):
        slots, stops = all_slots(cut(texts[begin : begin + 1024]))
        places.append(slots)
        ends.append(stops.ravel() + ends[-1][-1])
    columns = np.concatenate(places)
    ones = np.ones(len(columns), dtype=np.float32)
    matrix = sparse.csr_matrix((ones, columns, np.concatenate(ends)), shape=(2 * len(texts), 3 * PART))
    matrix.sum_duplicates()
    return Counts(matrix[0::2][:, : 2 * PART].tocsr(), matrix[1::2][:, 2 * PART :].tocsr())


def shared(matrix: Any) -> Any:
    """Divide each text's counts by the root of their sum, as the product does."""
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return (sparse.diags(1.0 / np.sqrt(np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0))) @ matrix).tocsr()


def texts_with(matrix: Any) -> NDArray[np.int64]:
    """Return in how many texts each slot stands."""
    return np.asarray((matrix > 0).sum(axis=0), dtype=np.int64).ravel()


def fit(
    inputs: Any, targets: NDArray[np.floating], penalty: ArrayLike, weights: NDArray[np.floating] | None = None
) -> NDArray[np.float64]:
    """Fit a logistic regression to probabilities; the last number is what the sum starts from.

    Parameters
    ----------
    inputs
        A row for each text.
    targets
        The probability that each is negative.
    penalty
        On the squares of the numbers, one for all or one for each; none on the start.
    weights
        How much each text counts, 1 by default.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped,import-not-found,unused-ignore]

    transposed = inputs.T.tocsr()
    width = inputs.shape[1]
    costs = np.asarray(penalty, dtype=np.float64)
    of_texts = np.ones(inputs.shape[0]) if weights is None else weights

    def loss(numbers: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = inputs @ numbers[:width] + numbers[width]
        miss = of_texts * (1.0 / (1.0 + np.exp(-odds)) - targets)
        value = (of_texts * (np.logaddexp(0.0, odds) - targets * odds)).sum()
        value += 0.5 * (costs * numbers[:width] * numbers[:width]).sum()
        return float(value), np.r_[transposed @ miss + costs * numbers[:width], miss.sum()]

    found = minimize(loss, np.zeros(width + 1), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x, dtype=np.float64)
