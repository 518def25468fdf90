"""Stage 2 after a restart: flushes are read again, and nothing comes out other than if nobody had died."""

import random
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.verdict import Verdict
from streams.ingest.ingest import PartitionIngest
from streams.queries.matching import Matcher
from streams.watch.brand_watch import WatchSettings
from streams.watch.source_watch import SELF_BRAND
from streams.watch.watch import WatchPartition
from streams.wire.feedback import Feedback
from streams.wire.flush import Flush, of_feedback
from streams.wire.observation_row import ObservationRow
from streams.wire.record import Record
from tests.streams.watch.talk import BRAND, BRANDS, COPIED, HOUR, OTHER, START, AngerScorer, mention, store

DAY = 24 * HOUR
BEGINS = START + 5 * DAY
"""Before it, two sources speak every ten minutes, and nobody of the brands: sources are known after some days."""
WATCHED = (*BRANDS, SELF_BRAND)
SAID = (
    Feedback(id="c0", brand=BRAND.id, kind="false_alarm", about="northside-1"),
    Feedback(id="c1", brand=OTHER.id, kind="missed", about="2"),
    Feedback(id="c2", brand=BRAND.id, kind="false_alarm", about="northside-1", taken_back=True),
)


def heard_before() -> Iterator[Flush]:
    for at in range(START, BEGINS, 2 * HOUR):
        starts = tuple(range(at, at + 2 * HOUR, 600))
        heard = {"test": starts, "other": tuple(start for start in starts if start < BEGINS - 4 * HOUR)}
        for partition in range(2):
            yield Flush(partition=partition, partitions=2, watermark=at + 2 * HOUR, began=START, heard=heard)


def story() -> list[bytes]:
    """Tell some hours: ordinary talk, half an hour of anger about one brand, some posts taken down, and silence."""
    rng = random.Random(11)
    moments = [(rng.uniform(0, 2.5 * HOUR), "nice", brand.id) for brand in BRANDS for _ in range(100)]
    moments += [(1.5 * HOUR + rng.uniform(0, HOUR / 2), "angry", BRAND.id) for _ in range(120)]
    # Some of the angry ones say one text, and some authors speak again and again.
    told = [
        (at, mention(n, BEGINS + at, COPIED if text == "angry" and n % 3 == 0 else text, brand, n % 150))
        for n, (at, text, brand) in enumerate(sorted(moments))
    ]
    for number in range(20, 300, 45):
        at, gone = told[number]
        value = {**msgspec.json.decode(gone), "deleted": True}
        told.append((at + rng.uniform(1, 400), msgspec.json.encode(value)))
    return [value for _, value in sorted(told)] + [
        mention(10**6 + p, BEGINS + 3.5 * HOUR, "", "nobody") for p in (0, 1)
    ]


STORY = story()


def log_of(cuts: Sequence[int], feedback_at: Sequence[int]) -> list[Flush]:
    """Return the log of flushes where fetches have the sizes given, over and over; then the other source is back."""
    cores = [PartitionIngest(p, 2, Matcher(BRANDS), AngerScorer(), watch_partitions=1) for p in range(2)]
    log = list(heard_before())
    # By the id, as Kafka does it: who is taken down is so where he spoke.
    shares = [[value for value in STORY if int(msgspec.json.decode(value)["id"][1:]) % 2 == p] for p in range(2)]
    done = [0, 0]
    step = 0
    while any(done[p] < len(shares[p]) for p in range(2)):
        for p, core in enumerate(cores):
            part = shares[p][done[p] : done[p] + cuts[step % len(cuts)]]
            step += 1
            core.take([Record(done[p] + i, 0.0, None, value) for i, value in enumerate(part)])
            done[p] += len(part)
            log += [part for parts in core.flush(0.0) for part in parts]
    end = log[-1].watermark or 0
    log += [Flush(partition=p, partitions=2, watermark=end + 600, heard={"other": (end,)}) for p in range(2)]
    begun = sum(1 for _ in heard_before())
    for at, feedback in zip(sorted(feedback_at), SAID, strict=False):
        log.insert(begun + at % (len(log) - begun), of_feedback(feedback))
    return log


class Told:
    """What a partition told: what it tells again must be equal."""

    def __init__(self) -> None:
        self.verdicts: dict[str, Verdict] = {}
        self.rows: dict[tuple[str, int], ObservationRow] = {}
        self.deleted: set[str] = set()
        self.late = 0

    def take(self, core: WatchPartition, flush: Flush, offset: int) -> dict[str, bytes | None]:
        outcome = core.take(flush, offset)
        for verdict in outcome.verdicts:
            assert self.verdicts.setdefault(verdict.id, verdict) == verdict
        for row in outcome.observations:
            assert self.rows.setdefault((row.brand, row.start), row) == row
        self.deleted |= set(outcome.deleted)
        self.late += outcome.late_snapshots
        return outcome.changed

    def all(self) -> tuple[object, ...]:
        return self.verdicts, self.rows, self.deleted


def worked(
    log: Sequence[Flush], settings: WatchSettings, deaths: Iterable[tuple[int, int]] = ()
) -> tuple[Told, list[object]]:
    """Work through a log; return what was told, and the state at its end.

    Each death comes before the flush of a number, while the outcomes of so many flushes before it are told and not
    stored yet; then the log is read again from where the state says.
    """
    told = Told()
    states: dict[str, bytes] = {}
    left = sorted(deaths)
    core = WatchPartition(0, WATCHED, settings, states)
    at = 0
    unstored: list[dict[str, bytes | None]] = []
    while at < len(log) or left:
        if left and at >= min(left[0][0], len(log)):
            del unstored[max(0, len(unstored) - left.pop(0)[1]) :]
            for changed in unstored:
                store(states, changed)
            unstored = []
            core = WatchPartition(0, WATCHED, settings, states)
            at = core.reread_from or 0
            continue
        unstored.append(told.take(core, log[at], at))
        at += 1
    sources = core._sources.to_bytes(10**6) if core._sources is not None else b""
    states_at_the_end = [sources, *(core._watch(brand.id).store() for brand in BRANDS)]
    return told, [core.clock.watermarks, core.clock.read, *map(msgspec.msgpack.decode, states_at_the_end)]


cuts = st.lists(st.integers(1, 60), min_size=1, max_size=3)
feedback = st.lists(st.integers(0, 10**4), max_size=3)
deaths = st.lists(st.tuples(st.integers(0, 200), st.sampled_from([0, 0, 1, 5, 1000])), min_size=1, max_size=6)


@settings(max_examples=6, deadline=None)
@given(cuts=cuts, feedback=feedback, deaths=deaths, store_s=st.sampled_from([1, 60, 120, 900, 10**6]))
def test_a_worker_that_dies_anywhere_and_reads_again_tells_and_learns_the_same(cuts, feedback, deaths, store_s):
    log = log_of(cuts, feedback)
    settings = WatchSettings(store_s=store_s)
    begun = sum(1 for _ in heard_before()) - 10
    dying = [(begun + at % (len(log) - begun + 1), unstored) for at, unstored in deaths]

    undisturbed, learned = worked(log, settings)
    disturbed, learned_again = worked(log, settings, dying)

    assert disturbed.all() == undisturbed.all()
    assert learned_again == learned


def test_the_story_has_all_that_a_restart_may_disturb():
    told, _ = worked(log_of([20], [40, 60, 80]), WatchSettings())

    phases = {(v.kind, v.phase) for v in told.verdicts.values()}
    assert phases >= {("crisis", "ringing"), ("source_silent", "ringing"), ("source_silent", "calm")}
    assert len([v for v in told.verdicts.values() if v.phase == "ringing"]) > 2
    assert {row.moved.factor for row in told.rows.values() if row.brand == BRAND.id} != {1.0}
    assert told.deleted


def test_a_post_that_is_taken_down_leaves_the_stored_state_though_time_stands_still():
    states: dict[str, bytes] = {}
    log = log_of([20], [])
    core = WatchPartition(0, WATCHED, WatchSettings(), states)
    for at, flush in enumerate(log):
        store(states, core.take(flush, at).changed)
        outbreak = core._watch(BRAND.id).outbreak
        if outbreak is not None and any(post.id.encode() in states[BRAND.id] for post in outbreak.posts):
            break
    assert outbreak is not None
    post = next(post.id for post in outbreak.posts if post.id.encode() in states[BRAND.id])
    after = WatchPartition(0, WATCHED, WatchSettings(), states)
    for again in range(after.reread_from or 0, at + 1):
        store(states, after.take(log[again], again).changed)

    changed = after.take(Flush(partition=0, partitions=2, deleted=(post,)), at + 1).changed

    stored = changed[BRAND.id]
    assert stored is not None
    assert msgspec.msgpack.encode(post) not in stored
