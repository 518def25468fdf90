"""Sends deliveries as signed webhooks, after the Standard Webhooks specification."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from alerts.delivery import Delivery
from alerts.errors import DeliveryError
from alerts.receivers.loopback import is_loopback
from alerts.receivers.transport import asked_to_wait_s, lost
from alerts.receivers.webhook.message import body
from alerts.receivers.webhook.settings import WebhookSettings

# Refusals that another attempt may turn: time-out, conflict, too early, too many.
_RETRY = {408, 409, 425, 429}


class WebhookReceiver:
    """One address.

    A repeat carries the same ``webhook-id``, by which the other side drops it.

    Parameters
    ----------
    name
        Id of the receiver.
    settings
        Address and signing secret.
    now
        Wall clock, epoch seconds: a signature is dated.
    timeout_s
        After so many seconds without an answer the outcome is unknown.
    """

    wakes = False
    min_interval_s = 0.0

    def __init__(
        self, name: str, settings: WebhookSettings, now: Callable[[], float], *, timeout_s: float = 15.0
    ) -> None:
        self.id = name
        self._url = settings.url
        self._signer = Webhook(settings.secret.get_secret_value())
        self._now = now
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=not is_loopback(settings.url))

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        """Sign and send. See ``Receiver.send``."""
        del earlier, repeat
        content = body(delivery)
        now = self._now()
        headers = {
            "content-type": "application/json",
            "user-agent": "Tocsin",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(int(now)),
            "webhook-signature": self._signer.sign(
                delivery.id, datetime.fromtimestamp(int(now), UTC), content.decode()
            ),
        }
        try:
            response = await self._client.post(self._url, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise lost(error, "webhook") from error
        if response.is_success:
            return {"webhook_id": delivery.id}
        told = f"webhook: HTTP {response.status_code} {response.reason_phrase}".rstrip()
        if response.status_code in _RETRY or response.is_server_error:
            raise DeliveryError(told, outcome="retry", retry_after_s=asked_to_wait_s(response, now))
        raise DeliveryError(f"{told}; check the receiver's url and secret", outcome="refused")

    async def close(self) -> None:
        """Release the connections."""
        await self._client.aclose()


def build_webhook(name: str, settings: WebhookSettings, now: Callable[[], float]) -> WebhookReceiver:
    """Build the receiver of one address."""
    return WebhookReceiver(name, settings, now)
