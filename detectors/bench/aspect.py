"""How well blame is put where it belongs: on texts of two parties, written for this, half of them never looked at.

``aspect_texts.tsv`` holds a text a line, with ``{a}`` and ``{b}`` for the parties, and whether it is against each. All
texts were written before the first line of ``aspect``; every second one (``build``) was looked at while it was written,
the others (``judge``) were not.
"""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

import numpy as np
from msgspec import Struct

from detectors.negativity.accuracy import average_precision
from detectors.negativity.aspect import Place, read, settle
from detectors.negativity.model import load_scorer
from detectors.negativity.scorer import NegativityScorer
from detectors.post import NEGATIVE

_NAMES: Mapping[str, Mapping[str, str]] = {
    "handles": {"a": "@northside", "b": "@westline"},
    "names": {"a": "Northside", "b": "Westline"},
}


class AspectText(Struct, frozen=True, kw_only=True):
    """One text, where it names its two parties, and whether it is against each."""

    text: str
    places: tuple[Place, ...]
    against: tuple[bool, bool]


class AspectRow(Struct, frozen=True, kw_only=True):
    """One way to score, on one half of the texts.

    Parameters
    ----------
    average_precision
        Of the parties that a text is against, among all parties of all texts.
    found, wronged
        Share counted as negative of the parties that a text is against, and of the others.
    told_apart
        Where a text is against one of its two: how often that one's score is the higher, ties as a half.
    """

    texts: int
    half: str
    written_as: str
    scored: str
    average_precision: float
    found: float
    wronged: float
    told_apart: float


def aspect_texts(half: str, written_as: str) -> list[AspectText]:
    """Return the texts of one half, with the parties' ``handles`` or ``names`` in their places."""
    names = _NAMES[written_as]
    lines = files("detectors.bench").joinpath("aspect_texts.tsv").read_text(encoding="utf-8").splitlines()[1:]
    texts = []
    for line in lines:
        of_half, _, against_a, against_b, pattern = line.split("\t")
        if of_half == half:
            text, places = _written(pattern, names)
            texts.append(AspectText(text=text, places=places, against=(against_a == "1", against_b == "1")))
    return texts


def _written(pattern: str, names: Mapping[str, str]) -> tuple[str, tuple[Place, ...]]:
    text, places = "", []
    for piece in re.split(r"(\{[ab]\})", pattern):
        name = names.get(piece[1:2]) if piece in {"{a}", "{b}"} else None
        if name is not None:
            places.append(Place(len(text), len(text) + len(name), "ab".index(piece[1])))
        text += piece if name is None else name
    return text, tuple(places)


def measure_aspect() -> list[AspectRow]:
    """Score both halves by the whole text, and party by party."""
    scorer = load_scorer()
    rows = []
    for half in ("build", "judge"):
        for written_as in _NAMES:
            texts = aspect_texts(half, written_as)
            whole = scorer.score_all([each.text for each in texts]).tolist()
            alike = [(score, score) for score in whole]
            apart = [_settled(scorer, each, score) for each, score in zip(texts, whole, strict=True)]
            rows += [
                _row(texts, scores, half, written_as, scored)
                for scored, scores in (("the whole text", alike), ("each party", apart))
            ]
    return rows


def _settled(scorer: NegativityScorer, each: AspectText, whole: float) -> tuple[float, ...]:
    if whole < NEGATIVE:
        return (whole, whole)
    aspects = read(each.text, each.places, 2)
    return settle(whole, scorer.score(aspects.parts, ["en", "en"]).tolist(), aspects.cues)


def _row(
    texts: Sequence[AspectText], scores: Sequence[Sequence[float]], half: str, written_as: str, scored: str
) -> AspectRow:
    against = np.array([each.against for each in texts])
    values = np.array(scores)
    one = against.sum(axis=1) == 1
    gaps = np.where(against[one, 0], 1, -1) * (values[one, 0] - values[one, 1])
    return AspectRow(
        texts=len(texts),
        half=half,
        written_as=written_as,
        scored=scored,
        average_precision=average_precision(against.ravel(), values.ravel()),
        found=float((values[against] >= NEGATIVE).mean()),
        wronged=float((values[~against] >= NEGATIVE).mean()),
        told_apart=float((gaps > 0).mean() + (gaps == 0).mean() / 2),
    )
