"""Figures of blame: texts of two parties written for it, and labelled tweets to firms, where there are any."""

import csv
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.simulation.benchmark.figures import Bench
from detectors.bench.aspect import AspectRow, measure_aspect
from detectors.bench.negativity import synthetic_texts
from detectors.negativity.accuracy import average_precision
from detectors.negativity.model import load_scorer
from detectors.post import NEGATIVE
from streams.brand import Brand
from streams.ingest.blame import scores_by_brand
from streams.ingest.parties import parties
from streams.queries.matching import Matcher

HINT = "give --data FOLDER, where FOLDER/airline/tweets.csv has the columns airline, sentiment and text"
_BATCH = 1000
_TEXTS = 20_000
_MADE_UP = Matcher([Brand(id="northside", name="Northside", query="northsidenhs OR ward OR staff OR parking OR gran")])
"""A brand that four in five of the made-up texts name."""


class TweetsRow(Struct, frozen=True, kw_only=True):
    """Tweets to one firm, or to all: average precision by the whole text and after the correction.

    Parameters
    ----------
    naming_others
        Tweets that name another party beside the firm.
    changed
        Tweets whose score was changed.
    changed_alone
        Tweets that name the firm alone and whose score was changed: none.
    """

    firm: str
    tweets: int
    naming_others: int
    changed: int
    changed_alone: int
    whole: float
    corrected: float
    whole_naming_others: float
    corrected_naming_others: float


class AspectFigures(Struct, frozen=True, kw_only=True):
    """Blame on texts of two parties, and what looking for it costs."""

    rows: tuple[AspectRow, ...]
    tweets: tuple[TweetsRow, ...]
    naming_others: float
    texts_per_s: float
    texts_per_s_corrected: float

    def shown(self) -> Iterator[RenderableType]:
        """Yield the tables and the speed."""
        table = Table(title="Blame: texts of two parties, of which one may be meant", title_justify="left")
        headings = ("half", "written as", "scored by", "texts", "AP", "found", "wronged", "told apart")
        for heading in headings:
            table.add_column(heading, justify="left" if heading in headings[:3] else "right")
        for row in self.rows:
            table.add_row(
                row.half, row.written_as, row.scored, str(row.texts),
                *(f"{value:.3f}" for value in (row.average_precision, row.found, row.wronged, row.told_apart)),
            )  # fmt: skip
        yield table
        if self.tweets:
            yield _tweets_table(self.tweets)
        else:
            yield f"No labelled tweets: {HINT}"
        yield (
            f"Texts a second of CPU, one in five negative, {self.naming_others:.0%} of them naming another party: "
            f"{self.texts_per_s:,.0f} by the whole text, {self.texts_per_s_corrected:,.0f} with the correction."
        )


def _tweets_table(rows: Sequence[TweetsRow]) -> Table:
    table = Table(title="Labelled tweets, average precision by the whole text → corrected", title_justify="left")
    for heading in ("firm", "tweets", "AP", "naming others", "AP of those", "changed", "of those naming nobody else"):
        table.add_column(heading, justify="left" if heading == "firm" else "right")
    for row in rows:
        table.add_row(
            row.firm, str(row.tweets), f"{row.whole:.4f} → {row.corrected:.4f}", str(row.naming_others),
            f"{row.whole_naming_others:.4f} → {row.corrected_naming_others:.4f}", str(row.changed),
            str(row.changed_alone),
        )  # fmt: skip
    return table


def measure_blame(bench: Bench) -> AspectFigures:
    """Measure on the texts that come with it, and on the tweets below the data folder."""
    bench.log("aspect: seconds")
    path = None if bench.data is None else bench.data / "airline" / "tweets.csv"
    texts = _ordinary(2_000 if bench.quick else _TEXTS)
    whole, corrected = _speeds(texts)
    return AspectFigures(
        rows=tuple(measure_aspect()),
        tweets=tuple(_tweets(path)) if path is not None and path.exists() else (),
        naming_others=sum(parties(text, [_MADE_UP.names(0)]) is not None for text in texts) / len(texts),
        texts_per_s=round(whole),
        texts_per_s_corrected=round(corrected),
    )


def _tweets(path: Path) -> Iterator[TweetsRow]:
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    scored: list[list[np.ndarray]] = []
    for firm in sorted({record["airline"] for record in records}):
        mine = [record for record in records if record["airline"] == firm]
        texts = [record["text"] for record in mine]
        scores, corrected, others = _corrected(texts)
        negative = np.array([record["sentiment"] == "negative" for record in mine])
        scored.append([negative, scores, corrected, others])
        yield _row(firm, *scored[-1])
    yield _row("all", *(np.concatenate(parts) for parts in zip(*scored, strict=True)))


def _row(firm: str, negative: np.ndarray, scores: np.ndarray, corrected: np.ndarray, others: np.ndarray) -> TweetsRow:
    changed = scores != corrected
    return TweetsRow(
        firm=firm,
        tweets=len(scores),
        naming_others=int(others.sum()),
        changed=int(changed.sum()),
        changed_alone=int((changed & ~others).sum()),
        whole=average_precision(negative, scores),
        corrected=average_precision(negative, corrected),
        whole_naming_others=average_precision(negative[others], scores[others]),
        corrected_naming_others=average_precision(negative[others], corrected[others]),
    )


def _corrected(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the scores of the texts, those for the firm that most of them name, and which name others beside it."""
    handles = Counter(word.strip(".,:!?").lower() for text in texts for word in text.split() if word[:1] == "@")
    firm = handles.most_common(1)[0][0]
    matcher, scorer = Matcher([Brand(id="firm", name=firm, query=f'"{firm}"')]), load_scorer()
    scores = scorer.score_all(texts).astype(np.float64)
    own = scores.copy()
    english = ["en"] * len(texts)
    corrected = scores_by_brand(texts, scores.tolist(), [(0,)] * len(texts), matcher, scorer, languages=english)
    for place, (score,) in corrected.items():
        own[place] = score
    others = np.array([parties(text, [matcher.names(0)]) is not None for text in texts])
    return scores, own, others


def _ordinary(count: int) -> list[str]:
    """Return made-up texts of which one in five counts as negative."""
    texts = synthetic_texts(5 * count)
    scores = load_scorer().score_all(texts).tolist()
    negative = [text for text, score in zip(texts, scores, strict=True) if score >= NEGATIVE]
    calm = [text for text, score in zip(texts, scores, strict=True) if score < NEGATIVE]
    mixed = [[*calm[4 * place : 4 * place + 4], negative[place]] for place in range(min(len(calm) // 4, len(negative)))]
    return [text for five in mixed for text in five][:count]


def _speeds(texts: Sequence[str]) -> tuple[float, float]:
    """Return texts a second of this process's own time, without and with the correction; the best of three."""
    scorer = load_scorer()
    best = [float("inf"), float("inf")]
    for _ in range(3):
        for corrected in (False, True):
            begun = time.process_time()
            for begin in range(0, len(texts), _BATCH):
                batch = texts[begin : begin + _BATCH]
                scores = scorer.score_all(batch).tolist()
                if corrected:
                    scores_by_brand(batch, scores, [(0,)] * len(batch), _MADE_UP, scorer, languages=["en"] * len(batch))
            best[corrected] = min(best[corrected], time.process_time() - begun)
    return len(texts) / best[0], len(texts) / best[1]
