"""What a source of feeds makes of what publishers do."""

import asyncio
import logging

import pytest

from alerts.simulation.services.feeds import RETRY_AFTER_S
from streams.sources.feeds.feed import LAG_S
from streams.sources.source import Batch, SourceError, SourceUnavailableError
from tests.streams.sources.feeds.listening import EVERY_S, START


async def test_posts_of_the_first_poll_are_backfill_and_later_ones_are_not(listening):
    feed = listening.feed()
    old = [feed.publish(START - 3600), feed.publish(START - 60)]
    source = await listening.source()

    first = await listening.hear(source)
    new = feed.publish(START + 500)
    second = await listening.hear_later(source)

    assert [(batch.is_backfill, [mention.id for mention in batch.mentions]) for batch in first + second] == [
        (True, old),
        (False, [new]),
    ]
    assert second[0].mentions[0].published_s == START + 500
    assert not listening.holes


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("naming", ["address", "number", "link_alone", "tag"])
async def test_each_post_is_given_once_however_it_is_named(listening, form, naming):
    feed = listening.feed(form=form, naming=naming)
    ids = [feed.publish(START - 60)]
    source = await listening.source()
    await listening.hear(source)

    for fault in ("reversed", "doubled", "broken", "wrong_encoding", "redirect_found"):
        ids.append(feed.publish(listening.time.now))
        feed.fail_next(fault)
        await listening.hear_later(source)

    assert listening.ids == ids


async def test_an_unchanged_feed_answers_304_to_what_it_gave(listening):
    feed = listening.feed()
    feed.publish(START)
    source = await listening.source()
    await listening.hear(source)
    await listening.hear_later(source)

    again = await listening.source()
    await listening.hear_later(again)

    assert feed.answers == [200, 304, 304]


async def test_a_server_that_always_says_unchanged_is_asked_for_all_once_a_day(listening):
    feed = listening.feed()
    feed.publish(START)
    source = await listening.source()
    await listening.hear(source)
    new = feed.publish(START + 60)
    feed.fail_next("always_unchanged", 3)
    for _ in range(3):
        await listening.hear_later(source)
    assert new not in listening.ids

    await listening.hear_later(source, 86_400)

    assert new in listening.ids


async def test_posts_without_a_date_count_from_their_first_sight(listening):
    feed = listening.feed()
    feed.publish(None)
    source = await listening.source()
    assert await listening.hear(source) == []

    new = feed.publish(None)
    (batch,) = await listening.hear_later(source)

    assert [(mention.id, mention.published_s) for mention in batch.mentions] == [(new, START + EVERY_S)]


async def test_nothing_is_published_after_it_was_read(listening):
    feed = listening.feed()
    feed.publish(START + 7200)  # a clock that is wrong, or a zone that is not said

    (batch,) = await listening.hear(await listening.source())

    assert batch.mentions[0].published_s == START


async def test_an_edit_is_given_again_under_the_same_id(listening):
    feed = listening.feed()
    feed.publish(START)
    source = await listening.source()
    await listening.hear(source)

    edited = feed.edit(1, "We are sorry.")
    (batch,) = await listening.hear_later(source)

    assert [(mention.id, mention.content) for mention in batch.mentions] == [(edited, "We are sorry.")]


async def test_a_text_that_changes_for_ever_is_given_a_bounded_number_of_times(listening):
    feed = listening.feed()
    post = feed.publish(START)
    source = await listening.source()
    await listening.hear(source)

    for view in range(40):
        feed.edit(1, f"Read {view} times")
        await listening.hear_later(source)

    assert listening.ids == [post] * 25


async def test_a_post_without_a_date_is_not_given_again_when_it_is_edited(listening):
    feed = listening.feed()
    source = await listening.source()
    await listening.hear(source)
    feed.publish(None)
    await listening.hear_later(source)

    feed.edit(1, "Other words")

    assert await listening.hear_later(source) == []


async def test_posts_that_fell_off_the_end_are_told_as_a_hole(listening):
    feed = listening.feed(lists=3)
    feed.publish(START - 60)
    source = await listening.source()
    await listening.hear(source)

    for second in range(100, 150, 10):
        feed.publish(START + second)
    await listening.hear_later(source)

    assert len(listening.ids) == 1 + 3
    assert listening.holes == [(START, START + 120)]
    assert listening.batches[-1].holes[0].reason == "look_back"


async def test_older_pages_are_turned_until_a_post_is_known(listening):
    feed = listening.feed(lists=3, form="atom", has_pages=True)
    ids = [feed.publish(START - 60)]
    source = await listening.source()
    await listening.hear(source)

    ids += [feed.publish(START + second) for second in range(100, 150, 10)]
    await listening.hear_later(source)

    assert listening.ids == ids
    assert not listening.holes


async def test_a_feed_that_gives_its_posts_new_names_tells_nothing_new(listening):
    feed = listening.feed()
    ids = [feed.publish(START - 60 * minute) for minute in range(5, 0, -1)]
    source = await listening.source()
    await listening.hear(source)

    feed.fail_next("renamed", 5)
    for _ in range(5):
        await listening.hear_later(source)

    assert listening.ids == ids
    assert not listening.holes


async def test_an_empty_listing_for_once_makes_no_old_posts_new(listening):
    feed = listening.feed()
    ids = [feed.publish(START - 60)]
    source = await listening.source()
    await listening.hear(source)
    feed.fail_next("no_entries")

    await listening.hear_later(source)
    await listening.hear_later(source)

    assert listening.ids == ids
    assert not listening.holes


NO_FEEDS = [
    "missing", "server_error", "rate_seconds", "rate_date", "rate_reset", "unavailable", "login_page", "empty",
    "redirect_to_login", "cut", "not_packed", "forbidden",
]  # fmt: skip


@pytest.mark.parametrize("fault", NO_FEEDS)
async def test_a_feed_that_fails_keeps_no_other_from_being_heard(listening, fault):
    bad, good = listening.feed("/bad"), listening.feed("/good")
    source = await listening.source()
    await listening.hear(source)
    bad.fail_next(fault)
    ids = [good.publish(START + 60), bad.publish(START + 60)]

    await listening.hear_later(source)

    health = source.health()
    assert health.state == "live"
    assert health.says.startswith("1 of 2 feeds fail: feed 1 (127.0.0.1)")
    assert "/bad" not in health.says

    for _ in range(4):
        await listening.hear_later(source, 3600)

    assert sorted(listening.ids) == sorted(ids)
    assert not listening.holes
    assert not source.health().says


@pytest.mark.parametrize("fault", ["rate_seconds", "rate_date", "rate_reset", "unavailable"])
async def test_a_server_that_asks_for_patience_gets_it(listening, fault):
    feed = listening.feed()
    source = await listening.source()
    await listening.hear(source)
    feed.fail_next(fault)

    with pytest.raises(SourceUnavailableError) as caught:
        await listening.hear_later(source)

    assert caught.value.retry_after_s == RETRY_AFTER_S
    assert source.health().state == "waiting"
    asked = feed.requests
    with pytest.raises(SourceUnavailableError):
        await listening.hear_later(source, RETRY_AFTER_S - 10)
    assert feed.requests == asked
    await listening.hear_later(source, 20)
    assert feed.requests == asked + 1
    assert source.health().state == "live"


async def test_a_feed_that_is_missing_for_hours_is_asked_less_often_and_is_not_given_up(listening):
    feed = listening.feed()
    other = listening.feed("/other")
    source = await listening.source()
    await listening.hear(source)
    feed.fail_next("missing", 8)
    before = feed.requests

    for _ in range(36):
        await listening.hear_later(source, 600)

    assert feed.requests - before == 2 + 1 + 6 - 1  # after 10, 20 and 40 minutes, then each hour
    post = feed.publish(listening.time.now)
    await listening.hear_later(source, 3600)
    assert post in listening.ids
    assert other.requests > 30


async def test_failures_are_remembered_by_a_source_that_is_opened_anew(listening):
    feed = listening.feed()
    feed.fail_next("server_error", 3)
    source = await listening.source()
    for _ in range(3):
        with pytest.raises(SourceUnavailableError) as caught:
            await listening.hear(source)
        listening.time.now += caught.value.retry_after_s
        await source.open(listening.position)

    assert caught.value.retry_after_s == 4 * EVERY_S


async def test_a_feed_that_is_gone_is_asked_no_more_and_told(listening):
    feed, other = listening.feed("/a"), listening.feed("/b")
    feed.publish(START)
    source = await listening.source()
    await listening.hear(source)
    feed.fail_next("gone")
    await listening.hear_later(source)

    again = await listening.source()
    await listening.hear_later(again)

    assert feed.requests == 2
    assert other.requests == 3
    assert again.health().says == (
        "1 of 2 feeds have ended: feed 1 (127.0.0.1): 410, its owner has ended it; take it out of the list"
    )


async def test_a_source_of_which_all_feeds_have_ended_needs_a_person(listening):
    feed = listening.feed()
    feed.fail_next("gone")
    source = await listening.source()

    with pytest.raises(SourceError, match="all of 1 feeds have ended; put others into urls"):
        await listening.hear(source)

    assert source.health().state == "ended"


async def test_a_feed_that_says_that_it_has_ended_is_believed_and_read_to_its_end(listening):
    feed, _ = listening.feed("/a", form="json"), listening.feed("/b")
    feed.has_expired = True
    last = feed.publish(START)
    source = await listening.source()

    await listening.hear(source)
    await listening.hear_later(source)

    assert listening.ids == [last]
    assert feed.requests == 1
    assert "says itself that it has ended" in source.health().says


async def test_a_feed_that_has_moved_for_good_is_asked_where_it_is(listening):
    old, new = listening.feed("/old"), listening.services.add("/new", listening.services.feeds["/old"].publisher)
    post = new.publish(START)
    old.moved_to = "/new"
    source = await listening.source()
    await listening.hear(source)
    later = new.publish(START + 60)

    await listening.hear_later(source)

    assert listening.ids == [post, later]
    assert (old.requests, new.requests) == (1, 2)
    assert [problem.says for problem in await source.check() if "moved for good" in problem.says]


async def test_a_feed_that_moved_back_is_found(listening):
    old, new = listening.feed("/old"), listening.services.add("/new", listening.services.feeds["/old"].publisher)
    old.moved_to = "/new"
    source = await listening.source()
    await listening.hear(source)
    old.moved_to = ""
    new.fail_next("gone")
    post = old.publish(START)

    with pytest.raises(SourceUnavailableError):
        await listening.hear_later(source)
    await listening.hear_later(source)

    assert listening.ids == [post]


async def test_a_redirect_for_now_leaves_no_validator_behind(listening):
    feed = listening.feed()
    feed.publish(START)
    feed.fail_next("redirect_found")
    source = await listening.source()
    await listening.hear(source)

    await listening.hear_later(source)

    assert feed.answers == [302, 200, 200]


async def test_wishes_of_server_and_feed_go_before_our_own(listening):
    feed = listening.feed()
    feed.headers["Cache-Control"] = "max-age=1800"
    source = await listening.source()
    await listening.hear(source)

    for _ in range(6):
        await listening.hear_later(source)

    assert feed.requests == 3


async def test_a_post_is_ordinarily_heard_of_from_one_poll_to_the_next_and_a_little_later(listening):
    often, seldom = listening.feed("/often"), listening.feed("/seldom")
    seldom.headers["Cache-Control"] = "max-age=7200"
    source = await listening.source()
    await listening.hear(source)
    often.publish(START + 1)
    (first,) = await listening.hear_later(source)
    seldom.publish(START + 2)
    (second,) = await listening.hear_later(source, 7200 - EVERY_S)

    assert first.delay_s == EVERY_S + LAG_S
    assert second.delay_s == 7200 + LAG_S
    assert source.health().behind_s == 0


async def test_what_was_not_acknowledged_is_given_again(listening):
    feed = listening.feed()
    post = feed.publish(START)
    source = await listening.source()
    assert await listening.next_mentions(source) == [post]

    await source.open(None)

    assert await listening.next_mentions(source) == [post]


async def test_a_reading_that_is_cancelled_loses_nothing(listening):
    feed = listening.feed()
    post = feed.publish(START)
    source = await listening.source()
    ids: list[str] = []
    while not ids:
        reading = asyncio.create_task(source.read())
        await asyncio.sleep(0)
        reading.cancel()
        results: list[Batch | BaseException] = await asyncio.gather(reading, return_exceptions=True)
        ids += [mention.id for batch in results if isinstance(batch, Batch) for mention in batch.mentions]

    assert ids == [post]


async def test_a_closed_source_asks_nothing(listening):
    feed = listening.feed()
    source = await listening.source()
    await source.close()

    await source.read()
    await source.close()

    assert feed.requests == 0


async def test_a_body_that_never_ends_is_given_up(listening):
    feed = listening.feed()
    feed.fail_next("slow")
    source = await listening.source(limit_s=0.2)

    with pytest.raises(SourceUnavailableError, match=r"feed 1 \(127\.0\.0\.1\): no whole answer within 0\.2 s"):
        await listening.hear(source)


async def test_two_hundred_feeds_are_not_asked_at_once(listening):
    for number in range(200):
        listening.feed(f"/{number}")
    source = await listening.source(spread_s=0.25)

    await source.read()

    assert sum(feed.requests > 0 for feed in listening.services.feeds.values()) <= 8
    assert len({feed.state.next_at for feed in source._feeds}) > 100


async def test_no_address_is_in_position_messages_or_logs(listening, caplog):
    caplog.set_level(logging.INFO)
    for path in ("/hush-1/ok", "/hush-1/bad", "/hush-1/gone", "/hush-1/moved", "/hush-1/page"):
        listening.feed(path)
    feeds = listening.services.feeds
    feeds["/hush-1/ok"].publish(START)
    feeds["/hush-1/bad"].fail_next("server_error", 9)
    feeds["/hush-1/gone"].fail_next("gone", 9)
    feeds["/hush-1/moved"].moved_to = "/hush-1/ok"
    feeds["/hush-1/page"].fail_next("login_page", 9)
    source = await listening.source(*(f"{listening.url(path)}?key=hush-2" for path in feeds))
    await listening.hear(source)
    problems = await source.check()

    told = f"{listening.position}{source.health()}{problems}"
    assert "hush" not in told
    # The client below tells each address at the level of info; alerts/health/logs.py lets it speak from warnings on.
    records = [record for record in caplog.records if record.name != "httpx" or record.levelno > logging.INFO]
    assert not [record for record in records if "hush" in record.getMessage()]


async def test_check_tells_of_each_feed_that_cannot_be_heard(listening):
    bad, good, old = listening.feed("/bad"), listening.feed("/good"), listening.feed("/old")
    bad.fail_next("login_page")
    good.publish(START)
    old.publish(START - 200 * 86_400)
    source = await listening.source()

    problems = await source.check()

    assert [(problem.says, problem.stops) for problem in problems] == [
        ("feed 1 (127.0.0.1): a web page in the place of a feed; does it ask to log in?", False),
        ("feed 3 (127.0.0.1) has had nothing new for 200 days", False),
    ]


async def test_check_says_that_nothing_is_heard_where_no_feed_is(listening):
    listening.feed().fail_next("forbidden")

    (problem,) = await (await listening.source()).check()

    assert problem.stops


async def test_a_poll_that_breaks_is_told_to_the_runner_and_no_feed_is_forgotten(listening, monkeypatch):
    feed = listening.feed()
    post = feed.publish(START)
    source = await listening.source()

    async def breaks(*_):
        raise RuntimeError("a bug")

    with monkeypatch.context() as broken:
        broken.setattr(source._poller, "poll", breaks)
        with pytest.raises(RuntimeError, match="a bug"):
            await listening.hear(source)

    assert await listening.next_mentions(source) == [post]
