"""Slack's mrkdwn and rich text as HTML, near enough to see what a person would see."""

import re
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_TOKEN = re.compile(
    r"```(?P<block>.+?)```\n?|<!date\^\d+\^[^|>]+\|(?P<date>[^>]*)>|<(?P<url>https?://[^|>]+)(?:\|(?P<label>[^>]*))?>"
    r"|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])|`(?P<code>[^`\n]+)`|(?P<break>\n)",
    re.DOTALL,
)


def mrkdwn(text: str) -> Markup:
    """Render a mrkdwn text.

    Examples
    --------
    >>> str(mrkdwn("*now* <https://example.org/?a&amp;b|read> &lt;b&gt;"))
    '<strong>now</strong> <a href="https://example.org/?a&amp;b" rel="noreferrer">read</a> &lt;b&gt;'
    """
    parts: list[Markup] = []
    end = 0
    for found in _TOKEN.finditer(text):
        parts += [_plain(text[end : found.start()]), _token(found)]
        end = found.end()
    return Markup("").join([*parts, _plain(text[end:])])


def rich_text(block: dict[str, Any]) -> Markup:
    """Render a block of type ``rich_text``."""
    tags = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}
    return Markup("").join(
        Markup("<{0}>{1}</{0}>").format(
            Markup(tags.get(section["type"], "p")),  # noqa: S704 – one of three tags above
            Markup("").join(_part(part) for part in section.get("elements", ())),
        )
        for section in block.get("elements", ())
    )


def _token(found: re.Match[str]) -> Markup:
    if found["block"]:
        return Markup("<pre>{}</pre>").format(_plain(found["block"].strip("\n")))
    if found["date"]:
        # The real one shows it in the reader's own zone.
        return _plain(found["date"])
    if found["url"]:
        return _link(_decoded(found["url"]), _decoded(found["label"] or found["url"]))
    if found["bold"]:
        return Markup("<strong>{}</strong>").format(mrkdwn(found["bold"]))
    if found["code"]:
        return Markup("<code>{}</code>").format(_plain(found["code"]))
    return Markup("<br>")


def _part(part: dict[str, Any]) -> Markup:
    if part["type"] == "link":
        return _link(part["url"], part.get("text", part["url"]))
    return escape(part.get("text", "")).replace("\n", Markup("<br>"))


def _link(url: str, label: str) -> Markup:
    if urlsplit(url).scheme not in {"http", "https"}:
        return escape(label)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, label)


def _plain(text: str) -> Markup:
    return escape(_decoded(text))


def _decoded(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
