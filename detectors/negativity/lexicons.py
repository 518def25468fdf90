"""Scores Dutch by a word list: weaker than what learned from posts, and silent where it knows too little.

A word counts with its polarity, half and turned round within four words of a negator of the same clause. What speaks
for and against is summed, each sum divided by the root of the text's length, and two weights and an intercept make
log-odds of them (where they come from: ``train/lexicons``). A text with fewer known words than ``least`` gets no score
at all: that nothing was recognised does not make it calm.
"""

# ruff: noqa: PLR0917 - arrays one by one for the compiler

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.errors import DetectorsError
from detectors.negativity.lookup import build, find
from detectors.negativity.text import encode
from detectors.negativity.tokens import SENTENCE_ENDS, WORD, Tokens, tokenise

LEXICONS_PATH = Path(__file__).with_name("lexicons.npz")
"""The shipped word lists. ``docs/negativity.md`` holds their card."""

LEXICONS_SHA256 = "f7794634203b9bed8ca50716eedfc568ff780318b14059724c189f16e44c9b06"
"""SHA-256 of the shipped file; a test compares it."""

LANGUAGES = ("nl",)
"""Languages that are scored by word lists, each measured in ``docs/negativity.md``."""

_SCOPE = 4
"""Words after a negator that it turns round."""

_TURNED = -0.5
"""What becomes of a turned word's polarity: "not bad" praises less than "bad" blames."""


class Lexicon(NamedTuple):
    """One language's word list as it is shipped.

    Parameters
    ----------
    words, polarities
        Hashes of the words, and their polarity in hundredths. No word string is kept.
    negators
        Hashes of what turns the words after it round.
    numbers
        Weight of what is for and of what is against, intercept, and the known words that a text needs to be scored.
    """

    words: NDArray[np.uint64]
    polarities: NDArray[np.int8]
    negators: NDArray[np.uint64]
    numbers: NDArray[np.float64]


class LexiconTables(NamedTuple):
    """A word list ready to score with: ``values`` are the polarities, 0 for a negator that says no more."""

    slots: NDArray[np.uint64]
    rows: NDArray[np.int32]
    values: NDArray[np.float64]
    turns: NDArray[np.bool_]
    numbers: NDArray[np.float64]


def read_lexicons(path: Path = LEXICONS_PATH) -> dict[str, Lexicon]:
    """Read word lists from a file that ``write_lexicons`` wrote.

    Raises
    ------
    DetectorsError
        Where the file is missing, or holds no word lists.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {
                language: Lexicon(*(arrays[f"{language}_{field}"] for field in Lexicon._fields))
                for language in LANGUAGES
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DetectorsError(
            f"{path}: these are no word lists ({error}); reinstall Tocsin, or make them with "
            "python -m detectors.negativity.train.lexicons"
        ) from error


def write_lexicons(lexicons: dict[str, Lexicon], path: Path) -> None:
    """Write word lists. The same numbers make the same bytes."""
    arrays = {
        f"{language}_{field}": array
        for language, lexicon in lexicons.items()
        for field, array in lexicon._asdict().items()
    }
    np.savez_compressed(path, **arrays)


def build_lexicon(lexicon: Lexicon) -> LexiconTables:
    """Make a word list ready to score with."""
    keys = np.union1d(lexicon.words, lexicon.negators)
    values = np.zeros(len(keys))
    values[np.searchsorted(keys, lexicon.words)] = lexicon.polarities / 100.0
    turns = np.isin(keys, lexicon.negators)
    return LexiconTables(*build(keys), values, turns, lexicon.numbers)


def to_tokens(texts: Sequence[str]) -> Tokens:
    """Cut texts for a word list: as ever, save that an apostrophe parts words ("z'n").

    Examples
    --------
    >>> to_tokens(["d’oude trein"]).counts.tolist()
    [3]
    """
    return tokenise([encode(text).replace(b"'", b" ").replace("’".encode(), b" ") for text in texts])


@compiled
def _sums(
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    counts: NDArray[np.int32],
    slots: NDArray[np.uint64],
    rows: NDArray[np.int32],
    values: NDArray[np.float64],
    turns: NDArray[np.bool_],
    ends: NDArray[np.uint64],
    sums: NDArray[np.float64],
) -> None:
    for text in range(len(counts)):
        since = _SCOPE
        for index in range(counts[text]):
            key = hashes[text, index]
            if not flags[text, index] & WORD:
                for end in ends:
                    if key == end:
                        since = _SCOPE
                continue
            row = find(slots, rows, key)
            if row >= 0 and values[row] != 0.0:
                value = values[row] * _TURNED if since < _SCOPE and not turns[row] else values[row]
                sums[text, 0] += max(value, 0.0)
                sums[text, 1] += max(-value, 0.0)
                sums[text, 2] += 1
            since = 0 if row >= 0 and turns[row] else since + 1


def features(tokens: Tokens, tables: LexiconTables) -> NDArray[np.float64]:
    """Return what is for, what is against (both over the root of the length), and the number of known words."""
    sums = np.zeros((len(tokens.counts), 3))
    _sums(
        tokens.hashes, tokens.flags, tokens.counts, tables.slots, tables.rows, tables.values, tables.turns,
        SENTENCE_ENDS, sums,
    )  # fmt: skip
    sums[:, :2] /= np.sqrt(tokens.counts + 1.0)[:, None]
    return sums


def lexicon_probabilities(texts: Sequence[str], tables: LexiconTables) -> NDArray[np.float32]:
    """Return P(negative) of each text in the list's language; NaN where too few of its words are known.

    Examples
    --------
    >>> dutch = build_lexicon(read_lexicons()["nl"])
    >>> scores = lexicon_probabilities(["Wat een slechte service", "Heel mooi, dank", "De trein van tien uur"], dutch)
    >>> bool(scores[0] > 0.25 > scores[1]), bool(np.isnan(scores[2]))
    (True, True)
    """
    praise, blame, known = features(to_tokens(texts), tables).T
    for_praise, for_blame, intercept, least = tables.numbers
    odds = for_praise * praise + for_blame * blame + intercept
    return np.where(known >= least, 1.0 / (1.0 + np.exp(-odds)), np.nan).astype(np.float32)
