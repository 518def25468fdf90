"""Takes the incident as a person would: by the button behind the link that the pager got, or by a command."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx

from alerts.errors import AlertsError
from alerts.incidents.command import Command
from alerts.kafka.commands_producer import CommandsProducer
from alerts.simulation.demo.answer import take_incident
from alerts.simulation.services.inbox import Inbox
from streams.kafka.settings import KafkaSettings
from tests.soak.crew import tocsin
from tests.soak.plan import Way

TAKER = "Ada on call"
_AGAIN_S = 1.0
_NO_BUTTON = "offers no button"


async def acknowledge(way: Way, brand: str, incident: Callable[[], str], kafka: KafkaSettings, inbox: Inbox) -> None:
    """Take an incident, and try again until somebody says that it was heard."""
    if way == "command":
        await _by_command(brand, incident(), kafka)
    else:
        await _by_link(incident(), inbox)


async def _by_command(brand: str, incident: str, kafka: KafkaSettings) -> None:
    command = Command(
        id=f"soak-{uuid.uuid4()}",
        type="acknowledge",
        brand=brand,
        at=time.time(),
        incident=incident,
        by=TAKER,
        via="cli",
    )
    producer = CommandsProducer(kafka)
    await producer.start()
    try:
        # The same command, so that what arrived after all is heard once.
        while True:
            try:
                await producer.send(command)
            except AlertsError:
                await asyncio.sleep(_AGAIN_S)
            else:
                return
    finally:
        await producer.stop()


async def _by_link(incident: str, inbox: Inbox) -> None:
    while True:
        alert = inbox.pagerduty.alerts.get(incident)
        if alert is None:
            await inbox.store.wait_for(len(inbox.store.received("pagerduty")) + 1, "pagerduty")
            continue
        try:
            await take_incident(alert.client_url, TAKER)
        except (AlertsError, httpx.HTTPError) as error:
            if _NO_BUTTON in str(error):
                return  # an earlier press was heard, and its answer was not
            await asyncio.sleep(_AGAIN_S)
        else:
            return


@contextlib.asynccontextmanager
async def web_process(configuration: Path, *, wanted: bool) -> AsyncIterator[None]:
    """Serve the pages while the block runs, where they are wanted."""
    if not wanted:
        yield
        return
    process = await tocsin(
        # Not in the file, which the version before has to read as well.
        "web",
        configuration,
        configuration.with_name("web.log"),
        {"TOCSIN_METRICS__WEB_PORT": "0"},
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
