"""One source partition's ingest: what is counted, where, and what is told to the watch stage."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.negativity.model import load_scorer
from detectors.negativity.scorer import NegativityScorer
from detectors.observation import HarmCounts, Observation
from streams.brand import Brand, watch_partition
from streams.errors import StreamsError
from streams.ingest.bins import main_language
from streams.ingest.erased import Erased, author_row, post_row, row_value
from streams.ingest.ingest import PartitionIngest
from streams.ingest.ingest_settings import IngestSettings
from streams.ingest.remembered_ids import RememberedIds, read_row, remembered, rows_of
from streams.ingest.resume import MAX_REPEATS, CommitPoint, Resume, read_metadata, write_metadata
from streams.mention import decode_mention
from streams.queries.matching import Matcher
from streams.watch.merged_bin import MergedBin
from streams.wire.flush import Flush, encode_flush
from streams.wire.record import Record
from tests.streams.story import BRANDS, NOON, WordScorer, matcher, record, unhurried


def ingest(scorer: NegativityScorer | None = None, **changes: Any) -> PartitionIngest:
    return PartitionIngest(0, 1, matcher(), scorer or WordScorer(), **changes)


def resumed(point: CommitPoint | None, **changes: Any) -> PartitionIngest:
    assert point is not None
    return ingest(resume=read_metadata(point.metadata), **changes)


def counts(flushes: list[list[Flush]], brand: str = "northside") -> dict[int, Observation]:
    """Give the observation of each bin of a brand, by seconds after noon."""
    bins: dict[int, MergedBin] = {}
    for parts in flushes:
        for flush in parts:
            for snapshot in flush.snapshots:
                if snapshot.brand == brand:
                    merged = bins.setdefault(snapshot.start - NOON, MergedBin(snapshot.start))
                    merged.add(snapshot, flush.partition)
    return {start: merged.observation() for start, merged in bins.items()}


def watermark(flushes: list[list[Flush]]) -> int | None:
    last = flushes[0][-1].watermark
    return None if last is None else last - NOON


# -- counting ----------------------------------------------------------------------------------------------------


def test_matching_mentions_are_counted_in_the_bin_of_their_event_time():
    part = ingest()

    part.take([record(0, 1), record(1, 59.9), record(2, 60), record(3, 61, "nothing of ours")])

    assert {start: seen.mentions for start, seen in counts(part.flush(0)).items()} == {0: 2, 60: 1}


def test_a_post_whose_text_is_withheld_counts_and_is_neither_calm_nor_angry():
    part = ingest()

    part.take([record(0, 1), record(1, 2, "", found_by="northside"), record(2, 3, "", found_by="Northside, X alone")])
    seen = counts(part.flush(0))[0]

    assert (seen.mentions, seen.negatives, seen.unscored) == (3, 0, 2)
    assert (seen.authors, seen.scored_authors) == (3, 1)


def test_posts_whose_texts_are_withheld_are_not_copies_of_each_other():
    part = ingest()

    part.take([record(n, n, "", found_by="northside") for n in range(5)])
    (snapshot,) = (snapshot for parts in part.flush(0) for flush in parts for snapshot in flush.snapshots)

    assert len(snapshot.texts) == 5


def test_a_mention_of_two_brands_counts_for_both():
    part = ingest()

    part.take([record(0, 1, "northside and southside")])
    flushes = part.flush(0)

    assert counts(flushes, "northside")[0].mentions == counts(flushes, "southside")[0].mentions == 1


def test_negative_and_unscored_mentions_are_told_apart():
    part = ingest()

    part.take([record(0, 1, "shame northside"), record(1, 2), record(2, 3, "northside", language="fi")])
    seen = counts(part.flush(0))[0]

    assert (seen.mentions, seen.negatives, seen.unscored) == (3, 1, 1)
    assert (seen.authors, seen.scored_authors, seen.negative_authors) == (3, 2, 1)


def test_a_complaint_counts_against_the_brand_that_it_blames_alone():
    part = ingest()

    part.take([record(0, 1, "shame on you, southside. northside was kind")])
    flushes = part.flush(0)

    assert counts(flushes, "southside")[0].negatives == 1
    assert (counts(flushes, "northside")[0].mentions, counts(flushes, "northside")[0].negatives) == (1, 0)


def test_mentions_that_report_harm_are_counted_for_the_brand_that_it_is_done_to():
    part = ingest(load_scorer())

    part.take(
        [
            record(0, 1, "Northside reports on the lawsuit against Southside", language="en"),
            record(1, 2, "Police raid Northside offices in Leeds", language="en"),
            record(2, 3, "what a lovely team at Northside", language="en"),
        ]
    )

    assert part.take_stats().harmful == {"southside": 1, "northside": 1}


def test_who_reports_harm_is_told_to_the_brand_that_it_is_done_to_alone_and_why():
    part = ingest(load_scorer())

    part.take(
        [
            record(0, 1, "Northside reports on the lawsuit against Southside", language="en"),
            record(1, 2, "Police raid Northside offices in Leeds", language="en"),
            record(2, 3, "what a lovely team at Northside", language="en"),
            record(3, 4, "razzia bei northside, alle sind schockiert und die Polizei ist da", language="de"),
        ]
    )
    flushes = part.flush(0)
    posts = {post.id: post.harm for parts in flushes for one in parts for seen in one.snapshots for post in seen.posts}

    assert counts(flushes)[0].harm == HarmCounts(scored=3, harmful=1)
    assert counts(flushes, "southside")[0].harm == HarmCounts(scored=1, harmful=1)
    assert sorted(posts.values()) == [(), (), ("lawsuit",), ("police raid",)]


def test_a_text_that_is_withheld_tells_nothing_of_harm():
    part = ingest(load_scorer())

    part.take([record(0, 1, "", found_by="northside", language="en")])

    assert counts(part.flush(0))[0].harm == HarmCounts()


def test_harm_that_was_counted_before_a_restart_is_not_counted_again():
    harm = record(0, 1, "Police raid Northside offices in Leeds", language="en")
    part = ingest(load_scorer(), resume=Resume(position=1))

    part.take([harm])

    assert part.take_stats().harmful == {}
    assert counts(part.flush(0))[0].harm == HarmCounts(scored=1, harmful=1)


def test_all_matching_mentions_of_a_fetch_are_scored_together():
    scorer = WordScorer()
    part = PartitionIngest(0, 1, matcher(), scorer)

    part.take([record(at, at, "northside" if at % 2 else "nothing") for at in range(10)])

    assert scorer.batches == [5]


def test_an_author_is_one_voice_however_often_they_post():
    part = ingest()

    part.take([record(at, at, f"northside {at}", author={"id": "troll"}) for at in range(40)])
    seen = counts(part.flush(0))[0]

    assert (seen.mentions, seen.authors, seen.texts) == (40, 1, 40)


def test_the_same_name_in_two_sources_is_two_voices():
    part = ingest()

    part.take([record(at, at, author={"id": "ann"}, source=f"s{at}") for at in range(2)])

    assert counts(part.flush(0))[0].authors == 2


def test_copies_are_one_text_whatever_their_links_and_names():
    part = ingest()

    part.take([record(at, at, f"RT @user{at}: Shame on NORTHSIDE today!   https://t.example/{at}") for at in range(5)])

    assert counts(part.flush(0))[0].texts == 1


def test_a_title_counts_as_what_is_said():
    part = ingest()

    part.take([record(0, 0, "", name="shame, northside")])
    flushes = part.flush(0)

    assert counts(flushes)[0].negatives == 1
    assert flushes[0][0].snapshots[0].posts[0].content.startswith("shame, northside")


# -- repeats -----------------------------------------------------------------------------------------------------


def test_a_repeat_of_a_mention_changes_nothing():
    part = ingest()
    part.take([record(0, 1, id="m1")])
    before = counts(part.flush(0))

    part.take([record(1, 1, id="m1"), record(2, 1, "northside, edited", id="m1")])

    assert counts(part.flush(0)) == {}
    assert part.take_stats().duplicates == 2
    assert before[0].mentions == 1


def test_a_repeat_with_another_time_is_still_the_same_mention():
    part = ingest()

    part.take([record(0, 1, id="m1"), record(1, 65, id="m1"), record(2, 130, id="m1"), record(3, 200, id="m1")])

    assert {start: seen.mentions for start, seen in counts(part.flush(0)).items()} == {0: 1}


@pytest.mark.parametrize(("later_s", "counted"), [(200, 1), (7200, 1), (23 * 3600, 1), (25 * 3600, 2)])
def test_an_id_that_comes_again_within_a_day_is_the_same_mention(later_s, counted):
    part = ingest()
    part.take([record(0, 1, id="m1")])
    part.take([record(1, later_s / 2, id="another")])

    part.take([record(2, later_s, id="m1"), record(3, later_s + 1, id="new")])

    assert sum(seen.mentions for seen in counts(part.flush(0)).values()) == counted + 2
    assert part.take_stats().duplicates == 2 - counted


def test_each_repeat_is_remembered_for_a_day_of_its_own():
    part = ingest()

    for hour in range(0, 96, 8):
        part.take([record(hour, 3600 * hour, id="m1")])

    assert sum(seen.mentions for seen in counts(part.flush(0)).values()) == 1


def test_an_edit_that_brings_the_brand_in_counts_once():
    part = ingest()

    part.take([record(0, 1, "nothing yet", id="m1"), record(1, 1, id="m1"), record(2, 1, id="m1")])

    assert counts(part.flush(0))[0].mentions == 1


# -- time --------------------------------------------------------------------------------------------------------


def test_the_front_is_the_latest_second_read_whether_it_matched_or_not():
    part = ingest()
    part.take([record(0, 30.7), record(1, 90.2, "nothing of ours"), record(2, 10)])

    assert watermark(part.flush(0)) == 90


def test_a_bin_stays_open_for_the_lateness_allowed_and_no_longer():
    part = ingest()

    part.take([record(0, 119.9, "nothing"), record(1, 59), record(2, 120, "nothing"), record(3, 58)])

    assert counts(part.flush(0))[0].mentions == 1
    assert part.take_stats().late == 1


def test_what_is_late_is_counted_for_each_brand_that_it_speaks_of_and_by_its_source():
    part = ingest(settings=IngestSettings(sources=2))
    text = f"{BRANDS[0].id} and {BRANDS[1].id}"
    part.take([record(0, 1, "x", source="rss"), record(1, 2, "x", source="bluesky"), record(2, 300, "x")])
    part.take_stats()

    part.take([record(3, 5, text, source="rss"), record(4, 5, source="bluesky"), record(5, 5, source="one too many")])

    stats = part.take_stats()
    first, second = BRANDS[0].id, BRANDS[1].id
    assert stats.late == 3
    assert stats.late_of == {(first, "rss"): 1, (second, "rss"): 1, (first, "bluesky"): 1, (first, "other"): 1}


def test_the_first_event_time_ever_read_is_told():
    part = ingest()

    part.take([record(0, 30), record(1, 10)])

    assert part.flush(0)[0][-1].began == NOON + 30


def test_a_partition_at_its_end_ages_with_the_wall_clock():
    part = ingest()
    part.take([record(0, 30)])

    part.idle(1000.0)
    part.idle(1000.9)
    part.idle(1042.5)

    assert watermark(part.flush(0)) == 72


def test_reading_on_ends_the_ageing_where_it_brings_something_newer():
    part = ingest()
    part.take([record(0, 30)])
    part.idle(1000.0)
    part.idle(1010.0)

    part.take([record(1, 100)])
    part.idle(1050.0)
    part.idle(1051.0)

    assert watermark(part.flush(0)) == 101


def test_a_partition_that_fell_quiet_while_kafka_was_away_is_not_behind_when_it_is_back():
    part = ingest()
    part.take([record(0, 30)], now_s=NOON + 31.0)

    # For two hours Kafka answers nothing; then there is nothing more to read.
    part.idle(NOON + 7231.0)

    assert watermark(part.flush(0)) == 7230


@given(waits=st.lists(st.integers(0, 10_000), max_size=5), away=st.integers(0, 100_000))
def test_a_quiet_partition_is_as_far_behind_the_clock_as_when_it_was_last_read(waits, away):
    part = ingest()
    now = NOON
    for offset, wait in enumerate(waits or [0]):
        now += wait
        part.take([record(offset, int(now) - NOON)], now_s=now + 3.0)

    part.idle(now + 3.0 + away)

    assert part.watermark == now + away


def test_ageing_closes_bins():
    part = ingest()
    part.take([record(0, 30)])
    part.idle(1000.0)

    part.idle(1090.0)
    part.take([record(1, 31)])

    assert part.take_stats().late == 1


def test_a_partition_is_said_to_be_empty_where_it_was_asked_twice_since_that_was_said():
    part = ingest()
    assert not part.flush(0)[0][0].empty

    part.idle(1000.0)
    assert not part.flush(0)[0][0].empty
    part.idle(1000.5)
    assert part.flush(0)[0][0].empty
    assert not part.flush(0)[0][0].empty

    part.take([record(0, 0)])
    assert not part.flush(0)[0][0].empty


def test_a_mention_slightly_ahead_of_its_arrival_counts_at_its_arrival():
    part = ingest()

    part.take([record(0, 300, arrived=NOON + 10)])
    flushes = part.flush(0)

    assert watermark(flushes) == 10
    assert counts(flushes)[0].mentions == 1
    assert flushes[0][0].snapshots[0].posts[0].published == NOON + 10


def test_a_mention_far_ahead_of_its_arrival_is_a_dead_letter_and_moves_nothing():
    part = ingest()

    dead = part.take([record(0, 311, arrived=NOON + 10)])

    assert [(letter.offset, letter.reason) for letter in dead] == [(0, "future")]
    assert "published" in dead[0].detail
    assert watermark(part.flush(0)) is None


def test_what_comes_from_the_future_by_all_its_clocks_counts_when_it_is_read_and_makes_nothing_late():
    part = ingest()
    part.take([record(0, 0)], NOON + 1)

    part.take([record(1, 3000), record(2, 3)], NOON + 3)
    part.take([record(3, 120)], NOON + 120)

    stats = part.take_stats()
    assert (stats.ahead, stats.late, stats.matched) == (1, 0, {"northside": 4})
    assert part.watermark == NOON + 120


def read_through(records: list[Record], walls: list[int], *, dies_at: int, told_first: bool) -> dict[int, int]:
    """Read records a fetch each; die at one of them, before its commit, and begin again later from what was committed.

    Where ``told_first``, it dies after its flush was sent and before the commit, else right after the commit.
    """
    merged: dict[int, MergedBin] = {}
    point = CommitPoint(0, "")
    part = resumed(point)

    def flush(now: int) -> None:
        for snapshot in part.flush(now)[0][0].snapshots:
            merged.setdefault(snapshot.start, MergedBin(snapshot.start)).add(snapshot, 0)

    for number, (each, wall) in enumerate(zip(records, walls, strict=True)):
        part.take([each], wall)
        point = part.caps_to_keep(point) or point
        flush(wall)
        if number != dies_at or not told_first:
            point = part.commit_point() or point
        if number == dies_at:
            part = resumed(point)
            for again in records[point.offset : number + 1]:
                part.take([again], wall + 1000)
            flush(wall + 1000)
            point = part.commit_point() or point
    return {start: bin_.observation().mentions for start, bin_ in merged.items() if bin_.observation().mentions}


@given(st.lists(st.tuples(st.integers(-30, 90), st.integers(-10, 30)), min_size=2, max_size=30), st.data())
@unhurried
def test_a_record_is_put_into_the_same_bin_when_it_is_read_again(told, data):
    walls = [NOON + 7 * number for number in range(len(told))]
    records = [
        record(offset, wall - NOON + ahead, arrived=wall + arrived)
        for offset, (wall, (ahead, arrived)) in enumerate(zip(walls, told, strict=True))
    ]
    undisturbed = read_through(records, walls, dies_at=-1, told_first=False)

    dies_at = data.draw(st.integers(0, len(told) - 1))
    disturbed = read_through(records, walls, dies_at=dies_at, told_first=data.draw(st.booleans()))

    assert disturbed == undisturbed


def test_without_a_kafka_timestamp_no_time_is_too_far_ahead():
    part = ingest()
    no_time = Record(0, 0.0, None, record(0, 5).value)

    assert part.take([no_time]) == []
    assert watermark(part.flush(0)) == 5


# -- what is no mention ------------------------------------------------------------------------------------------


def test_a_broken_record_is_a_dead_letter_and_stops_nothing():
    part = ingest()
    broken = Record(0, NOON, b"k", b"{")

    dead = part.take([broken, record(1, 1)])

    assert [(letter.offset, letter.reason, letter.key, letter.value) for letter in dead] == [(0, "json", b"k", b"{")]
    assert counts(part.flush(0))[0].mentions == 1


def test_a_record_without_a_value_is_counted_and_nothing_else():
    part = ingest()

    assert part.take([Record(7, NOON, b"p", None)]) == []
    assert part.take_stats().tombstones == 1
    assert part.position == 8
    assert part.watermark is None


def deletion(offset: int, post_id: str, **fields: Any) -> Record:
    return record(offset, 1e9, "", id=post_id, deleted=True, arrived=NOON, **fields)


def test_a_take_down_hides_the_post_and_keeps_the_count():
    part = ingest()
    part.take([record(0, 1, id="m1"), record(1, 2, id="m2")])
    part.flush(0)

    assert part.take([deletion(2, "m1")]) == []
    last = part.flush(0)[0][0]

    assert last.deleted == ("m1",)
    assert last.snapshots[0].posts == ()
    assert sum(last.snapshots[0].mentions) == 2
    assert part.watermark == NOON + 2
    assert part.take_stats().deleted == 1


def test_a_take_down_in_the_same_fetch_hides_the_post():
    part = ingest()

    part.take([record(0, 1, id="m1"), deletion(1, "m1")])

    assert part.flush(0)[0][0].snapshots[0].posts == ()


def test_a_post_that_comes_again_after_its_take_down_stays_hidden():
    part = ingest()

    part.take([deletion(0, "m1"), record(1, 1, id="m1")])
    flushes = part.flush(0)

    assert flushes[0][0].snapshots[0].posts == ()
    assert counts(flushes)[0].mentions == 1


def test_a_post_that_was_taken_down_stays_hidden_from_whoever_reads_its_partition_next():
    erased = Erased()
    part = ingest(erased=erased)
    part.take([deletion(0, "m1")])
    part.flush(0)
    kept = [post_row(post_id) for post_id in part.redacted_posts()]
    known = Erased()
    for key in kept:
        known.take(key, row_value(NOON))

    after = ingest(erased=known)
    after.take([record(1, 1, id="m1")])
    flushes = after.flush(0)

    assert kept == [post_row("m1")]
    assert flushes[0][0].snapshots[0].posts == ()
    assert counts(flushes)[0].mentions == 1


@pytest.mark.parametrize("source", ["", "bluesky"])
def test_what_an_erased_author_writes_counts_and_is_not_shown(source):
    erased = Erased()
    erased.take(author_row("ann", source), b"1")
    part = ingest(erased=erased)

    part.take([
        record(0, 1, id="m1", source="bluesky", author={"id": "ann"}),
        record(1, 2, id="m2", source="mastodon", author={"id": "ann"}),
        record(2, 3, id="m3", source="bluesky", author={"id": "Ann"}),
    ])  # fmt: skip
    flushes = part.flush(0)

    assert counts(flushes)[0].mentions == 3
    assert {post.id for post in flushes[0][0].snapshots[0].posts} == ({"m2", "m3"} if source else {"m3"})


def test_a_take_down_is_told_to_every_watch_partition_once():
    part = ingest(watch_partitions=3)
    part.take([deletion(0, "m1"), deletion(1, "m1")])

    assert [parts[-1].deleted for parts in part.flush(0)] == [("m1",)] * 3
    assert [parts[-1].deleted for parts in part.flush(0)] == [()] * 3


# -- flushes -----------------------------------------------------------------------------------------------------


def test_every_watch_partition_hears_the_front_and_its_own_brands():
    part = ingest(watch_partitions=4)
    part.take([record(0, 1, "northside southside")])

    flushes = part.flush(0)

    assert [parts[-1].watermark for parts in flushes] == [NOON + 1] * 4
    for brand in BRANDS:
        home = watch_partition(brand.id, 4)
        assert brand.id in {snapshot.brand for snapshot in flushes[home][-1].snapshots}
    assert sum(len(parts[-1].snapshots) for parts in flushes) == 2


def test_only_what_changed_is_told_again():
    part = ingest()
    part.take([record(0, 1), record(1, 2, "southside")])
    part.flush(0)

    part.take([record(2, 3)])

    assert [snapshot.brand for snapshot in part.flush(0)[0][0].snapshots] == ["northside"]
    assert part.flush(0)[0][0].snapshots == ()


def test_a_bin_that_was_closed_since_the_last_flush_is_still_told():
    part = ingest()

    part.take([record(0, 1), record(1, 1000)])

    assert set(counts(part.flush(0))) == {0, 960}
    assert part.open_bins == 1


def test_a_large_flush_comes_in_parts_and_the_front_on_the_last():
    part = ingest(settings=IngestSettings(part_bytes=20_000))
    part.take([record(at, at, f"northside {at} " + "x" * 400) for at in range(300)])

    (parts,) = part.flush(0)

    assert len(parts) > 2
    assert all(len(encode_flush(flush)) <= 20_000 for flush in parts if len(flush.snapshots) != 1)
    assert [flush.watermark for flush in parts] == [None] * (len(parts) - 1) + [NOON + 299]
    assert sum(seen.mentions for seen in counts([parts]).values()) == 300


def test_each_source_is_told_with_the_bins_in_which_it_spoke_since_the_last_flush():
    part = ingest()

    part.take([record(0, 1, "x", source="rss"), record(1, 9, "x", source="rss"), record(2, 65, "x", source="b")])
    told = part.flush(0)[0][0].heard
    part.take([record(3, 70, "x", source="rss")])

    assert told == {"rss": (NOON,), "b": (NOON + 60,)}
    assert part.flush(0)[0][0].heard == {"rss": (NOON + 60,)}


def test_mentions_are_counted_by_source():
    part = ingest()

    part.take([record(0, 1, "x", source="rss"), record(1, 9, "x", source="rss"), record(2, 5, "x", source="b")])

    assert part.take_stats().mentions == {"rss": 2, "b": 1}


def test_sources_beyond_the_bound_are_counted_together():
    part = ingest(settings=IngestSettings(sources=2))

    part.take([record(at, at, "x", source=f"s{at}") for at in range(5)])

    assert part.take_stats().mentions == {"s0": 1, "s1": 1, "other": 3}


def test_stats_are_told_once():
    part = ingest()
    part.take([record(0, 1), record(1, 2, "southside", language="fi-FI")])

    first, second = part.take_stats(), part.take_stats()

    assert first.matched == {"northside": 1, "southside": 1}
    assert first.unscored == {"fi": 1}
    assert (second.matched, second.unscored, second.by_text) == ({}, {}, {})


def test_languages_that_are_told_and_those_that_are_contradicted_are_counted():
    part = ingest(scorer=load_scorer())
    german = "bei northside ist schon wieder der Aufzug kaputt, keiner informiert uns"
    part.take(
        [
            record(0, 1, german, language="de-DE"), record(1, 2, german), record(2, 3, german, language="en-GB"),
            record(3, 4, "northside"), record(4, 5, "northside Schweinerei Zugausfall"),
        ]
    )  # fmt: skip

    stats = part.take_stats()

    assert stats.by_text == {"de": 1, "en": 1, "unknown": 1}
    assert stats.contradicted == {("en", "de"): 1}


@pytest.mark.parametrize(
    ("language", "label"),
    [("pt-BR", "pt"), ("zh_TW", "zh"), ("x" * 500, "unknown"), ("12", "unknown"), ("", "unknown")],
)
def test_a_language_makes_a_short_label(language, label):
    mention = decode_mention(record(0, 1, language=language).value or b"")

    assert main_language(mention.language) == label


@pytest.mark.parametrize(
    "language", ["English", "en_US", "eng", "EN", "Englisch", "English (United States)", "", "null"]
)
def test_an_english_mention_is_heard_and_scored_whatever_its_source_calls_english(language):
    brand = Brand(id="northside", name="Northside", query="northside", languages=("en",))
    part = PartitionIngest(0, 1, Matcher([brand]), WordScorer())

    part.take([record(0, 1, "shame northside", language=language)])

    assert counts(part.flush(0))[0].negatives == 1


def test_a_new_matcher_goes_on_with_the_open_bins():
    part = ingest()
    part.take([record(0, 1)])

    part.matcher = Matcher([Brand(id="eastside", name="E", query="eastside"), BRANDS[0]])
    part.take([record(1, 2), record(2, 3, "eastside")])
    flushes = part.flush(0)

    assert counts(flushes)[0].mentions == 2
    assert counts(flushes, "eastside")[0].mentions == 1


def test_a_post_is_cut_to_what_a_page_needs():
    part = ingest()
    part.take(
        [
            record(
                0, 1, "northside " + "😡" * 9000, url="https://e.example/" + "x" * 9000, tags=["t" * 900] * 50,
                author={"id": "a" * 900, "name": "n" * 900, "followers": 10**30}, repost_of="p9",
            )
        ]
    )  # fmt: skip

    flush = part.flush(0)[0][0]
    (post,) = flush.snapshots[0].posts

    assert len(post.content) == 500
    assert len(encode_flush(flush)) < 20_000
    assert post.repost
    assert post.url == ""


# -- killed and started again ------------------------------------------------------------------------------------


def test_nothing_may_be_committed_before_the_first_flush():
    part = ingest()
    part.take([record(0, 1)])

    assert part.commit_point() is None


def test_the_commit_stops_at_the_first_record_of_the_open_bins():
    part = ingest()
    part.take([record(0, 1), record(1, 2, "x"), record(2, 70), record(3, 50), record(4, 130, "x"), record(5, 131, "x")])

    part.flush(0)
    point = part.commit_point()

    assert point is not None
    assert point.offset == 2


def test_with_no_bin_open_everything_read_is_committed():
    part = ingest()
    part.take([record(0, 1), record(1, 500, "x")])

    part.flush(0)
    point = part.commit_point()

    assert point is not None
    assert point.offset == 2


def test_what_was_taken_since_the_last_flush_is_not_committed():
    part = ingest()
    part.take([record(0, 1)])
    part.flush(0)

    part.take([record(1, 1000, "x")])
    point = part.commit_point()

    assert point is not None
    assert point.offset == 0


def test_a_restart_tells_nothing_as_late_that_was_settled():
    part = ingest()
    records = [record(0, 100), record(1, 1), record(2, 130, "x")]
    part.take(records)
    part.flush(0)

    again = resumed(part.commit_point())
    again.take(records)
    stats = again.take_stats()

    assert (stats.late, stats.mentions, stats.matched, stats.settled) == (0, {}, {}, 3)
    assert set(counts(again.flush(0))) == {60}


def test_a_restart_counts_what_is_new():
    part = ingest()
    part.take([record(0, 100), record(1, 130, "x")])
    part.flush(0)

    again = resumed(part.commit_point())
    again.take([record(0, 100), record(1, 130, "x"), record(2, 131), record(3, 2)])
    stats = again.take_stats()

    assert stats.matched == {"northside": 1}
    assert stats.late == 1


def test_a_restart_sends_no_dead_letter_again():
    part = ingest()
    broken = Record(1, NOON, b"k", b"{")
    part.take([record(0, 1), broken])
    part.flush(0)

    again = resumed(part.commit_point())

    assert again.take([record(0, 1), broken]) == []


def test_a_restart_keeps_the_front_and_ages_it_by_the_time_away():
    part = ingest()
    part.take([record(0, 30)])
    part.flush(1000.0)

    again = resumed(part.commit_point())
    assert watermark(again.flush(1050.0)) == 30

    again.idle(1060.0)
    assert watermark(again.flush(1060.0)) == 90
    assert again.flush(1060.0)[0][-1].began == NOON + 30


def test_nothing_is_committed_while_a_restart_has_not_read_as_far_again():
    part = ingest()
    part.take([record(0, 1), record(1, 2), record(2, 3)])
    part.flush(0)

    again = resumed(part.commit_point())
    again.flush(0)
    assert again.commit_point() is None

    again.take([record(0, 1)])
    again.flush(0)
    assert again.commit_point() is None

    again.take([record(1, 2), record(2, 3)])
    again.flush(0)
    assert again.commit_point() == part.commit_point()


def test_a_restart_knows_a_repeat_whose_original_is_behind_it():
    part = ingest()
    records = [record(0, 50, id="m1"), record(1, 70, "x"), record(2, 75, id="m1"), record(3, 121, "x")]
    part.take(records)
    part.flush(0)
    point = part.commit_point()
    assert point is not None
    assert point.offset == 2

    again = resumed(point)
    again.take([*records[2:], record(4, 122, id="m1")])

    assert counts(again.flush(0)) == {}


def kept_ids(part: PartitionIngest) -> RememberedIds:
    """Give what the next worker reads of the ids that the last flush told."""
    rows = [row for start, ids in part.ids_to_keep() for row in rows_of(0, start, ids)]
    return remembered([read_row(key, value)[1:] for key, value in rows])


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_restart_knows_a_repeat_of_hours_ago(is_committed):
    part = ingest()
    records = [record(0, 50, id="m1"), record(1, 55, id="m2"), record(2, 3600, id="m3"), record(3, 3605, id="m1")]
    part.take(records[:1])
    told = part.flush(0)
    before = part.commit_point()
    part.take(records[1:])
    told += part.flush(0)

    # The ids were kept; whether the commit behind them was is chance.
    again = resumed(part.commit_point() if is_committed else before, remembered=kept_ids(part))
    again.take(records[2 if is_committed else 0 :])
    again.take([record(4, 3610, id="m2"), record(5, 3611, id="m1"), record(6, 3612, id="m4")])
    told += again.flush(0)

    assert {start: seen.mentions for start, seen in counts(told).items()} == {0: 2, 3600: 2}


def test_the_metadata_stays_below_what_kafka_keeps():
    resume = Resume(position=10**12, watermark=NOON, began=NOON, wall_s=1e9 + 0.123, repeats=tuple(range(10**6, 0, -1)))

    metadata = write_metadata(resume)

    assert len(metadata) < 4096
    kept = read_metadata(metadata)
    assert kept is not None
    assert kept.repeats == tuple(range(MAX_REPEATS, 0, -1))


def test_without_metadata_there_is_nothing_to_resume():
    assert read_metadata("") is None
    assert read_metadata(None) is None


@pytest.mark.parametrize("metadata", ["hello", json.dumps({"front": 1}), "[]"])
def test_metadata_of_another_program_is_refused(metadata):
    with pytest.raises(StreamsError, match="consumer group"):
        read_metadata(metadata)


SAID = "northside is open again"


def test_a_snapshot_counts_all_and_tells_the_voices_texts_and_posts_that_none_told_before():
    part = ingest()
    part.take([record(0, 1, SAID, author={"id": "a"}), record(1, 2, SAID, author={"id": "b"})])
    [first] = part.flush(0)[0][0].snapshots
    part.take([record(2, 3, "shame northside", author={"id": "a"}), record(3, 4, SAID, author={"id": "b"})])

    [second] = part.flush(0)[0][0].snapshots

    assert sum(second.mentions) == 4
    assert [post.id for post in second.posts if post in first.posts] == []
    assert {post.id for post in (*first.posts, *second.posts)} == {"p0", "p1", "p2", "p3"}
    # By the negative post the one is read from then on, the other said nothing new.
    assert [(author.first_s, author.first_negative_s) for author in second.authors] == [(1, -1), (3, 3)]
    assert len({author.author for author in second.authors}) == 1
    assert len(second.texts) == 1
