"""Which words the network knows, and the vectors that it starts from."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.negativity.text import encode
from detectors.negativity.tokens import LINK, USER, tokenise
from detectors.negativity.train.resources import FREQUENT, Resources

FEWEST = 2
"""Texts that a word must stand in to be known, unless a public resource knows it: what one person alone wrote is not
in the model."""

LEXICON_COLUMNS = (-4, -2)
"""Columns of a word's first vector that say what VADER's lexicon and TextBlob's hold of it."""

_PIECE_WIDTH = 64
_PIECE_SPREAD = 0.24
_MEANING_WIDTH = 64
_MEANING_SPREAD = 0.24
_GLOVE_SCALE = 0.25
_RUN = re.compile(r"(.)\1{2,}")


class Vocabulary(NamedTuple):
    """Known words: hashes, the written forms (never shipped), first vectors, and which ones a lexicon knows."""

    hashes: NDArray[np.uint64]
    forms: list[str]
    vectors: NDArray[np.float32]
    in_lexicon: NDArray[np.bool_]


def written_tokens(texts: Sequence[str]) -> Iterator[list[tuple[int, str]]]:
    """Yield the tokens of each text: hash and lower-cased form."""
    for begin in range(0, len(texts), 1024):
        parts = [encode(text) for text in texts[begin : begin + 1024]]
        tokens = tokenise(parts)
        for row, part in enumerate(parts):
            count = int(tokens.counts[row])
            yield [
                (int(key), _plain(part[start:end].decode("utf-8", "replace")))
                for key, (start, end) in zip(tokens.hashes[row, :count], tokens.spans[row, :count], strict=True)
            ]


def _plain(form: str) -> str:
    return _RUN.sub(r"\1\1", form.lower().replace("’", "'").replace("‘", "'"))


def _single(form: str) -> int | None:
    tokens = tokenise([form.encode()])
    return int(tokens.hashes[0, 0]) if tokens.counts[0] == 1 else None


def build_vocabulary(texts: Sequence[str], resources: Resources) -> Vocabulary:
    """Choose the words that the network knows from the training texts and the public resources."""
    seen: Counter[int] = Counter()
    forms: dict[int, str] = {}
    for tokens in written_tokens(texts):
        seen.update({key for key, _ in tokens})
        for key, form in tokens:
            forms.setdefault(key, form)
    known = {
        key: None for key, texts_with in seen.items() if texts_with >= FEWEST or forms[key] in resources.glove_rows
    }
    lexicon: dict[int, list[float]] = {}
    for column, entries in enumerate((resources.vader, resources.textblob)):
        _collect(entries.items(), column, lexicon, forms)
    described = {}
    for emoji, words in resources.emoji.items():
        if (single := _single(emoji)) is not None:
            described[single] = words
            forms.setdefault(single, emoji)
            values = [resources.vader[word] for word in words if word in resources.vader]
            if values:
                lexicon.setdefault(single, [float(np.mean(values)), 0.5, 0.0, 0.0])
    for word in list(resources.glove_rows)[: -FREQUENT - 1 : -1]:
        if (single := _single(word)) is not None:
            known.setdefault(single)
            forms.setdefault(single, word)
    known.update(dict.fromkeys([*lexicon, *described]))
    hashes = list(known)
    spoken = [_spoken(key, forms[key], described) for key in hashes]
    vectors = np.concatenate(
        [
            _glove_vectors(spoken, resources) * _GLOVE_SCALE,
            _piece_vectors(spoken, resources),
            np.array([lexicon.get(key, [0.0] * 4) for key in hashes], dtype=np.float32),
        ],
        axis=1,
    )
    in_lexicon = np.array([key in lexicon for key in hashes])
    return Vocabulary(np.array(hashes, dtype=np.uint64), spoken, vectors, in_lexicon)


def with_meanings(vocabulary: Vocabulary, states: NDArray[np.float32]) -> Vocabulary:
    """Add to each word's first vector what the teacher makes of the word alone, (words, any width), cut short."""
    meanings = _principal(states, _MEANING_WIDTH, _MEANING_SPREAD)
    return vocabulary._replace(vectors=np.concatenate([meanings, vocabulary.vectors], axis=1))


def _collect(
    entries: Iterable[tuple[str, float]], column: int, lexicon: dict[int, list[float]], forms: dict[int, str]
) -> None:
    for word, value in entries:
        key = _single(word)
        if key is not None:
            row = lexicon.setdefault(key, [0.0] * 4)
            row[2 * column], row[2 * column + 1] = value, 0.5
            forms.setdefault(key, word)


def _spoken(key: int, form: str, described: dict[int, list[str]]) -> str:
    """Return what a token is called by those who know only words."""
    if key in described:
        return " ".join(described[key])
    return {int(LINK): "http", int(USER): "user"}.get(key, form.lstrip("#"))


def _glove_vectors(forms: Sequence[str], resources: Resources) -> NDArray[np.float32]:
    vectors = np.zeros((len(forms), resources.glove.shape[1]), dtype=np.float32)
    for row, form in enumerate(forms):
        parts = form.split()
        if form.endswith("n't") and form not in resources.glove_rows:
            parts = [form[:-3], "n't"]
        elif "'" in form and form not in resources.glove_rows:
            parts = form.split("'")
        rows = [resources.glove_rows[part] for part in parts if part in resources.glove_rows]
        if rows:
            vectors[row] = np.asarray(resources.glove[rows]).mean(axis=0)
    return vectors


def _piece_vectors(forms: Sequence[str], resources: Resources) -> NDArray[np.float32]:
    """Return the mean of each word's word pieces, cut to its principal components."""
    unknown = resources.tokenizer.token_to_id("[UNK]")
    means = np.zeros((len(forms), resources.pieces.shape[1]), dtype=np.float32)
    known = np.zeros(len(forms), dtype=bool)
    for row, form in enumerate(forms):
        pieces = [piece for piece in resources.tokenizer.encode(form, add_special_tokens=False).ids if piece != unknown]
        if pieces:
            means[row] = resources.pieces[pieces].mean(axis=0)
            known[row] = True
    vectors = np.zeros((len(forms), _PIECE_WIDTH), dtype=np.float32)
    vectors[known] = _principal(means[known], _PIECE_WIDTH, _PIECE_SPREAD)
    return vectors


def _principal(rows: NDArray[np.float32], width: int, spread: float) -> NDArray[np.float32]:
    """Return the components of rows in which they differ most, with a standard deviation of ``spread``."""
    centred = rows - rows.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred.astype(np.float64))
    components = (centred @ axes[:, : -width - 1 : -1]).astype(np.float32)
    return np.asarray(components * np.float32(spread / components.std()), dtype=np.float32)
