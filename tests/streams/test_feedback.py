"""Feedback in the log of flushes: it counts from one bin on, in every replay the same."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from detectors.feedback import FADES_S, moved_by
from streams.watch.brand_watch import WatchSettings
from streams.watch.watch import WatchPartition
from streams.wire.feedback import OPINIONS_KEPT, Feedback, FeedbackBook
from streams.wire.flush import Flush, decode_flush, encode_flush, of_feedback
from tests.streams.watch.talk import BRANDS, START, flushes, store, told, watched


def false_alarm(number: int, brand: str = "northside", *, taken_back: bool = False) -> Feedback:
    about = f"{brand}-{number}"
    return Feedback(
        id=f"c{number}{'r' if taken_back else ''}", brand=brand, kind="false_alarm", about=about, taken_back=taken_back
    )


def missed(number: int, brand: str = "northside") -> Feedback:
    return Feedback(id=f"m{number}", brand=brand, kind="missed", about=str(number))


SAID = (false_alarm(1), false_alarm(2), missed(3), false_alarm(1, taken_back=True), false_alarm(4, "southside"))


def interleaved(source: Iterator[Flush], said: Sequence[tuple[int, Feedback]]) -> Iterator[Flush]:
    """Put feedback into a log, each piece before the flush of a number."""
    for number, flush in enumerate(source):
        yield from (of_feedback(feedback) for before, feedback in said if before == number)
        yield flush


def factors(rows, brand: str) -> dict[int, float]:
    return {start: row.moved.factor for (of, start), row in sorted(rows.items()) if of == brand}


def test_a_flush_carries_feedback_and_says_nothing_of_time():
    flush = of_feedback(*SAID)
    core = WatchPartition(0, BRANDS, WatchSettings(), {})
    core.take(Flush(partition=0, partitions=1, watermark=START + 90, began=START, read_at=5.0))
    before = core.clock.watermark, core.clock.read_at

    core.take(decode_flush(encode_flush(flush)))

    assert decode_flush(encode_flush(flush)) == flush
    assert (core.clock.watermark, core.clock.read_at) == before


def test_it_counts_from_the_first_bin_that_has_not_begun():
    core = WatchPartition(0, BRANDS, WatchSettings(), {})
    core.take(Flush(partition=0, partitions=1, watermark=START + 90, began=START))

    outcome = core.take(of_feedback(false_alarm(1)))

    book = core._watch("northside").feedback
    assert [opinion.since for opinion in book.opinions] == [START + 120]
    assert "northside" in outcome.changed


def test_it_moves_the_brand_that_it_speaks_of_and_no_other():
    log = list(flushes(1, [50]))
    half = len(log) // 2

    _, rows = watched(interleaved(iter(log), [(half, false_alarm(1)), (half, false_alarm(2))]))

    moved, others = factors(rows, "northside"), factors(rows, "southside")
    assert moved[min(moved)] == 1.0
    assert moved[max(moved)] == pytest.approx(0.25, rel=0.05)
    assert set(others.values()) == {1.0}


def test_feedback_of_a_brand_that_is_not_watched_here_is_counted_and_dropped():
    core = WatchPartition(0, BRANDS, WatchSettings(), {})
    core.take(Flush(partition=0, partitions=1, watermark=START + 90, began=START))

    assert core.take(of_feedback(false_alarm(1, "westside"))).unknown_brands == 1


def test_before_anything_was_heard_there_is_nothing_to_move():
    core = WatchPartition(0, BRANDS, WatchSettings(), {})

    outcome = core.take(of_feedback(missed(1)))

    assert outcome.changed.keys() == {"@brands/0", "@clock/0", "@sources/0"}


def test_a_threshold_that_was_raised_rings_later_and_says_why():
    log = list(flushes(1, [50]))
    first, *_ = told(watched(iter(log))[0])
    opinions = [(len(log) // 2, false_alarm(number)) for number in (1, 2, 3)]

    later, *_ = told(watched(interleaved(iter(log), opinions))[0])

    assert later.at >= first.at
    assert later.threshold > first.threshold
    assert (later.moved.false_alarms, first.moved.false_alarms) == (3, 0)
    assert later.moved.nats == pytest.approx(later.threshold - first.threshold, abs=0.01)


def test_another_budget_in_the_configuration_holds_from_the_restart_on():
    states: dict[str, bytes] = {}
    log = list(flushes(1, [50]))
    first = WatchPartition(0, BRANDS, WatchSettings(), states)
    for flush in log[:10]:
        store(states, first.take(flush).changed)
    unstored = log[first.reread_from or 0 : 10]

    as_before, stricter = (
        WatchPartition(0, [replace(brand, false_pages_per_week=budget) for brand in BRANDS], WatchSettings(), states)
        for budget in (0.25, 0.05)
    )

    asked = []
    for core in (as_before, stricter):
        for flush in unstored:
            core.take(flush)
        asked.append(core.take(log[10]).observations[0].threshold)
    assert asked[1] > asked[0] + 1


def test_a_worker_killed_right_after_it_was_taken_back_judges_the_bins_before_as_they_were_judged():
    log = list(flushes(1, [20]))
    amid = next(n for n, flush in enumerate(log) if (flush.watermark or 0) > START + 26.5 * 3600)
    said = [(amid - 9, false_alarm(1)), (amid, false_alarm(1, taken_back=True))]

    once = watched(interleaved(iter(log), said))
    # Two pieces of feedback went before the flush of this number.
    again = watched(interleaved(iter(log), said), restart_at=frozenset({amid + 2}))

    assert len({row.moved.false_alarms for row in once[1].values()}) == 2
    assert told(again[0]) == told(once[0])
    assert again[1] == once[1]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    partitions=st.integers(1, 3),
    size=st.integers(20, 400),
    places=st.lists(st.floats(0, 1), min_size=len(SAID), max_size=len(SAID)),
    restarts=st.frozensets(st.integers(0, 60), max_size=4),
    repeat=st.booleans(),
)
def test_restarts_and_repeats_change_nothing(partitions, size, places, restarts, repeat):
    log = list(flushes(partitions, [size]))
    said = [(int(place * len(log)), feedback) for place, feedback in zip(sorted(places), SAID, strict=True)]

    once = watched(interleaved(iter(log), said))
    again = watched(interleaved(iter(log), said), restart_at=restarts, repeat=repeat)

    assert told(again[0]) == told(once[0])
    assert again[1] == once[1]


@settings(max_examples=6, deadline=None)
@given(place=st.floats(0.2, 0.9), restarts=st.frozensets(st.integers(0, 60), max_size=3))
def test_what_is_taken_back_before_the_next_bin_has_never_been_said(place, restarts):
    log = list(flushes(1, [50]))
    at = int(place * len(log))
    said = [(at, false_alarm(1)), (at, missed(2)), (at, false_alarm(1, taken_back=True))]

    with_it = watched(interleaved(iter(log), said), restart_at=restarts)
    without = watched(interleaved(iter(log), [(at, missed(2))]), restart_at=restarts)

    assert told(with_it[0]) == told(without[0])
    assert with_it[1] == without[1]


said_at = st.lists(
    st.tuples(
        st.integers(0, 40).map(lambda days: START + days * 86_400),
        st.builds(
            Feedback,
            id=st.integers(0, 30).map(str),
            brand=st.just("northside"),
            kind=st.sampled_from(["false_alarm", "missed"]),
            about=st.sampled_from("abc"),
            taken_back=st.booleans(),
        ),
    ),
    max_size=30,
).map(lambda said: sorted(said, key=lambda each: each[0]))


@given(said_at, st.data())
def test_a_repeat_of_anything_said_does_nothing(said, data):
    once, twice = FeedbackBook(), FeedbackBook()
    for since, feedback in said:
        once.take(feedback, since)
        twice.take(feedback, since)
        heard = [earlier for _, earlier in said[: said.index((since, feedback)) + 1]]
        twice.take(data.draw(st.sampled_from(heard)), since)

    assert once == twice


@given(said_at)
def test_one_thing_is_said_at_most_once_at_a_time(said):
    book = FeedbackBook()
    for since, feedback in said:
        book.take(feedback, since)

        standing = [(opinion.kind, opinion.about) for opinion in book.opinions if opinion.ended is None]
        assert len(standing) == len(set(standing))


def test_a_brand_that_is_marked_all_day_long_keeps_the_newest_marks_and_no_more():
    book = FeedbackBook()

    for number in range(3 * OPINIONS_KEPT):
        book.take(false_alarm(number), START + number * 3600)

    standing = [opinion.about for opinion in book.opinions if opinion.ended is None]
    assert standing == [f"northside-{number}" for number in range(2 * OPINIONS_KEPT, 3 * OPINIONS_KEPT)]
    assert len(book.opinions) < 2 * OPINIONS_KEPT
    assert moved_by(book.opinions, START + 3 * OPINIONS_KEPT * 3600).factor == 0.25


def test_a_mark_that_faded_is_forgotten():
    book = FeedbackBook()
    book.take(false_alarm(1), START)

    book.take(false_alarm(2), START + FADES_S + 2 * 86_400)

    assert [opinion.about for opinion in book.opinions] == ["northside-2"]
