"""Another scorer reads: nothing rings for that, nothing is hidden by it, and a restart changes nothing."""

import random
from collections.abc import Iterator, Mapping

import msgspec
import pytest

from detectors.negativity.rates import BEFORE_IT_WAS_SAID, KNOWN, Rates
from streams.ingest.ingest import PartitionIngest
from streams.queries.matching import Matcher
from streams.watch.brand_watch import WatchSettings
from streams.watch.merged_bin import MergedBin
from streams.watch.read_by import Rescored
from streams.watch.watch import Outcome, WatchPartition
from streams.wire.flush import BinAuthor, Flush, Snapshot, decode_flush, encode_flush
from streams.wire.record import Record
from tests.streams.watch.talk import BRAND, BRANDS, HOUR, START, AngerScorer, mention, store

KNOWN_TOO = {
    **KNOWN,
    "calm": {"en": Rates(0.6, 0.1, 4000, 4000)},
    "stern": {"en": Rates(0.8, 0.3, 4000, 4000)},
}
SHARES = {"": 0.15, "calm": 0.15, "stern": 0.35}
"""What the two measure of the same talk, a tenth of which is negative; who does not say his name is calm."""
UPGRADE = START + 30 * HOUR


def snapshot(at: int, readings: int, negatives: int, offset: int, partition: int = 0) -> Snapshot:
    first = 10**9 * partition + 100 * (at - START)
    return Snapshot(
        brand=BRAND.id, start=at, first_offset=offset, last_offset=offset,
        mentions=(readings,), negatives=(negatives,),
        authors=tuple(
            BinAuthor(author=first + i, first_s=0, first_negative_s=0 if i < negatives else -1,
                      first_scored_s=0, text=first + i)
            for i in range(readings)
        ),
    )  # fmt: skip


def log(hours: int, upgrade: Mapping[int, int], *, angry_from: int | None = None, by: str = "calm") -> Iterator[Flush]:
    """Tell hours of even talk on two source partitions; each is read by "stern" from its moment of ``upgrade`` on."""
    rng = random.Random(4)
    for number in range(hours * 60):
        at = START + 60 * number
        for partition in range(2):
            scorer = "stern" if at >= upgrade.get(partition, at + 1) else by
            is_angry = angry_from is not None and at >= angry_from
            readings = sum(rng.random() < 0.5 for _ in range(8)) * (4 if is_angry else 1)
            share = 0.85 if is_angry else SHARES[scorer]
            told = snapshot(at, readings, sum(rng.random() < share for _ in range(readings)), number + 1, partition)
            yield Flush(partition=partition, partitions=2, watermark=at + 60, began=START, snapshots=(told,),
                        scorer=scorer)  # fmt: skip


def core(states: dict[str, bytes] | None = None, known=KNOWN_TOO) -> WatchPartition:
    return WatchPartition(0, BRANDS, WatchSettings(), {} if states is None else states, known)


def run(flushes: Iterator[Flush], known=KNOWN_TOO) -> list[Outcome]:
    watch = core(known=known)
    return [watch.take(flush) for flush in flushes]


def rings(outcomes: list[Outcome]) -> list[int]:
    return [verdict.at for outcome in outcomes for verdict in outcome.verdicts if verdict.brand == BRAND.id]


def expected(outcomes: list[Outcome], at: int) -> float:
    return next(row.expected_share for outcome in outcomes for row in outcome.observations if row.start == at)


def rescored(outcomes: list[Outcome]) -> list[Rescored]:
    return [one for outcome in outcomes for one in outcome.rescored]


def test_the_share_goes_over_to_the_new_scorer_with_its_first_bin():
    outcomes = run(log(33, {0: UPGRADE, 1: UPGRADE}))

    assert rescored(outcomes) == [Rescored(BRAND.id, "calm", "stern", known=True)]
    assert expected(outcomes, UPGRADE - 60) == pytest.approx(0.15, abs=0.03)
    assert expected(outcomes, UPGRADE) == pytest.approx(0.35, abs=0.04)
    assert rings(outcomes) == []


def test_a_crisis_after_the_upgrade_is_told():
    outcomes = run(log(32, {0: UPGRADE, 1: UPGRADE}, angry_from=UPGRADE + HOUR))

    assert UPGRADE + HOUR <= rings(outcomes)[0] <= UPGRADE + HOUR + 600


def test_while_one_of_two_workers_is_new_the_share_goes_over_once_and_the_rest_is_reckoned_over():
    outcomes = run(log(36, {1: UPGRADE}))

    assert len(rescored(outcomes)) <= 1
    after = SHARES["stern" if rescored(outcomes) else "calm"]
    assert expected(outcomes, UPGRADE + 5 * HOUR) == pytest.approx(after, abs=0.04)
    assert rings(outcomes) == []


def test_an_unknown_scorer_is_told_once_and_rings_at_nobody():
    known = {name: rates for name, rates in KNOWN_TOO.items() if name != "stern"}

    outcomes = run(log(40, {0: UPGRADE, 1: UPGRADE + 300}), known)

    assert rescored(outcomes) == [Rescored(BRAND.id, "calm", "stern", known=False)]
    assert expected(outcomes, UPGRADE + 9 * HOUR) == pytest.approx(0.35, abs=0.06)
    assert rings(outcomes) == []


def test_a_brand_that_nothing_was_read_of_takes_its_first_scorer_for_its_own():
    assert rescored(run(log(2, {}))) == []


def test_what_says_no_scorer_was_read_by_that_of_the_releases_before():
    outcomes = run(log(31, {0: UPGRADE, 1: UPGRADE}, by=""), {**KNOWN_TOO, BEFORE_IT_WAS_SAID: KNOWN_TOO["calm"]})

    assert rescored(outcomes) == [Rescored(BRAND.id, BEFORE_IT_WAS_SAID, "stern", known=True)]


def test_a_state_of_a_release_before_is_of_its_scorer():
    states: dict[str, bytes] = {}
    flushes = list(log(31, {0: UPGRADE, 1: UPGRADE}))
    before = [flush for flush in flushes if (flush.watermark or 0) <= UPGRADE]
    watch = core(states)
    for flush in before:
        store(states, watch.take(msgspec.structs.replace(flush, scorer="")).changed)
    row = msgspec.msgpack.decode(states[BRAND.id])
    row.pop("read_by", None)
    states[BRAND.id] = msgspec.msgpack.encode(row)

    again = core(states, {**KNOWN_TOO, BEFORE_IT_WAS_SAID: KNOWN_TOO["calm"]})
    begin = again.reread_from or 0
    outcomes = [again.take(flush, begin + i) for i, flush in enumerate([*before[begin:], *flushes[len(before) :]])]

    assert {one.before for one in rescored(outcomes)} <= {BEFORE_IT_WAS_SAID, "calm"}
    assert expected(outcomes, UPGRADE + 600) == pytest.approx(0.35, abs=0.04)


def test_a_restart_in_the_middle_of_an_upgrade_changes_nothing():
    flushes = list(log(31, {0: UPGRADE, 1: UPGRADE + 180}))
    whole = run(iter(flushes))
    states: dict[str, bytes] = {}
    watch, taken = core(states), {}
    middle = 2 * 30 * 60 + 3
    for offset, flush in enumerate(flushes[:middle]):
        outcome = watch.take(flush, offset)
        store(states, outcome.changed)
        taken.update({row.start: row for row in outcome.observations})
    watch = core(states)
    begin = watch.reread_from or 0
    for offset in range(begin, len(flushes)):
        taken.update({row.start: row for row in watch.take(flushes[offset], offset).observations})

    assert taken == {row.start: row for outcome in whole for row in outcome.observations}


def test_a_bin_knows_by_whom_each_part_of_it_was_read():
    merged = MergedBin(START)
    merged.add(snapshot(START, 6, 1, 1), 0, "calm")
    merged.add(snapshot(START, 2, 1, 1), 1, "stern")
    merged.add(snapshot(START, 4, 1, 1), 2, "")

    assert merged.read_by() == {"calm": 0.5, "stern": pytest.approx(1 / 6), BEFORE_IT_WAS_SAID: pytest.approx(1 / 3)}
    merged.add(msgspec.structs.replace(snapshot(START, 3, 1, 1), last_offset=9), 0, "stern")
    assert merged.read_by().keys() == {"stern", BEFORE_IT_WAS_SAID}


def test_a_flush_says_by_whom_its_mentions_were_read():
    ingest = PartitionIngest(0, 1, Matcher(BRANDS), AngerScorer())
    ingest.take([Record(0, 0.0, None, mention(1, START, "nice", BRAND.id))])

    (first,), (second,) = ingest.flush(0.0)[0], ingest.flush(0.0)[0]

    assert decode_flush(encode_flush(first)).scorer == "anger"
    assert second.scorer == ""
