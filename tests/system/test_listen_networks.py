"""``tocsin listen`` at simulated networks, killed while it hears them."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import yaml

from alerts.simulation.services.app_store import APP, SimulatedAppStore
from alerts.simulation.services.feed_documents import Publisher
from alerts.simulation.services.feeds import SimulatedFeeds
from alerts.simulation.services.forum import SimulatedForum
from alerts.simulation.services.gdelt import QUARTER_S, SimulatedGdelt
from alerts.simulation.services.hacker_news import SimulatedHackerNews
from alerts.simulation.services.reddit import SimulatedReddit
from alerts.simulation.services.threads import SimulatedThreads
from alerts.simulation.services.x import SimulatedX
from alerts.simulation.services.youtube import CHANNEL, SimulatedYouTube
from streams.connectors.heartbeat import SOURCE as OURSELVES
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import CHECKPOINTS, MENTIONS
from streams.mention import decode_mention
from tests.kafka.reading import read_topic, read_until
from tests.kafka.worker import WorkerProcess, until_it_says

FEEDS, POSTS = 40, 8


class Networks:
    """Publishers of feeds and a Hacker News, served from a thread while the test waits."""

    def __init__(self) -> None:
        self.feeds = SimulatedFeeds(time.time)
        self.news = SimulatedHackerNews(time.time)
        self.ids: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()

    @contextmanager
    def serving(self) -> Iterator["Networks"]:
        thread = threading.Thread(target=self._loop.run_forever)
        thread.start()
        try:
            self._run(self._stack.enter_async_context(self.feeds))
            self._run(self._stack.enter_async_context(self.news))
            yield self
            assert not self.feeds.complaints
        finally:
            self._run(self._stack.aclose())
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    def publish(self) -> list[str]:
        """Let each publisher have posts; returns the addresses of the feeds."""
        for number in range(FEEDS):
            feed = self.feeds.add(f"/{number}", Publisher(title=f"Paper {number}", home=f"https://p{number}.example"))
            self.ids |= {feed.publish(time.time() - 60 * post) for post in range(POSTS)}
        return [f"{self.feeds.home}{path}" for path in self.feeds.feeds]

    def post(self, count: int) -> None:
        for _ in range(count):
            number = self.news.post(time.time())
            self.ids.add(f"https://news.ycombinator.com/item?id={number}")

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


class Lists(Networks):
    """Seven upstreams that list posts in pages or files, each with posts from before anybody listens."""

    def __init__(self) -> None:
        super().__init__()
        self.forum = SimulatedForum(time.time, way="cursor", size=20)
        self.tube = SimulatedYouTube(time.time)
        self.reddit = SimulatedReddit(time.time)
        self.store = SimulatedAppStore(time.time)
        self.gdelt = SimulatedGdelt(time.time)
        self.x = SimulatedX(time.time)
        self.threads = SimulatedThreads(time.time)

    @contextmanager
    def serving(self) -> Iterator["Lists"]:
        with super().serving():
            for upstream in (self.forum, self.tube, self.reddit, self.store, self.gdelt, self.x, self.threads):
                self._run(self._stack.enter_async_context(upstream))
            yield self

    def fill(self) -> list[dict[str, Any]]:
        """Write posts everywhere; returns the sources."""
        now = time.time()
        mark = int(now // QUARTER_S) * QUARTER_S
        for number in range(40):
            self.ids |= {self.tube.comment(at=now - number), self.reddit.post(at=now - number)}
            self.ids |= {self.reddit.comment(at=now - number), self.store.review(at=now - number)}
            # Nobody knows in which quarter of an hour the process begins.
            for when in (mark - QUARTER_S, mark, mark + QUARTER_S, mark + 2 * QUARTER_S):
                self.gdelt.publish(when, f"https://paper.example/{number}", "Northside")
            self.ids.add(f"https://paper.example/{number}")
        self.ids |= {self.x.post(at=now - number) for number in range(10)}
        self.ids |= {self.threads.post(at=now - number) for number in range(40)}
        fields = {"id": "number", "time": "made", "text": "body.html"}
        pages = {"next": "meta.mark", "parameter": "after"}
        key, secret = self.reddit.client_id, self.reddit.client_secret
        return [
            {"id": "forum", "poll_api": {
                "url": f"{self.forum.url}/api/posts", "key": self.forum.key, "items": "data.posts", "fields": fields,
                "order": "cursor", "pages": pages, "every": "5s", "gap": "0s",
            }},
            {"id": "tube", "youtube": {"key": self.tube.key, "channels": [CHANNEL], "url": self.tube.url}},
            {"id": "reddit", "reddit": {
                "approved": True, "client_id": key, "client_secret": secret, "user": "northside", "subreddits": ["nhs"],
                "site": self.reddit.url, "url": self.reddit.url,
            }},
            {"id": "app", "app_store": {"apps": [APP], "countries": ["us"], "url": self.store.url}},
            {"id": "gdelt", "gdelt": {"translated": False, "url": f"{self.gdelt.url}/gdeltv2"}},
            {"id": "x", "x": {
                "token": self.x.token, "searches": ["northside"], "dollars_a_month": 100, "url": self.x.url,
            }},
            {"id": "threads", "threads": {
                "token": self.threads.token, "searches": ["northside"], "url": self.threads.url,
            }},
        ]  # fmt: skip

    def write(self, count: int) -> None:
        """Write more into the forum."""
        self.ids |= {self.forum.post(f"Northside {number}") for number in range(count)}


@pytest.fixture
def lists() -> Iterator[Lists]:
    with Lists().serving() as lists:
        yield lists


@pytest.fixture
def networks() -> Iterator[Networks]:
    with Networks().serving() as networks:
        yield networks


def configure(folder: Path, kafka: KafkaSettings, networks: Networks) -> None:
    sources = [
        {"id": "news", "keep": "all", "feeds": {"urls": networks.publish()}},
        {"id": "hn", "keep": "all", "hacker_news": {"url": networks.news.url, "every": "10s"}},
    ]
    settings = {"kafka": msgspec.to_builtins(kafka), "sources": sources, "metrics": {"listen_port": 0}}
    (folder / "tocsin.yml").write_text(yaml.safe_dump(settings))


def ids_of(records: list[Any]) -> set[str]:
    found = [decode_mention(record.value) for record in records]
    return {mention.id for mention in found if mention.source != OURSELVES}


def are_there(count: int, records: list[Any]) -> bool:
    return len(ids_of(records)) >= count


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], WorkerProcess]]:
    """Start ``tocsin listen`` as often as asked; kill whatever is still running at the end."""
    started: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        arguments = ["-m", "tocsin", "listen", "--config", str(tmp_path / "tocsin.yml")]
        started.append(WorkerProcess(arguments, tmp_path / f"{len(started)}.log"))
        return started[-1]

    yield start
    for process in started:
        if process.is_running:
            process.kill()


def test_killed_again_and_again_it_puts_exactly_the_networks_posts_on_kafka(kafka, networks, start, tmp_path):
    configure(tmp_path, kafka, networks)
    ensure_topics(kafka)
    random = Random(11)
    process = start()
    # Hacker News begins at the newest post; what is posted after its first checkpoint is heard.
    read_until(kafka, CHECKPOINTS, lambda records: any(record.key == b"hn" for record in records))
    for _ in range(5):
        networks.post(30)
        seen = len(ids_of(read_topic(kafka, MENTIONS, committed=True)))
        enough = min(len(networks.ids), seen + random.randrange(1, 60))
        read_until(kafka, MENTIONS, partial(are_there, enough))
        process.kill()
        process = start()
    told = read_until(kafka, MENTIONS, partial(are_there, len(networks.ids)))
    until_it_says(process, "source begins")
    assert process.terminate() == 0

    assert ids_of(told) == networks.ids
    assert not [log.name for log in tmp_path.glob("*.log") if "Traceback" in log.read_text()]


def test_killed_again_and_again_it_puts_exactly_what_lists_hold_on_kafka(kafka, lists, start, tmp_path):
    sources = [{"keep": "all", **source} for source in lists.fill()]
    settings = {"kafka": msgspec.to_builtins(kafka), "sources": sources, "metrics": {"listen_port": 0}}
    (tmp_path / "tocsin.yml").write_text(yaml.safe_dump(settings))
    ensure_topics(kafka)
    random = Random(7)
    process = start()
    for _ in range(4):
        lists.write(50)
        seen = len(ids_of(read_topic(kafka, MENTIONS, committed=True)))
        enough = min(len(lists.ids), seen + random.randrange(1, 90))
        read_until(kafka, MENTIONS, partial(are_there, enough))
        process.kill()
        process = start()
    told = read_until(kafka, MENTIONS, partial(are_there, len(lists.ids)))
    until_it_says(process, "source begins")
    assert process.terminate() == 0

    assert ids_of(told) == lists.ids
    assert not [log.name for log in tmp_path.glob("*.log") if "Traceback" in log.read_text()]
