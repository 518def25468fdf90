"""What a failure of Slack's Web API means for a delivery."""

import re
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from alerts.errors import DeliveryError
from alerts.receivers.transport import asked_to_wait_s, is_final

# Slack's own words for "not now": nothing was posted.
_RETRY = {
    "ratelimited", "rate_limited", "message_limit_exceeded", "request_timeout", "service_unavailable",
    "team_added_to_org", "org_login_required", "ekm_access_denied",
}  # fmt: skip
# "It's possible some aspect of the operation succeeded before the error was raised."
_UNKNOWN = {"internal_error", "fatal_error"}
_ADVICE = {
    "channel_not_found": "check the channel's name in tocsin.yml, and that the app was invited to it",
    "not_in_channel": "invite the app: /invite @tocsin in the channel",
    "is_archived": "the channel is archived; name another one",
    "invalid_auth": "the bot token is wrong or was revoked; set slack.token anew",
    "not_authed": "set slack.token",
    "account_inactive": "the app was removed from the workspace; install it anew",
    "token_revoked": "the bot token was revoked; set slack.token anew",
    "missing_scope": "the app needs chat:write, channels:read and channels:history (groups:… for private channels)",
}
TO_MEND = frozenset(_ADVICE)
"""What stands against every message until somebody mends it, not against one."""
_CODE = re.compile(r"[a-z][a-z0-9_]{1,79}")
GARBAGE = (SlackClientError, aiohttp.ClientError, OSError, ValueError, AttributeError, TypeError, LookupError)
"""What slack-sdk and aiohttp raise of a request: failures of their own, and what an answer that is none leads to."""


def delivery_error(error: Exception, did: str, now: float) -> DeliveryError:
    """Translate a failure.

    Parameters
    ----------
    error
        What slack-sdk or aiohttp raised, one of ``GARBAGE``.
    did
        The method called, for the message.
    now
        Wall time, epoch seconds.
    """
    if isinstance(error, SlackApiError):
        return _answered(error, did, now)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return DeliveryError(f"{did}: no connection to Slack: {error}", outcome="retry")
    return DeliveryError(f"{did}: no answer of Slack's ({type(error).__name__} {error})", outcome="unknown")


def error_code(error: SlackApiError) -> str:
    """Return Slack's short name for what went wrong; empty where the answer is none of Slack's."""
    code = _data(error).get("error")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _data(error: SlackApiError) -> dict[str, Any]:
    data: Any = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def _answered(error: SlackApiError, did: str, now: float) -> DeliveryError:
    response = error.response
    status = getattr(response, "status_code", getattr(response, "status", 0))
    code = error_code(error)
    headers = getattr(response, "headers", None) or {}
    after_s = asked_to_wait_s(str(headers.get("Retry-After", "")), now)
    if status == 429 or code in _RETRY:
        return DeliveryError(f"{did}: {code or 'rate limited'}", outcome="retry", retry_after_s=after_s)
    if not code and is_final(status):
        return DeliveryError(f"{did}: HTTP {status}; check slack.base_url", outcome="refused")
    if status >= 500 or code in _UNKNOWN or not code:
        detail = f"{did}: HTTP {status} {code or 'and no answer of Slack'}"
        return DeliveryError(detail, outcome="unknown", retry_after_s=after_s)
    data = _data(error)
    noted = data.get("response_metadata")
    messages = noted.get("messages") if isinstance(noted, dict) else None
    details = "; ".join(map(str, messages)) if isinstance(messages, list) else ""
    advice = _ADVICE.get(code, "")
    if code == "missing_scope":
        details = f"needed {data.get('needed', '?')}, granted {data.get('provided', '?')}"
    detail = "; ".join(part for part in (details, advice) if part)
    return DeliveryError(f"{did}: {code}{f' ({detail})' if detail else ''}", outcome="refused")
