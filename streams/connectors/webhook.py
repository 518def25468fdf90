"""Mentions that others send us, signed as Standard Webhooks say.

Values in, values out: the web page takes the request.
"""

from collections.abc import Mapping

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from streams.errors import BadMentionError, StreamsError
from streams.mention import Mention, decode_mention, parse_mentions_array


class WebhookRefusedError(StreamsError):
    """A request whose signature does not hold: answer 401 and take nothing."""


class MentionsWebhook:
    """Verifies and decodes requests.

    Parameters
    ----------
    secret
        ``whsec_`` and base64, shared with the sender.

    Raises
    ------
    StreamsError
        Where the secret is empty or no base64.

    References
    ----------
    [^1]: https://www.standardwebhooks.com: headers ``webhook-id``, ``webhook-timestamp``, ``webhook-signature``.
    """

    def __init__(self, secret: str) -> None:
        try:
            self._webhook = Webhook(secret)
        except (EmptyWebhookSecretError, ValueError) as error:
            raise StreamsError(f"the webhook's secret cannot be used ({error}); give whsec_ and base64") from error

    def read(self, body: bytes, headers: Mapping[str, str]) -> list[Mention | BadMentionError]:
        """Return the mentions of a request, in order; each stands or falls by itself.

        Parameters
        ----------
        body
            One mention as a JSON object, or an array of them.
        headers
            Of the request, in any case.

        Raises
        ------
        WebhookRefusedError
            Where a header is missing, the signature is wrong, or the time is more than five minutes off.
        BadMentionError
            Where the body is neither an object nor an array: reason ``utf8`` or ``json``.
        """
        try:
            self._webhook.verify(body, dict(headers), json_parse=False)
        except UnicodeDecodeError as error:
            raise BadMentionError("utf8", f"not UTF-8 at byte {error.start}") from error
        # The library lets malformed headers through to its parsing.
        except (WebhookVerificationError, ValueError, OverflowError, OSError) as error:
            raise WebhookRefusedError(f"the request's signature does not hold: {error}") from error
        if body.lstrip()[:1] == b"[":
            return parse_mentions_array(body)
        try:
            return [decode_mention(body)]
        except BadMentionError as error:
            return [error]
