"""``tocsin missed``: reports a crisis that did not fire, so that the brand fires sooner; or takes that back."""

import asyncio
import time
import uuid

from alerts.cli.arguments import brand_named, parse_moment
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from alerts.incidents.command import Command
from alerts.kafka.commands_producer import CommandsProducer
from alerts.wording.moments import IN_UTC, rfc3339
from detectors.feedback import FADES_S
from streams.kafka.administration.topics import ensure_topics


def run_missed(
    configuration: Configuration, brand_id: str, at: str, *, by: str, note: str = "", revoke: bool = False
) -> None:
    """Put the word on the topic ``commands``, and say what comes of it.

    Parameters
    ----------
    configuration
        Its brands, and where Kafka is.
    brand_id, at
        Which brand, and the moment in RFC 3339 at which it should have rung. The same brand and moment again change
        nothing, and name what is to be taken back.
    by, note
        Who says it, and why.
    revoke
        Take it back.

    Raises
    ------
    AlertsError
        Where the brand is unknown, or the time is none or lies ahead.
    TocsinError
        Where Kafka does not take it.
    """
    brand = brand_named(configuration, brand_id)
    moment, now = parse_moment(at), time.time()
    if moment > now:
        raise AlertsError(f"{rfc3339(moment)} is in the future: nothing can have been missed there yet; check --at")
    kafka = configuration.kafka_settings()
    ensure_topics(kafka)
    command = Command(
        id=f"cli-{uuid.uuid4().hex}", type="revoke_missed" if revoke else "missed", brand=brand.id, at=now,
        by=by, via="cli", note=note, event_at=moment,
    )  # fmt: skip
    asyncio.run(_sent(CommandsProducer(kafka), command))
    if revoke:
        print(f"{brand.id}: the crisis reported as missed at {rfc3339(moment)} no longer counts")  # noqa: T201
    else:
        print(  # noqa: T201
            f"{brand.id}: missed at {rfc3339(moment)}. As soon as a worker has read this, {brand.name} fires sooner, a "
            f"little less so each day until {IN_UTC.day(now + FADES_S)}; the same with --revoke takes it back"
        )


async def _sent(producer: CommandsProducer, command: Command) -> None:
    await producer.start()
    try:
        await producer.send(command)
    finally:
        await producer.stop()
