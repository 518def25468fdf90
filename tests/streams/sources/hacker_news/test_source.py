"""What a source makes of Hacker News."""

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.simulation.services.hacker_news import RETRY_AFTER_S
from streams.sources.source import Batch, SourceError, SourceUnavailableError
from tests.streams.sources.hacker_news.listening import START, Listening


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def test_it_begins_now_and_gives_what_comes(listening):
    listening.site.post(START - 60)
    source = await listening.opened()
    await listening.hear(source)

    posts = [listening.site.post(START + second) for second in range(5)]
    await listening.hear_later(source)

    assert listening.posts == posts
    assert source.health().state == "live"
    assert source.health().behind_s == 0


async def test_it_goes_on_where_it_stood(listening):
    source = await listening.opened()
    await listening.hear(source)
    await source.close()
    posts = [listening.site.post(START + second) for second in range(450)]
    listening.now += 7200

    again = await listening.opened()
    await listening.hear(again)

    assert listening.posts == posts
    assert [batch.is_backfill for batch in listening.batches if batch.mentions] == [True] * 3
    assert 1 < listening.site.at_once <= 8


async def test_a_number_whose_post_comes_later_is_asked_for_again_and_keeps_no_other_back(listening):
    source = await listening.opened()
    await listening.hear(source)
    late, prompt = listening.site.post(START + 1), listening.site.post(START + 2)
    listening.site.not_before[late] = START + 80

    await listening.hear_later(source)
    assert listening.posts == [prompt]

    again = await listening.opened()
    await listening.hear_later(again)
    await listening.hear_later(again)

    assert listening.posts == [prompt, late]


async def test_a_number_without_a_post_is_given_up_after_a_while(listening):
    source = await listening.opened()
    await listening.hear(source)
    number = listening.site.nothing()

    for _ in range(30):
        await listening.hear_later(source)
    asked = listening.site.asked.count(f"item/{number}.json")
    await listening.hear_later(source)

    assert 10 < asked == listening.site.asked.count(f"item/{number}.json")
    assert not listening.position["walk"]["missing"]


async def test_a_deletion_that_is_told_takes_the_post_down(listening):
    source = await listening.opened()
    await listening.hear(source)
    first, second, third = (listening.site.post(START + 1) for _ in range(3))
    await listening.hear_later(source)

    listening.site.delete(first)
    listening.site.change(second, dead=True)
    listening.site.change(third, score=7)
    await listening.hear_later(source, 60)
    await listening.hear_later(source, 60)

    assert sorted(listening.taken_down) == [first, second]
    assert listening.posts == [first, second, third]


@pytest.mark.parametrize("age_h", [1, 20])
async def test_a_deletion_that_nobody_told_is_found(listening, age_h):
    source = await listening.opened()
    await listening.hear(source)
    posts = [listening.site.post(START + second) for second in range(40)]
    await listening.hear_later(source)
    await source.close()
    listening.now += age_h * 3600
    listening.site.delete(posts[7], is_pushed=False)

    again = await listening.opened()
    while listening.now < START + 30 * 3600:
        await listening.hear_later(again, 3600)

    assert listening.taken_down == [posts[7]]


async def test_a_post_is_read_again_twice_and_no_more(listening):
    source = await listening.opened()
    await listening.hear(source)
    post = listening.site.post(START + 1)

    while listening.now < START + 40 * 3600:
        await listening.hear_later(source, 3600)

    assert 3 <= listening.site.asked.count(f"item/{post}.json") <= 5
    assert listening.posts == [post]


async def test_an_edit_is_given_again_and_a_vote_is_not(listening):
    source = await listening.opened()
    await listening.hear(source)
    post = listening.site.post(START + 1)
    await listening.hear_later(source)

    listening.site.change(post, score=5)
    await listening.hear_later(source, 60)
    listening.site.change(post, text="Other words")
    await listening.hear_later(source, 60)

    assert listening.posts == [post, post]


async def test_a_post_that_is_dead_is_not_given_until_it_is_vouched_for(listening):
    source = await listening.opened()
    await listening.hear(source)
    post = listening.site.post(START + 1, dead=True)
    await listening.hear_later(source)
    assert not listening.posts

    listening.site.change(post, dead=False)
    await listening.hear_later(source, 60)

    assert listening.posts == [post]
    assert not listening.taken_down


async def test_a_server_that_asks_for_patience_gets_it(listening):
    source = await listening.opened()
    await listening.hear(source)
    post = listening.site.post(START + 1)
    listening.site.fail_next("rate_seconds")

    with pytest.raises(SourceUnavailableError) as caught:
        await listening.hear_later(source)

    assert caught.value.retry_after_s == RETRY_AFTER_S
    assert source.health().state == "waiting"
    await listening.hear_later(source, RETRY_AFTER_S)
    assert listening.posts == [post]
    assert source.health().state == "live"


@pytest.mark.parametrize("fault", ["server_error", "web_page", "empty", "cut", "null_newest", "other_post"])
async def test_an_answer_that_is_none_loses_nothing(listening, fault):
    source = await listening.opened()
    await listening.hear(source)
    posts = [listening.site.post(START + second) for second in range(20)]
    listening.site.fail_next(fault, 3)

    for _ in range(5):
        await listening.hear_in_spite(source)

    assert sorted(set(listening.posts)) == posts


async def test_a_wrong_address_needs_a_person(listening):
    listening.site.fail_next("unknown_path", 2)
    source = await listening.opened()

    with pytest.raises(SourceError, match=r"status 404; is hacker_news\.url right"):
        await source.read()
    with pytest.raises(SourceError):
        await source.check()
    assert await source.check() == []


async def test_a_highest_number_of_an_hour_ago_turns_nothing_back(listening):
    source = await listening.opened()
    await listening.hear(source)
    posts = [listening.site.post(START + second) for second in range(3)]
    await listening.hear_later(source)
    listening.site.fail_next("stale_newest")

    await listening.hear_later(source)
    posts.append(listening.site.post(START + 60))
    await listening.hear_later(source)

    assert listening.posts == posts


async def test_a_reading_that_is_cancelled_loses_nothing(listening):
    source = await listening.opened()
    await listening.hear(source)
    posts = [listening.site.post(START + second) for second in range(5)]
    listening.now += 30

    given_ids: list[Batch] = []
    for turns in itertools.count():
        reading = asyncio.create_task(source.read())
        for _ in range(turns):
            await asyncio.sleep(0)
        reading.cancel()
        results: list[Batch | BaseException] = await asyncio.gather(reading, return_exceptions=True)
        given_ids += [batch for batch in results if isinstance(batch, Batch) and batch.mentions]
        if given_ids:
            break

    listening.batches = given_ids
    assert listening.posts == posts


async def test_a_closed_source_asks_nothing(listening):
    source = await listening.opened()
    await source.close()

    await source.read()

    assert not listening.site.asked


async def test_all_is_told_up_to_the_moment_of_asking_unless_a_post_is_missing(listening):
    source = await listening.opened()
    await listening.hear(source)
    listening.site.post(START + 1)
    await listening.hear_later(source)
    assert listening.batches[-1].heard_until == START + 30

    listening.site.not_before[listening.site.post(START + 31)] = START + 500
    await listening.hear_later(source)
    await listening.hear_later(source)
    assert listening.batches[-1].heard_until == START + 60


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(1, 30)),
        st.tuples(st.just("late"), st.integers(1, 3)),
        st.tuples(st.just("nothing"), st.integers(1, 3)),
        st.tuples(
            st.just("fail"),
            st.sampled_from(["server_error", "rate_seconds", "web_page", "empty", "cut", "stale_newest", "null_newest",
                             "other_post"]),
        ),
        st.tuples(st.just("delete"), st.integers(0, 1000)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 100)),
    ),
    max_size=15,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_what_is_given_is_what_was_posted_and_what_was_deleted_is_taken_down(steps):
    asyncio.run(check(steps))


async def check(steps) -> None:
    async with Listening() as listening:
        site = listening.site
        source = await listening.opened()
        await listening.hear(source)
        posted: set[int] = set()
        deleted: set[int] = set()
        for what, how in steps:
            if what == "post":
                posted |= {site.post(listening.now) for _ in range(how)}
            elif what == "late":
                number = site.post(listening.now)
                site.not_before[number] = listening.now + 60 * how
                posted.add(number)
            elif what == "nothing":
                site.nothing()
            elif what == "fail":
                site.fail_next(how)
            elif what == "delete" and posted:
                number = sorted(posted)[how % len(posted)]
                site.delete(number, is_pushed=how % 2 == 0)
                deleted.add(number)
            elif what == "restart":
                source = await listening.opened()
            await listening.hear_in_spite(source, float(how) * 60 if what == "wait" else 30.0)
        for _ in range(12):
            await listening.hear_in_spite(source)
        for _ in range(20):
            await listening.hear_in_spite(source, 7200)
        assert site.is_well
        assert posted - deleted <= set(listening.posts) <= posted
        assert set(listening.taken_down) <= deleted
        assert not (set(listening.posts) & deleted) - set(listening.taken_down)
        assert not [batch for batch in listening.batches if batch.holes]
