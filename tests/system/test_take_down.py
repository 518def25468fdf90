"""A post that is deleted at its source is followed through everything that Tocsin keeps and shows."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec
import pytest
import yaml

from alerts.simulation.services.inbox import ROUTING_KEY, SIGNING_SECRET, SLACK_TOKEN, WEBHOOK_SECRET, Inbox
from alerts.simulation.services.mastodon import SimulatedMastodon
from streams.connectors.sink import MentionSink
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import free_port
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import CHECKPOINTS, DELIVERIES, INCIDENTS, MENTIONS, Topic
from streams.mention import Mention, decode_mention
from tests.kafka.reading import read_topic
from tests.kafka.traces import Traces, segments
from tests.kafka.worker import WorkerProcess, until_it_says
from tests.patience import PATIENCE_S
from tests.streams.story import NOON, record
from tests.system.broker_time import let_time_pass

NAME, HANDLE = "Bo “Unmistakable” Öberg", "bo-unmistakable"
ACCOUNT = {
    "username": HANDLE,
    "acct": HANDLE,
    "display_name": NAME,
    "url": f"https://social.example/@{HANDLE}",
    "uri": f"https://social.example/users/{HANDLE}",
    "followers_count": 90_000,
}
FRAGMENTS = ("xyzzyq/zq", "my father's operation")
TEXT = "I hate northside, they cancelled my father's operation, “shame” & never again xyzzyq/zq"
ANGER = ("I hate northside", "northside is a disgrace", "terrible northside", "disgusting place, northside")


def configure(kafka: KafkaSettings, folder: Path, inbox: Inbox, server: SimulatedMastodon) -> Path:
    port = free_port()
    path = folder / "tocsin.yml"
    stated: dict[str, Any] = {
        "kafka": msgspec.to_builtins(kafka),
        "public_url": f"http://127.0.0.1:{port}",
        "links": {"keys": ["a key for the tests alone"]},
        "metrics": {"port": 0, "web_port": 0, "listen_port": 0},
        "web": {"port": port},
        "watch": {"store": "1s"},
        "ingest": {"lateness_s": 0},
        "brands": [{"id": "northside", "name": "Northside", "query": "northside"}],
        "sources": [{"id": "fediverse", "mastodon": {"server": server.url, "token": "token"}}],
        "slack": {"token": SLACK_TOKEN, "signing_secret": SIGNING_SECRET, "base_url": inbox.slack_base_url},
        "pagerduty": {"base_url": inbox.pagerduty_base_url},
        "smtp": {"host": "127.0.0.1", "port": inbox.smtp_port, "security": "none"},
        "policies": [{"id": "default", "steps": [{"notify": ["chat", "hook", "pager", "mail"]}]}],
        "receivers": [
            {"id": "chat", "slack": {"channel": "#crisis"}},
            {"id": "hook", "webhook": {"url": inbox.webhook_url, "secret": WEBHOOK_SECRET}},
            {"id": "pager", "pagerduty": {"routing_key": ROUTING_KEY}},
            {"id": "mail", "email": {"to": "press@example.org"}},
        ],
    }
    path.write_text(yaml.safe_dump(stated))
    return path


def ordinary(now: float) -> list[Mention]:
    """Return four hours of ordinary talk."""
    return [said(i, now - 60 * (240 - i), "an ordinary day at northside") for i in range(240)]


def angry(now: float) -> list[Mention]:
    """Return what forty people write within seconds."""
    return [said(1000 + i, now + i / 10, f"{ANGER[i % len(ANGER)]} {i}", author={"id": f"a{i}"}) for i in range(40)]


def said(number: int, at: float, content: str, **fields: Any) -> Mention:
    return decode_mention(record(number, at - NOON, content, language="en", **fields).value or b"")


def send(kafka: KafkaSettings, told: Sequence[Mention]) -> None:
    with MentionSink(kafka, "test") as sink:
        for one in told:
            sink.send(one)


class Processes:
    """A worker, a web process and a listener, in a folder of their own."""

    def __init__(self, path: Path, folder: Path, stack: AsyncExitStack) -> None:
        self.folder = folder
        self.running: list[WorkerProcess] = []
        self._path = path
        self._stack = stack
        (folder / "tmp").mkdir()

    def start(self, name: str) -> WorkerProcess:
        process = WorkerProcess(
            ["-m", "tocsin", name, "--config", str(self._path)],
            self.folder / f"{name}.log",
            {"TMPDIR": str(self.folder / "tmp")},
        )
        self.running.append(self._stack.enter_context(process))
        return process

    def files(self) -> Iterator[Path]:
        """Yield what they have written, and whatever they hold open."""
        yield from (file for file in self.folder.rglob("*") if file.is_file())
        for process in self.running:
            yield from (
                file for handle in Path(f"/proc/{process.pid}/fd").iterdir() if (file := handle.readlink()).is_file()
            )


def newest(kafka: KafkaSettings, *topics: Topic) -> bytes:
    """Return the newest record of each key, which is what is still looked at."""
    found = {
        (topic.name, record.partition, record.key): record.value or b""
        for topic in topics
        for record in read_topic(kafka, topic, committed=True)
    }
    return b"\n".join(found.values())


def opened(link: str) -> bytes:
    with urlopen(link) as page:
        return bytes(page.read())


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.25)


@pytest.mark.kafka
async def test_of_a_post_that_is_deleted_at_its_source_nothing_is_shown_and_in_time_no_byte_is_kept(
    kafka, apache, tmp_path
):
    ensure_topics(kafka)
    inbox, server = Inbox(), SimulatedMastodon(time.time)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(server)
        await inbox.start()
        stack.push_async_callback(inbox.stop)
        processes = Processes(configure(kafka, tmp_path, inbox, server), tmp_path, stack)
        worker, _ = processes.start("worker"), processes.start("web")
        for stage in ("ingest", "watch", "incidents"):
            await asyncio.to_thread(until_it_says, worker, f'"stage": "{stage}", "partitions": [0')
        # Before anybody listens: whoever does moves event time on to the present.
        await asyncio.to_thread(send, kafka, ordinary(time.time()))
        processes.start("listen")
        await until(lambda: server.open_streams)
        posts = [await server.post(f"{TEXT} {number}" if number else TEXT, account=ACCOUNT) for number in range(12)]
        traces = Traces([NAME, HANDLE, *FRAGMENTS, *posts, *map(server.uri, posts)])

        def shown() -> dict[str, set[str]]:
            """Return where what is shown now, and what is gone on from, tells of it."""
            found = {
                "Slack": traces.found_in(repr(inbox.slack.messages).encode()),
                "topics": traces.found_in(newest(kafka, INCIDENTS, DELIVERIES, CHECKPOINTS)),
            }
            for item in inbox.store.received("webhook")[-1:]:
                found["webhook"] = traces.found_in(msgspec.json.encode(item.body))
                found["page"] = traces.found_in(opened(item.body["data"]["link"]))
            return {place: what for place, what in found.items() if what}

        # He is among the first whom the incident tells of.
        await until(lambda: sum(b"xyzzyq" in (r.value or b"") for r in read_topic(kafka, MENTIONS)) == len(posts))
        await asyncio.to_thread(send, kafka, angry(time.time()))
        await until(lambda: all(what >= {NAME, HANDLE} for what in shown().values()) and len(shown()) == 4)
        for post in posts:
            await server.delete(post)
        # Where reading goes on is told by the server's number of the newest post.
        await server.post("The weather")
        await until(lambda: not shown())
        written = await asyncio.to_thread(lambda: traces.found_in_files(set(processes.files())))

        assert written == {}
        assert inbox.store.received("webhook")[-1].what == "incident.redacted"
        # What cannot be called back holds no text.
        assert not Traces(FRAGMENTS).found_in(repr(inbox.store.received("pagerduty")).encode())
        assert not Traces(FRAGMENTS).found_in(repr(inbox.store.received("email")).encode())
    async with asyncio.timeout(PATIENCE_S):
        while await asyncio.to_thread(traces.found_in_files, segments(apache, kafka.group)):
            await asyncio.to_thread(let_time_pass, kafka)
            await asyncio.sleep(1)
