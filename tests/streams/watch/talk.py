"""A day and more of talk about two brands with an outbreak in it, ingested and watched in memory."""

import random
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import numpy as np

from detectors.negativity.scorer import Scored
from detectors.verdict import Verdict
from streams.brand import Brand
from streams.ingest.ingest import PartitionIngest
from streams.queries.matching import Matcher
from streams.watch.brand_watch import WatchSettings
from streams.watch.watch import WatchPartition
from streams.wire.flush import Flush
from streams.wire.observation_row import ObservationRow
from streams.wire.record import Record

BRAND = Brand(id="northside", name="Northside", query="northside")
OTHER = Brand(id="southside", name="Southside", query="southside")
BRANDS = (BRAND, OTHER)
SETTINGS = WatchSettings()
START = 1_310_428_800
HOUR = 3600


class AngerScorer:
    """Calls a text negative that says so."""

    name = "anger"

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> np.ndarray:
        return np.array([0.9 if "angry" in text else 0.1 for text in texts], dtype=np.float32)

    def read(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Scored:
        may_report_harm = frozenset(place for place, text in enumerate(texts) if "raid" in text)
        return Scored(self.score(texts, languages), list(languages), may_report_harm)

    def score_all(self, texts: Sequence[str], language: str = "en") -> np.ndarray:
        return self.score(texts)

    def explain(self, text: str, limit: int = 5, language: str = "en") -> list[tuple[str, float]]:
        return []


COPIED = "angry that the ward was closed over night while nobody told those who had waited there for hours on end,"
"""Longer than what tells a copy: the number behind it makes no other text of it."""


def mention(number: int, at: float, text: str, brand: str, author: int | None = None) -> bytes:
    moment = np.datetime64(round(at * 1000), "ms")
    return msgspec.json.encode(
        {"id": f"m{number}", "published": f"{moment}Z", "content": f"{text} {brand} {number}", "language": "en",
         "author": {"id": f"a{number if author is None else author}"}, "source": "test"}
    )  # fmt: skip


def story(hours: int = 30, outbreak_at: float = 26.0) -> list[tuple[float, bytes]]:
    """Tell a day of ordinary talk, and an hour in which everybody is angry."""
    rng = random.Random(7)
    moments = [(rng.uniform(0, hours * HOUR), "nice", brand.id) for brand in BRANDS for _ in range(hours * 20)]
    moments += [(outbreak_at * HOUR + rng.uniform(0, HOUR), "angry", BRAND.id) for _ in range(400)]
    return [
        (START + at, mention(number, START + at, text, brand))
        for number, (at, text, brand) in enumerate(sorted(moments))
    ]


STORY = story()


def flushes(partitions: int, cuts: Sequence[int], told: Sequence[tuple[float, bytes]] = STORY) -> Iterator[Flush]:
    """Ingest the story in fetches of the sizes given, over and over, and let event time go on at the end."""
    cores = [
        PartitionIngest(p, partitions, Matcher(BRANDS), AngerScorer(), watch_partitions=1) for p in range(partitions)
    ]
    shares: list[list[bytes]] = [[] for _ in cores]
    for number, (_, value) in enumerate(told):
        shares[number % partitions].append(value)
    beginning, end = (
        mention(10**6, STORY[0][0], "", "nobody"),
        mention(10**6 + 1, STORY[-1][0] + 2 * HOUR, "", "nobody"),
    )
    shares = [[beginning, *share, end] for share in shares]
    done = [0] * partitions
    step = 0
    while any(done[p] < len(shares[p]) for p in range(partitions)):
        for p, core in enumerate(cores):
            size = cuts[step % len(cuts)]
            step += 1
            part = shares[p][done[p] : done[p] + size]
            core.take([Record(done[p] + i, 0.0, None, value) for i, value in enumerate(part)])
            done[p] += len(part)
            yield from core.flush(0.0)[0]


def store(states: dict[str, bytes], changed: dict[str, bytes | None]) -> None:
    for key, value in changed.items():
        if value is None:
            states.pop(key, None)
        else:
            states[key] = value


def watched(
    source: Iterable[Flush],
    *,
    restart_at: Iterable[int] = (),
    unstored: frozenset[int] = frozenset(),
    repeat: bool = False,
    settings: WatchSettings = SETTINGS,
    brands: Sequence[Brand] = BRANDS,
) -> tuple[list[Verdict], dict[tuple[str, int], ObservationRow]]:
    """Watch the flushes, and return what was told of each brand; what is told again must be equal.

    Before each flush in ``restart_at`` the worker dies, once for each time that it stands there, and where it stands
    in ``unstored`` as well, before that flush's predecessor was stored.
    """
    log = [flush for flush in source for _ in range(2 if repeat else 1)]
    deaths = sorted(restart_at)
    states: dict[str, bytes] = {}
    verdicts: dict[str, Verdict] = {}
    rows: dict[tuple[str, int], ObservationRow] = {}
    core = WatchPartition(0, brands, settings, states)
    at = core.reread_from or 0
    while at < len(log) or deaths:
        if deaths and at >= min(deaths[0], len(log)):
            deaths.pop(0)
            core = WatchPartition(0, brands, settings, states)
            at = core.reread_from or 0
            continue
        outcome = core.take(log[at], at)
        for verdict in outcome.verdicts:
            assert verdicts.setdefault(verdict.id, verdict) == verdict
        for row in outcome.observations:
            assert rows.setdefault((row.brand, row.start), row) == row
        at += 1
        if not (deaths and deaths[0] == at and at in unstored):
            store(states, outcome.changed)
    return list(verdicts.values()), rows


def told(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda v: (v.at, v.id))
