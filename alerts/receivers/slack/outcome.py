"""What a failure of Slack's Web API means for a delivery."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from alerts.errors import DeliveryError

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


def delivery_error(
    error: SlackApiError | SlackClientError | aiohttp.ClientError | TimeoutError, did: str
) -> DeliveryError:
    """Translate a failure.

    Parameters
    ----------
    error
        What slack-sdk or aiohttp raised.
    did
        The method called, for the message.
    """
    if isinstance(error, SlackApiError):
        return _answered(error, did)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return DeliveryError(f"{did}: no connection to Slack: {error}", outcome="retry")
    return DeliveryError(f"{did}: no answer from Slack ({type(error).__name__} {error})", outcome="unknown")


def error_code(error: SlackApiError) -> str:
    """Return Slack's short name for what went wrong, or an empty string."""
    data: Any = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _answered(error: SlackApiError, did: str) -> DeliveryError:
    response = error.response
    status = getattr(response, "status_code", getattr(response, "status", 0))
    code = error_code(error)
    if status == 429 or code in _RETRY:
        after = response.headers.get("Retry-After", "") if hasattr(response, "headers") else ""
        wait_s = float(after) if str(after).isdigit() else None
        return DeliveryError(f"{did}: {code or 'rate limited'}", outcome="retry", retry_after_s=wait_s)
    if status >= 500 or code in _UNKNOWN or not code:
        return DeliveryError(f"{did}: HTTP {status} {code}".rstrip(), outcome="unknown")
    data: Any = response.data
    details = "; ".join((data.get("response_metadata") or {}).get("messages") or ())
    advice = _ADVICE.get(code, "")
    if code == "missing_scope":
        details = f"needed {data.get('needed', '?')}, granted {data.get('provided', '?')}"
    told = "; ".join(part for part in (details, advice) if part)
    return DeliveryError(f"{did}: {code}{f' ({told})' if told else ''}", outcome="refused")
