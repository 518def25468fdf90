"""The linear half, as it is trained: see ``ngrams`` for how it is run."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.negativity.ngrams import PART, Ngrams, all_slots, negated_slot, word_slot
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise
from detectors.negativity.train.vocabulary import LEXICON_COLUMNS, Vocabulary

FEWEST = 3
"""Texts that a pair or a piece must stand in to have a weight: what one or two people wrote leaves no trace."""

_LEXICON_SCALE = 2.0
_PENALTY = 0.3
_STEPS = 120
_LARGEST = 127


class _Counts(NamedTuple):
    words: Any
    pieces: Any


def train_linear(
    texts: Sequence[str], targets: NDArray[np.floating], vocabulary: Vocabulary, written: int | None = None
) -> Ngrams:
    """Fit a logistic regression to the probability that each text is negative.

    The first ``written`` texts are people's, by default all: what is too rare in these has no weight, whatever was
    made of them.

    What a lexicon says of a text is a sum over its words, so it is learned as a few weights of its own and then folded
    into the words' slots: a word that no training text held still counts.
    """
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from scipy.optimize import minimize  # type: ignore[import-untyped,import-not-found,unused-ignore]

    counts = _count(texts)
    known = [np.flatnonzero(np.asarray((matrix[:written] > 0).sum(axis=0)).ravel() >= FEWEST) for matrix in counts]
    lexicon = _lexicon_slots(vocabulary)
    words, pieces = (_shared(matrix) for matrix in counts)
    inputs = sparse.hstack([words[:, known[0]], pieces[:, known[1]], words @ lexicon]).tocsr()
    transposed = inputs.T.tocsr()
    width = inputs.shape[1]

    def loss(numbers: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = inputs @ numbers[:width] + numbers[width]
        miss = 1.0 / (1.0 + np.exp(-odds)) - targets
        value = (np.logaddexp(0.0, odds) - targets * odds).sum() + 0.5 * _PENALTY * numbers[:width] @ numbers[:width]
        return float(value), np.r_[transposed @ miss + _PENALTY * numbers[:width], miss.sum()]

    numbers = minimize(loss, np.zeros(width + 1), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    table = np.zeros(3 * PART)
    split = len(known[0])
    table[known[0]] = numbers[:split]
    table[2 * PART + known[1]] = numbers[split : split + len(known[1])]
    table[: 2 * PART] += lexicon @ numbers[split + len(known[1]) : width]
    step = float(np.float32(np.abs(table).max() / _LARGEST))
    return Ngrams(np.rint(table / step).astype(np.int8), step, float(np.float32(numbers[width])))


def _count(texts: Sequence[str]) -> _Counts:
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    places: list[NDArray[np.int32]] = []
    ends: list[NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
    for begin in range(0, len(texts), 1024):
        slots, stops = all_slots(tokenise([encode(text) for text in texts[begin : begin + 1024]]))
        places.append(slots)
        ends.append(stops.ravel() + ends[-1][-1])
    columns = np.concatenate(places)
    ones = np.ones(len(columns), dtype=np.float32)
    matrix = sparse.csr_matrix((ones, columns, np.concatenate(ends)), shape=(2 * len(texts), 3 * PART))
    matrix.sum_duplicates()
    return _Counts(matrix[0::2][:, : 2 * PART].tocsr(), matrix[1::2][:, 2 * PART :].tocsr())


def _shared(matrix: Any) -> Any:
    """Divide each text's counts by the root of their sum, as the product does."""
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return (sparse.diags(1.0 / np.sqrt(np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0))) @ matrix).tocsr()


def _lexicon_slots(vocabulary: Vocabulary) -> Any:
    """Return what each lexicon says of the word in each slot: good, bad, and both again where it is negated."""
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    values = vocabulary.vectors[vocabulary.in_lexicon][:, LEXICON_COLUMNS] * _LEXICON_SCALE
    values = np.concatenate([np.maximum(values, 0.0), np.maximum(-values, 0.0)], axis=1)
    hashes = vocabulary.hashes[vocabulary.in_lexicon]
    rows = np.repeat([[word_slot(word), negated_slot(word)] for word in hashes], values.shape[1], axis=0).T.ravel()
    plain = np.tile(np.arange(values.shape[1]), len(hashes))
    columns = np.concatenate([plain, plain + values.shape[1]])
    content = np.tile(values.ravel(), 2)
    return sparse.csr_matrix((content, (rows, columns)), shape=(2 * PART, 2 * values.shape[1]))
