"""Labelled texts as they are read from a file."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DetectorsError
from detectors.negativity.text import encode

LABELS = ("negative", "neutral", "positive")


class Labelled(NamedTuple):
    """Texts, with escapes undone, and the place of each one's label in ``LABELS``."""

    texts: list[str]
    labels: NDArray[np.int64]


def read_labelled(path: Path) -> Labelled:
    """Read rows ``id<TAB>label<TAB>text``.

    Raises
    ------
    DetectorsError
        Where a row is not of that form.
    """
    texts: list[str] = []
    labels: list[int] = []
    with path.open(encoding="utf-8") as rows:
        for number, row in enumerate(rows, start=1):
            cells = row.rstrip("\n").split("\t", 2)
            if len(cells) != 3 or cells[1] not in LABELS:
                raise DetectorsError(f"{path}, line {number}: not id<TAB>{'|'.join(LABELS)}<TAB>text")
            texts.append(encode(cells[2]).decode())
            labels.append(LABELS.index(cells[1]))
    return Labelled(texts, np.array(labels, dtype=np.int64))
