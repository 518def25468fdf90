"""Rings the phone through PagerDuty's Events API v2."""

import time
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from alerts.deliveries.delivery import Delivery
from alerts.receivers.loopback import is_loopback
from alerts.receivers.pagerduty.message import events
from alerts.receivers.pagerduty.settings import PagerDutyService, PagerDutySettings
from alerts.receivers.sendable import sendable
from alerts.receivers.transport import HttpAnswer, not_taken, post
from streams.sources.trust import trusted


class PagerDutyReceiver:
    """One service of PagerDuty.

    A repeat is harmless by itself: PagerDuty folds events of one ``dedup_key`` into one alert. Only a 202 that says in
    JSON what PagerDuty says is a receipt.

    Parameters
    ----------
    name
        Id of the receiver.
    settings
        The integration's key.
    service
        The API's address.
    timeout_s
        After so many seconds without an answer the outcome is unknown.
    """

    wakes = True
    min_interval_s = 0.0

    def __init__(
        self, name: str, settings: PagerDutySettings, service: PagerDutyService, *, timeout_s: float = 10.0
    ) -> None:
        self.id = name
        self._routing_key = settings.routing_key.get_secret_value()
        self._url = f"{service.base_url.rstrip('/')}/v2/enqueue"
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(
            timeout=timeout_s, trust_env=not is_loopback(service.base_url), verify=trusted()
        )

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        """Trigger, acknowledge or resolve. See ``Receiver.send``."""
        del earlier, repeat
        delivery = sendable(delivery, lambda fitting: events(fitting, self._routing_key))
        receipt: dict[str, str] = {}
        for event in events(delivery, self._routing_key):
            await self._enqueue(event)
            receipt.setdefault("dedup_key", event["dedup_key"])
        return receipt

    async def close(self) -> None:
        """Release the connections."""
        await self._client.aclose()

    async def _enqueue(self, event: dict[str, Any]) -> None:
        content = msgspec.json.encode(event)
        answer = await post(self._client, self._url, content, {}, whom="PagerDuty", limit_s=self._timeout_s)
        if answer.status == httpx.codes.ACCEPTED and _body(answer).get("status") == "success":
            return
        detail = f"PagerDuty: HTTP {answer.status} {_complaint(answer)}".rstrip()
        raise not_taken(answer, detail, now=time.time(), advice="check the receiver's routing_key")


def build_pagerduty(name: str, settings: PagerDutySettings, service: PagerDutyService) -> PagerDutyReceiver:
    """Build the receiver of one service."""
    return PagerDutyReceiver(name, settings, service)


def _body(answer: HttpAnswer) -> dict[str, Any]:
    body = answer.json()
    return body if isinstance(body, dict) else {}


def _complaint(answer: HttpAnswer) -> str:
    body = _body(answer)
    errors = body.get("errors")
    parts = [str(body.get("message", ""))] + ([str(error) for error in errors] if isinstance(errors, list) else [])
    return ": ".join(part for part in parts if part)[:500]
