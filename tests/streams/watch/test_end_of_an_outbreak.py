"""An outbreak of a rarely mentioned brand ends within hours, rings once, and leaves room for the next one."""

import random
from itertools import pairwise

import msgspec
import pytest

from detectors.decision.calm import Calm
from detectors.verdict import Verdict
from streams.brand import Brand
from streams.watch.brand_watch import BrandWatch
from streams.watch.outbreak import DAY_S
from tests.streams.watch.talk import BRAND, HOUR, OTHER, SETTINGS, START, flushes, mention, told, watched

DAYS = 12
FIRST_H, SECOND_H = 9 * 24 + 14, 10 * 24 + 20
FLOOD_S = 1200


def rare_talk() -> list[tuple[float, bytes]]:
    """Tell twelve days of a mention in two hours, with two floods of anger, each twenty minutes long."""
    rng = random.Random(11)
    moments = [(rng.uniform(0, DAYS * 24 * HOUR), "nice", BRAND.id) for _ in range(DAYS * 12)]
    moments += [(rng.uniform(0, DAYS * 24 * HOUR), "nice", OTHER.id) for _ in range(DAYS * 12)]
    for at_h in (FIRST_H, SECOND_H):
        moments += [(at_h * HOUR + rng.uniform(0, FLOOD_S), "angry", BRAND.id) for _ in range(30)]
    return [
        (START + at, mention(number, START + at, text, brand))
        for number, (at, text, brand) in enumerate(sorted(moments))
    ]


TALK = rare_talk()


@pytest.fixture(scope="module")
def undisturbed() -> list[Verdict]:
    return told(watched(flushes(1, [50], TALK))[0])


def phases(verdicts: list[Verdict]) -> list[tuple[int, str]]:
    """Return of each outbreak when it rang, and its last phase."""
    last = {verdict.fired_at: verdict.phase for verdict in verdicts if verdict.kind == "crisis"}
    return sorted(last.items())


def test_each_flood_rings_once_and_is_over_within_a_day_of_its_last_angry_post(undisturbed):
    assert [phase for _, phase in phases(undisturbed)] == ["calm", "calm"]
    for (fired_at, _), at_h in zip(phases(undisturbed), (FIRST_H, SECOND_H), strict=True):
        flood_at = START + at_h * HOUR
        assert flood_at < fired_at < flood_at + FLOOD_S
        (calm_at,) = (v.at for v in undisturbed if v.fired_at == fired_at and v.phase == "calm")
        assert HOUR <= calm_at - (flood_at + FLOOD_S) <= 12 * HOUR


@pytest.mark.parametrize(
    ("partitions", "cuts", "restarts", "repeat"),
    [(1, [1], (), False), (2, [7, 400], (3, 5, 9), True), (3, [11], (20, 40), False)],
)
def test_how_it_ends_does_not_hang_on_partitions_cuts_restarts_and_repeats(
    undisturbed, partitions, cuts, restarts, repeat
):
    verdicts, _ = watched(flushes(partitions, cuts, TALK), restart_at=restarts, repeat=repeat)

    assert told(verdicts) == undisturbed


def test_an_outbreak_of_which_nobody_speaks_any_more_is_over_after_a_day():
    watch = ringing_brand(TALK)
    outbreak = watch.outbreak
    assert outbreak is not None
    outbreak.last_fired_at = heard_at = outbreak.last_heard_at
    outbreak.calm = Calm(0.0, 0.0)

    assert not msgspec.structs.replace(outbreak, last_fired_at=heard_at + DAY_S).is_over(heard_at + DAY_S - 60)
    assert msgspec.structs.replace(outbreak, last_fired_at=heard_at + DAY_S).is_over(heard_at + DAY_S)


def test_an_outbreak_that_a_version_before_this_one_stored_ends_as_any_other():
    watch = ringing_brand(TALK)
    stored = msgspec.msgpack.decode(watch.learned_bytes())
    for came_later in ("own", "calm", "last_heard_at"):
        del stored["outbreak"][came_later]

    again = BrandWatch(BRAND, SETTINGS, 0)
    assert again.restore(msgspec.msgpack.encode(stored), (), 0)

    assert HOUR // 2 <= ends_after(again) <= 24 * HOUR


def ringing_brand(talk: list[tuple[float, bytes]], brand: Brand = BRAND) -> BrandWatch:
    """Return a brand as it is when its outbreak has just rung."""
    watch = BrandWatch(brand, SETTINGS, START)
    for offset, flush in enumerate(flushes(1, [1], talk)):
        for snapshot in flush.snapshots:
            if snapshot.brand == brand.id:
                watch.add(snapshot, 0, offset)
        assert flush.watermark is not None
        for _ in watch.advance(flush.watermark, offset):
            pass
        if watch.outbreak is not None:
            return watch
    raise AssertionError("nothing rang")


def ends_after(watch: BrandWatch) -> int:
    """Return after how many seconds of silence its outbreak is over."""
    fired_at = watch.assessed_until
    for verdict, _ in watch.advance(fired_at + 7 * DAY_S, 10**6):
        if verdict is not None and verdict.phase == "calm":
            return verdict.at - fired_at
    raise AssertionError("it never ended")


def test_where_nobody_speaks_an_outbreak_is_told_anew_once_an_hour(undisturbed):
    fired_at = phases(undisturbed)[0][0]
    flood_over_at = START + FIRST_H * HOUR + FLOOD_S
    published_at = [v.at for v in undisturbed if v.fired_at == fired_at and v.at > flood_over_at]
    spoken_at = {int(at) - int(at) % 60 + 60 for at, _ in TALK}

    between = [later - sooner for sooner, later in pairwise(published_at[1:-1])]
    assert between
    assert all(gap >= HOUR or published_at[place + 2] in spoken_at for place, gap in enumerate(between))
