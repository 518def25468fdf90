"""Sources on Kafka: shared out, taken over, gone on with, and never with two writers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from streams.brand import Brand
from streams.connectors.heartbeat import SOURCE as OURSELVES
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import FENCED
from streams.kafka.topics import CHECKPOINTS, DEAD_LETTERS, MENTIONS
from streams.mention import Mention, decode_mention
from streams.queries.matching import Matcher
from streams.sources.checkpoint import Checkpoint, decode_checkpoint
from streams.sources.http import HttpClient
from streams.sources.kafka_outlet import KafkaOutlet
from streams.sources.listening import Listened, Listening
from streams.sources.runner import BOUNDS
from streams.sources.source import Health, SourceError
from tests.kafka.reading import read_topic
from tests.patience import PATIENCE_S
from tests.streams.sources.scripted import ScriptedSource
from tests.streams.sources.scripted.writing import faulty, said, script

MATCHER = Matcher([Brand(id="northside", name="Northside", query="northside")])
QUICK = replace(BOUNDS, settle_s=0.2, report_s=0.5, stop_s=PATIENCE_S, close_s=PATIENCE_S)


def mentions(kafka: KafkaSettings) -> list[Mention]:
    """Return what lies on Kafka, but for our own heartbeats."""
    found = [decode_mention(record.value) for record in read_topic(kafka, MENTIONS)]
    return [mention for mention in found if mention.source != OURSELVES]


def checkpoints(kafka: KafkaSettings, source: str) -> list[Checkpoint]:
    records = read_topic(kafka, CHECKPOINTS, committed=True)
    return [decode_checkpoint(source, record.value) for record in records if record.key == source.encode()]


def listened(source: ScriptedSource, **options: Any) -> Listened:
    return Listened(id=source.id, kind="scripted", build=lambda _: source, **options)


@asynccontextmanager
async def listening(kafka: KafkaSettings, *sources: Listened, is_whole: bool = True) -> AsyncIterator[Listening]:
    partitions = await asyncio.to_thread(ensure_topics, kafka)
    http = HttpClient()
    ours = Listening(kafka, sources, MATCHER, http, partitions, is_whole=is_whole, bounds=QUICK)
    task = asyncio.create_task(ours.run())
    try:
        yield ours
    finally:
        ours.stop()
        await asyncio.wait_for(task, PATIENCE_S)
        await http.close()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if await asyncio.to_thread(is_so):
                return
            await asyncio.sleep(0.1)


async def test_what_lies_on_kafka_is_the_script_and_the_checkpoint_says_where_to_go_on(kafka, tmp_path):
    lines = faulty(60, seed=1)
    source = script(tmp_path, *lines)

    async with listening(kafka, listened(source)):
        await until(lambda: source.health().state == "live")

    assert {m.id for m in mentions(kafka) if not m.deleted} == {f"s{n}" for n in range(60)}
    last = checkpoints(kafka, source.id)[-1]
    assert (last.position, last.kind) == ({"line": len(lines)}, "scripted")
    assert len(read_topic(kafka, DEAD_LETTERS)) >= sum("refuse" in line for line in lines)


async def test_whoever_comes_next_goes_on_and_knows_what_was_sent(kafka, tmp_path):
    source = script(tmp_path, said("a"), *[said(f"p{n}") for n in range(10)], most=1)
    async with listening(kafka, listened(source)):
        await until(lambda: source.health().state == "live")
    with (tmp_path / "script.jsonl").open("a") as more:
        more.write('{"delete": "a"}\n{"delete": "never"}\n')
    again = ScriptedSource(source.id, source._settings)

    async with listening(kafka, listened(again)):
        await until(lambda: again.health().state == "live")

    assert again.opened == [{"line": 11}]
    assert [m.id for m in mentions(kafka) if m.deleted] == ["a"]


async def test_a_source_that_fails_stops_alone(kafka, tmp_path):
    bad = script(tmp_path, {"error": "the key is refused"}, name="bad")
    good = script(tmp_path, *[said(f"p{n}") for n in range(5)], name="good")

    def unbuildable(http: HttpClient) -> Any:
        raise SourceError("there is no such file")

    worse = Listened(id="worse", kind="scripted", build=unbuildable)

    async with listening(kafka, listened(bad), listened(good), worse):
        await until(lambda: good.health().state == "live" and bool(checkpoints(kafka, "worse")))
        await until(lambda: bool(checkpoints(kafka, "bad")))

    for name, says in (("bad", "the key is refused"), ("worse", "there is no such file")):
        assert checkpoints(kafka, name)[-1].health == Health(
            state="failed", says=says, last_ok=checkpoints(kafka, name)[-1].health.last_ok
        )
    assert len({m.id for m in mentions(kafka)}) == 5


async def test_a_checkpoint_of_another_kind_is_refused_and_left_as_it_is(kafka, tmp_path):
    source = script(tmp_path, said("a"))
    async with listening(kafka, listened(source)):
        await until(lambda: source.health().state == "live")
    before = checkpoints(kafka, source.id)[-1]

    async with listening(kafka, Listened(id=source.id, kind="other", build=lambda _: source)) as ours:
        await until(lambda: source.id in ours.running)

    assert checkpoints(kafka, source.id)[-1] == before


@pytest.mark.kafka
async def test_processes_share_the_sources_out_and_take_over_from_one_that_leaves(kafka, tmp_path):
    names = ["a", "b", "c", "d", "e", "f"]

    def sources() -> list[Listened]:
        return [listened(script(tmp_path, *faulty(20, seed=5, name=name), name=name)) for name in names]

    async with listening(kafka, *sources()) as one:
        await until(lambda: one.running == frozenset(names))
        async with listening(kafka, *sources()) as other:
            await until(lambda: bool(one.running and other.running))
            await until(lambda: one.running | other.running == frozenset(names) and not one.running & other.running)
        await until(lambda: one.running == frozenset(names))
        await until(lambda: all(checkpoints(kafka, name) for name in names))
        wanted = {f"{name}{n}" for name in names for n in range(20)}
        await until(lambda: wanted <= {m.id for m in mentions(kafka)})


@pytest.mark.kafka
async def test_of_two_who_believe_to_have_a_source_kafka_takes_the_newer_ones_checkpoints_alone(kafka):
    partitions = await asyncio.to_thread(ensure_topics, kafka)
    old, new = (KafkaOutlet(kafka, "news", "scripted", partitions, is_fenced=True) for _ in range(2))

    def checkpoint(line: int) -> Checkpoint:
        return Checkpoint(kind="scripted", position={"line": line}, updated=0.0, health=Health(state="live"))

    try:
        await old.open()
        await old.save(checkpoint(10))
        taken, _ = await new.open()
        await new.save(checkpoint(12))
        with pytest.raises(FENCED):
            await old.save(checkpoint(11))
    finally:
        await old.close()
        await new.close()

    assert taken is not None
    assert taken.position == {"line": 10}
    assert [found.position for found in checkpoints(kafka, "news")] == [{"line": 10}, {"line": 12}]


async def test_a_choice_of_sources_is_shared_out_among_those_who_were_given_it(kafka, tmp_path: Path):
    chosen = script(tmp_path, said("a"), name="chosen")

    async with listening(kafka, listened(chosen), is_whole=False) as ours:
        await until(lambda: chosen.health().state == "live")
        assert ours.running == {"chosen"}


def told_of(brand: str) -> Matcher:
    return Matcher([Brand(id=brand, name=brand.title(), query=brand)])


async def test_a_change_is_taken_up_where_each_source_is_and_what_has_not_changed_goes_on(kafka, tmp_path):
    same = script(tmp_path, said("same 1"), name="same")
    changed = script(tmp_path, said("changed 1"), name="changed")
    gone = script(tmp_path, said("gone 1"), name="gone")
    failed = script(tmp_path, said("failed 1"), {"error": "the key is refused"}, name="failed")
    rebuilt = ScriptedSource("changed", changed._settings)
    retried = ScriptedSource("failed", failed._settings)
    new = script(tmp_path, said("new 1", "southside"), name="new")

    async with listening(kafka, *map(listened, (same, changed, gone, failed))) as ours:
        await until(lambda: all(checkpoints(kafka, name) for name in ("same", "changed", "gone", "failed")))
        await until(lambda: checkpoints(kafka, "failed")[-1].health.state == "failed")
        both = [*map(listened, (same, new)), listened(rebuilt, stated="another"), listened(retried)]
        ours.take_up(both, told_of("southside"))
        with (tmp_path / "same.jsonl").open("a") as more:
            more.write('{"post": {"id": "same 2", "content": "southside"}}\n')
        await until(lambda: {"new 1", "same 2"} <= {m.id for m in mentions(kafka)})
        await until(lambda: bool(rebuilt.opened and retried.opened))
        assert ours.running == {"same", "changed", "failed", "new"}

    assert len(same.opened) == 1
    assert gone.closed
    assert rebuilt.opened == [{"line": 1}]
    assert retried.opened == [{"line": 1}]
