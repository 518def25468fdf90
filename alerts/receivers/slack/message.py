"""An incident as Slack's Block Kit shows it. Pure: values in, JSON out."""

from typing import Any

import msgspec
from msgspec.structs import replace
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextQuoteElement,
    SectionBlock,
)

from alerts.deliveries.delivery import Delivery
from alerts.incidents.feedback import after_all, learned
from alerts.incidents.incident import Incident
from alerts.presentation import sentences, story
from alerts.presentation.shown import shown
from alerts.wording.figures import lead
from alerts.wording.foreign_text import web_address
from alerts.wording.late_posts import came_late
from alerts.wording.moments import Style, Times, rendered, utc
from alerts.wording.not_heard import not_heard
from alerts.wording.numbers import amount
from alerts.wording.sparkline import newest_points, scale, sparkline
from detectors.post import Post

ACKNOWLEDGE = "tocsin_acknowledge"
SILENCE = "tocsin_silence_1h"
NOT_A_CRISIS = "tocsin_not_a_crisis"
A_CRISIS_AFTER_ALL = "tocsin_a_crisis_after_all"
OPEN = "tocsin_open"
EVENT_TYPE = "tocsin_delivery"

_COLOURS = {"critical": "🔴", "error": "🟠", "warning": "🟡", "info": "🔵"}
_HARMLESS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "~": "∼", "`": "‘"})
# What the eye takes in, well below Slack's 3,000 characters of a section and 4,000 of a text.
_POST_LENGTH = 280
_TEXT_LENGTH = 600
_SENTENCE_LENGTH = 1000
_NAME_LENGTH = 80
_SECTION_LENGTH = 2900
_BUTTON_LINK_LENGTH = 3000
_LAST_DATE = 2**32


class ButtonValue(msgspec.Struct, frozen=True):
    """What a button carries back when it is pressed."""

    brand: str
    incident: str


def message(delivery: Delivery) -> dict[str, Any]:
    """Return ``text`` and ``blocks`` of the incident's one message."""
    delivery = _harmless(delivery)
    # Each reader sees moments on their own clock; a notification, which knows none, on the receiver's.
    return {"text": fallback(delivery), "blocks": [block.to_dict() for block in _blocks(delivery)]}


def fallback(delivery: Delivery) -> str:
    """Return what a notification shows."""
    return escape(sentences.lock_screen(delivery), _TEXT_LENGTH)


def reply(delivery: Delivery) -> str:
    """Return the newest line of the story for the thread, or nothing if the edited message contains all of it."""
    delivery = _harmless(delivery)
    change = story.story(delivery.incident, sentences.times_of(delivery, marked=True))
    # In the channel it stands without the message that it answers.
    named = f"{delivery.incident.brand_name}: {change}" if is_broadcast(delivery) else change
    return escape(named, _SECTION_LENGTH)


def is_broadcast(delivery: Delivery) -> bool:
    """Whether the reply is shown in the channel too: the incident got worse, or came back."""
    return story.newest(delivery.incident).type in {"severity_raised", "reopened"}


def metadata(delivery: Delivery) -> dict[str, Any]:
    """Return the metadata by which a later search of the channel recognises this delivery and its change."""
    payload = {"delivery": delivery.id, "incident": delivery.incident.id, "change": change_mark(delivery)}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def change_mark(delivery: Delivery) -> str:
    """Return the identity of the change that a delivery reports, within its incident; empty for a test."""
    if delivery.purpose == "test" or not delivery.incident.changes:
        return ""
    change = story.newest(delivery.incident)
    return f"{change.type}@{change.at}"


def may_be_known(delivery: Delivery) -> bool:
    """Whether another delivery may have posted the same change to the thread already."""
    return story.newest(delivery.incident) is not delivery.incident.change


def escape(text: str, limit: int = _SECTION_LENGTH) -> str:
    """Make foreign text harmless in mrkdwn: no mention, no link, no formatting of its own.

    ``&``, ``<`` and ``>`` become entities; for ``*``, ``~`` and the back-tick Slack knows no escape, so they become
    signs that look alike. An underscore stays: inside a name it means nothing to Slack. Marked moments (see ``Times``)
    become Slack's own dates.

    Parameters
    ----------
    limit
        Of what is sent, entities and all.

    Examples
    --------
    >>> escape("<!channel> R&D is *closed*")
    '&lt;!channel&gt; R&amp;D is ∗closed∗'
    >>> escape("R&D&D", 9)
    'R&amp;D…'
    """
    return rendered(sentences.cut(text, limit, _escaped_units).translate(_HARMLESS), _dated)


def link(url: str, label: str) -> str:
    """Return a mrkdwn link, or the bare label where the address is not one of the web.

    Examples
    --------
    >>> link("https://example.org/a|b>c", "read it")
    '<https://example.org/a%7Cb%3Ec|read it>'
    >>> link("javascript:alert(1)", "read it")
    'read it'
    """
    address = web_address(url)
    return f"<{address.replace('&', '&amp;')}|{escape(label)}>" if address else escape(label)


def _dated(at: float, style: Style, words: str) -> str:
    """Return a moment as Slack shows it on each reader's clock, with UTC beside it.

    Examples
    --------
    >>> _dated(1310479080, "clock", "15:58 CEST (13:58 UTC)")
    '<!date^1310479080^{time} your time (13:58 UTC)|15:58 CEST (13:58 UTC)>'
    """
    if not 0 < at < _LAST_DATE:
        return words
    if style == "day":
        return f"<!date^{at:.0f}^{{date_long}}|{words}>"
    shape = "{time}" if style == "clock" else "{date_short_pretty} at {time}"
    return f"<!date^{at:.0f}^{shape} your time ({utc(at):%H:%M} UTC)|{words}>"


def _escaped_units(text: str) -> int:
    return sentences.units(text.translate(_HARMLESS))


def _harmless(delivery: Delivery) -> Delivery:
    return replace(delivery, incident=shown(delivery.incident))


def _blocks(delivery: Delivery) -> list[Block]:
    incident, times = delivery.incident, sentences.times_of(delivery, marked=True)
    if delivery.purpose == "test":
        return [HeaderBlock(text=_plain(sentences.TEST_TITLE)), SectionBlock(text=_plain(sentences.TEST_TEXT))]
    blocks: list[Block] = [
        HeaderBlock(text=_plain(sentences.cut(f"{_sign(incident)} {sentences.title(incident)}", 150)))
    ]
    blocks.append(_section(_what(incident, times)))
    # Whoever is woken sees first whether it is theirs to act, and can.
    held = f"*{escape(sentences.holder(incident, times), _SENTENCE_LENGTH)}*"
    held += f" {escape(learned(incident, times), _SENTENCE_LENGTH)}"
    blocks += [_section(held.strip()), *_actions(delivery), DividerBlock()]
    if chart := _chart(incident, times):
        blocks += chart
    blocks.append(_section(_why(incident, times)))
    if phrases := _phrases(incident):
        blocks.append(_section(phrases))
    if spread := sentences.spread(incident):
        blocks.append(_section("\n".join(escape(line, _SENTENCE_LENGTH - 50) for line in spread)))
    posts = sentences.posts_to_show(incident)
    if posts:
        blocks.append(DividerBlock())
    for post in posts:
        blocks += [_quote(post), ContextBlock(elements=[_foreign(_byline(post, times))])]
    blocks.append(ContextBlock(elements=[_foreign(f"Tocsin · {escape(incident.id)}")]))
    return blocks


def _why(incident: Incident, times: Times) -> str:
    lines = [("Why it rang", sentences.sentence(incident, times))]
    if how_bad := sentences.why_so_bad(incident):
        lines.append(how_bad)
    lines += [
        ("Us, or everybody?", sentences.peers(incident, times)),
        ("Not heard", not_heard(incident.not_heard, times)),
        ("Not counted", came_late(incident.late, incident.began_at, times)),
    ]
    return "\n".join(f"*{what}* {escape(text, _SENTENCE_LENGTH)}" for what, text in lines if text)


def _what(incident: Incident, times: Times) -> str:
    lines: list[str] = []
    if incident.kind != "source_silent":
        lines = [f"*{escape(sentences.how_much(incident, times))}.*", f"{sentences.how_negative(incident)}."]
    line = sentences.since(incident, times)
    if incident.mentions_total > incident.seen:
        line += f"; {amount(incident.mentions_total, 'mention')} in all"
    if incident.lead_time_s is not None and incident.lead_time_s > 0:
        line += f"; {lead(incident.lead_time_s)}"
    lines.append(escape(f"{line[0].upper()}{line[1:]}."))
    if incident.warming_up:
        lines.append("This brand is new here, so Tocsin is still learning what is ordinary.")
    if note := story.opening_note(incident):
        lines.append(escape(note, _SENTENCE_LENGTH))
    return "\n".join(lines)


def _chart(incident: Incident, times: Times) -> list[Block]:
    drawn = sparkline(newest_points(incident.evidence.chart, incident.began_at))
    if drawn is None:
        return []
    spans = escape(f"{times.moment(drawn.start)} to {times.clock(drawn.end)}")
    bars = f"```all      {drawn.seen}\nnegative {drawn.negatives}```"
    return [_section(bars), ContextBlock(elements=[_foreign(f"{spans}; {scale(drawn)}")])]


def _phrases(incident: Incident) -> str:
    terms = " · ".join(sentences.phrases(incident))
    return f"*What they say* (share of these posts) {escape(terms, _SENTENCE_LENGTH)}" if terms else ""


def _quote(post: Post) -> RichTextBlock:
    # Rich text is shown as it is: nothing in a post can be markup.
    text = RichTextElementParts.Text(text=sentences.cut(post.content.strip(), _POST_LENGTH))
    return RichTextBlock(elements=[RichTextQuoteElement(elements=[text])])


def _byline(post: Post, times: Times) -> str:
    parts = [escape(post.author_name or post.author or "unknown author", _NAME_LENGTH)]
    if reach := sentences.followers(post):
        parts.append(reach)
    parts.append("negativity not scored" if post.negativity is None else f"negativity {post.negativity:.2f}")
    parts.append(f"{escape(post.source, _NAME_LENGTH)}, {escape(times.clock(post.published))}")
    byline = " · ".join(parts)
    # A long one is left out: cut, it would lead elsewhere.
    with_link = f"{byline} · {link(post.url, 'read it')}"
    return with_link if post.url and sentences.units(with_link) <= _SECTION_LENGTH else byline


def _actions(delivery: Delivery) -> list[Block]:
    incident = delivery.incident
    value = msgspec.json.encode(ButtonValue(incident.brand, incident.id)).decode()
    buttons: list[ButtonElement] = []
    if incident.status == "open":
        buttons.append(ButtonElement(text="Acknowledge", action_id=ACKNOWLEDGE, value=value, style="primary"))
    if incident.status != "resolved" and not incident.silenced_until:
        buttons.append(ButtonElement(text="Silence 1 h", action_id=SILENCE, value=value))
    if incident.false_alarm:
        buttons.append(ButtonElement(text=after_all(incident), action_id=A_CRISIS_AFTER_ALL, value=value))
    else:
        sure = ConfirmObject(
            title="Not a crisis?",
            text=PlainTextObject(
                text="It closes for everyone, and Tocsin asks for more evidence before it rings again."
            ),
            confirm="Not a crisis",
            deny="Go back",
        )
        buttons.append(ButtonElement(text="Not a crisis", action_id=NOT_A_CRISIS, value=value, confirm=sure))
    if delivery.link and len(delivery.link) <= _BUTTON_LINK_LENGTH:
        buttons.append(ButtonElement(text="Open", action_id=OPEN, value=value, url=delivery.link))
    return [ActionsBlock(elements=list(buttons))] if buttons else []


def _sign(incident: Incident) -> str:
    if incident.status == "resolved":
        return "✅"
    if sentences.is_mixed(incident):
        return "💬"
    return "👏" if incident.kind == "opportunity" else _COLOURS[incident.severity]


def _section(text: str) -> SectionBlock:
    return SectionBlock(text=_foreign(sentences.cut(text, _SECTION_LENGTH)))


def _foreign(text: str) -> MarkdownTextObject:
    # Verbatim: a post's addresses, #names and @names are not turned into links.
    return MarkdownTextObject(text=text, verbatim=True)


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=True)
