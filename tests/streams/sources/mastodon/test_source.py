"""What a source makes of a Mastodon server: every post, whatever breaks."""

import msgspec
import pytest

from alerts.simulation.services.mastodon import Token
from alerts.simulation.services.mastodon_faults import Cut, Deaf, Garbage, Late, RequestFault, Silence, Twice
from streams.ingest.erased import Erased, author_row, post_row
from streams.sources.source import SourceError, SourceUnavailableError
from tests.kafka.traces import Traces
from tests.streams.sources.mastodon.listening import HASTY, Listening
from tests.streams.sources.upstream import serving


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


@pytest.fixture
async def hasty():
    """One that leaves a stream that falls silent at once."""
    async with Listening(times=HASTY) as listening:
        yield listening


async def posted(listening, count: int = 1, **more) -> list[str]:
    return [await listening.server.post(f"post {number}", **more) for number in range(count)]


def uris(listening, posts) -> set[str]:
    return {listening.server.uri(one) for one in posts}


async def test_it_begins_now_and_gives_what_comes():
    # By the world's clock: by the fast one what comes is old as soon as the test stands still for a moment.
    async with Listening(fast=1.0) as listening:
        await posted(listening, 3)
        await listening.hears()

        posts = await posted(listening, 5)
        await listening.until_heard(*posts)

        assert set(listening.ids) == uris(listening, posts)
        assert listening.source.health().state == "live"
        assert not any(batch.is_backfill for batch in listening.batches)


async def test_what_came_while_nobody_listened_is_fetched_page_by_page_with_its_own_time(listening):
    await posted(listening)
    await listening.hears()
    await listening.leave()
    posts = await posted(listening, 130)
    listening.now.jump(7200)

    await listening.until_heard(*posts)

    assert set(listening.ids) == uris(listening, posts)
    assert all(batch.is_backfill for batch in listening.batches if batch.mentions)
    assert listening.holes == []


async def test_what_the_stream_tells_is_given_while_older_posts_are_still_fetched(listening):
    await posted(listening)
    await listening.hears()
    await listening.leave()
    await posted(listening, 400)
    listening.now.jump(7200)
    await listening.step()
    live = await posted(listening)

    await listening.until_heard(*live)

    assert listening.source.health().state == "catching_up"


async def test_a_post_of_another_server_that_came_late_while_nobody_listened_is_fetched_too(listening):
    await listening.hears()
    listening.now.jump(300)
    prompt = await posted(listening)
    await listening.until_heard(*prompt)
    await listening.leave()
    late = await posted(listening, is_local=False, late_s=60)

    await listening.until_heard(*late)


@pytest.mark.parametrize("fault", [Cut(3), Silence(3), Twice(3), Garbage(3), Late(3, 2), Deaf(5)])
async def test_nothing_is_lost_and_nothing_given_twice_whatever_becomes_of_a_stream(hasty, fault):
    hasty.server.fail_stream(fault)
    await posted(hasty)
    await hasty.hears()

    posts = await posted(hasty, 8)
    await hasty.until_heard(*posts)

    assert sorted(hasty.ids) == sorted(uris(hasty, posts))
    assert hasty.holes == []


async def test_a_silent_stream_is_left_and_its_silence_told(hasty):
    hasty.server.fail_stream(Silence(0))
    await hasty.hears()
    await posted(hasty)

    await hasty.until(lambda: bool(hasty.failures))

    assert "nothing came for 1 s" in str(hasty.failures[0])


async def test_a_stream_that_lives_and_tells_nothing_is_found_out(listening):
    listening.server.fail_stream(Deaf(1e9))
    await listening.hears()
    await listening.lets(20)

    posts = await posted(listening)
    await listening.until_heard(*posts)
    more = await posted(listening)
    await listening.until_heard(*more)
    await listening.until(lambda: bool(listening.failures))

    assert "the stream of public tells nothing, and the timeline goes on" in str(listening.failures[0])


@pytest.mark.parametrize(
    "fault", ["server_error", "unavailable", "rate_limited", "web_page", "guard", "cut", "no_list", "empty", "stale"]
)
async def test_nothing_is_lost_whatever_a_request_meets(listening, fault: RequestFault):
    await posted(listening)
    await listening.hears()
    await listening.leave()
    posts = await posted(listening, 90)
    # The instance, the newest post, whether the server reaches back, pages.
    for place in range(5):
        listening.server.fail_next(*[None] * place, fault)
        await listening.leave()
        await listening.lets(3)

    await listening.until_heard(*posts)
    await listening.hears()

    assert set(listening.ids) == uris(listening, posts)
    assert listening.holes == []


async def test_one_empty_answer_to_how_far_the_server_reaches_back_is_no_hole(listening):
    await posted(listening)
    await listening.hears()
    await listening.leave()
    posts = await posted(listening, 90)
    listening.server.fail_next(None, None, "empty")

    await listening.until_heard(*posts)

    assert listening.holes == []


async def test_where_the_server_asks_for_patience_it_says_until_when():
    async with Listening(fast=1.0) as listening:
        await listening.hears()
        await listening.leave()
        listening.server.fail_next("rate_limited")

        with pytest.raises(SourceUnavailableError) as caught:
            await listening.source.open(listening.position)

        assert 100 < caught.value.retry_after_s <= 121


async def test_a_server_without_streams_is_asked_every_minute(listening):
    listening.server.has_streams = False
    await posted(listening)
    await listening.hears()

    posts = await posted(listening, 3)
    await listening.until_heard(*posts)

    assert "gives no stream" in listening.source.health().says
    listening.server.has_streams = True
    await listening.until(lambda: listening.server.open_streams == 1)
    more = await posted(listening, 3)
    await listening.until_heard(*more)
    assert listening.source.health().says == ""


async def test_a_hole_is_told_where_the_server_does_not_reach_back():
    async with Listening(keeps_s=3600) as listening:
        await posted(listening)
        await listening.hears()
        await listening.leave()
        left = listening.now()
        lost = await posted(listening, 2)
        heard = listening.heard_at
        listening.now.jump(7200)
        back = listening.now()
        posts = await posted(listening, 2)
        ended = listening.now()

        await listening.until_heard(*posts)
        await listening.lets(60)

        (hole,) = listening.holes
        assert (hole.share, hole.reason) == (0.0, "look_back")
        # The fast clock goes on whenever the test stands still.
        assert heard - 30 < hole.began < left + 30
        assert back - 30 < hole.ended < ended + 30
        assert not set(listening.ids) & uris(listening, lost)


async def test_a_deletion_takes_down_what_went_on_under_its_address(listening):
    await listening.hears()
    kept, gone = await posted(listening, 2)
    await listening.until_heard(kept, gone)

    await listening.server.delete(gone)
    await listening.until(lambda: bool(listening.gone))

    (mention,) = [mention for mention in listening.mentions if mention.deleted]
    assert (mention.id, mention.content) == (listening.server.uri(gone), "")
    assert abs(mention.published_s - listening.server.posts[int(gone)].created_s) < 0.01


async def test_a_deletion_of_what_did_not_go_on_is_not_told():
    async with Listening(goes_on=lambda mention: "northside" in mention.content) as listening:
        await listening.hears()
        posts = [await listening.server.post(text) for text in ("the weather", "northside", "more weather")]
        await listening.until_heard(*posts)

        for one in posts:
            await listening.server.delete(one)
        await listening.until(lambda: bool(listening.gone))
        await listening.lets(5)

        assert set(listening.gone) == uris(listening, posts[1:2])


async def test_a_deletion_is_known_by_a_process_that_did_not_send_the_post(listening):
    await listening.hears()
    posts = await posted(listening, 600)
    await listening.until_heard(*posts)
    await listening.lets(1)
    await listening.crash()
    await listening.hears()

    await listening.server.delete(posts[0])
    await listening.server.delete(posts[-1])
    await listening.until(lambda: uris(listening, (posts[0], posts[-1])) <= set(listening.gone))


@pytest.mark.parametrize("what", ["post", "author"])
async def test_the_address_of_what_was_erased_stands_in_no_position(listening, what):
    await listening.hears()
    (post,) = await posted(listening)
    await listening.until_heard(post)
    await listening.lets(5)
    uri = listening.server.uri(post)
    traces = Traces([uri])
    assert traces.found_in(msgspec.json.encode(listening.position))

    erased = Erased()
    erased.take(post_row(uri) if what == "post" else author_row(uri.partition("/statuses/")[0], "mastodon"), b"1")
    listening.source.forget(erased)
    await listening.lets(5)

    assert not traces.found_in(msgspec.json.encode(listening.position))


async def test_a_deletion_and_an_edit_while_nobody_listened_are_found(listening):
    await listening.hears()
    kept, gone, edited = await posted(listening, 3)
    await listening.until_heard(kept, gone, edited)
    await listening.lets(1)
    await listening.leave()
    await listening.server.delete(gone)
    await listening.server.edit(edited, "Other words")

    await listening.until(
        lambda: (
            (bool(listening.gone) and listening.mentions[-1].content == "Other words")
            or (any(mention.content == "Other words" for mention in listening.mentions) and bool(listening.gone))
        )
    )

    assert set(listening.gone) == uris(listening, (gone,))


async def test_a_suspension_that_nobody_tells_is_found_within_a_day(listening):
    await listening.hears()
    (post,) = await posted(listening)
    await listening.until_heard(post)
    await listening.lets(60)
    await listening.server.delete(post, is_pushed=False)
    await listening.lets(60)
    assert listening.gone == []

    listening.now.jump(86_400)
    await listening.until(lambda: bool(listening.gone))

    assert set(listening.gone) == uris(listening, (post,))


async def test_a_server_that_cannot_be_asked_for_posts_is_listened_to_all_the_same(listening):
    listening.server.has_statuses_by_id = False
    await listening.hears()
    posts = await posted(listening, 2)
    await listening.until_heard(*posts)
    await listening.leave()
    await listening.lets(60)

    assert listening.gone == []
    assert listening.source.health().state == "live"


async def test_a_post_that_was_deleted_before_it_is_told_is_not_given(listening):
    listening.server.fail_stream(Late(0, 1))
    await listening.hears()
    (gone,) = await posted(listening)
    await listening.server.delete(gone)
    (kept,) = await posted(listening)

    await listening.until_heard(kept)
    await listening.lets(60)

    assert set(listening.ids) == uris(listening, (kept,))


async def test_an_edit_is_given_under_the_same_id(listening):
    await listening.hears()
    (post,) = await posted(listening)
    await listening.until_heard(post)

    await listening.server.edit(post, "Other words")
    await listening.until(lambda: len(listening.mentions) > 1)

    assert [mention.content for mention in listening.mentions] == ["post 0", "Other words"]
    assert len(set(listening.ids)) == 1


async def test_a_post_whose_author_withdraws_it_from_search_is_taken_down(listening):
    await listening.hears()
    (post,) = await posted(listening)
    await listening.until_heard(post)

    await listening.server.edit(post, "Other words", account={"noindex": True})
    await listening.until(lambda: bool(listening.gone))

    assert set(listening.gone) == uris(listening, (post,))


async def test_what_is_no_post_is_refused_once_and_the_rest_goes_on(listening):
    await listening.hears()
    bad = await listening.server.post("bad", uri="")
    (good,) = await posted(listening)
    await listening.until_heard(good)
    await listening.lets(60)

    (refused,) = listening.refused
    assert refused.reason == "schema"
    assert f'"id":"{bad}"'.encode() in refused.data


async def test_what_an_answer_answers_is_named_where_it_was_heard(listening):
    await listening.server.post("Nobody heard this.")
    await listening.hears()
    (first,) = await posted(listening)
    reply = await listening.server.post("I agree", in_reply_to_id=first)
    unknown = await listening.server.post("So do I", in_reply_to_id="17")
    await listening.until_heard(reply, unknown)

    named = {mention.id: mention.in_reply_to for mention in listening.mentions}
    assert named[listening.server.uri(reply)] == listening.server.uri(first)
    assert named[listening.server.uri(unknown)] == ""


async def test_hashtags_are_heard_each_by_its_stream_and_a_post_with_two_of_them_once():
    async with Listening(feed="hashtags", hashtags=("#Northside", "ward")) as listening:
        await listening.hears()
        both = await listening.server.post("a", tags=("northside", "ward"))
        reply = await listening.server.post("b", tags=("ward",), reply_to=both)
        await listening.server.post("c", tags=("weather",))
        await listening.until_heard(both, reply)
        await listening.leave()
        more = await listening.server.post("d", tags=("northside", "ward"))
        await listening.until_heard(more)
        await listening.lets(60)

        assert sorted(listening.ids) == sorted(uris(listening, (both, reply, more)))


async def test_a_hashtag_whose_posts_are_all_gone_keeps_no_other_from_being_heard():
    async with Listening(feed="hashtags", hashtags=("northside", "ward")) as listening:
        await listening.hears()
        gone = await listening.server.post("a", tags=("northside",))
        await listening.until_heard(gone)
        await listening.leave()
        await listening.server.delete(gone)
        kept = await listening.server.post("b", tags=("ward",))

        await listening.until_heard(kept)
        more = await listening.server.post("c", tags=("northside",))
        await listening.until_heard(more)

        assert listening.failures == []


async def test_a_timeline_that_held_posts_and_is_empty_is_waited_for_and_never_calm():
    async with Listening(keeps_s=3600) as listening:
        await posted(listening)
        await listening.hears()
        await listening.leave()
        listening.now.jump(7200)

        await listening.until(lambda: bool(listening.failures))

        assert "shows nothing of public, where it had posts" in listening.source.health().says


@pytest.mark.parametrize(("feed", "is_local"), [("local", True), ("remote", False)])
async def test_a_part_of_the_timeline_is_heard_alone(feed, is_local):
    async with Listening(feed=feed) as listening:
        await listening.hears()
        await posted(listening, is_local=not is_local)
        (heard,) = await posted(listening, is_local=is_local)
        await listening.until_heard(heard)
        await listening.leave()
        await posted(listening, is_local=not is_local)
        (more,) = await posted(listening, is_local=is_local)
        await listening.until_heard(more)

        assert set(listening.ids) == uris(listening, (heard, more))


async def test_a_timeline_that_is_switched_off_is_a_failure_and_never_calm(listening):
    listening.server.access["live_feeds"] = {"local": "disabled", "remote": "disabled"}

    with pytest.raises(SourceError, match=r"switched its timeline public off.*`feed: hashtags`, which it still shows"):
        await listening.step()


async def test_a_timeline_that_is_switched_off_later_is_a_failure_within_the_hour(listening):
    await listening.hears()
    listening.server.access["live_feeds"] = {"local": "disabled", "remote": "disabled"}
    listening.now.jump(3600)

    with pytest.raises(SourceError, match=r"switched its timeline public off"):
        await listening.until(lambda: False)


@pytest.mark.parametrize(
    ("token", "shows_anybody", "says"),
    [
        (None, True, "answered 401 .The access token is invalid.; the token is refused"),
        (Token(scopes=("profile",)), True, "answered 403 .*; the token does not allow it"),
        (Token(is_users=False), False, "answered 422 .*; the server wants a user"),
    ],
)
async def test_a_token_that_does_not_let_us_in_is_a_failure(listening, token, shows_anybody, says):
    listening.server.tokens = {} if token is None else {"token": token}
    listening.server.shows_anybody = shows_anybody

    with pytest.raises(SourceError, match=says):
        await listening.step()


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [(301, SourceError, "has moved for good.*mend `server`"), (302, SourceUnavailableError, "sends us to")],
)
async def test_a_server_that_is_elsewhere_is_not_listened_to_as_anybody(listening, status, error, says):
    async with serving() as moved:
        moved.answer("/api/v2/instance", status=status, headers={"Location": f"{listening.server.url}/api/v2/instance"})
        source = listening.new(server=moved.url)

        with pytest.raises(error, match=says):
            await source.open(None)


async def test_a_position_of_another_server_begins_at_the_present(listening):
    await listening.hears()
    listening.position = {**listening.position, "server": "https://elsewhere.example"}
    await listening.leave()
    await posted(listening, 3)
    await listening.hears()
    (post,) = await posted(listening)
    await listening.until_heard(post)

    assert set(listening.ids) == uris(listening, (post,))


async def test_a_position_that_is_none_is_a_failure_that_says_what_to_do(listening):
    listening.position = {"server": listening.server.url, "at": 1.0, "feeds": []}

    with pytest.raises(SourceError, match=r"checkpoint cannot be read.*another id"):
        await listening.step()


async def test_a_post_that_its_author_keeps_from_search_is_counted_and_not_given(listening):
    await listening.hears()
    await posted(listening, account={"indexable": False})
    (post,) = await posted(listening)
    await listening.until_heard(post)

    assert set(listening.ids) == uris(listening, (post,))
    assert sum(batch.heard for batch in listening.batches) == 2
