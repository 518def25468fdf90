"""Undoes the escapes and disguises that posts arrive with, before they are cut into tokens."""

import html
import re

from detectors.negativity.plain_letters import plain_letters

LONGEST = 4_000
"""Characters read of one text. The tokens kept of it (``tokens.LIMIT``) end sooner, save in markup."""

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def encode(text: str) -> bytes:
    r"""Return a text as UTF-8, in plain letters, HTML entities and literal ``\\uXXXX`` escapes undone.

    Lone surrogates become ``?``.

    Examples
    --------
    >>> encode("Tom &amp; Jerry\\u2019s").decode()
    'Tom & Jerry’s'
    >>> encode("broken \ud800!")
    b'broken ?!'
    """
    if len(text) > LONGEST:
        text = text[:LONGEST]
    if "\\u" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if "&" in text:
        text = html.unescape(text)
        if "&" in text:  # escaped twice, as texts that went through two programs are
            text = html.unescape(text)
    return plain_letters(text).encode("utf-8", "replace")
