"""What a source makes of Reddit, with a key that Reddit has approved."""

import asyncio
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.simulation.services.reddit import SimulatedReddit
from alerts.simulation.services.scripted_api import API_FAULTS
from streams.mention import decode_mention, encode_mention
from streams.sources.polled.listing import Found
from streams.sources.reddit.settings import RedditSettings
from streams.sources.reddit.source import RedditSource
from streams.sources.source import SourceError
from tests.streams.sources.clocked_listening import START, ClockedListening

HOUR_S = 3600.0


class Listening(ClockedListening):
    def __init__(self, **fake: Any) -> None:
        super().__init__()
        self.site = SimulatedReddit(self._time, **fake)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    async def opened(self, **stated: Any) -> RedditSource:
        described = {
            "approved": True, "client_id": self.site.client_id, "client_secret": self.site.client_secret,
            "user": "northside", "subreddits": ["nhs"], "site": self.site.url, "url": self.site.url,
        } | stated  # fmt: skip
        source = RedditSource("reddit", RedditSettings.model_validate(described), self.client, now=self._time)
        await source.open(self.position)
        return source

    def note_sent(self, source: RedditSource) -> None:
        """Take all that was given as sent, as the runner does."""
        for batch in self.batches:
            source._given = {found.post.id: found for found in map(_found, batch.mentions)}
            source.note_sent(batch.mentions)


def _found(mention: Any) -> Any:
    number = mention.id.rpartition("/")[2]
    post = mention.id.split("/")[4]
    return Found(key=f"t1_{number}/{post}" if "/comment/" in mention.id else f"t3_{number}", at=0.0, post=mention)


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def test_posts_and_comments_are_read_with_all_that_is_told_of_them(listening):
    post = listening.site.post("Northside &amp; co", at=START - 60, is_self=False, url="https://paper.example/a")
    comment = listening.site.comment("See &#x200B;**this**", at=START - 50, on="abc", parent_id="t1_zz")
    source = await listening.opened()
    await listening.hear(source, 10)

    found = {one.id: one for one in listening.mentions}
    assert set(found) == {post, comment}
    one = found[post]
    assert (one.name, one.content) == ("Northside & co", "It & I\nhttps://paper.example/a")
    assert (one.published_s, one.author.name, one.tags, one.likes) == (START - 60, "ann", ("nhs",), 3)
    assert found[comment].in_reply_to == "https://www.reddit.com/comments/abc/comment/zz"
    assert all(decode_mention(encode_mention(each)) == each for each in found.values())
    assert listening.site.agents == {next(iter(listening.site.agents))}
    assert next(iter(listening.site.agents)).endswith("(by /u/northside)")


async def test_what_is_not_said_in_public_is_left_out(listening):
    for more in (
        {"over_18": True}, {"subreddit": "u_ann"}, {"subreddit_type": "private"}, {"author": "[deleted]"},
        {"removed_by_category": "reddit"},
    ):  # fmt: skip
        listening.site.post(at=START - 60, **more)
    source = await listening.opened(searches=["northside"])
    await listening.hear(source, 30)

    assert listening.ids == []


async def test_what_is_deleted_or_removed_is_taken_down_within_seven_hours(listening):
    source = await listening.opened()
    ids = [
        listening.site.post(at=START - 60),
        listening.site.comment(at=START - 50),
        listening.site.post(at=START - 40),
    ]
    await listening.hear(source, 30)
    listening.note_sent(source)
    await listening.hear(source, 5)
    source = await listening.opened()
    listening.site.remove(0)
    listening.site.delete(1)
    listening.batches.clear()
    await listening.hear(source, 7 * HOUR_S, pause_s=60)

    assert {one.id for one in listening.mentions if one.deleted} == set(ids[:2])
    assert ids[2] not in {one.id for one in listening.mentions if one.deleted}


async def test_where_the_post_that_a_page_ends_with_is_deleted_nothing_is_lost(listening):
    source = await listening.opened(subreddits=["nhs"])
    listening.site.post(at=START - 2 * HOUR_S)
    await listening.hear(source, 10)
    posts = [listening.site.post(f"Northside {n}", at=listening.now + n) for n in range(250)]
    listening.now += 600
    listening.site.on_answer += [lambda: listening.site.delete(151), lambda: None]
    await listening.hear(source, 300)

    assert set(posts) - {posts[150]} <= set(listening.ids)
    assert listening.holes == []


async def test_more_than_a_list_holds_is_told_as_a_hole():
    async with Listening(deep=1000) as listening:
        source = await listening.opened()
        listening.site.post(at=START - 60)
        await listening.hear(source, 10)
        began = listening.now
        posts = [listening.site.post(f"Northside {n}", at=listening.now + n) for n in range(1200)]
        listening.now += 1300
        await listening.hear(source, 60)

        (hole,) = listening.holes
        assert (hole.began, hole.ended, hole.reason) == (START - 60, began + 200, "look_back")
        assert set(posts[200:]) <= set(listening.ids)


async def test_a_token_that_has_run_out_is_made_anew_and_a_refused_key_stops_it(listening):
    source = await listening.opened()
    await listening.hear(source, 100)
    listening.site.forget_tokens()
    post = listening.site.post()
    await listening.hear(source, 100)
    assert listening.ids == [post]
    assert listening.errors == []

    listening.site.is_approved = False
    listening.site.forget_tokens()
    with pytest.raises(SourceError, match="client_id or client_secret is wrong, or not approved") as error:
        await listening.hear(source, 300)
    assert listening.site.client_secret not in str(error.value)


@pytest.mark.parametrize(("subreddit", "says"), [("closed", "answered 403"), ("nowhere", "is there such a subreddit")])
async def test_a_subreddit_that_cannot_be_read_keeps_no_other_from_being_heard(listening, subreddit, says):
    source = await listening.opened(subreddits=["nhs", subreddit])
    post = listening.site.post(at=START - 60)
    await listening.hear(source, 30)

    assert listening.ids == [post]
    assert says in source.health().says


async def test_check_tells_how_much_is_asked(listening):
    said = await (await listening.opened(every="30s", calls=3)).check()
    assert said[0].says == "2 lists, 4 requests a minute of 3; `every` is shorter than the calls allow"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"approved": False}, "set approved: true when you have it"),
        ({"subreddits": []}, "needs subreddits or searches"),
    ],
)
def test_it_is_off_until_somebody_says_that_it_is_allowed(wrong, says):
    stated = {"approved": True, "client_id": "0123456789", "client_secret": "x", "user": "ann", "subreddits": ["nhs"]}
    with pytest.raises(ValidationError, match=says):
        RedditSettings.model_validate(stated | wrong)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(1, 130)),
        st.tuples(st.just("comment"), st.integers(1, 130)),
        st.tuples(st.just("late"), st.integers(1, 3000)),
        st.tuples(st.just("delete"), st.integers(0, 1000)),
        st.tuples(st.just("expire"), st.just(0)),
        st.tuples(st.just("fail"), st.sampled_from(API_FAULTS)),
        st.tuples(st.just("hear"), st.integers(1, 2000)),
        st.tuples(st.just("crash"), st.integers(0, 3)),
        st.tuples(st.just("away"), st.integers(1, 40_000)),
    ),
    max_size=10,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_what_is_given_is_what_was_written_and_no_hole_is_made_up(steps):
    asyncio.run(check(steps))


async def check(steps: list[tuple[str, Any]]) -> None:
    async with Listening() as listening:
        source = await listening.opened(searches=["northside"])
        written = {listening.site.post(at=START - 60)}
        deleted: set[str] = set()
        await listening.hear(source, 30)

        def upstream(what: str, how: Any) -> None:
            happen(listening.site, what, how, written, deleted)

        last = await listening.live(
            source, steps, upstream, lambda: listening.opened(searches=["northside"]), pause_s=20.0
        )
        await listening.hear(last, 6000, pause_s=20.0)

        assert written - deleted <= set(listening.ids) <= written
        assert listening.holes == []


def happen(site: SimulatedReddit, what: str, how: Any, written: set[str], deleted: set[str]) -> None:
    if what == "post":
        written |= {site.post(f"Northside {n}", at=site._now() - n) for n in range(how)}
    elif what == "comment":
        written |= {site.comment(f"Northside {n}", at=site._now() - n) for n in range(how)}
    elif what == "late":
        written.add(site.post("Northside, late", at=site._now() - how))
    elif what == "fail":
        site.fail_next(how)
    elif what == "expire":
        site.forget_tokens()
    else:
        thing = site.things[how % len(site.things)]
        name = thing["name"][3:]
        where = f"{thing['link_id'][3:]}/comment/{name}" if thing["kind"] == "t1" else name
        deleted.add(f"https://www.reddit.com/comments/{where}")
        site.delete(how % len(site.things))
