"""The compiled network: table rows added up, pooled, and two small layers for each branch.

A width-3 convolution is linear in each token, so what a token adds to every filter at each of its three places is
worked out once for the whole vocabulary (``Tables``, 8-bit); scoring a text is then additions of rows in 16 bits, a
maximum and a sum. Each text is worked on by itself: its score does not depend on what else is in the batch.
"""

# ruff: noqa: C901, PLR0912, PLR0915, PLR0917 - one pass, in one place for the compiler's sake

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.negativity.lookup import build, find
from detectors.negativity.tokens import CAPITALS, ELONGATED, NEGATED, Tokens
from detectors.negativity.weights import Weights

_CHUNK = 512
"""Words worked out at once while the tables are built: what that takes comes on top of the tables themselves."""

_STEPS = 120
"""The largest absolute table entry: three of them and a bias stay far inside 16 bits."""


class Tables(NamedTuple):
    """What the compiled pass reads. ``rows`` is (words + 1, 3, filters): the last row is the unknown word's."""

    slots: NDArray[np.uint64]
    slot_rows: NDArray[np.int32]
    rows: NDArray[np.int8]
    flag_rows: NDArray[np.int16]
    bias: NDArray[np.int16]
    scale: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]


def largest_entries(
    vectors: NDArray[np.int8],
    vector_scale: NDArray[np.float32],
    convolution: NDArray[np.float32],
    bias: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return the largest absolute number that any word adds to each filter, or its bias: worked out in training."""
    kernel = _kernel(vector_scale, convolution)
    peaks = np.abs(bias)
    for begin in range(0, len(vectors), _CHUNK):
        part = vectors[begin : begin + _CHUNK].astype(np.float32) @ kernel
        np.maximum(peaks, np.abs(part.reshape(-1, len(bias))).max(axis=0), out=peaks)
    return peaks


def _kernel(vector_scale: NDArray[np.float32], convolution: NDArray[np.float32]) -> NDArray[np.float32]:
    kernel = (convolution[:, : len(vector_scale)] * vector_scale[None, :, None]).transpose(1, 0, 2)
    return np.ascontiguousarray(kernel.reshape(len(vector_scale), -1))


def build_tables(weights: Weights) -> Tables:
    """Work out every word's part in every filter, in 8 bits a number."""
    places, width, filters = weights.convolution.shape
    words = len(weights.vectors)
    flags = width - weights.vectors.shape[1]
    scale = (weights.peaks / _STEPS).astype(np.float32)
    kernel = _kernel(weights.vector_scale, weights.convolution) / np.tile(scale, places)
    flag_kernel = weights.convolution[:, -flags:]
    rows = np.empty((words, places, filters), dtype=np.int8)
    for begin in range(0, words, _CHUNK):
        part = weights.vectors[begin : begin + _CHUNK].astype(np.float32) @ kernel
        rows[begin : begin + _CHUNK] = np.rint(part, out=part).reshape(-1, places, filters)
    combinations = (np.arange(1 << flags)[:, None] >> np.arange(flags)[None, :]) & 1
    flag_rows = np.einsum("cf,pfk->cpk", combinations.astype(np.float32), flag_kernel) / scale
    slots, slot_rows = build(weights.words)
    return Tables(
        slots,
        slot_rows,
        rows,
        np.clip(np.rint(flag_rows), -4000, 4000).astype(np.int16),
        np.rint(weights.bias / scale).astype(np.int16),
        scale,
        np.ascontiguousarray(weights.hidden.transpose(0, 2, 1)),
        weights.hidden_bias,
        weights.out,
        weights.out_bias,
    )


# Three small loops over few arrays each: the compiler turns them into vector instructions, and one big loop not.
@compiled
def _add(sums: NDArray[np.int16], row: NDArray[np.integer]) -> None:
    for unit in range(len(sums)):
        sums[unit] = np.int16(sums[unit] + row[unit])


@compiled
def _add_three(
    sums: NDArray[np.int16],
    bias: NDArray[np.int16],
    left: NDArray[np.int8],
    middle: NDArray[np.int8],
    right: NDArray[np.int8],
) -> None:
    for unit in range(len(sums)):
        sums[unit] = np.int16(bias[unit] + left[unit] + middle[unit] + right[unit])


@compiled
def _pool(sums: NDArray[np.int16], top: NDArray[np.int16], total: NDArray[np.int32]) -> None:
    for unit in range(len(sums)):
        value = max(sums[unit], np.int16(0))
        top[unit] = max(top[unit], value)
        total[unit] += value


@compiled(fastmath={"reassoc", "nsz", "contract"})
def _dot(one: NDArray[np.float32], other: NDArray[np.float32]) -> Any:
    value = np.float32(0)
    for index in range(len(one)):
        value += one[index] * other[index]
    return value


@compiled
def _log_odds(
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    counts: NDArray[np.int32],
    slots: NDArray[np.uint64],
    slot_rows: NDArray[np.int32],
    rows: NDArray[np.int8],
    flag_rows: NDArray[np.int16],
    bias: NDArray[np.int16],
    scale: NDArray[np.float32],
    hidden: NDArray[np.float32],
    hidden_bias: NDArray[np.float32],
    out: NDArray[np.float32],
    out_bias: NDArray[np.float32],
    scores: NDArray[np.float32],
) -> None:
    filters = rows.shape[2]
    branches, units, inputs = hidden.shape
    part = filters // branches
    unknown = len(rows) - 1
    limit = hashes.shape[1]
    ids = np.empty(limit + 2, dtype=np.int64)
    marks = np.empty(limit + 2, dtype=np.int64)
    sums = np.empty(filters, dtype=np.int16)
    top = np.empty(filters, dtype=np.int16)
    total = np.empty(filters, dtype=np.int32)
    pooled = np.empty(inputs, dtype=np.float32)
    layer = np.empty(units, dtype=np.float32)
    for text in range(len(counts)):
        count = counts[text]
        for index in range(count):
            row = find(slots, slot_rows, hashes[text, index])
            ids[index] = row if row >= 0 else unknown
            flag = flags[text, index]
            marks[index] = (1 if flag & NEGATED else 0) + (2 if flag & CAPITALS else 0) + (4 if flag & ELONGATED else 0)
        top[:] = 0
        total[:] = 0
        for index in range(count):
            if index and index + 1 < count:
                _add_three(sums, bias, rows[ids[index - 1], 0], rows[ids[index], 1], rows[ids[index + 1], 2])
            else:
                sums[:] = bias
                _add(sums, rows[ids[index], 1])
                if index:
                    _add(sums, rows[ids[index - 1], 0])
                if index + 1 < count:
                    _add(sums, rows[ids[index + 1], 2])
            if marks[index]:
                _add(sums, flag_rows[marks[index], 1])
            if index and marks[index - 1]:
                _add(sums, flag_rows[marks[index - 1], 0])
            if index + 1 < count and marks[index + 1]:
                _add(sums, flag_rows[marks[index + 1], 2])
            _pool(sums, top, total)
        negative = neutral = positive = 0.0
        share = np.float32(0.5 / math.sqrt(count + 1.0))
        for branch in range(branches):
            for unit in range(part):
                pooled[unit] = np.float32(top[branch * part + unit]) * scale[branch * part + unit]
                pooled[part + unit] = np.float32(total[branch * part + unit]) * scale[branch * part + unit] * share
            for index in range(units):
                layer[index] = hidden_bias[branch, index] + _dot(pooled, hidden[branch, index])
            first, second, third = out_bias[branch, 0], out_bias[branch, 1], out_bias[branch, 2]
            for index in range(units):
                active = layer[index]
                if active > 0:
                    first += active * out[branch, index, 0]
                    second += active * out[branch, index, 1]
                    third += active * out[branch, index, 2]
            ceiling = max(first, second, third)
            norm = ceiling + math.log(
                math.exp(first - ceiling) + math.exp(second - ceiling) + math.exp(third - ceiling)
            )
            negative += first - norm
            neutral += second - norm
            positive += third - norm
        high = max(neutral, positive) / branches
        rest = high + math.log(math.exp(neutral / branches - high) + math.exp(positive / branches - high))
        scores[text] = negative / branches - rest


def log_odds(tokens: Tokens, tables: Tables) -> NDArray[np.float32]:
    """Return the network's log-odds of negative against the rest for each text, not yet calibrated."""
    scores = np.empty(len(tokens.counts), dtype=np.float32)
    _log_odds(tokens.hashes, tokens.flags, tokens.counts, *tables, scores)
    return scores
