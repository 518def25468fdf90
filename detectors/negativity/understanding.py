"""How much of a text the English models understand: what they have not understood is not calm.

A word that the network has never seen adds nothing to a score, so a text full of such words gets that of an empty one,
which is a calm one's. Where fewer than half of the words and faces of a text are known it is therefore not scored. Of
58,000 English posts that bars eleven; of posts in other languages that nothing else betrays (no small word, accent or
script) it bars three in ten.
"""

# ruff: noqa: PLR0917 - arrays one by one for the compiler

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.negativity.faces import FACE_ROWS, FACES, STAND_INS
from detectors.negativity.lookup import find
from detectors.negativity.tokens import NUMBER, TAG, WORD, Tokens


class Understanding(NamedTuple):
    """What is known of each text: whether enough was understood, and whether its faces say more than its words."""

    is_enough: NDArray[np.bool_]
    is_faces: NDArray[np.bool_]


@compiled
def _read(
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    counts: NDArray[np.int32],
    slots: NDArray[np.uint64],
    slot_rows: NDArray[np.int32],
    faces: NDArray[np.uint64],
    face_rows: NDArray[np.int32],
    stand_ins: NDArray[np.uint64],
    is_enough: NDArray[np.bool_],
    is_faces: NDArray[np.bool_],
) -> None:
    for text in range(len(counts)):
        words = known = shown = 0
        for index in range(counts[text]):
            key = hashes[text, index]
            if flags[text, index] & (WORD | TAG | NUMBER) == WORD:
                words += 1
                known += find(slots, slot_rows, key) >= 0
            elif not flags[text, index] & WORD:
                row = find(faces, face_rows, key)
                if row >= 0:
                    shown += 1
                    if stand_ins[row]:
                        hashes[text, index] = stand_ins[row]
        is_enough[text] = known + shown > 0 and 2 * (known + shown) >= words + shown
        is_faces[text] = shown > 0 and shown >= words


def understand(tokens: Tokens, slots: NDArray[np.uint64], slot_rows: NDArray[np.int32]) -> Understanding:
    """Say what is understood of each text, and have its faces read as the words that they stand for.

    Parameters
    ----------
    tokens
        The hashes of faces are changed.
    slots, slot_rows
        The network's vocabulary.
    """
    found = Understanding(np.empty(len(tokens.counts), dtype=np.bool_), np.empty(len(tokens.counts), dtype=np.bool_))
    _read(tokens.hashes, tokens.flags, tokens.counts, slots, slot_rows, FACES, FACE_ROWS, STAND_INS, *found)
    return found
