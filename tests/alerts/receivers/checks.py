"""What must hold of each message, whatever strangers wrote."""

import email
import re
from email import policy
from html import unescape
from html.parser import HTMLParser
from typing import Any

import msgspec

from alerts.deliveries.delivery import Delivery
from alerts.presentation.sentences import units
from alerts.receivers.email.message import mail
from alerts.receivers.pagerduty.message import events
from alerts.receivers.slack.message import message, reply
from alerts.receivers.webhook.message import body
from alerts.simulation.services import pagerduty as pagerduty_fake
from alerts.simulation.services import slack_blocks
from alerts.web.pages import with_times
from alerts.web.view import view
from alerts.wording.foreign_text import web_address
from alerts.wording.moments import Times
from tests.alerts.receivers.hostile import complaints, strings
from tests.alerts.receivers.outbreak import BEGAN, LINK

_OUR_TAGS = r"<https?://[^|<>\s]+\|read it>|<!date\^\d+\^[^|<>^]+\|[^|<>]+>"


def check_slack(delivery: Delivery) -> None:
    made = message(delivery)
    assert slack_blocks.complaints(made["blocks"]) == []
    assert made["text"].strip()
    assert units(made["text"]) <= 4000
    texts = [*strings(made), reply(delivery)]
    assert complaints(unescape("\n".join(texts)), lines=True) == []
    assert max(map(units, texts)) <= 3000
    for text in [made["text"], reply(delivery), *mrkdwn(made["blocks"])]:
        # No tag but our own links and dates, and no entity cut in two.
        tags = re.findall(r"<[^>]*>", text)
        assert [tag for tag in tags if not re.fullmatch(_OUR_TAGS, tag)] == []
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", text)
    msgspec.json.encode(made)


def complaints_of(value: Any) -> list[str]:
    texts = strings(value)
    return complaints(" ".join(texts))


def mrkdwn(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for each in value.values() for text in mrkdwn(each)]
    return [text for each in value for text in mrkdwn(each)] if isinstance(value, list) else []


def check_pagerduty(delivery: Delivery) -> None:
    for event in events(delivery, "0" * 32):
        assert list(pagerduty_fake.complaints(event)) == []
        assert len(msgspec.json.encode(event)) <= pagerduty_fake.EVENT_BYTES
        assert complaints_of(event) == []
        assert units(event.get("payload", {}).get("summary", "")) <= 1024


def check_webhook(delivery: Delivery) -> None:
    said = msgspec.json.decode(body(delivery))
    assert complaints_of(said) == []
    posts = said["data"]["evidence"]["posts"]
    assert all(post["url"] in {"", web_address(post["url"])} for post in posts)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


def check_email(delivery: Delivery) -> None:
    made = mail(delivery, sender="tocsin@example.org", to="c@example.org", at=BEGAN, earlier={})
    raw = made.as_bytes(policy=policy.SMTP)
    assert all(len(line) <= 998 and b"\r" not in line and b"\n" not in line for line in raw.split(b"\r\n"))
    read = email.message_from_bytes(raw, policy=policy.SMTP)
    assert set(read.keys()) == set(made.keys())
    for kind in ("plain", "html"):
        part = read.get_body((kind,))
        assert part is not None
        shown = part.get_content().replace("\r\n", "\n")
        assert complaints(unescape(shown) if kind == "html" else shown, lines=True) == []
    html = read.get_body(("html",))
    assert html is not None
    found = _Links()
    found.feed(html.get_content())
    assert found.tags <= {
        "html", "head", "meta", "title", "body", "h1", "p", "a", "pre", "small", "ul", "li", "table", "tr", "td", "th"
    }  # fmt: skip
    assert all(link == LINK or web_address(link) == link for link in found.links)
    assert complaints(str(read["Subject"])) == []


def check_page(delivery: Delivery) -> None:
    shown = msgspec.to_builtins(view(delivery.incident, BEGAN + 100.0))
    assert complaints_of(shown) == []
    for text in strings(msgspec.to_builtins(view(delivery.incident, BEGAN + 100.0, Times("Asia/Tokyo", marked=True)))):
        # Nothing but our own moments becomes an element of the page.
        html = str(with_times(text))
        assert re.findall(r"<(?!/?time\b)", html) == []
        assert not set("\ue000\ue001\ue002") & set(html)


CHECKS = {
    "slack": check_slack,
    "pagerduty": check_pagerduty,
    "webhook": check_webhook,
    "email": check_email,
    "page": check_page,
}
