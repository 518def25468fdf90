"""What is kept of a brand's last day, so that the page of a run of hours shows its posts from the beginning on."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.post import Post
from streams.watch.brand_watch import BrandWatch
from streams.watch.lately import DAY_S, FADES_S, KEPT, KEPT_BYTES, Lately
from streams.watch.watch import WatchPartition
from streams.wire.flush import Flush
from tests.streams.watch.talk import BRAND, BRANDS, HOUR, SETTINGS, START, flushes, mention, store, watched

NOW = 10 * DAY_S


def post(number: int, at: float, *, negativity: float | None = 0.9, content: str = "never again") -> Post:
    return Post(id=f"p{number}", published=at, content=content, author=f"a{number}", negativity=negativity)


POSTS = st.lists(st.integers(0, 2 * DAY_S), max_size=60).map(
    lambda moments: [post(number, NOW - 2 * DAY_S + at) for number, at in enumerate(sorted(moments))]
)


@given(POSTS, st.integers(1, 7), st.booleans())
def test_it_is_the_same_in_however_many_bins_and_however_often_they_come(posts, cut, repeat):
    at_once, in_parts = Lately(), Lately()
    at_once.take(posts, NOW)
    for place in range(0, len(posts), cut):
        for _ in range(1 + repeat):
            in_parts.take(posts[place : place + cut], int(posts[place].published))
    in_parts.take((), NOW)

    assert at_once.posts == in_parts.posts


@given(POSTS, st.integers(0, 800))
def test_it_is_bounded_whatever_comes(posts, length):
    lately = Lately()
    lately.take([msgspec.structs.replace(each, content="é" * length) for each in posts], NOW)

    assert len(lately.posts) <= KEPT
    assert sum(len(each.content.encode()) for each in lately.posts) <= KEPT_BYTES
    assert all(each.published > NOW - DAY_S for each in lately.posts)


def test_only_negative_posts_are_kept():
    lately = Lately()
    lately.take([post(1, NOW), post(2, NOW, negativity=0.1), post(3, NOW, negativity=None)], NOW)

    assert [each.id for each in lately.posts] == ["p1"]


def test_a_run_of_hours_outweighs_a_busy_yesterday():
    lately = Lately()
    yesterday = [post(number, NOW - 20 * HOUR + number) for number in range(60)]
    today = [post(1_000 + number, NOW - FADES_S + number * 600) for number in range(12)]
    lately.take(yesterday, NOW)
    lately.take(today, NOW)

    assert len(lately.since(NOW - FADES_S, NOW)) >= KEPT - 2


def told_of_the_brand(moments: list[tuple[float, str]]) -> list[tuple[float, bytes]]:
    said = enumerate(sorted(moments))
    return [(START + at, mention(number, START + at, text, BRAND.id)) for number, (at, text) in said]


def slow_story() -> list[tuple[float, bytes]]:
    """Tell five days in which a brand is hardly spoken of, and on the last of them an angry post every ten minutes."""
    moments: list[tuple[float, str]] = [(hour * HOUR, "nice") for hour in range(0, 5 * 24, 2)]
    moments += [(4 * 24 * HOUR + place * 600 + 7, "angry") for place in range(40)]
    return [
        (START + at, mention(number, START + at, text, BRAND.id)) for number, (at, text) in enumerate(sorted(moments))
    ]


def test_a_run_of_an_hour_and_more_rings_with_posts_of_its_beginning():
    verdicts, _ = watched(flushes(1, [1], slow_story()))
    first = min(verdicts, key=lambda verdict: verdict.at)

    assert first.phase == "ringing"
    assert first.at - first.began_at >= HOUR // 2
    assert len(first.evidence.posts) == 3
    assert all(first.began_at <= each.published < first.at for each in first.evidence.posts)
    assert all("angry" in each.content for each in first.evidence.posts)
    assert min(each.published for each in first.evidence.posts) < first.at - SETTINGS.lateness_s - 2 * SETTINGS.bin_s


def partition(talk: list[tuple[float, bytes]]) -> tuple[WatchPartition, dict[str, bytes], int]:
    """Return a partition that has taken all of it, what it stored, and the next offset."""
    states: dict[str, bytes] = {}
    core = WatchPartition(0, BRANDS, SETTINGS, states)
    offset = 0
    for flush in flushes(1, [1], talk):
        store(states, core.take(flush, offset).changed)
        offset += 1
    return core, states, offset


def angry_once() -> list[tuple[float, bytes]]:
    moments = [(hour * HOUR, "nice") for hour in range(30)] + [(28.5 * HOUR, "angry")]
    return [
        (START + at, mention(number, START + at, text, BRAND.id)) for number, (at, text) in enumerate(sorted(moments))
    ]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_post_that_is_taken_down_goes_out_of_what_is_stored_of_a_brand_at_rest(restarted):
    core, states, offset = partition(angry_once())
    assert b"angry" in states[BRAND.id]
    (gone,) = msgspec.msgpack.decode(states[BRAND.id], type=dict)["lately"]["posts"]
    if restarted:
        core = WatchPartition(0, BRANDS, SETTINGS, states)

    store(states, core.take(Flush(partition=0, partitions=1, deleted=(gone["id"],)), offset).changed)

    assert b"angry" not in states[BRAND.id]


@pytest.mark.parametrize("restarted", [False, True])
def test_posts_of_a_brand_of_which_nobody_speaks_any_more_are_gone_after_a_day(restarted):
    core, states, offset = partition(angry_once())
    if restarted:
        core = WatchPartition(0, BRANDS, SETTINGS, states)
    day_later = Flush(partition=0, partitions=1, watermark=START + 28 * HOUR + HOUR // 2 + DAY_S + 60)

    store(states, core.take(day_later, offset).changed)

    assert b"angry" not in states[BRAND.id]


def test_what_is_given_to_a_brand_elsewhere_as_its_history_holds_no_posts():
    core, states, _ = partition(angry_once())

    assert b"angry" in states[BRAND.id]
    assert b"angry" not in core.history(BRAND.id, 31).learned


def test_a_state_of_the_version_before_holds_none():
    watch = BrandWatch(BRAND, SETTINGS, START)
    stored = msgspec.msgpack.decode(watch.store())
    del stored["lately"]

    again = BrandWatch(BRAND, SETTINGS, START)

    assert again.restore(msgspec.msgpack.encode(stored), (), 0)
    assert again.held is None
