"""The linear half of the score: pairs of words and pieces of words, hashed and added up from one table.

A text's words and negated words each have a slot of the table's first part, pairs of neighbours one of the second,
two to five letters running inside a word (its ends counted as letters) one of the third. The log-odds are the sum over
words and pairs, and that over pieces, each divided by the root of how many were added. No key is stored.
"""

# ruff: noqa: PLR0917 - one pass, in one place for the compiler's sake

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.negativity.characters import OFFSET, mix
from detectors.negativity.tokens import LIMIT, NEGATED, WORD, Tokens

PART = 1 << 20
"""Slots in each of the table's three parts."""

_SHIFT = np.uint64(64 - 20)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_EDGE = np.uint64(1)
_NOT = np.uint64(0x5BD1E9955BD1E995)

_SHORTEST, _LONGEST = 2, 5
"""Letters in a piece of a word."""

_READ = 32
"""Bytes of a word that are cut into pieces."""

_MOST = LIMIT * (3 + 4 * (_READ + 2)) + 1
"""Slots that one text can have."""


class Ngrams(NamedTuple):
    """The table in 8 bits, the weight of one step in it, and what the sum starts from."""

    table: NDArray[np.int8]
    step: float
    bias: float


@compiled(inline="always")
def word_slot(word: np.uint64) -> Any:
    """Return the slot of a word's hash."""
    return np.int64((word * _SPREAD) >> _SHIFT)


@compiled(inline="always")
def negated_slot(word: np.uint64) -> Any:
    """Return the slot of a word that a negator stands before."""
    return np.int64(((word ^ _NOT) * _SPREAD) >> _SHIFT)


@compiled(inline="always")
def _pair_slot(word: np.uint64, following: np.uint64) -> Any:
    return PART + np.int64(((mix(word, 32) ^ following) * _SPREAD) >> _SHIFT)


@compiled
def _letters(data: NDArray[np.uint8], at: int, end: int, into: NDArray[np.uint8]) -> int:
    """Write a word's bytes as the tokeniser reads them, between ``^`` and ``$``; return how many."""
    into[0] = 94
    count = 1
    end = min(end, at + _READ)
    while at < end:
        letter = data[at]
        if 65 <= letter <= 90:
            letter += 32
        elif letter == 0xE2 and at + 2 < end and data[at + 1] == 0x80 and data[at + 2] == 0x99:
            letter = np.uint8(39)
            at += 2
        at += 1
        if count > 2 and letter == into[count - 1] and letter == into[count - 2]:
            continue
        into[count] = letter
        count += 1
    into[count] = 36
    return count + 1


@compiled
def slots_of(
    data: NDArray[np.uint8],
    begin: int,
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    spans: NDArray[np.int32],
    count: int,
    letters: NDArray[np.uint8],
    slots: NDArray[np.int32],
) -> tuple[int, int]:
    """Write the slots of one text; return how many are of words and pairs, and how many there are.

    A token of hash 0 (a word left out, ``explain``) has none, nor has a pair with it.
    """
    filled = 0
    before = _EDGE
    for index in range(count):
        word = hashes[index]
        if word:
            slots[filled] = word_slot(word)
            filled += 1
            if before:
                slots[filled] = _pair_slot(before, word)
                filled += 1
            if flags[index] & NEGATED and flags[index] & WORD:
                slots[filled] = negated_slot(word)
                filled += 1
        before = word
    if before:
        slots[filled] = _pair_slot(before, _EDGE)
        filled += 1
    of_words = filled
    for index in range(count):
        if hashes[index] and flags[index] & WORD:
            size = _letters(data, begin + spans[index, 0], begin + spans[index, 1], letters)
            for start in range(size - _SHORTEST + 1):
                value = mix(OFFSET, letters[start])
                for place in range(start + 1, min(start + _LONGEST, size)):
                    value = mix(value, letters[place])
                    slots[filled] = 2 * PART + np.int64((value * _SPREAD) >> _SHIFT)
                    filled += 1
    return of_words, filled


@compiled
def _sums(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    spans: NDArray[np.int32],
    counts: NDArray[np.int32],
    table: NDArray[np.int8],
    sums: NDArray[np.float64],
) -> None:
    letters = np.empty(_READ + 2, dtype=np.uint8)
    slots = np.empty(_MOST, dtype=np.int32)
    for text in range(len(counts)):
        of_words, filled = slots_of(
            data, offsets[text], hashes[text], flags[text], spans[text], counts[text], letters, slots
        )
        first = second = np.int64(0)
        for index in range(of_words):
            first += table[slots[index]]
        for index in range(of_words, filled):
            second += table[slots[index]]
        sums[text] = first / math.sqrt(max(of_words, 1)) + second / math.sqrt(max(filled - of_words, 1))


def linear_log_odds(tokens: Tokens, ngrams: Ngrams) -> NDArray[np.float64]:
    """Return the linear half's log-odds of negative against the rest for each text, not calibrated."""
    sums = np.empty(len(tokens.counts), dtype=np.float64)
    _sums(*tokens, ngrams.table, sums)
    return sums * ngrams.step + ngrams.bias


@compiled
def _fill(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    spans: NDArray[np.int32],
    counts: NDArray[np.int32],
    slots: NDArray[np.int32],
    ends: NDArray[np.int64],
) -> int:
    letters = np.empty(_READ + 2, dtype=np.uint8)
    filled = 0
    for text in range(len(counts)):
        of_words, more = slots_of(
            data, offsets[text], hashes[text], flags[text], spans[text], counts[text], letters, slots[filled:]
        )
        ends[text, 0] = filled + of_words
        filled += more
        ends[text, 1] = filled
    return filled


def all_slots(tokens: Tokens) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the slots of a batch, one text after the other, and where each text's words and pieces end (texts, 2)."""
    room = int((tokens.counts.astype(np.int64) * (_MOST // LIMIT + 1) + 1).sum())
    slots = np.empty(room, dtype=np.int32)
    ends = np.empty((len(tokens.counts), 2), dtype=np.int64)
    filled = _fill(*tokens, slots, ends)
    return slots[:filled], ends
