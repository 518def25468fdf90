"""Who says nothing for long is not heard; who reads and matches nothing is."""

import pytest

from detectors.not_heard import NotHeard
from streams.watch.hearing import ABSENT_S, NAMES, SOURCES, Hearing
from streams.watch.source_watch import DAY_S, SELF_BRAND
from streams.watch.watch import WatchPartition
from streams.wire.flush import Flush, of_hearing
from streams.wire.source_read import SourceRead
from tests.streams.watch.talk import BRANDS, HOUR, SETTINGS

NOON = 1_700_000_000 - 1_700_000_000 % 60
LATER = NOON + 2 * DAY_S


def said(until: int, source: str = "net", **posts: int) -> SourceRead:
    read = {name: {(NOON + until) // 60 * 60: number} for name, number in posts.items()}
    return SourceRead(source=source, kind="bluesky", until=NOON + until, read=read)


def listened(*moments: int, then: int) -> tuple[NotHeard, ...]:
    hearing = Hearing()
    for at in moments:
        hearing.take((), [said(at, bluesky=3)])
        hearing.advance(NOON + at)
    hearing.advance(NOON + then)
    return hearing.between(0, NOON + then + 1)


def test_a_source_of_which_nothing_is_said_any_more_is_not_heard():
    assert listened(*range(0, 600, 15), then=585 + ABSENT_S) == ()
    assert listened(*range(0, 600, 15), then=586 + ABSENT_S) == (
        NotHeard(source="net", kind="bluesky", since=NOON + 585, why="silent"),
    )


def test_it_is_heard_again_when_it_is_spoken_of_again_and_whoever_listens_says_more():
    hearing = Hearing()
    hearing.take((), [said(0)])
    hearing.advance(NOON + 1800)
    hearing.take((), [said(1860)])
    [ended] = hearing.between(0, LATER)
    better = NotHeard(source="net", kind="bluesky", since=NOON + 10, until=NOON + 1861, why="silent", fetched=7)
    hearing.take([better], ())
    [filled] = hearing.between(0, LATER)

    assert (ended.since, ended.until, ended.fetched) == (NOON, NOON + 1860, None)
    assert filled == better


def test_one_that_pushes_when_it_has_something_is_not_missed():
    hearing = Hearing()
    hearing.take((), [SourceRead(source="suite", kind="meltwater", read={"twitter": {NOON: 3}})])
    hearing.advance(NOON + DAY_S)

    assert hearing.between(0, LATER) == ()


def test_a_name_that_is_silent_since_nobody_listens_is_told_of_once():
    silence = NotHeard(source="bluesky", since=NOON, why="silent")
    hearing = Hearing()
    hearing.take((), [said(0, bluesky=3)])
    hearing.advance(NOON + 1800)
    hearing.miss([silence])
    assert [hole.source for hole in hearing.between(0, LATER)] == ["net"]

    elsewhere = Hearing()
    elsewhere.miss([silence])
    assert elsewhere.between(0, NOON + HOUR) == (silence,)


def test_it_stays_within_bounds_and_survives_a_restart():
    hearing = Hearing()
    for number in range(3 * SOURCES):
        names = {f"n{number}-{k}": 20_000 for k in range(2 * NAMES)}
        hearing.take((), [said(number, f"s{number}", **names)])
    hearing.advance(NOON + HOUR)
    again = Hearing(hearing.to_bytes())

    assert again.to_bytes() == hearing.to_bytes()
    assert again.between(0, LATER) == hearing.between(0, LATER) != ()
    assert len(hearing.to_bytes()) < SOURCES * (NAMES + 5) * 40


def days(*, heard: bool, reads: bool) -> list[Flush]:
    """Return five days in which a source that matches nothing reads every ten minutes, and one in which it does not."""
    flushes = []
    for at in range(NOON, NOON + 6 * DAY_S, 600):
        beats: dict[str, tuple[int, ...]] = {"tocsin": (at,)}
        if heard:
            beats["bluesky"] = (at,)
        flushes.append(Flush(partition=0, partitions=1, watermark=at + 60, began=NOON, heard=beats))
        if reads and at < NOON + 5 * DAY_S:
            flushes.append(of_hearing((), [SourceRead(source="net", kind="bluesky", read={"bluesky": {at: 5000}})]))
    return flushes


@pytest.mark.parametrize(("reads", "silent"), [(True, ["bluesky"]), (False, [])])
def test_the_alarm_hears_what_was_read_and_left_out_and_takes_no_heartbeat_for_a_source(reads, silent):
    core = WatchPartition(0, (*BRANDS, SELF_BRAND), SETTINGS, {})

    told = [verdict for flush in days(heard=False, reads=reads) for verdict in core.take(flush).verdicts]

    assert [verdict.kind for verdict in told] == ["source_silent"] * len(silent)
    assert [hole.source for hole in core._hearing.between(NOON, NOON + 6 * DAY_S)] == silent


def test_a_source_that_a_version_before_took_heartbeats_for_is_forgotten():
    core = WatchPartition(0, (SELF_BRAND,), SETTINGS, {})
    for flush in days(heard=True, reads=False):
        core.take(flush)

    assert set(core._sources.sources) == {"bluesky"}
