"""The trained numbers as they lie in the wheel, and how they are read."""

import hashlib
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DetectorsError

WEIGHTS_PATH = Path(__file__).with_name("weights.npz")
"""The shipped weights. ``docs/negativity.md`` holds their card."""

WEIGHTS_SHA256 = "d0c638f44beb9a024f92174f8ec6e25d7052964edf5ca9e0f1ef07544798fa76"
"""SHA-256 of the shipped file; a test compares it."""


class Weights(NamedTuple):
    """All that is trained.

    Parameters
    ----------
    words
        Hashes of the vocabulary, (words,). No word string is kept.
    vectors, vector_scale
        8-bit word vectors, (words + 1, width), the last row the unknown word's; a step a column.
    convolution, bias
        (3 places, width + flags, filters), (filters,).
    peaks
        The largest absolute number that a word adds to each filter, (filters,): it sets the step in the tables.
    hidden, hidden_bias, out, out_bias
        The two layers of each branch: (branches, 2 · filters a branch, units), …, (branches, units, 3), (branches, 3).
    ngrams, ngram_numbers
        The linear half's table in 8 bits (``ngrams``); the weight of one step in it, the bias, and the linear half's
        share of the score in log-odds.
    calibration
        Slope and intercept from log-odds to calibrated log-odds; the share of negative texts that it was fitted on.
    """

    words: NDArray[np.uint64]
    vectors: NDArray[np.int8]
    vector_scale: NDArray[np.float32]
    convolution: NDArray[np.float32]
    bias: NDArray[np.float32]
    peaks: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]
    ngrams: NDArray[np.int8]
    ngram_numbers: NDArray[np.float32]
    calibration: NDArray[np.float32]


def read_weights(path: Path = WEIGHTS_PATH) -> Weights:
    """Read weights from a file that ``write_weights`` wrote.

    Raises
    ------
    DetectorsError
        Where the file is missing, or is no file of weights.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            weights = Weights(*(arrays[name] for name in Weights._fields))
            _check(weights)
            return weights
    except (OSError, TypeError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DetectorsError(
            f"{path}: these are no negativity weights ({error}); reinstall Tocsin, or make them with "
            "python -m detectors.negativity.train"
        ) from error


def _check(weights: Weights) -> None:
    # Compiled code reads these arrays without looking at their bounds, so a file that does not fit is refused here.
    words, (places, width, filters) = len(weights.words), weights.convolution.shape
    branches, units = weights.hidden_bias.shape
    shapes = {
        "vectors": (words + 1, len(weights.vector_scale)),
        "bias": (filters,),
        "peaks": (filters,),
        "hidden": (branches, 2 * filters // branches, units),
        "out": (branches, units, 3),
        "out_bias": (branches, 3),
        "ngrams": (3 << 20,),
        "ngram_numbers": (3,),
        "calibration": (3,),
    }
    wrong = [name for name, shape in shapes.items() if getattr(weights, name).shape != shape]
    if wrong or places != 3 or width - len(weights.vector_scale) != 3:
        raise ValueError(f"{', '.join(wrong) or 'convolution'}: not of the shape that this version reads")


def write_weights(weights: Weights, path: Path) -> str:
    """Write weights and return the file's SHA-256. The same numbers make the same bytes."""
    np.savez_compressed(path, **weights._asdict())
    return hashlib.sha256(path.read_bytes()).hexdigest()
