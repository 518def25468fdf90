"""``POST /mentions``: mentions from others, signed as Standard Webhooks ask. All of a request is taken, or nothing."""

from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import web

from alerts.health import metrics
from alerts.web.bodies import BodyRefusedError
from alerts.web.dependencies import DEPENDENCIES
from alerts.web.ports import MentionSink
from detectors.errors import TocsinError
from streams.connectors.webhook import MentionsWebhook, WebhookRefusedError
from streams.errors import BadMentionError
from streams.mention import Mention

MOST_BYTES = 8 * 1024 * 1024
"""Of one request: 32 mentions of the largest size, tens of thousands of ordinary ones."""
SIGNED_BY = ("webhook-id", "webhook-timestamp", "webhook-signature")
_ERRORS_SHOWN = 20

_log = structlog.get_logger("tocsin.web")


async def post_mentions(request: web.Request) -> web.Response:
    """Put the mentions of a request on their topic: 202 with their count."""
    parts = request.app[DEPENDENCIES]
    if parts.webhook is None or parts.mention_sink is None:
        return _answer(503, error="no webhook is set up here; set web.webhook_secret to whsec_ and base64")
    if missing := [name for name in SIGNED_BY if name not in request.headers]:
        # Nothing of the body is read for whoever does not even claim to be somebody.
        return _answer(401, error=f"the request is not signed: it lacks {', '.join(missing)}")
    try:
        async with parts.bodies.read(request, MOST_BYTES) as body:
            return await _taken(parts.webhook, parts.mention_sink, body, request.headers)
    except BodyRefusedError as error:
        return _answer(error.status, error.headers, error=str(error))


async def _taken(webhook: MentionsWebhook, sink: MentionSink, body: bytes, headers: Mapping[str, str]) -> web.Response:
    mentions = _understood(webhook, body, headers)
    if isinstance(mentions, web.Response):
        return mentions
    try:
        await sink(mentions)
    except TocsinError as error:
        metrics.ERRORS.labels("web_mentions").inc()
        _log.warning("cannot send mentions", mentions=len(mentions), error=str(error))
        return _answer(503, error="Kafka did not take the mentions; send the same request again")
    return _answer(202, mentions=len(mentions))


def _understood(webhook: MentionsWebhook, body: bytes, headers: Mapping[str, str]) -> list[Mention] | web.Response:
    """Return the mentions, or the answer that says what is wrong with them."""
    try:
        read = webhook.read(body, headers)
    except WebhookRefusedError as error:
        return _answer(401, error=str(error))
    except BadMentionError as error:
        return _answer(400, error=error.detail, reason=error.reason)
    wrong = [_wrong(index, item) for index, item in enumerate(read) if isinstance(item, BadMentionError)]
    if wrong:
        error_text = f"{len(wrong)} of {len(read)} mentions cannot be read; nothing was taken"
        return _answer(400, error=error_text, mentions=wrong[:_ERRORS_SHOWN])
    return [item for item in read if not isinstance(item, BadMentionError)]


def _wrong(index: int, error: BadMentionError) -> dict[str, Any]:
    """Name the element, the field and the reason."""
    field, colon, _ = error.detail.partition(":")
    named = field if colon and error.reason in {"schema", "timestamp"} else ""
    return {"index": index, "field": named, "reason": error.reason, "detail": error.detail}


def _answer(status: int, headers: Mapping[str, str] | None = None, **values: Any) -> web.Response:
    response = web.json_response(values, status=status, headers=headers)
    if status == 503:
        response.headers.setdefault("Retry-After", "30")
    return response
