"""The same observations, whatever the way from the records to the merged bin."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.observation import Observation
from detectors.post import Post
from detectors.same_text import text_key
from streams.brand import watch_partition
from streams.ingest.ingest import PartitionIngest
from streams.ingest.ingest_settings import IngestSettings
from streams.ingest.remembered_ids import read_row, remembered, rows_of
from streams.ingest.resume import read_metadata
from streams.sketches.read_authors import ANGRY, CALM, UNSCORED
from streams.sketches.sketch import stable_hash
from streams.watch.merged_bin import MergedBin, MergedBinState
from streams.wire.flush import BinAuthor, Flush, Snapshot, decode_flush, encode_flush
from streams.wire.record import Record
from tests.streams.story import NOON, WordScorer, matcher, record, unhurried

PARTITIONS = 2
SETTINGS = IngestSettings(part_bytes=2_000)

SAID = ["northside is open again", "shame on northside today", "shame on northside and southside", "nothing"]

# -- stories: records of one source partition, roughly in order of time ------------------------------------------


@st.composite
def one_record(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "step": draw(st.sampled_from([0, 0, 0.4, 1, 7, 30, 90])),
        "behind": draw(st.sampled_from([0, 0, 0, 2, 40, 100, 200])),
        "id": f"m{draw(st.integers(0, 12))}",
        "author": f"a{draw(st.integers(0, 5))}",
        "content": draw(st.sampled_from(SAID)),
        "language": draw(st.sampled_from(["", "en", "fi"])),
        "deleted": draw(st.sampled_from([False] * 9 + [True])),
    }


def as_records(story: list[dict[str, Any]]) -> list[Record]:
    records, at = [], 0.0
    for offset, told in enumerate(story):
        at += told["step"]
        fields: dict[str, Any] = {
            "id": told["id"], "author": {"id": told["author"]},
            "language": told["language"], "deleted": told["deleted"],
        }  # fmt: skip
        records.append(record(offset, at - told["behind"], told["content"], arrived=NOON + at, **fields))
    return records


stories = st.lists(one_record(), max_size=40).map(as_records)


class Listener:
    """The watch stage's side: merges whatever flushes come."""

    def __init__(self) -> None:
        self.bins: dict[tuple[str, int], MergedBin] = {}

    def receive(self, flushes: Iterable[list[Flush]]) -> None:
        for parts in flushes:
            for part in parts:
                flush = decode_flush(encode_flush(part))
                for snapshot in flush.snapshots:
                    key = (snapshot.brand, snapshot.start)
                    self.bins.setdefault(key, MergedBin(snapshot.start)).add(snapshot, flush.partition)
                for merged in self.bins.values():
                    merged.drop_posts(flush.deleted)

    def knows(self) -> dict[tuple[str, int], Any]:
        return {
            key: (
                [merged.observation(until) for until in range(61)],
                merged.seconds_with_news(0, 60),
                merged.posts(),
                merged.arrived_at,
                merged.mentions_in(6),
            )
            for key, merged in self.bins.items()
        }


def fresh(partition: int = 0, **changes: Any) -> PartitionIngest:
    return PartitionIngest(partition, PARTITIONS, matcher(), WordScorer(), SETTINGS, **changes)


def in_one_pass(records: list[Record], partition: int = 0) -> list[list[Flush]]:
    ingest = fresh(partition)
    ingest.take(records)
    return ingest.flush(0)


def known_after(*flushes: Iterable[list[Flush]]) -> dict[tuple[str, int], Any]:
    listener = Listener()
    for flush in flushes:
        listener.receive(flush)
    return listener.knows()


# -- a plain count, written without looking at the code under test -----------------------------------------------


def plainly_counted(records: list[Record]) -> dict[tuple[str, int], list[tuple[int, str, str, str]]]:
    """Give the mentions of each (brand, bin): second, author, content, language."""
    counted: dict[tuple[str, int], list[tuple[int, str, str, str]]] = {}
    known: set[str] = set()  # no story lasts a day
    watermark = 0
    for each in records:
        assert each.value is not None
        told = msgspec.json.decode(each.value)
        if told.get("deleted"):
            continue
        second = int(datetime.fromisoformat(told["published"]).timestamp())
        watermark = max(watermark, second)
        start = second - second % 60
        brands = [brand for brand in ("northside", "southside") if brand in told["content"]]
        if not brands or start + 120 <= watermark:
            continue
        repeat = told["id"] in known
        known.add(told["id"])
        if not repeat:
            for brand in brands:
                counted.setdefault((brand, start), []).append(
                    (second - start, told["author"]["id"], told["content"], told["language"])
                )
    return counted


@given(stories)
@unhurried
def test_one_pass_counts_what_a_plain_count_counts(records):
    seen = known_after(in_one_pass(records))

    plain = plainly_counted(records)
    assert seen.keys() == plain.keys()
    for key, mentions in plain.items():
        parts = [sum(10 * part <= mention[0] < 10 * (part + 1) for mention in mentions) for part in range(6)]
        assert list(seen[key][4]) == parts
        for until in range(61):
            inside = [mention for mention in mentions if mention[0] < until]
            scored = [mention for mention in inside if mention[3] != "fi"]
            negative = [mention for mention in scored if "shame" in mention[2]]
            read = {author: min(_drawn(m) for m in inside if m[1] == author) for author in {m[1] for m in inside}}
            angry = Counter(text for text, mood in read.values() if mood == ANGRY)
            found = seen[key][0][until]
            assert found.copied == pytest.approx(sum(times - math.sqrt(times) for times in angry.values()))
            assert msgspec.structs.replace(found, copied=0.0, harm=None) == Observation(
                start=key[1], span_s=60, elapsed_s=until,
                mentions=len(inside), negatives=len(negative), unscored=len(inside) - len(scored),
                authors=len(read), scored_authors=sum(mood != UNSCORED for _, mood in read.values()),
                negative_authors=angry.total(), texts=len({m[2] for m in inside}),
            )  # fmt: skip


def _drawn(mention: tuple[int, str, str, str]) -> tuple[int, int]:
    _, _, content, language = mention
    mood = UNSCORED if language == "fi" else ANGRY if "shame" in content else CALM
    return stable_hash(text_key(content)) & 0xFFFF_FFFF, mood


# -- whichever way it came ---------------------------------------------------------------------------------------


def cut(records: list[Record], data: st.DataObject) -> Iterator[list[Record]]:
    """Give the records in fetches."""
    rest = records
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        yield rest[:size]
        rest = rest[size:]


@given(stories, st.data())
@unhurried
def test_fetches_and_flushes_may_be_cut_anywhere(records, data):
    ingest = fresh()
    listener = Listener()

    for fetch in cut(records, data):
        ingest.take(fetch)
        if data.draw(st.booleans()):
            listener.receive(ingest.flush(0))
    listener.receive(ingest.flush(0))

    assert listener.knows() == known_after(in_one_pass(records))


@given(stories, st.data())
@settings(max_examples=200, deadline=None)
def test_a_process_killed_anywhere_loses_nothing_and_counts_nothing_twice(records, data):
    ingest = fresh()
    listener = Listener()
    committed = None
    kept: list[tuple[bytes, bytes]] = []
    at = 0

    for _ in range(data.draw(st.integers(0, 4))):
        for fetch in cut(records[at : data.draw(st.integers(at, len(records)))], data):
            ingest.take(fetch)
            at = fetch[-1].offset + 1
            if data.draw(st.booleans()):
                listener.receive(ingest.flush(0))
                kept += [row for start, ids in ingest.ids_to_keep() for row in rows_of(0, start, ids)]
                committed = data.draw(st.sampled_from([committed, ingest.commit_point()])) or committed
        ids = remembered([read_row(key, value)[1:] for key, value in dict(kept).items()])
        ingest = fresh(resume=read_metadata(committed.metadata if committed else None), remembered=ids)
        at = committed.offset if committed else 0
    ingest.take(records[at:])
    listener.receive(ingest.flush(0))

    # That a take-down was *before* a post is known until a restart alone: such posts are left out.
    gone = {record.key.decode() for record in records if record.key and b'"deleted": true' in (record.value or b"")}
    assert shown(listener.knows(), but=gone) == shown(known_after(in_one_pass(records)), but=gone)


def shown(known: dict[tuple[str, int], Any], but: set[str]) -> dict[tuple[str, int], Any]:
    return {
        key: (observations, news, [post for post in posts if post.id not in but], *rest)
        for key, (observations, news, posts, *rest) in known.items()
    }


@given(st.lists(stories, min_size=PARTITIONS, max_size=PARTITIONS), st.data())
@unhurried
def test_partitions_merge_in_any_order_and_with_repeats(parts, data):
    flushes: list[list[list[Flush]]] = []
    for partition, records in enumerate(parts):
        ingest = fresh(partition)
        for fetch in cut(records, data):
            ingest.take(fetch)
            flushes.append(ingest.flush(0))

    order = data.draw(st.permutations(flushes + flushes))

    # In this order a take-down may come before its post, so posts are left to the tests above.
    in_order = known_after(*(in_one_pass(records, partition) for partition, records in enumerate(parts)))
    shuffled = known_after(*order)
    assert shuffled.keys() == in_order.keys()
    for key, (observations, news, _, *rest) in in_order.items():
        assert (*shuffled[key][:2], *shuffled[key][3:]) == (observations, news, *rest)


@given(stories, stories)
@unhurried
def test_a_bin_is_the_same_after_it_was_stored(some, others):
    listener = Listener()
    listener.receive(in_one_pass(some, 0))
    before = {key: msgspec.msgpack.encode(merged.to_state()) for key, merged in listener.bins.items()}

    restored = Listener()
    restored.bins = {
        key: MergedBin.from_state(msgspec.msgpack.decode(state, type=MergedBinState)) for key, state in before.items()
    }

    assert restored.knows() == listener.knows()
    for each in (listener, restored):
        each.receive(in_one_pass(others, 1))
    assert restored.knows() == listener.knows()


# -- the rule of replacement -------------------------------------------------------------------------------------


def snapshot(first: int, last: int, mentions: int, **fields: Any) -> Snapshot:
    return Snapshot(brand="b", start=NOON, first_offset=first, last_offset=last, mentions=(mentions,), **fields)


def test_a_snapshot_that_covers_more_replaces_the_one_before():
    merged = MergedBin(NOON)

    assert merged.add(snapshot(5, 9, 3), 0)
    assert merged.add(snapshot(5, 12, 4), 0)
    assert merged.observation().mentions == 4


def test_a_snapshot_that_begins_later_or_ends_earlier_replaces_nothing():
    merged = MergedBin(NOON)
    merged.add(snapshot(5, 9, 3), 0)

    assert not merged.add(snapshot(6, 12, 2), 0)
    assert not merged.add(snapshot(5, 8, 2), 0)
    assert merged.observation().mentions == 3


def test_a_repeat_of_a_snapshot_changes_nothing():
    merged = MergedBin(NOON)
    told = snapshot(5, 9, 3, authors=(BinAuthor(1, 0, 0, 0),), arrived_at=5.0)

    assert merged.add(told, 0)
    assert not merged.add(told, 0)


def test_counts_of_partitions_add_up_and_voices_do_not():
    merged = MergedBin(NOON)

    merged.add(snapshot(5, 9, 3, authors=(BinAuthor(1, 4, -1, 4), BinAuthor(2, 0))), 0)
    merged.add(snapshot(5, 9, 3, authors=(BinAuthor(1, 2, 9, 2),)), 1)

    assert merged.observation(4).mentions == 6
    assert [merged.observation(until).authors for until in (0, 1, 2, 3, 60)] == [0, 1, 1, 2, 2]
    assert [merged.observation(until).negative_authors for until in (9, 10)] == [0, 1]
    assert [merged.observation(until).scored_authors for until in (2, 3)] == [0, 1]


def test_news_are_the_seconds_with_a_mention():
    merged = MergedBin(NOON)

    merged.add(Snapshot(brand="b", start=NOON, first_offset=1, last_offset=2, mentions=(1, 0, 2)), 0)
    merged.add(Snapshot(brand="b", start=NOON, first_offset=1, last_offset=2, mentions=(0, 0, 0, 0, 1)), 1)

    assert merged.seconds_with_news(0, 60) == [0, 2, 4]
    assert merged.seconds_with_news(1, 4) == [2]


def test_an_empty_bin_is_an_observation_of_nothing():
    assert MergedBin(NOON).observation(10) == Observation(start=NOON, elapsed_s=10)


def test_a_post_taken_down_does_not_come_back_with_a_replay():
    merged = MergedBin(NOON)
    told = snapshot(
        1, 2, 2, posts=(Post(id="p1", published=NOON, content="x"), Post(id="p2", published=NOON, content="y"))
    )
    merged.add(told, 0)

    assert merged.drop_posts(["p1", "p9"])
    merged.add(told, 0)
    again = MergedBin.from_state(merged.to_state())
    again.add(told, 0)

    assert [post.id for post in merged.posts()] == [post.id for post in again.posts()] == ["p2"]


def test_posts_can_be_asked_for_as_they_were_at_a_second():
    merged = MergedBin(NOON)
    merged.add(snapshot(1, 2, 2, posts=(Post(id="p1", published=NOON + 3.5, content="x"),)), 0)

    assert merged.posts(until_s=3) == ()
    assert len(merged.posts(until_s=4)) == 1


def test_the_brands_of_a_flush_are_those_of_its_watch_partition():
    ingest = fresh()
    ingest.take([record(0, 0, "northside southside")])

    for home, parts in enumerate(ingest.flush(0)):
        assert {watch_partition(told.brand, PARTITIONS) for part in parts for told in part.snapshots} <= {home}
