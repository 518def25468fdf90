"""``tocsin score``: the negativity of each line of a stream, in order."""

import json
import math
from collections.abc import Iterable
from itertools import islice
from typing import TextIO

from detectors.negativity.harm.harm import harm_of
from detectors.negativity.scorer import NegativityScorer
from detectors.negativity.spoken import ENGLISH

_BATCH = 1_000


STATED = "auto"
"""In place of a language: each line is scored in the one that it is told to be in."""


def score_lines(
    lines: Iterable[bytes],
    out: TextIO,
    scorer: NegativityScorer,
    language: str = "en",
    *,
    explain: bool = False,
    harm: bool = False,
) -> None:
    """Write a number from 0 to 1 for each line, in order; the scores are there as soon as a batch is full.

    Every line is taken for of the one language that is given: one line in, one number out. ``nan`` is written where a
    word list knows no word of a line, and, with ``auto``, where a line is in a language that is not scored, is not
    known, or is not understood. Bytes that are not UTF-8 are read as the replacement character.

    Parameters
    ----------
    lines
        Lines with or without their end; an empty one is a text too.
    out
        Where the numbers go.
    scorer
        What scores.
    language
        In two letters, or ``auto``: then ``NUMBER<TAB>LANGUAGE`` is written, the language empty where it is not known.
    harm
        Write behind the number, and behind the language, how surely the line reports harm to whomever it names, or asks
        for it (``detectors.negativity.harm``): from one half on it does; ``nan`` where a line is not read as English.
    explain
        Write ``[[word, weight], …]`` behind, weights above 0 for negative; ``[]`` where a word list made the score.

    Raises
    ------
    DetectorsError
        Where the language is not scored.
    """
    source = iter(lines)
    while batch := list(islice(source, _BATCH)):
        texts = [line.rstrip(b"\r\n").decode("utf-8", errors="replace") for line in batch]
        if language == STATED:
            read = scorer.read(texts)
            scores, languages = read.scores, read.languages
        else:
            scores, languages = scorer.score_all(texts, language), [language] * len(texts)
        for text, score, own in zip(texts, scores, languages, strict=True):
            cells = [f"{score:.6f}"]
            if language == STATED:
                cells.append(own)
            if harm:
                cells.append(f"{harm_of(text) if own == ENGLISH else math.nan:.6f}")
            if explain:
                found = [] if math.isnan(score) else scorer.explain(text, language=own)
                cells.append(json.dumps([[word, round(weight, 3)] for word, weight in found], ensure_ascii=False))
            out.write("\t".join(cells) + "\n")
        out.flush()
