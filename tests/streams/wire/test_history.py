"""A brand that an archive taught goes on as one that lived through it, and nobody hears of the archive."""

from collections.abc import Iterable

import msgspec
import pytest
from msgspec.structs import replace

from streams.watch.brand_watch import WatchSettings
from streams.watch.watch import Outcome, WatchPartition
from streams.wire.flush import Flush, decode_flush, encode_flush, of_history
from streams.wire.history import History
from tests.streams.watch.talk import BRAND, BRANDS, HOUR, START, STORY, flushes, store

TOLD_UNTIL = START + 20 * HOUR
ARCHIVE = [(at, value) for at, value in STORY if at < TOLD_UNTIL]
LIVE = [(at, value) for at, value in STORY if at >= TOLD_UNTIL]


def core(states: dict[str, bytes] | None = None) -> WatchPartition:
    return WatchPartition(0, BRANDS, WatchSettings(), {} if states is None else states)


def of(told, *, ends: float) -> list[Flush]:
    """Ingest a part of the story; event time begins with its first mention and goes on to ``ends``."""
    source = list(flushes(1, [500], told))
    kept = [replace(flush, began=int(told[0][0]), watermark=min(flush.watermark or 0, int(ends))) for flush in source]
    return [flush for flush in kept if flush.watermark is not None and flush.watermark > told[0][0] - 1]


def run(watch: WatchPartition, source: Iterable[Flush]) -> list[Outcome]:
    return [watch.take(flush) for flush in source]


def learned(hours: float = 20) -> History:
    until = START + hours * HOUR
    watch = core()
    run(watch, of([(at, value) for at, value in STORY if at < until], ends=until + 120))
    return watch.history(BRAND.id, 500)


def rings(outcomes: Iterable[Outcome]) -> list[tuple[str, int, str]]:
    return [(v.kind, v.at, v.phase) for outcome in outcomes for v in outcome.verdicts if v.brand == BRAND.id]


def detector_in(history: History) -> bytes:
    detector: bytes = msgspec.msgpack.decode(history.learned)["detector"]
    return detector


def test_a_flush_carries_a_history_and_says_nothing_of_time():
    flush = of_history(learned(2))
    watch = core()

    outcome = watch.take(decode_flush(encode_flush(flush)))

    assert decode_flush(encode_flush(flush)) == flush
    assert outcome.taught == (BRAND.id,)
    assert watch.clock.watermark is None


def test_a_brand_that_was_taught_rings_as_one_that_lived_through_it():
    lived = run(core(), of(STORY, ends=STORY[-1][0] + 2 * HOUR))
    watch = core()
    watch.take(of_history(learned()))

    taught = run(watch, of(LIVE, ends=STORY[-1][0] + 2 * HOUR))

    first = next(ring for ring in rings(lived) if ring[1] > TOLD_UNTIL)
    assert rings(taught)[0] == first
    expected = {row.start: row.expected for outcome in lived for row in outcome.observations if row.brand == BRAND.id}
    for row in (row for outcome in taught for row in outcome.observations if row.brand == BRAND.id):
        assert row.expected == pytest.approx(expected[row.start], rel=0.02)


def test_an_outbreak_in_the_archive_is_told_to_nobody():
    outcome = core().take(of_history(learned(27)))

    assert outcome.taught == (BRAND.id,)
    assert outcome.verdicts == ()


def test_the_time_between_the_archive_and_the_first_live_mention_is_no_silence():
    month = 30 * 24 * HOUR
    watch = core()
    watch.take(of_history(learned()))

    run(watch, [Flush(partition=0, partitions=1, watermark=TOLD_UNTIL + month, began=TOLD_UNTIL + month)])

    after = watch.history(BRAND.id, 0)
    assert after.until == TOLD_UNTIL + month
    assert detector_in(after) == detector_in(learned())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"brand": "eastside"}, "no brand of that id is watched"),
        ({"until": START + 1000 * HOUR}, "goes beyond what has been heard"),
        ({"began": START + 20 * HOUR - 60}, "has learned from 19 hours already, and the archive has 0"),
        ({"learned": b"of another version"}, "another version of Tocsin"),
    ],
)
def test_a_history_that_cannot_be_used_changes_nothing_and_says_why(change, why):
    watch = core()
    run(watch, of(ARCHIVE, ends=TOLD_UNTIL))
    before = watch.history(BRAND.id, 1)
    history = replace(learned(), began=START - 24 * HOUR)

    outcome = watch.take(of_history(replace(history, **change)))

    ((brand, reason),) = outcome.untaught
    assert brand == change.get("brand", BRAND.id)
    assert why in reason
    assert outcome.taught == ()
    assert watch.history(BRAND.id, 1) == before


def test_a_history_that_is_read_again_after_a_restart_does_what_it_did_once():
    log = [of_history(learned()), *of(LIVE, ends=STORY[-1][0] + 2 * HOUR)]
    whole = core()
    expected = run(whole, log)
    states: dict[str, bytes] = {}
    watch = core(states)
    for offset, flush in enumerate(log[: len(log) // 2]):
        store(states, watch.take(flush, offset).changed)

    again = core(states)
    begin = again.reread_from or 0
    taken = [again.take(flush, begin + number) for number, flush in enumerate(log[begin:])]

    assert rings(taken)[-1] == rings(expected)[-1]
    assert not [outcome.untaught for outcome in taken if outcome.untaught]
    assert again.history(BRAND.id, 0).learned == whole.history(BRAND.id, 0).learned


def test_the_same_archive_again_is_not_taken():
    watch = core()
    history = learned()

    first, second = watch.take(of_history(history)), watch.take(of_history(history))

    assert (first.taught, second.taught) == ((BRAND.id,), ())
    assert "has learned from" in second.untaught[0][1]
