"""What officers' marks are worth: labelled tweets to firms, of which some are marked and the rest are judged."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from rich.console import RenderableType
from rich.table import Table

from alerts.simulation.benchmark.aspect import HINT
from alerts.simulation.benchmark.figures import Bench, Figures, LeftOut
from detectors.negativity.accuracy import average_precision
from detectors.negativity.marks import BrandMarks, mark_of
from detectors.negativity.model import load_scorer
from detectors.post import NEGATIVE

_COUNTS = (20, 50, 200, 500)
_CHOICES = 8
_PAGE = 10
"""Posts marked between two looks at what the marks before have changed."""
_NEGATIVE_OF_PAGE = 0.75
"""Of the posts on an incident's page that are called negative: those are first in line there."""


class MarksRow(Struct, frozen=True, kw_only=True):
    """One firm after a number of marks; means over several choices of the tweets marked, on the tweets not marked.

    Parameters
    ----------
    before, after
        Average precision of negative tweets.
    least_gain
        In the choice where the marks did least.
    found_before, found_after, wronged_before, wronged_after
        Share called negative of those that are, and of the others.
    """

    firm: str
    marks: int
    before: float
    after: float
    least_gain: float
    found_before: float
    found_after: float
    wronged_before: float
    wronged_after: float


class MarksFigures(Struct, frozen=True):
    """All firms, by the number of marks."""

    rows: tuple[MarksRow, ...]

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        table = Table(
            title=f"Officers' marks: tweets not marked, before → after; mean of {_CHOICES} choices",
            title_justify="left",
        )
        for heading in ("firm", "marks", "AP", "gain", "least gain", "found", "wronged"):
            table.add_column(heading, justify="left" if heading == "firm" else "right")
        for row in self.rows:
            table.add_row(
                row.firm, str(row.marks), f"{row.before:.4f} → {row.after:.4f}", f"{row.after - row.before:+.4f}",
                f"{row.least_gain:+.4f}", f"{row.found_before:.3f} → {row.found_after:.3f}",
                f"{row.wronged_before:.3f} → {row.wronged_after:.3f}",
            )  # fmt: skip
        yield table


def measure_marks(bench: Bench) -> Figures:
    """Measure on the tweets below the data folder, or say what is missing."""
    path = None if bench.data is None else bench.data / "airline" / "tweets.csv"
    if path is None or not path.exists():
        return LeftOut(HINT)
    bench.log("marks: about a minute")
    return MarksFigures(tuple(_rows(path, bench.seed)))


def _rows(path: Path, seed: int) -> Iterator[MarksRow]:
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    for firm in sorted({record["airline"] for record in records}):
        mine = [record for record in records if record["airline"] == firm]
        texts = [record["text"] for record in mine]
        negative = np.array([record["sentiment"] == "negative" for record in mine])
        scores = load_scorer().score_all(texts).astype(np.float64)
        for count in _COUNTS:
            if count <= len(texts) // 4:
                yield _row(firm, texts, negative, scores, count, random=np.random.default_rng(seed))


def _row(
    firm: str,
    texts: list[str],
    negative: NDArray[np.bool_],
    scores: NDArray[np.float64],
    count: int,
    *,
    random: np.random.Generator,
) -> MarksRow:
    measured = []
    for _ in range(_CHOICES):
        marked = _on_pages(scores, count, random)
        rest = np.setdiff1d(np.arange(len(texts)), marked)
        marks = BrandMarks()
        for begin in range(0, count, _PAGE):
            page = marked[begin : begin + _PAGE]
            shown = marks.corrected(scores[page], [texts[index] for index in page])
            for index, score in zip(page.tolist(), shown.tolist(), strict=True):
                marks.take(str(index), mark_of(texts[index], score, negative=bool(negative[index])))
        after = marks.corrected(scores[rest], [texts[index] for index in rest])
        measured.append([*_judged(negative[rest], scores[rest]), *_judged(negative[rest], after)])
    values = np.array(measured)
    before, found_before, wronged_before, after_ap, found_after, wronged_after = values.mean(axis=0).tolist()
    return MarksRow(
        firm=firm,
        marks=count,
        before=before,
        after=after_ap,
        least_gain=float((values[:, 3] - values[:, 0]).min()),
        found_before=found_before,
        found_after=found_after,
        wronged_before=wronged_before,
        wronged_after=wronged_after,
    )


def _on_pages(scores: NDArray[np.float64], count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Choose tweets as an incident's page would: most of them called negative, as far as there are so many."""
    order = random.permutation(len(scores))
    called = order[scores[order] >= NEGATIVE][: round(_NEGATIVE_OF_PAGE * count)]
    others = order[scores[order] < NEGATIVE][: count - len(called)]
    return random.permutation(np.concatenate([called, others]))


def _judged(negative: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[float, float, float]:
    called = scores >= NEGATIVE
    return average_precision(negative, scores), float(called[negative].mean()), float(called[~negative].mean())
