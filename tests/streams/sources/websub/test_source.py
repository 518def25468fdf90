"""How hubs are asked to push, and what is made of what they push."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Self, get_args

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.simulation.services.hub import HubFault, SimulatedHub
from alerts.simulation.services.scripted_api import API_FAULTS
from streams.mention import Mention
from streams.sources.feeds.listing import FeedFormatError
from streams.sources.feeds.reader_process import Asked, ReaderProcess, answer, read_once
from streams.sources.http import HttpClient
from streams.sources.pushed import Push, PushRefusedError
from streams.sources.websub.settings import WebSubSettings
from streams.sources.websub.source import WebSubSource
from tests.streams.sources.clock import Clock
from tests.streams.sources.feeds.listening import ReaderInProcess

SECRET = "the-secret-in-the-address-0001"


class Stage:
    """A hub, a source, and between them what ``tocsin web`` does."""

    def __init__(self) -> None:
        self.clock = Clock(1_795_946_400.0)
        self.hub = SimulatedHub(self.clock)
        self.mentions: list[Mention] = []
        self.refused: list[PushRefusedError] = []
        self.reader: ReaderProcess = ReaderInProcess()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.hub)
        self.http = HttpClient(now=self.clock, clock=self.clock, sleep=self.clock.sleep)
        self._stack.push_async_callback(self.http.close)
        application = web.Application()
        application.add_routes([web.get("/s", self._get), web.post("/s", self._post)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.callback = f"http://{host}:{port}/s"
        self.source = self.made()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def made(self, *urls: str) -> WebSubSource:
        settings = WebSubSettings.model_validate({"urls": urls or [self.hub.feed], "secret": SECRET})
        return WebSubSource("pushed", settings, now=self.clock, read=_read)

    async def ask(self) -> None:
        """Ask for all that is due."""
        for feed in self.source._feeds.values():
            if feed.due <= self.clock():
                await self.source.ask(feed, self.http, self.reader, self.callback)
        await self.hub.asked_back()

    @property
    def ids(self) -> list[str]:
        return [mention.id for mention in self.mentions]

    async def _get(self, request: web.Request) -> web.Response:
        said = self.source.verify(request.query)
        return web.Response(status=404) if said is None else web.Response(text=said)

    async def _post(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            batch = self.source.read(Push(body=await request.read(), headers=headers, query=request.query))
        except PushRefusedError as error:
            self.refused.append(error)
            return web.Response(status=error.status)
        self.mentions += batch.mentions
        return web.Response()


def _read(asked: Asked) -> Any:
    answered = answer(asked)
    if answered.listing is None:
        raise FeedFormatError(answered.refusal)
    return answered.listing


@pytest.fixture
async def stage():
    async with Stage() as stage:
        yield stage


@pytest.mark.parametrize("names", ["header", "document"])
async def test_a_feed_is_pushed_from_the_moment_that_its_hub_has_asked_back(stage, names):
    stage.hub.names = names
    await stage.ask()
    assert stage.source.says() == "1 of 1 feeds are pushed"

    published = stage.hub.publish("Northside closes")
    assert await stage.hub.push() == 200

    (mention,) = stage.mentions
    assert (mention.id, mention.name, mention.source) == (published, "Northside closes", "feeds")


async def test_it_is_asked_again_before_its_lease_ends(stage):
    await stage.ask()
    asked = len(stage.hub.asked)
    stage.clock.at += 86_400 / 2 - 1
    await stage.ask()
    assert len(stage.hub.asked) == asked

    for _ in range(4):
        stage.clock.at += 86_400 / 2
        await stage.ask()
        stage.hub.publish()
        assert await stage.hub.push() == 200


async def test_where_the_hub_is_away_or_refuses_it_says_so_and_is_asked_again(stage):
    stage.hub.fail_next("server_error")
    await stage.ask()
    assert "0 of 1 feeds are pushed. feed 1 (127.0.0.1): 500" in stage.source.says()
    stage.clock.at += 300
    stage.hub.refuses = "you are not on the list"
    stage.hub.fail_next("server_error")
    await stage.ask()
    stage.clock.at += 600
    await stage.ask()
    assert "its hub refuses: you are not on the list" in stage.source.says()

    stage.hub.refuses = ""
    stage.clock.at += 6 * 3600
    await stage.ask()
    assert stage.source.says() == "1 of 1 feeds are pushed"
    assert stage.hub.url not in stage.source.says()


async def test_a_feed_without_a_hub_is_asked_once_a_day_whether_it_has_one(stage):
    stage.hub.names = "nowhere"
    await stage.ask()
    assert stage.source.says() == "0 of 1 feeds are pushed, 1 name no hub"
    stage.hub.names = "document"
    stage.clock.at += 86_400
    await stage.ask()
    assert stage.source.says() == "1 of 1 feeds are pushed"


@pytest.mark.parametrize("fault", ["legacy", "partial", "doubled"])
async def test_what_is_unusual_and_right_is_taken(stage, fault):
    await stage.ask()
    published = stage.hub.publish()
    assert await stage.hub.push(fault) == 200
    assert set(stage.ids) == {published}


@pytest.mark.parametrize("fault", ["unsigned", "other_signature", "web_page"])
async def test_what_is_wrong_is_not_taken_and_not_sent_again(stage, fault):
    await stage.ask()
    published = stage.hub.publish()
    assert await stage.hub.push(fault) == 202
    assert stage.ids == []
    # Only what its hub has signed is kept among the dead letters.
    assert [bool(one.data) for one in stage.refused] == [fault == "web_page"]

    assert await stage.hub.push() == 200
    assert stage.ids == [published]


async def test_nobody_can_make_it_say_that_it_has_asked_for_something_else(stage):
    await stage.ask()
    key = next(iter(stage.source._feeds))
    asked = {"feed": key, "hub.mode": "subscribe", "hub.topic": stage.hub.feed, "hub.challenge": "x"}
    assert stage.source.verify(asked) == "x"
    for wrong in (
        {"feed": "other"}, {"hub.topic": "https://evil.example/feed"}, {"hub.mode": "unsubscribe"},
        {"hub.mode": "publish"}, {"hub.challenge": ""},
    ):  # fmt: skip
        assert stage.source.verify(asked | wrong) is None


async def test_a_feed_that_is_configured_no_more_ends_at_its_next_push(stage):
    await stage.ask()
    stage.source = stage.made(f"{stage.hub.url}/other.xml")
    stage.hub.publish()

    assert await stage.hub.push() == 410
    assert stage.hub.subscriptions == {}


async def test_what_the_feed_listed_before_yesterday_is_not_given_again(stage):
    await stage.ask()
    stage.hub.publish("Northside, long ago", at=stage.clock() - 3 * 86_400)
    published = stage.hub.publish()
    await stage.hub.push()

    assert stage.ids == [published]


async def test_check_names_the_feeds_that_are_not_pushed(stage):
    assert await stage.source.check(stage.http) == []
    stage.hub.names = "nowhere"
    (said,) = await stage.source.check(stage.http)
    assert (said.stops, said.says) == (
        True, "1 of 1 feeds name no hub over https, and are not pushed: feed 1 (127.0.0.1)",
    )  # fmt: skip


def test_a_document_is_read_in_a_process_of_its_own():
    feed = b'<rss version="2.0"><channel><title>Paper</title><item><title>Northside</title></item></channel></rss>'
    assert read_once(Asked("https://paper.example/", "", feed)).entries[0].title == "Northside"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 3)),
        st.tuples(st.just("push"), st.sampled_from([None, *get_args(HubFault)])),
        st.tuples(st.just("fail"), st.sampled_from(API_FAULTS)),
        st.tuples(st.just("refuse"), st.sampled_from(["", "no"])),
        st.tuples(st.just("move"), st.sampled_from(["header", "document", "nowhere"])),
        st.tuples(st.just("later"), st.integers(1, 100_000)),
        st.tuples(st.just("restart"), st.just(0)),
    ),
    max_size=14,
)


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_whatever_hubs_do_what_is_given_was_published_and_in_the_end_it_is_pushed_again(steps):
    asyncio.run(check(steps))


async def check(steps: list[tuple[str, Any]]) -> None:
    async with Stage() as stage:
        for what, how in steps:
            if what == "push":
                listed = {address for address, _, at in stage.hub.entries[-10:] if at > stage.clock() - 86_400}
                if await stage.hub.push(how) == 200 and how != "partial":
                    assert listed <= set(stage.ids)
            else:
                happen(stage, what, how)
            await stage.ask()
        assert set(stage.ids) <= {address for address, _, _ in stage.hub.entries}

        stage.hub.refuses, stage.hub.names = "", "header"
        for _ in range(len(steps) + 3):
            stage.clock.at += 86_400
            await stage.ask()
        published = stage.hub.publish()
        assert await stage.hub.push() == 200
        assert published in stage.ids
        assert stage.source.says() == "1 of 1 feeds are pushed"


def happen(stage: Stage, what: str, how: Any) -> None:
    if what == "publish":
        for number in range(how):
            stage.hub.publish(f"Northside {number}")
    elif what == "fail":
        stage.hub.fail_next(how)
    elif what == "refuse":
        stage.hub.refuses = how
    elif what == "move":
        stage.hub.names = how
    elif what == "later":
        stage.clock.at += how
    else:
        stage.source = stage.made()
