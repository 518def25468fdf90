"""Whatever publishers and servers do, what is given is what was published, and holes are those that were made."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.simulation.services.feeds import SimulatedFeed
from streams.sources.source import SourceUnavailableError
from tests.streams.sources.feeds.listening import EVERY_S, Listening

LISTS = 6
HARMLESS = st.sampled_from([
    "missing", "server_error", "rate_seconds", "rate_date", "rate_reset", "unavailable", "login_page", "empty",
    "redirect_found", "redirect_to_login", "cut", "not_packed", "forbidden", "broken", "wrong_encoding", "reversed",
    "doubled", "no_entries",
])  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(0, 1), st.integers(1, 3)),
        st.tuples(st.just("fail"), st.integers(0, 1), HARMLESS),
        st.tuples(st.just("edit"), st.integers(0, 1), st.integers(0, 100)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
        st.tuples(st.just("crash"), st.just(0), st.integers(0, 5)),
        st.tuples(st.just("burst"), st.integers(0, 1), st.integers(LISTS + 1, 12)),
    ),
    max_size=14,
)
FORMS = st.tuples(st.sampled_from(["rss", "atom", "json"]), st.sampled_from(["address", "number", "link_alone", "tag"]))


@settings(max_examples=40, deadline=None)
@given(STEPS, FORMS, FORMS)
def test_what_is_given_is_what_was_published_and_holes_are_those_that_were_made(steps, first, second):
    asyncio.run(check(steps, first, second))


async def check(steps: list[tuple[str, int, Any]], first: tuple[Any, Any], second: tuple[Any, Any]) -> None:
    async with Listening() as listening:
        feeds = [
            listening.feed(f"/{place}", form=form, naming=naming, lists=LISTS)
            for place, (form, naming) in enumerate((first, second))
        ]
        published = [feed.publish(listening.time.now - 60) for feed in feeds]
        source = await listening.source()
        await listening.hear(source)
        del listening.positions[:-1]  # before that a feed was never asked, as far as an older place knows
        unseen = [0, 0]
        lost: set[str] = set()
        holes = 0
        for what, which, how in steps:
            feed = feeds[which]
            if what in {"publish", "burst"}:
                # Never more than fit, unless it is a burst: then those that fall off are lost, and that is a hole.
                count = how if what == "burst" else min(how, LISTS - 1 - unseen[which])
                ids = [feed.publish(listening.time.now + second) for second in range(1, count + 1)]
                published += ids
                unseen[which] += count
            elif what == "fail":
                feed.fail_next(how)
            elif what == "edit":
                feed.edit(how % len(feed.posts) + 1, f"Edited {how}")
            elif what == "crash":
                # What came since an older acknowledged place is read again, and must have the same ids.
                listening.position = listening.positions[-1 - how % len(listening.positions)]
                source = await listening.source()
            else:
                source = await listening.source()
            if what == "burst":
                holes += 1
                lost |= {post_id(feed, number) for number in fallen_off(feed, unseen[which])}
            if what in {"burst", "publish"}:
                await until_heard(listening, source, feeds)
                unseen = [0, 0]
        await until_heard(listening, source, feeds)
        assert set(listening.ids) == set(published) - lost
        # From an older place the same hole is found again, perhaps as a longer one.
        has_crashed = any(what == "crash" for what, _, _ in steps)
        assert len(set(listening.holes)) >= holes if has_crashed else len(listening.holes) == holes


def fallen_off(feed: SimulatedFeed, new: int) -> range:
    return range(len(feed.posts) - new + 1, len(feed.posts) - LISTS + 1)


def post_id(feed: SimulatedFeed, number: int) -> str:
    return feed.edit(number, feed.posts[number - 1].text)


async def until_heard(listening: Listening, source: Any, feeds: list[SimulatedFeed]) -> None:
    """Let time go on until each feed has answered as it should with all faults over."""
    for feed in feeds:
        good, tries = len([status for status in feed.answers if status in {200, 304}]), 0
        while feed._faults or len([status for status in feed.answers if status in {200, 304}]) == good:
            await hear_later(listening, source)
            tries += 1
            assert tries < 60
    await hear_later(listening, source)


async def hear_later(listening: Listening, source: Any) -> None:
    listening.time.now += 6 * EVERY_S
    try:
        await listening.hear(source)
    except SourceUnavailableError as error:
        listening.time.now += error.retry_after_s
        await source.open(listening.position)
