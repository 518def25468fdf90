"""Rings the phone through PagerDuty's Events API v2."""

import time
from collections.abc import Mapping
from typing import Any

import httpx

from alerts.delivery import Delivery
from alerts.errors import DeliveryError
from alerts.receivers.loopback import is_loopback
from alerts.receivers.pagerduty.message import events
from alerts.receivers.pagerduty.settings import PagerDutyService, PagerDutySettings
from alerts.receivers.transport import asked_to_wait_s, lost


class PagerDutyReceiver:
    """One service of PagerDuty.

    A repeat is harmless by itself: PagerDuty folds events of one ``dedup_key`` into one alert.

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
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=not is_loopback(service.base_url))

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        """Trigger, acknowledge or resolve. See ``Receiver.send``."""
        del earlier, repeat
        receipt: dict[str, str] = {}
        for event in events(delivery, self._routing_key):
            answer = await self._enqueue(event)
            receipt.setdefault("dedup_key", str(answer.get("dedup_key", event["dedup_key"])))
        return receipt

    async def close(self) -> None:
        """Release the connections."""
        await self._client.aclose()

    async def _enqueue(self, event: dict[str, Any]) -> dict[str, Any]:
        try:
            response = await self._client.post(self._url, json=event)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise lost(error, "PagerDuty") from error
        if response.status_code == httpx.codes.ACCEPTED:
            return _body(response)
        told = f"PagerDuty: HTTP {response.status_code} {_complaint(response)}".rstrip()
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
            raise DeliveryError(told, outcome="retry", retry_after_s=asked_to_wait_s(response, time.time()))
        raise DeliveryError(f"{told}; check the receiver's routing_key", outcome="refused")


def build_pagerduty(name: str, settings: PagerDutySettings, service: PagerDutyService) -> PagerDutyReceiver:
    """Build the receiver of one service."""
    return PagerDutyReceiver(name, settings, service)


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _complaint(response: httpx.Response) -> str:
    body = _body(response)
    errors = body.get("errors")
    said = [str(body.get("message", ""))] + ([str(error) for error in errors] if isinstance(errors, list) else [])
    return ": ".join(part for part in said if part)[:500]
