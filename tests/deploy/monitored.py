"""A worker, a web process and the Prometheus that watches them, for a test or a picture of the dashboard."""

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kafka as kafka_python
import yaml
from msgspec import Struct
from msgspec.structs import replace

from alerts.simulation.demo.answer import take_incident
from alerts.simulation.demo.settings import demo_settings
from alerts.simulation.services.inbox import Inbox
from alerts.simulation.stories.film_rental import COAST_TRAINS, FILM_RENTAL
from alerts.simulation.stories.story import Story, Strand
from alerts.simulation.stories.synthetic_mentions import mentions
from alerts.simulation.stories.texts.everyday import ordinary
from alerts.simulation.stories.texts.grievances import PRICE_CHANGE
from alerts.simulation.stories.texts.outrage import revolt
from alerts.simulation.stories.texts.sectors import RAIL, RENTAL
from streams.connectors.sink import MentionSink
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import EmbeddedBroker, free_port
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import MENTIONS
from streams.mention import Mention
from tests.deploy.prometheus_server import PrometheusServer
from tests.kafka.worker import WorkerProcess
from tests.patience import PATIENCE_S


class Monitored(Struct, frozen=True):
    """What runs."""

    kafka: KafkaSettings
    inbox: Inbox
    worker: WorkerProcess
    web: WorkerProcess
    prometheus: PrometheusServer


@asynccontextmanager
async def monitored_tocsin(
    folder: Path, *, bin_s: int = 60, holds: dict[str, str] | None = None
) -> AsyncIterator[Monitored]:
    """Start all of it, wait until Prometheus has scraped each process, and stop it in all cases."""
    async with AsyncExitStack() as stack:
        broker = stack.enter_context(EmbeddedBroker())
        kafka = KafkaSettings(brokers=(broker.address,), partitions=2, session_timeout_s=6.0)
        await asyncio.to_thread(ensure_topics, kafka)
        inbox = Inbox()
        await inbox.start()
        stack.push_async_callback(inbox.stop)
        configuration = folder / "tocsin.yml"
        # The pager's link names the web process's port, so it is chosen here.
        story, key = outbreak(datetime.now(UTC)), "a key for the tests alone"
        settings = demo_settings([brand.watched for brand in story.brands], kafka, inbox, web_port=free_port(), key=key)
        settings["metrics"] = {"port": 0, "web_port": 0}
        settings["dead_man"] = {"url": inbox.dead_man_url}
        settings["ingest"] = {"bin_s": bin_s, "lateness_s": bin_s}
        configuration.write_text(yaml.safe_dump(settings))
        worker, web = (
            stack.enter_context(
                WorkerProcess(["-m", "tocsin", command, "--config", str(configuration)], folder / f"{command}.log")
            )
            for command in ("worker", "web")
        )
        targets = {"tocsin-worker": [await _address(worker)], "tocsin-web": [await _address(web)]}
        prometheus = await stack.enter_async_context(PrometheusServer(folder, targets, holds))
        await prometheus.until_up()
        yield Monitored(kafka, inbox, worker, web, prometheus)


def outbreak(
    now: datetime,
    *,
    history: timedelta = timedelta(hours=12),
    calm: timedelta = timedelta(minutes=-15),
    lasts: timedelta = timedelta(minutes=12),
    per_minute: float = 1.0,
    times: float = 20.0,
) -> Story:
    """Tell of ordinary talk up to now, and a revolt from ``calm`` after now on that rises for half its length."""
    begins, ends = history + calm, history + calm + lasts
    rises = [(at / timedelta(hours=1), height) for at, height in ((begins, 0), (begins + lasts / 2, times))]
    ordinary_talk = Strand(
        brand="film-rental",
        themes=ordinary(RENTAL),
        per_minute=per_minute,
        shape="flat",
        dispersion=60.0,
        authors=6000,
    )
    return Story(
        id="monitored",
        title="A revolt that is watched on a dashboard",
        source="simulated",
        start=now - history,
        hours=ends / timedelta(hours=1),
        brands=(FILM_RENTAL, COAST_TRAINS),
        strands=(
            ordinary_talk,
            replace(ordinary_talk, brand="coast-trains", themes=ordinary(RAIL), per_minute=per_minute / 2),
            replace(ordinary_talk, themes=revolt(PRICE_CHANGE), points=tuple(rises), outbreak=True),
        ),
        truth=(),
    )


def tell(story: Story, kafka: KafkaSettings, stopped: threading.Event, *, blemished_from: float = 0.0) -> None:
    """Send a story: what lies in the past at once, the rest when its time has come. Not all that is sent is good.

    In every hundred there is a repeat, in every thousand a record that is no JSON, and one in a language not scored;
    not so in what was published before ``blemished_from``, epoch seconds.
    """
    broken = kafka_python.KafkaProducer(bootstrap_servers=list(kafka.brokers))
    with MentionSink(kafka, "test") as sink:
        for number, mention in enumerate(mentions(story)):
            ahead_s = mention.published_s - time.time()
            if ahead_s > 0 and stopped.wait(ahead_s):
                break
            if mention.published_s < blemished_from:
                sink.send(mention)
                continue
            for each in _with_blemishes(number, mention):
                sink.send(each)
            if number % 1000 == 500:
                broken.send(kafka.topic(MENTIONS), b"not JSON")
    broken.close()


def _with_blemishes(number: int, mention: Mention) -> Iterable[Mention]:
    yield mention
    if number % 100 == 50:
        yield mention
    if number % 1000 == 600:
        yield Mention(
            id=f"{mention.id}/ja", published=mention.published, content="FilmRental の値上げ", language="ja",
            source=mention.source,
        )  # fmt: skip


async def take_newest(inbox: Inbox) -> None:
    """Take the incident of the newest page through its link."""
    await take_incident(inbox.store.received("pagerduty", "trigger")[-1].body["client_url"], "Ada Lovelace")


async def _address(process: WorkerProcess) -> str:
    """Return the ``host:port`` of a process's metrics, which it tells in its log."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := re.search(r'"address": ?"http://([0-9.:]+)/metrics', process.output())):
        assert process.is_running, process.tail()
        assert time.monotonic() < deadline, process.tail()
        await asyncio.sleep(0.1)
    return found[1]
