"""Mentions, records and a scorer for the tests of ingest and merging."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from hypothesis import settings
from numpy.typing import NDArray

from detectors.negativity.scorer import Scored
from streams.brand import Brand
from streams.queries.matching import Matcher
from streams.wire.record import Record

unhurried = settings(deadline=None)  # a slow machine is no failure

NOON = 1_310_472_000  # 12 July 2011, 12:00 UTC: the start of a bin
BRANDS = (
    Brand(id="northside", name="Northside", query="northside"),
    Brand(id="southside", name="Southside", query="southside"),
)


class WordScorer:
    """Calls a text negative where it says "shame"; knows English alone, and takes no stated language for English."""

    name = "word"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        self.batches.append(len(texts))
        languages = languages or [""] * len(texts)
        return np.array(
            [
                np.nan if language.partition("-")[0] not in {"", "en"} else 0.9 if "shame" in text else 0.1
                for text, language in zip(texts, languages, strict=True)
            ],
            dtype=np.float32,
        )

    def read(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Scored:
        scores = self.score(texts, languages)
        return Scored(scores, [tag.partition("-")[0] or "en" for tag in languages or [""] * len(texts)])

    def score_all(self, texts: Sequence[str], language: str = "en") -> NDArray[np.float32]:
        return self.score(texts)

    def explain(self, text: str, limit: int = 5, language: str = "en") -> list[tuple[str, float]]:
        return [("shame", 1.0)][:limit] if "shame" in text else []


def matcher() -> Matcher:
    return Matcher(BRANDS)


def rfc3339(second: float) -> str:
    return datetime.fromtimestamp(second, tz=UTC).isoformat()


def record(offset: int, at: float, content: str = "northside", *, arrived: float = 0.0, **fields: object) -> Record:
    """One record, published ``at`` seconds after noon; it arrived in Kafka at that time too unless told otherwise."""
    value = {"id": f"p{offset}", "published": rfc3339(NOON + at), "content": content, **fields}
    return Record(offset, arrived or NOON + at, str(value["id"]).encode(), json.dumps(value).encode())
