"""An open-addressing table from 64-bit hashes to rows, built once and read from compiled code."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled


@compiled
def _fill(keys: NDArray[np.uint64], slots: NDArray[np.uint64], rows: NDArray[np.int32]) -> None:
    mask = np.uint64(len(slots) - 1)
    for row in range(len(keys)):
        slot = keys[row] & mask
        while rows[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = keys[row]
        rows[slot] = row


@compiled(inline="always")
def find(slots: NDArray[np.uint64], rows: NDArray[np.int32], key: np.uint64) -> Any:
    """Return the row of a key, or -1."""
    mask = np.uint64(len(slots) - 1)
    slot = key & mask
    while rows[slot] >= 0:
        if slots[slot] == key:
            return rows[slot]
        slot = (slot + np.uint64(1)) & mask
    return -1


def build(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Return the slots and rows that ``find`` reads, at most half full.

    Examples
    --------
    >>> slots, rows = build(np.array([7, 1031], dtype=np.uint64))
    >>> find(slots, rows, np.uint64(1031)), find(slots, rows, np.uint64(8))
    (1, -1)
    """
    size = 1 << max(4, int(2 * len(keys) - 1).bit_length())
    slots = np.zeros(size, dtype=np.uint64)
    rows = np.full(size, -1, dtype=np.int32)
    _fill(keys, slots, rows)
    return slots, rows
