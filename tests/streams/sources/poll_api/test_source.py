"""What a source makes of any API that lists posts, as it is described in the configuration."""

import asyncio
import datetime as dt
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.simulation.services.forum import Way
from alerts.simulation.services.scripted_api import API_FAULTS
from streams.errors import BadMentionError
from streams.mention import decode_mention, encode_mention
from streams.sources.poll_api.item import moment
from streams.sources.poll_api.settings import PollApiSettings
from streams.sources.source import SourceError, SourceUnavailableError
from tests.streams.sources.clocked_listening import START
from tests.streams.sources.poll_api.listening import FIELDS, WAYS, Listening


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def test_a_post_is_read_by_the_paths_of_the_configuration(listening):
    source = await listening.opened()
    post = listening.site.post("Why <b>Northside</b> &amp; co?<br>Again", at=START - 60)
    await listening.hear(source, 10)

    (mention,) = listening.mentions
    assert (mention.id, mention.url) == (post, f"{listening.site.url}/t/1")
    assert (mention.content, mention.language, mention.author.name) == ("Why Northside & co?\nAgain", "en", "Ann")
    assert (mention.source, mention.published_s) == ("forum", START - 60)
    assert decode_mention(encode_mention(mention)) == mention


@pytest.mark.parametrize("way", list(WAYS))
async def test_whichever_way_it_lists_each_post_is_given_once(way):
    async with Listening(way=way) as listening:
        source = await listening.opened()
        made = [listening.site.post(f"Northside {n}", at=START - 60 + n) for n in range(3)]
        await listening.hear(source, 30)
        for _ in range(6):
            made += [listening.site.post(f"Northside {n}") for n in range(4)]
            await listening.hear(source, 70)

        assert sorted(listening.ids) == sorted(made)
        assert listening.holes == []
        assert source.health().state in {"live", "catching_up"}


@pytest.mark.parametrize("way", [way for way in WAYS if way != "one_page"])
async def test_after_an_outage_it_is_read_back_to_where_reading_stood(way):
    async with Listening(way=way) as listening:
        source = await listening.opened(overlap="0s")
        listening.site.post(at=START - 60)
        await listening.hear(source, 30)
        made = [listening.site.post(f"Northside {n}", at=listening.now + 60 * n) for n in range(33)]
        listening.now += 33 * 60

        source = await listening.opened(overlap="0s")
        await listening.hear(source, 120)

        assert set(made) <= set(listening.ids)
        assert listening.holes == []
        assert all(batch.is_backfill for batch in listening.batches if batch.mentions)


async def test_what_has_fallen_off_the_end_is_told(listening):
    source = await listening.opened()
    listening.site.post(at=START - 60)
    await listening.hear(source, 30)
    made = [listening.site.post(at=listening.now + n) for n in range(12)]
    listening.now += 60
    await listening.hear(source, 60)

    (hole,) = listening.holes
    assert (hole.began, hole.ended, hole.reason) == (START - 60, START + 37, "look_back")
    assert set(listening.ids[1:]) == set(made[-5:])


async def test_more_pages_than_are_asked_for_are_told_and_those_of_an_oldest_first_list_are_read_later():
    for way in ("marks", "since"):
        async with Listening(way=way) as listening:
            source = await listening.opened(most_pages=2)
            listening.site.post(at=START - 60)
            await listening.hear(source, 30)
            made = [listening.site.post(at=listening.now + n) for n in range(30)]
            listening.now += 60
            await listening.hear(source, 120)

            assert [hole.reason for hole in listening.holes] == (["throttled"] if way == "marks" else [])
            assert (set(made) <= set(listening.ids)) is (way == "since")


async def test_one_that_is_deleted_while_pages_are_read_hides_no_other():
    async with Listening(way="numbers") as listening:
        source = await listening.opened()
        listening.site.post(at=START - 2000)
        await listening.hear(source, 30)
        made = [listening.site.post(f"Northside {n}", at=listening.now + n) for n in range(12)]
        listening.now += 60
        # After the first page its first post goes: the first one of the second page moves onto the first.
        listening.site.on_answer.append(lambda: listening.site.remove(13))
        await listening.hear(source, 60)

        assert set(made) <= set(listening.ids)


async def test_an_edit_and_a_take_down_are_given(listening):
    source = await listening.opened()
    post = listening.site.post(at=START - 60)
    await listening.hear(source, 30)
    listening.site.edit(1, "Northside, corrected")
    await listening.hear(source, 70)
    listening.site.hide(1)
    await listening.hear(source, 70)

    assert [(one.content, one.deleted) for one in listening.mentions] == [
        ("Northside", False), ("Northside, corrected", False), ("", True),
    ]  # fmt: skip
    assert set(listening.ids) == {post}


async def test_a_broken_element_is_refused_once_and_keeps_no_other(listening):
    source = await listening.opened()
    listening.site.post(is_broken=True)
    post = listening.site.post(at=START - 60)
    await listening.hear(source, 300)

    assert listening.ids == [post]
    (refused,) = [one for batch in listening.batches for one in batch.refused]
    assert (refused.reason, "'never' at 'made'" in refused.detail) == ("timestamp", True)


async def test_what_only_a_person_can_mend_stops_it_and_shows_no_secret(listening):
    listening.site.refuses = True
    source = await listening.opened()
    with pytest.raises(SourceError, match="answered 401") as error:
        await source.read()
    assert listening.site.key not in str(error.value)


async def test_an_answer_without_the_list_says_what_is_there_instead(listening):
    source = await listening.opened(items="data.items")
    with pytest.raises(SourceUnavailableError, match=r"no list at 'data.items'; there is data, meta"):
        await source.read()


async def test_check_tells_a_wrong_path(listening):
    listening.site.post()
    source = await listening.opened(fields=FIELDS | {"text": "body.text"})
    said = await source.check()
    assert said[0].stops
    assert "fields.text: there is nothing at 'body.text'" in said[0].says


async def test_the_next_page_is_asked_of_no_other_host():
    async with Listening(way="links") as listening:
        listening.site.post(at=START - 60)
        source = await listening.opened()
        await listening.hear(source, 10)
        for n in range(6):
            listening.site.post(at=listening.now + n)
        listening.now += 60
        listening.site._listed = _elsewhere  # type: ignore[method-assign, assignment]
        with pytest.raises(SourceError, match="only 127"):
            await listening.hear(source, 60)


def _elsewhere(_: web.Request) -> web.Response:
    posts = [{"number": 9, "made": "2026-11-29T11:00:00Z", "body": {"html": "x"}}]
    return web.json_response({"data": {"posts": posts}, "meta": {"link": "https://evil.example/next"}})


@pytest.mark.parametrize(
    ("stated", "zone", "read"),
    [
        ("2026-11-29T11:00:00+01:00", "UTC", "2026-11-29T10:00:00"),
        ("2026-11-29 11:00", "Europe/Berlin", "2026-11-29T10:00:00"),
        ("2026-07-29 12:00", "Europe/Berlin", "2026-07-29T10:00:00"),
        ("Sun, 29 Nov 2026 10:00:00 GMT", "Europe/Berlin", "2026-11-29T10:00:00"),
        (1_795_946_400, "Europe/Berlin", "2026-11-29T10:00:00"),
        (1_795_946_400_000, "UTC", "2026-11-29T10:00:00"),
        (1_795_946_400_000_000, "UTC", "2026-11-29T10:00:00"),
        ("1795946400", "Asia/Tokyo", "2026-11-29T10:00:00"),
        ("2026-11-28", "Asia/Tokyo", "2026-11-28T14:59:59"),
        ("2026-11-29", "UTC", "2026-11-29T10:00:00"),
    ],
)
def test_a_moment_is_read_in_the_zone_that_it_states_or_else_that_of_the_settings(stated, zone, read):
    described = PollApiSettings.model_validate({"url": "https://a.example/x", "fields": FIELDS, "time_zone": zone})
    assert moment(stated, described, START).astimezone(dt.UTC).isoformat() == f"{read}+00:00"


@pytest.mark.parametrize("stated", [None, "", "soon", True, {}, "31/12/2026", "2026-11-29 10:00 XYZ"])
def test_what_is_no_moment_is_refused(stated):
    described = PollApiSettings.model_validate({"url": "https://a.example/x", "fields": FIELDS})
    with pytest.raises(BadMentionError, match="is no moment"):
        moment(stated, described, START)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"order": "cursor"}, "order: cursor needs pages"),
        ({"order": "oldest_first"}, "oldest_first needs since"),
        ({"pages": {"parameter": "page"}}, "needs next, header or first"),
        ({"pages": {"first": 1}}, "first needs parameter"),
        ({"pages": {"next": "a", "first": 1, "parameter": "p"}}, "either next"),
        ({"pages": {"header": True, "next": "a"}}, "header stands alone"),
        ({"username": "ann"}, "belong together"),
        ({"key_parameter": "key"}, "needs key_file"),
        ({"time_zone": "Berlin"}, "is no time zone"),
        ({"url": "forum.example"}, "url"),
    ],
)
def test_a_description_that_cannot_be_meant_is_refused_with_a_reason(wrong, says):
    with pytest.raises(ValidationError, match=says):
        PollApiSettings.model_validate({"url": "https://a.example/x", "fields": FIELDS} | wrong)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(1, 12)),
        st.tuples(st.just("late"), st.integers(1, 500)),
        st.tuples(st.just("broken"), st.just(0)),
        st.tuples(st.just("edit"), st.integers(0, 100)),
        st.tuples(st.just("fail"), st.sampled_from(API_FAULTS)),
        st.tuples(st.just("hear"), st.integers(1, 400)),
        st.tuples(st.just("crash"), st.integers(0, 3)),
        st.tuples(st.just("away"), st.integers(1, 4000)),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([way for way in WAYS if way != "one_page"]), STEPS)
def test_what_is_given_is_what_was_written_and_no_hole_is_made_up(way, steps):
    asyncio.run(check(way, steps))


async def check(way: Way, steps: list[tuple[str, Any]]) -> None:
    async with Listening(way=way) as listening:
        source = await listening.opened()
        written = [listening.site.post(at=START - 60)]
        await listening.hear(source, 30)

        def happen(what: str, how: Any) -> None:
            if what == "post":
                written.extend(listening.site.post(f"Northside {n}", at=listening.now - n) for n in range(how))
            elif what == "late":
                written.append(listening.site.post("Northside, late", at=listening.now - how))
            elif what == "broken" and way == "cursor":
                listening.site.post(is_broken=True)
            elif what == "edit":
                number = how % len(listening.site.posts) + 1
                listening.site.edit(number, f"Northside {how}")
            elif what == "fail":
                listening.site.fail_next(how)

        last = await listening.live(source, steps, happen, listening.opened, pause_s=10.0)
        await listening.hear(last, 1000, pause_s=10.0)

        assert set(listening.ids) == set(written)
        assert listening.holes == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 15), st.integers(60, 900)), min_size=1, max_size=8))
def test_holes_are_those_that_were_made_each_told_once(bursts):
    asyncio.run(check_holes(bursts))


async def check_holes(bursts: list[tuple[int, int]]) -> None:
    async with Listening(way="one_page") as listening:
        source = await listening.opened(overlap="0s", every="1h")
        expected, lost = [], set()
        written = [listening.site.post(at=START - 60)]
        newest = START - 60
        await listening.hear(source, 30)
        for count, _ in bursts:
            times = [listening.now + 100 + 10 * n for n in range(count)]
            ids = [listening.site.post(f"Northside {n}", at=at) for n, at in enumerate(times)]
            written += ids
            if count >= listening.site.size:
                # The page ends with posts that are all new: whether there was one before them, nobody can tell.
                expected.append((newest, times[-listening.site.size]))
                lost |= set(ids[: -listening.site.size])
            newest = times[-1]
            await listening.hear(source, 7300, pause_s=100.0)

        assert set(listening.ids) == set(written) - lost
        assert [(hole.began, hole.ended) for hole in listening.holes] == expected
