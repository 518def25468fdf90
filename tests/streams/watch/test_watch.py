"""Stage 2: the same mentions give the same verdicts, however they are cut, repeated or interrupted."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.decision.brand_detector import BrandDetector
from streams.brand import Brand
from streams.watch.brand_watch import BrandWatch, WatchSettings
from streams.watch.watch import Clock, WatchPartition
from streams.wire.flush import Flush
from tests.streams.watch.talk import BRAND, BRANDS, HOUR, OTHER, START, STORY, flushes, mention, store, told, watched


@pytest.fixture(scope="module")
def undisturbed():
    return watched(flushes(1, [50]))


def test_an_outbreak_rings_within_minutes_and_ends_when_it_is_calm(undisturbed):
    verdicts, _ = undisturbed

    first, last = verdicts[0], verdicts[-1]
    assert {v.brand for v in verdicts} == {"northside"}
    assert (first.kind, first.phase, last.phase) == ("crisis", "ringing", "calm")
    assert 0 < first.at - (START + 26 * HOUR) < 600
    assert first.negative_share > 0.5


def test_every_mention_is_counted_once(undisturbed):
    _, rows = undisturbed

    assert sum(row.mentions for row in rows.values()) == len(STORY)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    partitions=st.integers(1, 3),
    cuts=st.lists(st.integers(1, 400), min_size=1, max_size=4),
    restarts=st.frozensets(st.integers(0, 40), max_size=3),
    repeat=st.booleans(),
)
def test_partitions_cuts_restarts_and_repeats_change_nothing(undisturbed, partitions, cuts, restarts, repeat):
    verdicts, rows = watched(flushes(partitions, cuts), restart_at=restarts, repeat=repeat)

    assert told(verdicts) == told(undisturbed[0])
    assert rows == undisturbed[1]


def test_a_partition_that_has_not_spoken_holds_the_watch_up_and_an_empty_one_does_not():
    core = WatchPartition(0, BRANDS, WatchSettings(), {})
    spoken = next(iter(flushes(1, [200])))

    core.take(msgspec.structs.replace(spoken, partitions=2))
    waiting = core.clock.watermark
    core.take(Flush(partition=1, partitions=2, empty=True))
    core.take(Flush(partition=1, partitions=2, empty=True))

    assert waiting is None
    assert core.clock.watermark == spoken.watermark


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 900), st.booleans()), min_size=1),
    st.integers(0, 30),
)
def test_event_time_never_turns_back_whatever_partitions_are_added_or_found_empty(said, restart_at):
    clock, watermarks = Clock(), []
    for number, (partition, partitions, watermark, is_empty) in enumerate(said):
        told = {"empty": True} if is_empty else {"watermark": START + watermark}
        clock.take(Flush(partition=partition, partitions=max(partitions, partition + 1), **told))
        if number == restart_at:
            clock = msgspec.msgpack.decode(msgspec.msgpack.encode(clock), type=Clock)
        watermarks.append(clock.watermark)

    known = [watermark for watermark in watermarks if watermark is not None]
    assert known == sorted(known)
    assert None not in watermarks[len(watermarks) - len(known) :]


def test_a_partition_that_is_added_holds_event_time_until_it_has_spoken():
    clock = Clock()
    clock.take(Flush(partition=0, partitions=1, watermark=START + 100))

    clock.take(Flush(partition=0, partitions=2, watermark=START + 300))
    held = clock.watermark
    clock.take(Flush(partition=1, partitions=2, watermark=START + 50))
    behind = clock.watermark
    clock.take(Flush(partition=1, partitions=2, watermark=START + 200))

    assert (held, behind, clock.watermark) == (START + 100, START + 100, START + 200)


def test_the_first_record_of_an_empty_partition_comes_before_what_was_read_after_it_closes_its_bin():
    clock = Clock()
    clock.take(Flush(partition=0, partitions=2, watermark=START))
    clock.take(Flush(partition=1, partitions=2, empty=True))
    clock.take(Flush(partition=1, partitions=2, empty=True))
    before = clock.watermark

    clock.take(Flush(partition=0, partitions=2, watermark=START + 9000))
    clock.take(Flush(partition=1, partitions=2, empty=True))
    found_empty_once = clock.watermark
    clock.take(Flush(partition=1, partitions=2, watermark=START + 5))

    assert (before, found_empty_once, clock.watermark) == (START, START, START + 5)


def test_a_clock_that_an_earlier_version_stored_goes_on_where_it_was():
    stored = msgspec.msgpack.encode({"fronts": {0: START}, "empty": [0, 1], "partitions": 2, "began": {0: START - 60}})

    assert msgspec.msgpack.decode(stored, type=Clock).watermark == START


def test_the_work_does_not_grow_with_a_gap_that_one_record_claims(monkeypatch):
    taught: list[tuple[int, int]] = []
    monkeypatch.setattr(BrandDetector, "learn_quiet", lambda *told: taught.append(told[1:]))
    watch = BrandWatch(BRAND, WatchSettings(), 946_684_800)

    list(watch.advance(START, 0))

    assert [bins for _, bins in taught] == [8 * 7 * 1440]
    assert taught[0][0] + 60 * taught[0][1] == watch.closed_until == START - 60


def test_what_a_brand_has_learned_outlives_a_partition_that_is_added():
    core = WatchPartition(0, BRANDS, WatchSettings(), {})
    rows = [row for flush in flushes(1, [50]) for row in core.take(flush).observations]
    reached = core.clock.watermark

    added = core.take(Flush(partition=1, partitions=2, watermark=START, began=START))

    assert len(rows) > 100
    assert (added.observations, core.clock.watermark) == ((), reached)


def test_what_was_read_is_as_old_as_the_partition_that_was_read_longest_ago():
    core = WatchPartition(0, BRANDS, WatchSettings(), {})

    told = [
        core.take(Flush(partition=partition, partitions=2, empty=True, read_at=at)).read_at
        for partition, at in ((0, 100.0), (1, 90.0), (0, 160.0), (1, 150.0), (1, 90.0))
    ]

    assert told == [0.0, 90.0, 90.0, 150.0, 150.0]


def test_a_snapshot_of_a_brand_that_is_no_longer_watched_is_counted_and_dropped():
    core = WatchPartition(0, (OTHER,), WatchSettings(), {})

    outcome = core.take(next(iter(flushes(1, [200]))))

    assert outcome.unknown_brands > 0
    assert outcome.verdicts == ()


def test_one_author_who_is_angry_every_minute_is_no_crisis():
    quiet = [(at, value) for at, value in STORY if b"angry" not in value]
    angry = []
    for minute in range(90):
        at = START + 26 * HOUR + 60 * minute + 30.0
        value = mention(10**5 + minute, at, "angry", BRAND.id)
        angry.append((at, value.replace(f'"a{10**5 + minute}"'.encode(), b'"troll"')))

    verdicts, _ = watched(flushes(1, [200], sorted([*quiet, *angry])))

    assert verdicts == []


def brand_states(brands: Sequence[Brand], source: Sequence[Flush], states: dict[str, bytes]) -> WatchPartition:
    core = WatchPartition(0, brands, WatchSettings(), states)
    for flush in source[core.reread_from or 0 :]:
        store(states, core.take(flush).changed)
    return core


def test_a_brand_that_joins_is_new_and_one_that_was_silent_is_not():
    log = list(flushes(1, [50]))
    half = len(log) // 2
    joined: dict[str, bytes] = {}
    silent: dict[str, bytes] = {}
    brand_states([OTHER], log[:half], joined)
    unheard = [
        msgspec.structs.replace(f, snapshots=[s for s in f.snapshots if s.brand != BRAND.id]) for f in log[:half]
    ]
    brand_states(BRANDS, unheard, silent)

    ages = [
        brand_states(BRANDS, log[: half + 2], states)._watch(BRAND.id).detector.age_s for states in (joined, silent)
    ]

    assert ages[0] < 6 * HOUR
    assert ages[1] > 12 * HOUR


def test_what_was_not_heard_of_a_brand_that_comes_back_is_no_silence():
    log = list(flushes(1, [50]))
    third = len(log) // 3
    states: dict[str, bytes] = {}
    before = brand_states(BRANDS, log[:third], states)._watch(BRAND.id).detector.age_s
    brand_states([OTHER], log[: 2 * third], states)

    back = brand_states(BRANDS, log[: 2 * third + 2], states)._watch(BRAND.id).detector

    assert back.age_s < before + 6 * HOUR


def test_a_worker_that_stored_what_it_learned_and_not_yet_its_clock_learns_nothing_twice():
    log = list(flushes(2, [50]))
    states: dict[str, bytes] = {}
    core = WatchPartition(0, BRANDS, WatchSettings(), states)
    rows = [row for flush in log[:8] for row in core.take(flush).observations]
    core = WatchPartition(0, BRANDS, WatchSettings(), states)
    for flush in log[:8]:
        store(states, {key: value for key, value in core.take(flush).changed.items() if not key.startswith("@clock")})

    again = WatchPartition(0, BRANDS, WatchSettings(), states)
    told_again = [row for flush in log[:8] for row in again.take(flush).observations]

    assert len(rows) > 4
    assert told_again == []


def test_what_another_version_has_learned_is_told_and_learned_anew(monkeypatch):
    log = list(flushes(1, [50]))
    states: dict[str, bytes] = {}
    with monkeypatch.context() as patched:
        patched.setattr("detectors.decision.brand_detector.VERSION", 1)
        brand_states(BRANDS, log[:20], states)
    core = WatchPartition(0, BRANDS, WatchSettings(), states)

    outcomes = [core.take(flush) for flush in log[core.reread_from : 22]]

    assert sorted(brand for outcome in outcomes for brand in outcome.relearning) == ["northside", "southside"]
    assert outcomes[-1].observations
    assert core._watch(BRAND.id).detector.age_s < 8 * HOUR
