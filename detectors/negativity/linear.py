"""Scores languages that have no network by the linear half alone: a table of ``ngrams`` for each, and its calibration.

The tokens, the slots and the sum are those of the English models; only the numbers differ. A language's table knows
what posts in it taught, what posts in the other languages and in English taught of what they share (emoji, emoticons,
tags, borrowed words, pieces of words), and what a larger model says of posts that nobody labelled: see
``train.languages``. The sums cost a quarter of the English network's.
"""

# ruff: noqa: PLR0917 - arrays one by one for the compiler

import hashlib
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.errors import DetectorsError
from detectors.negativity.faces import FACE_ROWS, FACES, STAND_INS
from detectors.negativity.lookup import build, find
from detectors.negativity.ngrams import PART, Ngrams, linear_log_odds, word_slot
from detectors.negativity.tokens import NUMBER, TAG, WORD, Tokens

LANGUAGES_PATH = Path(__file__).with_name("languages.npz")
"""The shipped tables. ``docs/negativity.md`` holds their card."""

LANGUAGES_SHA256 = "8afab570c8d8314d4ea0ba922453c69e539d9986da0fee8fc958dbdf579b4af6"
"""SHA-256 of the shipped file; a test compares it."""

LANGUAGES = ("ar", "de", "es", "fr", "it", "pt")
"""Languages that are scored so, each measured in ``docs/negativity.md``."""

_SHOWN, _SHOWN_ROWS = build(np.union1d(FACES[FACE_ROWS >= 0], STAND_INS[STAND_INS > 0]))
"""Faces, and the words that ``understanding`` has some of them read as."""

_KNOWN_OF = 3
"""One word in so many must be known: fewer than half may be, since pieces of words tell of those that are not."""


class LinearModel(NamedTuple):
    """One language's model.

    Parameters
    ----------
    ngrams
        The table, its step and what the sum starts from.
    slope, intercept
        From the sum to log-odds that are probabilities where one text in seven is negative, as the English scores are.
    """

    ngrams: Ngrams
    slope: float
    intercept: float

    def probabilities(self, tokens: Tokens) -> NDArray[np.float32]:
        """Return P(negative) of each text."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.log_odds(tokens))), dtype=np.float32)

    def log_odds(self, tokens: Tokens) -> NDArray[np.float64]:
        """Return the calibrated log-odds of negative against the rest for each text."""
        return self.slope * linear_log_odds(tokens, self.ngrams) + self.intercept

    def is_understood(self, tokens: Tokens) -> NDArray[np.bool_]:
        """Say of which texts enough is known to score them: a third of the words, faces counting as known ones."""
        answers = np.empty(len(tokens.counts), dtype=np.bool_)
        _understand(tokens.hashes, tokens.flags, tokens.counts, self.ngrams.table, _SHOWN, _SHOWN_ROWS, answers)
        return answers


@compiled
def _understand(
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    counts: NDArray[np.int32],
    table: NDArray[np.int8],
    faces: NDArray[np.uint64],
    face_rows: NDArray[np.int32],
    answers: NDArray[np.bool_],
) -> None:
    for text in range(len(counts)):
        words = known = shown = 0
        for index in range(counts[text]):
            key = hashes[text, index]
            if flags[text, index] & (WORD | TAG | NUMBER) == WORD:
                words += 1
                known += table[word_slot(key)] != 0
            elif not flags[text, index] & WORD:
                shown += find(faces, face_rows, key) >= 0
        answers[text] = known + shown > 0 and _KNOWN_OF * (known + shown) >= words + shown


def read_languages(path: Path = LANGUAGES_PATH) -> dict[str, LinearModel]:
    """Read models from a file that ``write_languages`` wrote.

    Raises
    ------
    DetectorsError
        Where the file is missing, or holds no such models.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {language: _model(arrays[language], arrays[f"{language}_numbers"]) for language in LANGUAGES}
    except (OSError, TypeError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DetectorsError(
            f"{path}: these are no models of languages ({error}); reinstall Tocsin, or make them with "
            "python -m detectors.negativity.train.languages"
        ) from error


def _model(table: NDArray[np.int8], numbers: NDArray[np.float32]) -> LinearModel:
    # Compiled code reads the table without looking at its bounds, so one that does not fit is refused here.
    if table.shape != (3 * PART,) or table.dtype != np.int8 or numbers.shape != (4,):
        raise ValueError("not of the shape that this version reads")
    step, bias, slope, intercept = (float(number) for number in numbers)
    return LinearModel(Ngrams(table, step, bias), slope, intercept)


def write_languages(models: dict[str, LinearModel], path: Path) -> str:
    """Write models and return the file's SHA-256. The same numbers make the same bytes."""
    arrays: dict[str, Any] = {}
    for language, model in sorted(models.items()):
        arrays[language] = model.ngrams.table
        numbers = [model.ngrams.step, model.ngrams.bias, model.slope, model.intercept]
        arrays[f"{language}_numbers"] = np.array(numbers, dtype=np.float32)
    np.savez_compressed(path, **arrays)
    return hashlib.sha256(path.read_bytes()).hexdigest()
