"""Measures scorers side by side, here and now: ``python -m detectors.bench.negativity [DATA [LANGUAGE]]``.

Speed needs no data: it is taken on texts made up here. With a file of labelled texts (rows
``id<TAB>negative|neutral|positive<TAB>text``, or a CSV with the columns ``sentiment`` and ``text``) accuracy is
measured as well, the texts taken for of ``LANGUAGE`` (``en``). Of English VADER runs beside the product's scorer where
it is installed, and a logistic regression on TF-IDF where scikit-learn is (trained on half of the file, in place, and
measured on the other half with the rest).
"""

import csv
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from detectors.errors import DetectorsError, TocsinError
from detectors.negativity.accuracy import average_precision, calibration_error
from detectors.negativity.model import load_scorer
from detectors.negativity.text import encode

_BATCH = 1000
_SPEED_TEXTS = 20_000
_SLOW_TEXTS = 2_000

_OPENINGS = (
    "@northsidenhs",
    "so",
    "just",
    "honestly",
    "RT @someone:",
    "I'm",
    "the worst",
    "not",
    "thank you",
    "really",
)
_MIDDLES = (
    "waited five hours in A&E and nobody came",
    "the staff were lovely, but the parking is a joke",
    "cancelled my appointment AGAIN without a call",
    "opening the new ward on Monday at 9:30",
    "can't fault the nurses on ward 12",
    "is this what we pay for??",
    "see the full report https://example.org/report/2024",
    "love the new entrance #NorthsideTrust",
    "my gran was left in a corridor all night",
    "looking for volunteers this weekend",
)
_ENDINGS = (
    "!!!",
    ":(",
    "😡😡",
    "#shame",
    "...",
    "👏",
    "",
    "smh",
    "@bbcnews please look into this",
    "it's unbeliiiievable",
)


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One scorer's figures.

    Parameters
    ----------
    texts_per_s
        Texts scored in a second of this process's own time, on one core, in batches of 1,000.
    average_precision, calibration_error
        Of negative against the rest; ``None`` without labelled texts.
    """

    name: str
    texts_per_s: float
    average_precision: float | None = None
    calibration_error: float | None = None


class _LabelledTexts(Struct, frozen=True):
    texts: list[str]
    negative: list[bool]


Scores = Callable[[Sequence[str]], NDArray[np.floating]]


def synthetic_texts(count: int, seed: int = 0) -> list[str]:
    """Return texts of a tweet's length that nobody wrote."""
    random = np.random.default_rng(seed)
    return [
        f"{_OPENINGS[a]} {_MIDDLES[b]} {_MIDDLES[c]} {_ENDINGS[d]}" for a, b, c, d in random.integers(0, 10, (count, 4))
    ]


def read_texts(path: Path) -> _LabelledTexts:
    """Read labelled texts.

    Raises
    ------
    DetectorsError
        Where the file holds none.
    """
    texts: list[str] = []
    negative: list[bool] = []
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            for record in csv.DictReader(file):
                texts.append(record.get("text") or "")
                negative.append(record.get("sentiment") == "negative")
        else:
            for row in file:
                _, label, text = [*row.rstrip("\r\n").split("\t", 2), "", "", ""][:3]
                texts.append(text)
                negative.append(label == "negative")
    if not any(negative) or all(negative):
        raise DetectorsError(f"{path}: no negative or no other text; give rows of id<TAB>label<TAB>text, or a CSV")
    return _LabelledTexts(texts, negative)


def run(path: Path | None = None, language: str = "en") -> list[Row]:
    """Measure every scorer that is installed; the product's own first.

    Raises
    ------
    DetectorsError
        Where the file holds no labelled texts, or the language is not scored.
    """
    data = read_texts(path) if path else None
    rows = [_measure("tocsin", partial(load_scorer().score_all, language=language), data, _SPEED_TEXTS)]
    if language == "en" and (vader := _vader()):
        rows.append(_measure("vader", vader, data, _SLOW_TEXTS))
    if data:
        peer = _regression(data)
        if peer:
            rows.append(peer)
    return rows


def _vader() -> Scores | None:
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    analyzer = SentimentIntensityAnalyzer()

    def scores(texts: Sequence[str]) -> NDArray[np.floating]:
        return np.array([(1.0 - analyzer.polarity_scores(encode(text).decode())["compound"]) / 2.0 for text in texts])

    return scores


def _measure(name: str, score: Scores, data: _LabelledTexts | None, count: int) -> Row:
    speed = _speed(score, synthetic_texts(count))
    if data is None:
        return Row(name=name, texts_per_s=speed)
    scores, negative = np.asarray(score(data.texts), dtype=np.float64), np.array(data.negative)
    return Row(
        name=name,
        texts_per_s=speed,
        average_precision=average_precision(negative, scores),
        calibration_error=calibration_error(scores, negative),
    )


def _speed(score: Scores, texts: Sequence[str]) -> float:
    """Return the best of three passes, in texts a second of process time: what others do on the machine counts less."""
    score(texts[:_BATCH])
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        for begin in range(0, len(texts), _BATCH):
            score(texts[begin : begin + _BATCH])
        best = min(best, time.process_time() - begun)
    return len(texts) / best


def _regression(data: _LabelledTexts) -> Row | None:
    try:
        from sklearn.feature_extraction.text import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            TfidfVectorizer,
        )
        from sklearn.linear_model import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            LogisticRegression,
        )
    except ImportError:
        return None
    random = np.random.default_rng(0)
    half = random.random(len(data.texts)) < 0.5
    negative = np.array(data.negative)
    learned = [text for text, known in zip(data.texts, half, strict=True) if known]
    others = [text for text, known in zip(data.texts, half, strict=True) if not known]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    model = LogisticRegression(max_iter=300).fit(vectorizer.fit_transform(learned), negative[half])

    def score(texts: Sequence[str]) -> NDArray[np.floating]:
        return np.asarray(model.predict_proba(vectorizer.transform(texts))[:, 1], dtype=np.float64)

    return _measure("tf-idf, half of this file learned", score, _LabelledTexts(others, negative[~half].tolist()), 5_000)


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    try:
        rows = run(Path(arguments[0]) if arguments else None, *arguments[1:2])
    except (TocsinError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(f"{'scorer':36}{'AP':>8}{'ECE':>8}{'texts/s':>12}")  # noqa: T201
    for row in rows:
        precision = "–" if row.average_precision is None else f"{row.average_precision:.4f}"
        error_ = "–" if row.calibration_error is None else f"{row.calibration_error:.4f}"
        print(f"{row.name:36}{precision:>8}{error_:>8}{row.texts_per_s:>12,.0f}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
