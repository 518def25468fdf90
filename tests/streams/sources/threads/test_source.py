"""What a source makes of Threads, within the queries of a day."""

import asyncio
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.simulation.services.scripted_api import API_FAULTS
from alerts.simulation.services.threads import SimulatedThreads
from streams.mention import decode_mention, encode_mention
from streams.sources.source import SourceError
from streams.sources.threads.settings import ThreadsSettings
from streams.sources.threads.source import REMARK, ThreadsSource
from tests.streams.sources.clocked_listening import START, ClockedListening

DAY_S = 86_400.0


class Listening(ClockedListening):
    def __init__(self, **fake: Any) -> None:
        super().__init__()
        self.site = SimulatedThreads(self._time, **fake)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    def made(self, **stated: Any) -> ThreadsSource:
        described = {"token": self.site.token, "searches": ["northside"], "url": self.site.url} | stated
        return ThreadsSource("threads", ThreadsSettings.model_validate(described), self.client, now=self._time)

    async def opened(self, **stated: Any) -> ThreadsSource:
        source = self.made(**stated)
        await source.open(self.position)
        return source

    async def heard(self, *texts: str, username: str = "ann") -> tuple[ThreadsSource, list[str]]:
        """Let posts be heard and sent, as the runner does."""
        source = await self.opened()
        posts = [self.site.post(text, at=START - 60, username=username) for text in texts]
        await self.hear(source, 10)
        source.note_sent(self.mentions)
        self.batches.clear()
        return source, posts


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def test_a_post_is_read_with_all_that_is_told_of_it(listening):
    post = listening.site.post("Why Northside &amp; co?", at=START - 60)
    bare = listening.site.post("Northside, flagged", at=START - 50)
    del listening.site.posts[-1]["permalink"]
    listening.site.post("", at=START - 40)
    source = await listening.opened()
    await listening.hear(source, 10)

    one, other = sorted(listening.mentions, key=lambda mention: mention.published_s)
    assert (one.id, one.content, one.source, one.published_s) == (post, "Why Northside & co?", "threads", START - 60)
    assert one.url == "https://www.threads.net/@ann/post/C" + post.rpartition("/")[2]
    assert (one.author.id, one.author.url) == ("ann", "https://www.threads.net/@ann")
    assert (other.id, other.url) == (bare, bare)
    assert decode_mention(encode_mention(one)) == one


@pytest.mark.parametrize(("has_marks", "has_until"), [(True, False), (False, False), (False, True)])
async def test_more_than_a_page_holds_is_read_back_to_what_is_known(has_marks, has_until):
    async with Listening(has_marks=has_marks) as listening:
        listening.site.has_until = has_until
        source = await listening.opened()
        listening.site.post(at=START - 60)
        await listening.hear(source, 10)
        posts = [listening.site.post(f"Northside {n}", at=listening.now + n // 3) for n in range(350)]
        listening.now += 200
        await listening.hear(source, 120)

        assert set(posts) <= set(listening.ids)
        assert listening.holes == []


@pytest.mark.parametrize("has_marks", [True, False])
async def test_a_second_with_more_posts_than_a_page_holds_is_told_where_nothing_names_the_next_page(has_marks):
    async with Listening(has_marks=has_marks) as listening:
        source = await listening.opened()
        listening.site.post(at=START - 60)
        await listening.hear(source, 10)
        posts = {listening.site.post(f"Northside {n}", at=listening.now + 5) for n in range(150)}
        listening.now += 100
        await listening.hear(source, 10)

        assert (posts <= set(listening.ids)) == has_marks
        assert [(hole.began, hole.reason) for hole in listening.holes] == (
            [] if has_marks else [(START - 60, "look_back")]
        )


async def test_no_day_ever_has_more_queries_than_meta_gives(listening):
    source = await listening.opened(searches=["northside", "north", "side"], queries=400)
    most = 0
    for hour in range(27):
        if hour % 9 < 4:
            for n in range(0, 600, 2):
                listening.site.post(f"Northside {n}", at=listening.now - n)
        await listening.hear(source, 3600, pause_s=120)
        most = max(most, len([at for at in listening.site.spent if at > listening.now - DAY_S]))

    assert 200 < most <= 400
    assert source.health().cost.endswith("of 16 queries this hour")


async def test_a_limit_of_metas_is_waited_out_and_nothing_is_lost(listening):
    source = await listening.opened()
    listening.site.post(at=START - 60)
    await listening.hear(source, 10)
    listening.site.codes += [613, 2]
    post = listening.site.post()
    await listening.hear(source, 1200, pause_s=10)

    assert listening.ids[-1] == post
    assert "code 613: As the script has it; it is asked again in a quarter of an hour" in listening.errors[0]
    assert listening.holes == []


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"token": "THAA-another"}, "code 190: Malformed access token …; the token has expired or was withdrawn"),
        ({"expires": START - 1}, "code 190: .* has expired.; the token has expired .* then `tocsin reload`"),
        ({"scopes": ["threads_basic"]}, "code 10: .*; does the token have threads_basic and threads_keyword_search"),
    ],
)
async def test_what_only_a_person_can_mend_stops_it_and_names_no_token(listening, broken, says):
    source = await listening.opened()
    token = listening.site.token
    for name, value in broken.items():
        setattr(listening.site, name, value)
    with pytest.raises(SourceError, match=says) as error:
        await source.read()
    assert token not in str(error.value)


async def test_a_deleted_post_is_taken_down_and_a_changed_one_given_again(listening):
    source, posts = await listening.heard("Northside", "Northside, second", "Northside, third")
    await listening.hear(source, 2)
    source = await listening.opened()
    listening.site.delete(0)
    listening.site.posts[0]["text"] = "Northside, sorry"
    listening.now += DAY_S  # all are too old to be found by a search that goes on
    await listening.hear(source, 1300, pause_s=30)

    told = {one.id: (one.content, one.deleted) for one in listening.mentions}
    assert told.pop(posts[2], None) in {None, ("Northside, third", False)}
    assert told == {posts[0]: ("", True), posts[1]: ("Northside, sorry", False)}


async def test_where_posts_of_others_cannot_be_looked_up_nothing_is_taken_down_and_that_is_said(listening):
    source, _ = await listening.heard("Northside", "Northside, second")
    listening.site.shows_others = False
    listening.now += DAY_S
    await listening.hear(source, 3000, pause_s=30)

    assert listening.ids == []
    assert "nobody knows which are deleted" in source.health().says


async def test_where_only_the_owners_posts_are_there_to_compare_with_nothing_is_taken_down(listening):
    source, _ = await listening.heard("Northside")
    listening.site.delete()
    listening.now += DAY_S
    listening.site.post("Northside, ours", username=listening.site.owner)
    await listening.hear(source, 3000, pause_s=30)

    assert [one.id for one in listening.mentions if one.deleted] == []


async def test_what_finds_nothing_is_never_said_to_be_calm(listening):
    listening.site.sensitive.add("north")
    listening.site.post(at=START - 60)
    source = await listening.opened(searches=["north", "northside"])
    await listening.hear(source, 200)
    assert source.health().says == f"nothing was ever found by search 'north'. {REMARK}"

    source = await listening.opened(searches=["north", "northside"])
    assert "'northside'" not in source.health().says


async def test_check_tells_what_the_token_is_and_how_often_is_searched(listening):
    listening.site.post(at=START - 60)
    said = [(problem.says, problem.stops) for problem in await listening.made().check()]
    assert said == [
        ("the token expires on 2027-01-28, in 60 days: refresh it before, nobody else does", False),
        ("1 searches, each every 60 s, within 88 queries an hour of 2,200 a day", False),
        (REMARK, False),
    ]


async def test_check_tells_of_an_app_that_is_not_approved_and_of_a_token_without_the_permission(listening):
    listening.site.is_approved = False
    listening.site.post(at=START - 60, username=listening.site.owner)
    listening.site.post(at=START - 50)
    said = [problem.says for problem in await listening.made(searches=["northside", "nowhere"]).check()]
    assert "nothing was found: search 'nowhere'" in said
    assert "all that was found is @northside.press's own: has Meta approved the app for threads_keyword_search?" in said

    listening.site.is_tester = False
    said = [problem.says for problem in await listening.made().check()]
    assert said[0].startswith("what the token may do, and until when, is not told: ")

    listening.site.is_tester, listening.site.scopes = True, ["threads_basic"]
    with pytest.raises(SourceError, match="does the token have"):
        await listening.made().check()
    listening.site.is_strict = False
    assert [problem.says for problem in await listening.made().check() if problem.stops] == [
        "the token lacks threads_keyword_search: without it no posts of others are found"
    ]


@pytest.mark.parametrize(
    ("stated", "every_s"),
    [({}, 60.0), ({"searches": ["a", "b", "c", "d", "e"]}, 205.0), ({"every": "10m"}, 600.0)],
)
def test_how_often_is_searched_follows_from_the_searches(stated, every_s):
    settings_ = ThreadsSettings.model_validate({"token": "t", "searches": ["a"]} | stated)
    assert settings_.interval_s == every_s


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"searches": [str(n) for n in range(23)]}, "take at most 22 here and the others to a source with another"),
        ({"searches": ["a", "b"], "every": "1m"}, "too few for 2 searches every 1m: leave `every` out, or make it 82s"),
        ({"searches": []}, "at least 1 item"),
    ],
)
def test_more_than_the_queries_allow_is_refused_with_a_remedy(stated, says):
    with pytest.raises(ValidationError, match=says):
        ThreadsSettings.model_validate({"token": "t", "searches": ["a"]} | stated)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(1, 130)),
        st.tuples(st.just("late"), st.integers(1, 1000)),
        st.tuples(st.just("delete"), st.integers(0, 1000)),
        st.tuples(st.just("fail"), st.sampled_from([*API_FAULTS, 2, 4, 613])),
        st.tuples(st.just("hear"), st.integers(1, 2000)),
        st.tuples(st.just("crash"), st.integers(0, 3)),
        st.tuples(st.just("away"), st.integers(1, 40_000)),
    ),
    max_size=7,
)


@settings(max_examples=8, deadline=None)
@given(steps=STEPS, most=st.sampled_from([40, 100]), has_marks=st.booleans())
def test_what_is_given_is_what_was_written_and_no_hole_is_made_up(steps, most, has_marks):
    asyncio.run(check(steps, most=most if has_marks else 100, has_marks=has_marks))


async def check(steps: list[tuple[str, Any]], **fake: Any) -> None:
    async with Listening(**fake) as listening:
        source = await listening.opened()
        written = {listening.site.post(at=START - 60)}
        deleted: set[str] = set()
        await listening.hear(source, 30)

        def upstream(what: str, how: Any) -> None:
            happen(listening.site, what, how, written, deleted)

        last = await listening.live(source, steps, upstream, listening.opened, pause_s=30.0)
        await listening.hear(last, 7500, pause_s=100.0)

        assert written - deleted <= set(listening.ids) <= written
        assert listening.holes == []


def happen(site: SimulatedThreads, what: str, how: Any, written: set[str], deleted: set[str]) -> None:
    if what == "post":
        written |= {site.post(f"Northside {n}", at=site._now() - n) for n in range(how)}
    elif what == "late":
        written.add(site.post("Northside, late", at=site._now() - how))
    elif what == "fail" and isinstance(how, int):
        site.codes.append(how)
    elif what == "fail":
        site.fail_next(how)
    elif site.posts:
        deleted.add(site.delete(how % len(site.posts)))
