"""The linear half, as it is trained: see ``ngrams`` for how it is run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.negativity.ngrams import PART, Ngrams, negated_slot, word_slot
from detectors.negativity.train.regression import FEWEST, count, fit, shared, texts_with
from detectors.negativity.train.vocabulary import LEXICON_COLUMNS, Vocabulary

_LEXICON_SCALE = 2.0
_PENALTY = 0.3
_LARGEST = 127


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

    counts = count(texts)
    known = [np.flatnonzero(texts_with(matrix[:written]) >= FEWEST) for matrix in counts]
    lexicon = _lexicon_slots(vocabulary)
    words, pieces = (shared(matrix) for matrix in counts)
    inputs = sparse.hstack([words[:, known[0]], pieces[:, known[1]], words @ lexicon]).tocsr()
    width = inputs.shape[1]
    numbers = fit(inputs, targets, _PENALTY)
    table = np.zeros(3 * PART)
    split = len(known[0])
    table[known[0]] = numbers[:split]
    table[2 * PART + known[1]] = numbers[split : split + len(known[1])]
    table[: 2 * PART] += lexicon @ numbers[split + len(known[1]) : width]
    step = float(np.float32(np.abs(table).max() / _LARGEST))
    return Ngrams(np.rint(table / step).astype(np.int8), step, float(np.float32(numbers[width])))


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
