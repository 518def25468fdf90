"""One source on its way: nothing is lost, whatever upstream, Kafka or we do wrong."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.errors import KafkaUnavailableError
from streams.mention import Mention
from streams.sources.checkpoint import decode_checkpoint, encode_checkpoint
from streams.sources.runner import BOUNDS
from streams.sources.sent_ids import SentIds
from streams.sources.source import Batch, Health
from tests.streams.sources.memory_outlet import MemoryOutlet
from tests.streams.sources.running import QUICK, Run
from tests.streams.sources.scripted import ScriptedSettings, ScriptedSource
from tests.streams.sources.scripted.writing import faulty, said, script


def at_end(source: ScriptedSource, outlet: MemoryOutlet, lines: int) -> Callable[[], bool]:
    return lambda: bool(outlet.saved) and outlet.saved[-1].position == {"line": lines}


async def test_what_matches_goes_on_and_the_rest_is_counted(tmp_path):
    source = script(tmp_path, said("a"), said("b", "of the weather"), {"refuse": "<html>"}, said("c"))
    outlet = MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 4))

    assert outlet.ids == ["a", "c"]
    assert [refused.data for refused in outlet.refused] == [b"<html>"]
    counts = outlet.saved[-1].counts
    assert (counts.received, counts.matched, counts.emitted, counts.dropped, counts.refused) == (3, 2, 2, 1, 1)


async def test_all_goes_on_where_all_is_to_be_kept(tmp_path):
    source = script(tmp_path, said("a"), said("b", "of the weather"), {"delete": "z"})
    outlet = MemoryOutlet()

    async with Run(source, outlet, keep_all=True) as run:
        await run.until(at_end(source, outlet, 3))

    assert outlet.ids == ["a", "b", "z"]


class NotingSource(ScriptedSource):
    """A script that notes what of it goes on."""

    noted: tuple[str, ...] = ()

    def note_sent(self, mentions: Sequence[Mention]) -> None:
        self.noted = (*self.noted, *(mention.id for mention in mentions))


async def test_a_source_that_wants_to_know_is_told_which_of_its_posts_go_on(tmp_path):
    lines = [said("a"), said("b", "of the weather"), said("c"), {"delete": "a"}, {"delete": "b"}]
    script(tmp_path, *lines)
    source = NotingSource("script", ScriptedSettings(script=str(tmp_path / "script.jsonl")))
    outlet = MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 5))

    assert list(source.noted) == outlet.ids == ["a", "c", "a"]


async def test_a_take_down_goes_on_only_of_what_was_sent(tmp_path):
    source = script(tmp_path, said("a"), said("b", "of the weather"), {"delete": "a"}, {"delete": "b"}, {"delete": "c"})
    outlet = MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 5))

    assert [(mention.id, mention.deleted) for mention in outlet.settled] == [("a", False), ("a", True)]
    assert (outlet.saved[-1].counts.deleted, outlet.saved[-1].counts.deleted_unknown) == (1, 2)


async def test_an_edit_that_speaks_of_nobody_any_more_replaces_what_was_sent(tmp_path):
    source = script(tmp_path, said("a"), said("a", "of the weather"))
    outlet = MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 2))

    assert [mention.content for mention in outlet.settled] == ["northside closes its ward", "of the weather"]


async def test_no_checkpoint_is_saved_before_kafka_has_what_it_stands_for(tmp_path):
    source = script(tmp_path, *faulty(60, seed=3))
    outlet = MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(lambda: source.health().state == "live" and len(outlet.saved) > 5)

    assert set(outlet.settled_at_save) == {0}
    assert all(position in [saved.position for saved in outlet.saved] for position in source.acknowledged)


async def test_ids_are_remembered_before_the_posts_are_sent(tmp_path):
    source, outlet = script(tmp_path, said("a")), MemoryOutlet()
    outlet.fails_at = {"put"}
    run = Run(source, outlet)

    with pytest.raises(KafkaUnavailableError):
        await run.runner.run(run.stop)

    assert "a" in SentIds.read(source.id, outlet.rows)


@given(st.integers(0, 10_000), st.lists(st.sampled_from(["remember", "put", "settle", "save"]), max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_fails_kafka_has_exactly_the_scripts_posts(tmp_path_factory, seed, failures):
    lines = faulty(40, seed=seed)
    source = script(tmp_path_factory.mktemp("script"), *lines, most=5)
    outlet = MemoryOutlet()
    for failure in [*failures, ""]:
        outlet.fails_at = {failure} - {""}
        last = decode_checkpoint("s", encode_checkpoint(outlet.saved[-1])) if outlet.saved else None
        run = Run(source, outlet, checkpoint=last)
        if isinstance(error := await run.ended(at_end(source, outlet, len(lines))), BaseException):
            assert isinstance(error, KafkaUnavailableError)

    assert {m.id for m in outlet.settled if not m.deleted} == {f"s{n}" for n in range(40)}
    gone = {line["delete"] for line in lines if "delete" in line and "never" not in line["delete"]}
    assert {m.id for m in outlet.settled if m.deleted} == gone


async def test_what_upstream_asks_to_wait_is_waited_and_told(tmp_path):
    source, outlet = script(tmp_path, said("a"), {"unavailable": 3000}, said("b")), MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(lambda: any(saved.health.state == "waiting" for saved in outlet.saved))

    told = outlet.saved[-1]
    assert outlet.ids == ["a"]
    assert (told.health.state, told.health.says) == ("waiting", "the script says: not now")
    assert told.position == {"line": 1}
    assert (told.counts.reconnects, told.counts.throttled_s) == (1, 3000)


async def test_a_source_that_cannot_go_on_fails_aloud_and_is_told_of_until_the_end(tmp_path):
    source, outlet = script(tmp_path, said("a"), {"error": "the key is refused: make another"}), MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(lambda: sum(saved.health.state == "failed" for saved in outlet.saved) > 2)
        assert not run.task.done()
        assert source.closed

    assert outlet.saved[-1].health.says == "the key is refused: make another"
    assert outlet.ids == ["a"]


async def test_a_source_that_gives_nothing_for_long_is_cut_off_and_opened_anew(tmp_path):
    source, outlet = script(tmp_path, said("a"), {"hang": 1}, said("b")), MemoryOutlet()

    async with Run(source, outlet, bounds=replace(QUICK, silent_s=0.05)) as run:
        await run.until(at_end(source, outlet, 3))

    assert "b" in outlet.ids
    assert len(source.opened) > 1
    assert outlet.saved[-1].counts.reconnects >= 1  # a busy machine takes as long, without a fault of the source


async def test_a_source_that_breaks_is_opened_anew_at_the_last_position(tmp_path):
    source, outlet = script(tmp_path, said("a"), {"breaks": "a bug"}, said("b")), MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 3))

    assert source.opened == [None, {"line": 1}]
    assert set(outlet.ids) == {"a", "b"}


async def test_a_hole_is_kept_with_the_checkpoint(tmp_path):
    source, outlet = script(tmp_path, {"hole": 600}, said("a")), MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 2))

    assert [hole.reason for hole in outlet.saved[-1].holes] == ["look_back"]
    assert outlet.saved[-1].counts.holes == 1


async def test_a_hole_is_told_to_the_watch_before_the_checkpoint_knows_of_it(tmp_path):
    source, outlet = script(tmp_path, {"hole": 600}, said("a")), MemoryOutlet()
    outlet.fails_at = {"tell"}
    failed = Run(source, outlet)
    with pytest.raises(KafkaUnavailableError):
        await failed.runner.run(failed.stop)
    assert outlet.saved == []

    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 2))

    assert [(hole.source, hole.kind, hole.why) for hole in outlet.not_heard] == [("script", "scripted", "look_back")]


async def test_a_source_that_is_waited_for_is_told_as_not_heard_and_as_fetched_when_it_is_back(tmp_path):
    lines = [said("a"), {"unavailable": 0.2}, said("b")]
    source, outlet = script(tmp_path, *lines), MemoryOutlet()

    async with Run(source, outlet, bounds=replace(QUICK, break_s=0.05)) as run:
        await run.until(lambda: any(hole.fetched is not None for hole in outlet.not_heard))

    told = [(hole.why, hole.until is None) for hole in outlet.not_heard]
    assert told[0] == ("silent", True)
    assert told[-1] == ("silent", False)
    assert len({hole.since for hole in outlet.not_heard}) == 1


async def test_a_source_that_is_heard_all_the_time_tells_of_nothing(tmp_path):
    source, outlet = script(tmp_path, *[said(f"p{number}") for number in range(20)], most=1), MemoryOutlet()

    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 20))

    assert outlet.not_heard == []


async def test_what_was_read_is_told_whether_it_matches_or_not(tmp_path):
    source, outlet = script(tmp_path, said("a"), said("b", "of the weather")), MemoryOutlet()

    async with Run(source, outlet, bounds=replace(QUICK, heartbeat_s=0.0)) as run:
        await run.until(lambda: sum(sum(minutes.values()) for one in outlet.read for minutes in one.read.values()) >= 2)

    assert {one.source for one in outlet.read} == {"script"}
    assert {name for one in outlet.read for name in one.read} == {"scripted"}
    assert all(one.until is not None for one in outlet.read)


async def test_counts_and_holes_go_on_from_the_checkpoint(tmp_path):
    source, outlet = script(tmp_path, {"hole": 600}, said("a"), said("b", "of the weather")), MemoryOutlet()
    async with Run(source, outlet) as run:
        await run.until(at_end(source, outlet, 3))
    before = outlet.saved[-1]

    async with Run(source, outlet, checkpoint=before) as run:
        await run.until(lambda: len(source.opened) == 2 and outlet.saved[-1].updated > before.updated)

    assert outlet.saved[-1].counts.received >= before.counts.received
    assert outlet.saved[-1].holes[: len(before.holes)] == before.holes


async def test_a_position_is_known_from_the_first_batch_on(tmp_path):
    source, outlet = script(tmp_path, said("a")), MemoryOutlet()

    async with Run(source, outlet, bounds=replace(BOUNDS, settle_s=10_000.0)) as run:
        await run.until(lambda: bool(outlet.saved))
        assert outlet.saved[0].position == {"line": 1}


async def test_a_stop_settles_what_was_sent(tmp_path):
    lines = [said(f"p{number}") for number in range(50)]
    source, outlet = script(tmp_path, *lines), MemoryOutlet()

    async with Run(source, outlet, bounds=replace(BOUNDS, settle_s=10_000.0)) as run:
        await run.until(lambda: source.health().state == "live")

    assert outlet.saved[-1].position == {"line": 50}
    assert len(set(outlet.ids)) == 50


async def test_a_large_checkpoint_is_written_less_often(tmp_path):
    source, outlet = script(tmp_path, *[said(f"p{number}") for number in range(20)], most=1), MemoryOutlet()

    async with Run(source, outlet, bounds=replace(BOUNDS, settle_s=0.0, report_s=0.0, bytes_per_s=0.001)) as run:
        await run.until(lambda: source.health().state == "live")
        assert len(outlet.saved) == 1


async def test_a_position_that_kafka_does_not_take_fails_that_source_and_loses_nothing(tmp_path):
    source, outlet = script(tmp_path, *[said(f"p{number}") for number in range(20)], most=1), MemoryOutlet()
    outlet.most_bytes = 0

    async with Run(source, outlet) as run:
        await run.until(lambda: run.runner.health().state == "failed" or run.task.done())
        outlet.most_bytes = 1_000_000
        await run.until(lambda: bool(outlet.saved))

    assert outlet.saved[-1].position is None
    assert "more than Kafka takes" in outlet.saved[-1].health.says


class Quiet:
    """A source that is heard and says nothing."""

    id, kind = "quiet", "quiet"

    def __init__(self, *, is_backfill: bool = False) -> None:
        self.is_backfill = is_backfill

    async def check(self) -> list[Any]:
        return []

    async def open(self, position: object) -> None: ...

    async def read(self) -> Batch:
        await asyncio.sleep(0.001)
        return Batch(position={}, is_backfill=self.is_backfill)

    async def acknowledge(self, position: object) -> None: ...

    async def close(self) -> None: ...

    def health(self) -> Health:
        return Health(state="live")


async def test_event_time_goes_on_while_a_source_is_heard_and_says_nothing():
    outlet = MemoryOutlet()

    async with Run(Quiet(), outlet, bounds=replace(QUICK, heartbeat_s=0.0), now=lambda: 1_000_000.0) as run:
        await run.until(lambda: bool(outlet.beats))

    assert set(outlet.beats) == {1_000_000 - int(BOUNDS.behind_s)}


async def test_event_time_does_not_go_on_while_old_posts_are_fetched():
    outlet = MemoryOutlet()

    async with Run(Quiet(is_backfill=True), outlet, bounds=replace(QUICK, heartbeat_s=0.0)) as run:
        await run.until(lambda: len(outlet.saved) > 3)

    assert outlet.beats == []


async def test_sources_of_a_process_move_event_time_on_once_and_to_the_same_moments():
    moments: set[int] = set()

    def is_new(at: int) -> bool:
        is_first = at not in moments
        moments.add(at)
        return is_first

    one, other = MemoryOutlet(), MemoryOutlet()
    often = replace(QUICK, heartbeat_s=15.0)

    async with (
        Run(Quiet(), one, bounds=often, is_new_moment=is_new, now=lambda: 1_000_003.0) as first,
        Run(Quiet(), other, bounds=often, is_new_moment=is_new, now=lambda: 1_000_004.0) as second,
    ):
        await first.until(lambda: len(one.saved) > 3)
        await second.until(lambda: len(other.saved) > 3)

    assert one.beats + other.beats == [999_975]
