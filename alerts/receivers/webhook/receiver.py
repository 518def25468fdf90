"""Sends deliveries as signed webhooks, after the Standard Webhooks specification."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from alerts.deliveries.delivery import Delivery
from alerts.receivers.loopback import is_loopback
from alerts.receivers.sendable import sendable
from alerts.receivers.transport import not_taken, post
from alerts.receivers.webhook.message import body
from alerts.receivers.webhook.settings import WebhookSettings
from streams.sources.trust import trusted


class WebhookReceiver:
    """One address.

    A repeat carries the same ``webhook-id``, by which the other side drops it. Any 2xx is a receipt, with or without
    a body, unless the body is a web page, or JSON that breaks off: then somebody else has answered.

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
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=not is_loopback(settings.url), verify=trusted())

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        """Sign and send. See ``Receiver.send``."""
        del earlier, repeat
        content = body(sendable(delivery, body))
        now = self._now()
        headers = {
            "user-agent": "Tocsin",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(int(now)),
            "webhook-signature": self._signer.sign(
                delivery.id, datetime.fromtimestamp(int(now), UTC), content.decode()
            ),
        }
        answer = await post(self._client, self._url, content, headers, whom="webhook", limit_s=self._timeout_s)
        if answer.is_success and not answer.is_web_page and not answer.is_broken_json:
            return {"webhook_id": delivery.id}
        detail = f"webhook: HTTP {answer.status} {answer.reason}".rstrip()
        raise not_taken(answer, detail, now=now, advice="check the receiver's url and secret")

    async def close(self) -> None:
        """Release the connections."""
        await self._client.aclose()


def build_webhook(name: str, settings: WebhookSettings, now: Callable[[], float]) -> WebhookReceiver:
    """Build the receiver of one address."""
    return WebhookReceiver(name, settings, now)
