"""What was not heard is no calm: stories of two sources, one of which falls silent, or gives a sample."""

import random
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from detectors.not_heard import NotHeard
from detectors.verdict import Verdict
from streams.ingest.ingest import PartitionIngest
from streams.queries.matching import Matcher
from streams.watch.brand_watch import WatchSettings
from streams.watch.watch import WatchPartition
from streams.wire.flush import Flush, of_hearing
from streams.wire.observation_row import ObservationRow
from streams.wire.record import Record
from streams.wire.source_read import SourceRead
from tests.streams.watch.talk import BRAND, START, AngerScorer, watched

HOUR, DAY = 3600, 86_400
NET, SHOP = 0.5, 0.25
"""Posts a minute of two sources; Tocsin listens to ``net`` itself, others bring ``shop``."""
HOLE = (START + DAY + 12 * HOUR, START + DAY + 15 * HOUR)
REVOLT = HOLE[0] + HOUR
REVOLT_MIN = 3
ANGRY = 40
END = START + DAY + 18 * HOUR


class Story:
    """Posts of both sources, minute by minute, and what those who listen say of it."""

    def __init__(
        self, *, hole: bool = False, share: float = 1.0, angry: dict[str, int] | None = None, is_pushed: bool = True
    ) -> None:
        self._rng = random.Random(5)
        self._hole = hole
        self._share = share
        self._angry = angry or {}
        self._is_told = is_pushed
        self._number = 0

    def flushes(self) -> Iterator[Flush]:
        core = PartitionIngest(0, 1, Matcher([BRAND]), AngerScorer(), watch_partitions=1)
        if self._is_told and self._share < 1.0:
            yield of_hearing([NotHeard(source="net", kind="bluesky", since=START, share=self._share, why="sampled")])
        offset = 0
        for minute in range(START, END, 60):
            is_heard = not (self._hole and HOLE[0] <= minute < HOLE[1])
            values = [*self._posts(minute, is_heard=is_heard), self._post(minute + 59, "nobody", "shop", "")]
            core.take([Record(offset + n, 0.0, None, value) for n, value in enumerate(values)])
            offset += len(values)
            yield from core.flush(0.0)[0]
            if self._is_told and is_heard:
                yield of_hearing(
                    (), [SourceRead(source="net", kind="bluesky", until=minute + 60, read={"net": {minute: 9}})]
                )

    def _posts(self, minute: int, *, is_heard: bool) -> Iterator[bytes]:
        for source, a_minute in (("net", NET), ("shop", SHOP)):
            said = ["nice"] * int(self._rng.random() < a_minute)
            if 0 <= (number := (minute - REVOLT) // 60) < REVOLT_MIN:
                angry = self._angry.get(source, 0)
                said += ["angry"] * (angry * (number + 1) // REVOLT_MIN - angry * number // REVOLT_MIN)
            for text in said:
                is_given = is_heard or source != "net"
                if is_given and (source != "net" or self._rng.random() < self._share):
                    yield self._post(minute + self._rng.randrange(59), BRAND.id, source, text)

    def _post(self, at: int, brand: str, source: str, text: str) -> bytes:
        self._number += 1
        return msgspec.json.encode(
            {"id": f"m{self._number}", "published": f"{np.datetime64(at, 's')}Z", "content": f"{text} {brand}",
             "language": "en", "author": {"id": f"a{self._number}"}, "source": source}
        )  # fmt: skip


Told = tuple[list[Verdict], dict[int, ObservationRow]]


def lived(story: Story) -> Told:
    core = WatchPartition(0, [BRAND], WatchSettings(), {})
    verdicts: list[Verdict] = []
    rows: dict[int, ObservationRow] = {}
    for flush in story.flushes():
        outcome = core.take(flush)
        verdicts += outcome.verdicts
        rows |= {row.start: row for row in outcome.observations}
    return verdicts, rows


def due(told: Told, began: int, ended: int) -> float:
    """Return how many voices were due in a bin, on the mean of those in which somebody spoke."""
    return float(np.mean([row.expected for start, row in told[1].items() if began <= start < ended]))


@pytest.fixture(scope="module")
def plain() -> Told:
    return lived(Story())


@pytest.fixture(scope="module")
def silent() -> Told:
    return lived(Story(hole=True))


@pytest.fixture(scope="module")
def unsaid() -> Told:
    return lived(Story(hole=True, is_pushed=False))


def test_a_source_that_is_silent_for_three_hours_and_comes_back_rings_for_nobody(silent):
    assert silent[0] == []


def test_while_it_is_silent_less_is_due_and_nothing_of_that_is_learned(plain, silent, unsaid):
    meanwhile, back = (HOLE[0] + 600, HOLE[1]), (HOLE[1], HOLE[1] + 2 * HOUR)

    assert due(silent, *meanwhile) == pytest.approx(due(plain, *meanwhile) * SHOP / (NET + SHOP), rel=0.2)
    assert due(silent, *back) == pytest.approx(due(plain, *back), rel=0.05)
    # Without a word of it the three hours are learned as calm.
    assert due(unsaid, *back) < 0.9 * due(plain, *back)


def test_the_bins_say_how_much_was_heard(silent):
    parts = {row.heard for start, row in silent[1].items() if HOLE[0] + 300 <= start < HOLE[1]}

    assert all(part == pytest.approx(SHOP / (NET + SHOP), abs=0.1) for part in parts)
    assert {row.heard for start, row in silent[1].items() if start < HOLE[0] - 60} == {1.0}


def test_a_crisis_on_the_other_source_rings_meanwhile_and_says_what_was_not_heard():
    verdicts, _ = lived(Story(hole=True, angry={"shop": 60}))

    assert verdicts[0].kind == "crisis"
    assert REVOLT <= verdicts[0].at < REVOLT + 60 * REVOLT_MIN
    assert [(hole.source, hole.why, hole.until) for hole in verdicts[0].not_heard] == [("net", "silent", None)]
    ended = [hole for verdict in verdicts for hole in verdict.not_heard if hole.until is not None]
    assert all(HOLE[1] <= (hole.until or 0) <= HOLE[1] + 120 for hole in ended)


@pytest.mark.parametrize(("is_pushed", "rings"), [(True, True), (False, False)])
def test_of_a_sample_of_one_in_five_fewer_voices_make_a_floor(is_pushed, rings):
    """Forty angry voices are seven of this sample."""
    verdicts, rows = lived(Story(share=0.2, angry={"net": ANGRY}, is_pushed=is_pushed))

    assert sum(row.negatives for row in rows.values()) == 7

    assert bool(verdicts) is rings


def test_the_same_is_told_after_a_restart_in_the_hole():
    log = list(Story(hole=True, angry={"shop": 60}).flushes())
    in_the_hole = len(log) - 8 * HOUR // 60

    assert watched(log, restart_at=[in_the_hole]) == watched(log)
