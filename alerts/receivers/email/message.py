"""An incident as a mail. Pure: values in, a message out, with the same ``Message-ID`` for a repeat.

A post's text is not in it: what was mailed cannot be taken back when its author takes the post down.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery
from alerts.incidents.incident import Incident
from alerts.presentation import sentences, story
from alerts.presentation.shown import shown
from alerts.wording.late_posts import came_late
from alerts.wording.moments import Times
from alerts.wording.not_heard import not_heard
from alerts.wording.sparkline import newest_points, scale, sparkline

_NAME_LENGTH = 80
_STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:38em;margin:0 auto;padding:1em"
_BUTTON = "display:inline-block;padding:.6em 1.2em;border-radius:6px;background:#1a5fb4;color:#fff;text-decoration:none"


def mail(delivery: Delivery, *, sender: str, to: str, at: float, earlier: Mapping[str, str]) -> EmailMessage:
    """Return the message.

    Parameters
    ----------
    sender, to
        Addresses.
    at
        When it is sent, epoch seconds.
    earlier
        Receipt of the incident's first mail, which this one answers; empty for the first.
    """
    delivery = replace(delivery, incident=shown(delivery.incident))
    message = EmailMessage()
    message["Message-ID"] = message_id(delivery, sender)
    message["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    message["From"] = Address("Tocsin", addr_spec=sender)
    message["To"] = to
    message["Subject"] = subject(delivery)
    if first := earlier.get("message_id"):
        message["In-Reply-To"] = first
        message["References"] = first
    # No out-of-office answers, please.
    message["Auto-Submitted"] = "auto-generated"
    if delivery.purpose == "page":
        message["Importance"] = "high"
    message.set_content(_text(delivery))
    message.add_alternative(_html(delivery), subtype="html")
    return message


def is_worth_a_mail(delivery: Delivery, earlier: Mapping[str, str]) -> bool:
    """Whether it is to be sent at all.

    An update that is no bad news changes figures only, and the page has those. But where the links that were sent are
    withdrawn, the mail is the only way to a fresh one.
    """
    news = {"severity_raised", "links_revoked"}
    return delivery.purpose != "update" or not earlier or story.newest(delivery.incident).type in news


def message_id(delivery: Delivery, sender: str) -> str:
    """Return the identity of the mail, by which mailboxes drop a repeat."""
    return f"<{delivery.id}@{sender.rpartition('@')[2]}>"


def subject(delivery: Delivery) -> str:
    """Return brand, how bad, what and since when, on one line."""
    if delivery.purpose == "test":
        return sentences.TEST_TITLE
    line = f"{sentences.headline(delivery)}, {sentences.since(delivery.incident, sentences.times_of(delivery))}"
    return sentences.cut(" ".join(line.split()), 200)


def _paragraphs(incident: Incident, times: Times) -> list[str]:
    lines = ["" if incident.status == "resolved" else sentences.sentence(incident, times)]
    since = sentences.since(incident, times)
    since = f"{since[0].upper()}{since[1:]}."
    if incident.kind == "source_silent" or (lines[0] and incident.counted is not None):
        lines.append(since)
    else:
        lines.append(f"{sentences.how_much(incident, times)}. {sentences.how_negative(incident)}. {since}")
    worse = bool(incident.changes) and story.newest(incident).type == "severity_raised"
    if (how_bad := sentences.why_so_bad(incident)) and not worse:
        lines.append(f"{how_bad[0]}: {how_bad[1]}")
    lines.append(sentences.peers(incident, times))
    lines.append(story.opening_note(incident))
    if incident.changes and story.newest(incident).type != "opened":
        lines.append(story.story(incident, times))
    if quotes := sentences.phrases(incident):
        lines.append(f"What they say (share of these posts): {', '.join(quotes)}.")
    lines += sentences.spread(incident)
    lines.append(not_heard(incident.not_heard, times))
    lines.append(came_late(incident.late, incident.began_at, times))
    lines.append(sentences.holder(incident, times))
    return [line for i, line in enumerate(lines) if line and line not in lines[:i]]


def _chart(incident: Incident, times: Times) -> tuple[str, str] | None:
    drawn = sparkline(newest_points(incident.evidence.chart, incident.began_at))
    if drawn is None:
        return None
    span = f"{times.moment(drawn.start)} to {times.clock(drawn.end)}; {scale(drawn)}"
    return f"all      {drawn.seen}\nnegative {drawn.negatives}", span


def _links(incident: Incident) -> list[tuple[str, str]]:
    posts = [post for post in sentences.posts_to_show(incident) if post.url]
    named = [(sentences.cut(post.author_name or post.author or post.source, _NAME_LENGTH), post) for post in posts]
    return [(", ".join(filter(None, (who, sentences.followers(post)))), post.url) for who, post in named]


def _text(delivery: Delivery) -> str:
    incident, times = delivery.incident, sentences.times_of(delivery)
    if delivery.purpose == "test":
        return f"{sentences.TEST_TEXT}\n"
    lines = [sentences.headline(delivery), *_paragraphs(incident, times)]
    if delivery.link:
        lines.insert(2, f"{sentences.invitation(incident)}: {delivery.link}")
    if chart := _chart(incident, times):
        lines.append("\n".join(chart))
    if links := _links(incident):
        lines.append("Posts:\n" + "\n".join(f"- {who}: {url}" for who, url in links))
    lines.append(f"-- \nTocsin, incident {incident.id}.")
    return "\n\n".join(lines) + "\n"


def _html(delivery: Delivery) -> str:
    incident, times = delivery.incident, sentences.times_of(delivery)
    if delivery.purpose == "test":
        return _page(sentences.TEST_TITLE, f"<p>{escape(sentences.TEST_TEXT)}</p>")
    parts = [f"<p>{escape(line)}</p>" for line in _paragraphs(incident, times)]
    if delivery.link:
        parts.insert(
            1, f'<p><a style="{_BUTTON}" href="{escape(delivery.link)}">{sentences.invitation(incident)}</a></p>'
        )
    if chart := _chart(incident, times):
        parts.append(f"<pre>{escape(chart[0])}</pre><p><small>{escape(chart[1])}</small></p>")
    if links := _links(incident):
        items = "".join(f'<li><a href="{escape(url)}" rel="noreferrer">{escape(who)}</a></li>' for who, url in links)
        parts.append(f"<p>Posts:</p><ul>{items}</ul>")
    parts.append(f"<p><small>Tocsin, incident {escape(incident.id)}.</small></p>")
    return _page(sentences.headline(delivery), "\n".join(parts))


def _page(heading: str, content: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(heading)}</title></head>\n'
        f'<body style="{_STYLE}"><h1 style="font-size:1.3em">{escape(heading)}</h1>\n{content}\n</body></html>\n'
    )
