"""An outbox for the tests: ``python -m tests.system.outbox_worker BROKER PREFIX INBOX_URL``."""

import sys
from collections.abc import Mapping

import httpx

from alerts.deliveries.delivery import Delivery
from alerts.errors import DeliveryError
from alerts.incidents.command import Command
from alerts.kafka.outbox_service import OutboxService
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import await_topics, run_services
from tests.patience import PATIENCE_S


class InboxReceiver:
    """Posts the id of a delivery, and whether it is a repeat, to an inbox that the test holds."""

    wakes = True
    min_interval_s = 0.0

    def __init__(self, name: str, url: str) -> None:
        self.id = name
        self._url = url

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        told = {"id": delivery.id, "repeat": repeat, "earlier": dict(earlier)}
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
                answer = await client.post(self._url, json=told)
        except httpx.HTTPError as error:
            raise DeliveryError(repr(error), outcome="unknown") from error
        return {"seen": answer.text}

    async def close(self) -> None:
        """Nothing is held."""


async def _no_command(command: Command) -> None:
    raise AssertionError(f"nothing here asks for {command}")


def main(broker: str, prefix: str, url: str) -> None:
    kafka = KafkaSettings(
        brokers=(broker,), topic_prefix=prefix, group=prefix.rstrip("."), partitions=2, session_timeout_s=6.0
    )
    await_topics(kafka)
    run_services(OutboxService(kafka, {"pager": InboxReceiver("pager", url)}, _no_command))


if __name__ == "__main__":
    main(*sys.argv[1:])
