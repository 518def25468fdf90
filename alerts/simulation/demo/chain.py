"""The whole chain on this machine: broker, inbox, worker and web page, each as it would run elsewhere."""

import asyncio
import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from msgspec import Struct

from alerts.health.logs import configure_logs
from alerts.kafka.incident_store import IncidentStore
from alerts.simulation.demo.frame import Addresses
from alerts.simulation.demo.processes import CommandProcess, proxies
from alerts.simulation.demo.settings import demo_settings
from alerts.simulation.services.inbox import Inbox
from detectors.errors import TocsinError
from streams.brand import Brand
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import EmbeddedBroker, free_port
from streams.kafka.settings import KafkaSettings

PARTITIONS = 2
"""Two, so that event time has to be agreed on between partitions as in production."""
_SESSION_S = 6.0
"""The embedded broker lets a group's first member wait for half of it."""
STAGES = ("ingest", "watch,incidents")
"""The worker's stages as two processes, so that two cores share the work."""
_READY_S = 180.0
"""Python alone may take half a minute to start on a machine that is busy."""


class DemoInbox(Inbox):
    """The simulated inbox, with a short address for the page behind the newest page's link."""

    def application(self) -> web.Application:
        """Return the web application."""
        application = super().application()
        application.router.add_get("/page", self._newest_link)
        return application

    def link(self, incident: str) -> str:
        """Return the link that the pager was last sent for an incident; empty before that."""
        page = self.page(incident)
        return str(page.get("client_url", "")) if page else ""

    def page(self, incident: str) -> dict[str, Any]:
        """Return what the pager was last sent for an incident; empty before that."""
        pages = [item.body for item in self.store.received("pagerduty", "trigger")]
        return next((page for page in reversed(pages) if page["dedup_key"].startswith(incident)), {})

    def message(self, incident: str) -> dict[str, Any]:
        """Return Slack's message about an incident as it stands now; empty before it came."""
        posted = [message for messages in self.slack.messages.values() for message in messages]
        return next((m for m in posted if "thread_ts" not in m and incident in str(m.get("blocks"))), {})

    def slack_text(self, incident: str) -> str:
        """Return what Slack shows of an incident, in a line; empty before it came."""
        return str(self.message(incident).get("text", ""))

    def page_text(self, incident: str) -> str:
        """Return what the pager was last sent of it, in a line; empty before that."""
        return str(self.page(incident).get("payload", {}).get("summary", ""))

    async def _newest_link(self, _request: web.Request) -> web.Response:
        pages = [page for item in self.store.received("pagerduty", "trigger") if (page := item.body).get("client_url")]
        if not pages:
            return web.Response(text="It has not rung yet. The terminal says when it does; load this again then.")
        raise web.HTTPFound(pages[-1]["client_url"])


class Chain(Struct, frozen=True):
    """What runs, and where it can be looked at.

    Parameters
    ----------
    folder
        Holds the configuration and the logs.
    processes
        The web page, the worker's stages, and what listens where there is something to listen to.
    metrics
        Addresses of their ``/metrics``.
    """

    kafka: KafkaSettings
    inbox: DemoInbox
    store: IncidentStore
    folder: Path
    processes: tuple[CommandProcess, ...]
    metrics: tuple[str, ...]

    @property
    def addresses(self) -> Addresses:
        """Where a person looks."""
        return Addresses(page=f"{self.inbox.url}/page", inbox=f"{self.inbox.url}/", metrics=self.metrics)

    def check(self) -> None:
        """See whether the processes live.

        Raises
        ------
        AlertsError
            Naming the one that does not.
        """
        for process in self.processes:
            process.check()

    def output(self) -> str:
        """Return the ends of the processes' logs."""
        return "\n".join(f"`tocsin {process.name}`, {process.output()}" for process in self.processes)


@asynccontextmanager
async def running_chain(
    brands: Sequence[Brand], says: Callable[[str], None], *, sources: Sequence[Mapping[str, Any]] = ()
) -> AsyncIterator[Chain]:
    """Start everything, and stop it in all cases.

    Parameters
    ----------
    brands
        What is watched.
    says
        Told what is being started.
    sources
        What is listened to, as in ``tocsin.yml``; nothing by default.

    Raises
    ------
    TocsinError
        Naming the part that did not come up, with its log.
    """
    folder = Path(tempfile.mkdtemp(prefix="tocsin-demo-"))
    _log_into(folder / "demo.log")
    try:
        async with _running(brands, folder, says, sources) as chain:
            yield chain
    except TocsinError:
        raise  # the logs stay: the error names them
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _running(
    brands: Sequence[Brand], folder: Path, says: Callable[[str], None], sources: Sequence[Mapping[str, Any]]
) -> AsyncIterator[Chain]:
    async with AsyncExitStack() as stack:
        says("starting the broker")
        broker = EmbeddedBroker()
        stack.callback(broker.stop)
        await asyncio.to_thread(broker.start)
        kafka = KafkaSettings(brokers=(broker.address,), partitions=PARTITIONS, session_timeout_s=_SESSION_S)
        says("making the topics")
        await asyncio.to_thread(ensure_topics, kafka)

        web_port = free_port()
        public_url = f"http://127.0.0.1:{web_port}"
        inbox = DemoInbox(interactions_url=f"{public_url}/slack/interactions")
        await inbox.start()
        stack.push_async_callback(inbox.stop)
        settings = demo_settings(brands, kafka, inbox, web_port=web_port, key=secrets.token_urlsafe(32))
        settings["sources"] = [dict(source) for source in sources]
        configuration = folder / "tocsin.yml"
        configuration.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")

        says("starting the worker and the web page")
        port = free_port()
        processes = [CommandProcess(["web"], configuration, {"TOCSIN_METRICS__WEB_PORT": str(port)})]
        metrics = [f"http://127.0.0.1:{port}/metrics"]
        for stages in STAGES:
            port = free_port()
            metrics.append(f"http://127.0.0.1:{port}/metrics")
            arguments = ["worker", "--only", stages]
            processes.append(CommandProcess(arguments, configuration, {"TOCSIN_METRICS__PORT": str(port)}))
        if sources:
            port = free_port()
            metrics.append(f"http://127.0.0.1:{port}/metrics")
            environment = {"TOCSIN_METRICS__LISTEN_PORT": str(port), **proxies(os.environ)}
            processes.append(CommandProcess(["listen"], configuration, environment))
        for process in processes:
            stack.enter_context(process)
        for process in processes:  # all are asked before the first is waited for
            stack.callback(process.ask_to_stop)
        ready = [f"{public_url}/readyz", *metrics[1:]]
        await asyncio.gather(*(each.await_answer(url, _READY_S) for each, url in zip(processes, ready, strict=True)))
        store = IncidentStore(kafka)
        await store.start()
        stack.push_async_callback(store.stop)
        yield Chain(kafka, inbox, store, folder, tuple(processes), tuple(metrics))


def _log_into(path: Path) -> None:
    """Keep what this process logs away from the terminal."""
    configure_logs()
    logging.getLogger().handlers[:] = [_file_handler(path)]


def _file_handler(path: Path) -> logging.Handler:
    before = logging.getLogger().handlers[0]
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(before.formatter)
    return handler
