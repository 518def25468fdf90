"""``tocsin score``: the negativity of each line of a stream, in order."""

import json
from collections.abc import Iterable
from itertools import islice
from typing import TextIO

from detectors.negativity.scorer import NegativityScorer

_BATCH = 1_000


def score_lines(lines: Iterable[bytes], out: TextIO, scorer: NegativityScorer, *, explain: bool = False) -> None:
    """Write a number from 0 to 1 for each line, in order; the scores are there as soon as a batch is full.

    Every line is scored as English, whatever its language: one line in, one number out. Bytes that are not
    UTF-8 are read as the replacement character.

    Parameters
    ----------
    lines
        Lines with or without their end; an empty one is a text too.
    out
        Where the numbers go.
    scorer
        What scores.
    explain
        Write ``NUMBER<TAB>[[word, weight], …]`` instead, weights above 0 for negative.
    """
    source = iter(lines)
    while batch := list(islice(source, _BATCH)):
        texts = [line.rstrip(b"\r\n").decode("utf-8", errors="replace") for line in batch]
        scores = scorer.score_all(texts)
        for text, score in zip(texts, scores, strict=True):
            if explain:
                words = [[word, round(weight, 3)] for word, weight in scorer.explain(text)]
                out.write(f"{score:.6f}\t{json.dumps(words, ensure_ascii=False)}\n")
            else:
                out.write(f"{score:.6f}\n")
        out.flush()
