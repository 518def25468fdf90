"""Sends deliveries by e-mail, one thread an incident."""

import asyncio
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.policy import SMTP

import aiosmtplib

from alerts.deliveries.delivery import Delivery
from alerts.errors import DeliveryError
from alerts.receivers.email.message import is_worth_a_mail, mail
from alerts.receivers.email.settings import EmailSettings, SmtpService
from alerts.receivers.sendable import sendable


class EmailReceiver:
    """One mailbox.

    A repeat carries the same ``Message-ID``: mailboxes show it once.

    Parameters
    ----------
    name
        Id of the receiver.
    settings
        The address.
    service
        The server that takes our mail.
    now
        Wall clock, epoch seconds, for the ``Date``.
    timeout_s
        After so many seconds without an answer the outcome is unknown.
    """

    wakes = False
    min_interval_s = 0.0

    def __init__(
        self,
        name: str,
        settings: EmailSettings,
        service: SmtpService,
        now: Callable[[], float],
        *,
        timeout_s: float = 20.0,
    ) -> None:
        self.id = name
        self._to = settings.to
        self._service = service
        self._now = now
        self._timeout_s = timeout_s

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        """Hand the mail to the server. See ``Receiver.send``."""
        del repeat
        if not is_worth_a_mail(delivery, earlier):
            return dict(earlier)
        service, now = self._service, self._now()

        def made(fitting: Delivery) -> EmailMessage:
            return mail(fitting, sender=service.sender, to=self._to, at=now, earlier=earlier)

        message = made(sendable(delivery, lambda fitting: made(fitting).as_bytes(policy=SMTP)))
        try:
            # For all of it: each of a dozen commands may take its time, and a server that dribbles never ends.
            async with asyncio.timeout(self._timeout_s):
                await aiosmtplib.send(
                    message,
                    hostname=service.host,
                    port=service.effective_port,
                    username=service.username,
                    password=service.password.get_secret_value() if service.password else None,
                    use_tls=service.security == "tls",
                    start_tls=service.security == "starttls",
                    timeout=self._timeout_s,
                )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _delivery_error(error) from error
        return {"message_id": str(message["Message-ID"])}

    async def close(self) -> None:
        """Nothing is held: each mail has a connection of its own."""


def build_email(name: str, settings: EmailSettings, service: SmtpService, now: Callable[[], float]) -> EmailReceiver:
    """Build the receiver of one mailbox."""
    return EmailReceiver(name, settings, service, now)


def _delivery_error(error: aiosmtplib.SMTPException | OSError) -> DeliveryError:
    """Translate a failure. Only a reply 5yz is final by RFC 5321; what is no reply at all has the code -1."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    detail = f"mail: {type(error).__name__} {error}"
    code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else None
    if code is not None and 500 <= code < 600:
        return DeliveryError(detail, outcome="refused")
    # The bare class is what aiosmtplib raises where it ends before the mail: no STARTTLS, no way to log in.
    if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
        return DeliveryError(f"{detail}; check smtp.security", outcome="retry")
    if isinstance(error, aiosmtplib.SMTPConnectError) or (code is not None and 400 <= code < 500):
        return DeliveryError(detail, outcome="retry")
    return DeliveryError(detail, outcome="unknown")
