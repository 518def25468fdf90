"""The page for a refused link or form: what it means, and what to do. Never the token."""

from aiohttp import web
from msgspec import Struct

from alerts.errors import LinkError
from alerts.health import metrics
from alerts.web.pages import plain_page

_CALL = "If it is urgent, call the person on duty: this page cannot wake anybody."


class Refusal(Struct, frozen=True):
    """An HTTP status, and the words of the page."""

    status: int
    heading: str
    lines: tuple[str, ...]


REFUSALS: dict[str, Refusal] = {
    "forged": Refusal(
        403,
        "This link does not work",
        ("Part of it may be missing. Open it from the message that it came in, or copy all of it.", _CALL),
    ),
    "wrong_purpose": Refusal(
        403, "This link does not work here", ("Open the link from the message that Tocsin sent you.", _CALL)
    ),
    "expired": Refusal(
        410,
        "This link has expired",
        (
            "Links work for a limited time. The newest message about the incident has a new one.",
            "Whoever runs Tocsin can also make one: tocsin link INCIDENT --to RECEIVER.",
            _CALL,
        ),
    ),
    "revoked": Refusal(
        410,
        "This link was withdrawn",
        (
            "Somebody withdrew every link to this incident; perhaps a message was passed on, or a phone lost.",
            "The incident itself is as it was.",
            "Chats and mail got a new link then: open it from the newest message, or ask the person on duty for it.",
            _CALL,
        ),
    ),
    "unknown": Refusal(
        404, "This incident is no longer kept here", ("It is too old, or belongs to another installation.", _CALL)
    ),
    "too_many": Refusal(
        429,
        "Too many tries",
        ("This link was used too often within a minute. Wait a minute, then go back and press again.", _CALL),
    ),
    "too_large": Refusal(413, "That is too much text", ("Go back and write less.",)),
}


def withdrawn() -> web.Response:
    """Answer somebody who has just withdrawn the links, that of their own page among them."""
    return plain_page(
        "All links are withdrawn",
        "No link that was sent before works any longer, nor does this page.",
        "Chats and mailboxes that were notified are getting a new link now; a pager gets one with its next page.",
    )


def refuse(error: LinkError) -> web.Response:
    """Count a refused link, and say what to do."""
    metrics.LINKS_REFUSED.labels(error.reason).inc()
    refusal = REFUSALS[error.reason]
    return plain_page(refusal.heading, *refusal.lines, status=refusal.status)
