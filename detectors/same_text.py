"""When two texts are one text: the rule by which copies are known, in ingest and where a page is explained. Pure."""

import re
import unicodedata
from functools import lru_cache

URL = re.compile(r"(?:https?://|www\.)(\S+)", re.IGNORECASE)
NAME = re.compile(r"@[\w.@-]+")
WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_PASSED_ON = frozenset({"rt", "mt"})

FEWEST_WORDS = 4
"""“Not again” twice is no copy: people do say the same few words. Of scripts without spaces two letters are a word."""
KEY_CHARS = 80
"""Copies are cut where a repost has no room, and end in words of whoever passes them on: how a text begins tells it."""
_READ_CHARS = 1_000
"""Of a text; enough for the beginning behind a row of names."""
_REMEMBERED = 512
"""An outbreak is explained again with each verdict, from mostly the same 80 posts; about 3 MB."""


@lru_cache(_REMEMBERED)
def fold_text(content: str) -> str:
    """Return a text without case, links, names and punctuation.

    Examples
    --------
    >>> fold_text("RT @ann: Shame on you!! https://x.org/1")
    'rt shame on you'
    >>> fold_text("rt shame on YOU")
    'rt shame on you'
    """
    return " ".join(_words(content))


@lru_cache(_REMEMBERED)
def text_key(content: str) -> str:
    """Return what all copies of a text have in common; empty of one that is too short to be copied.

    Who passes a text on may put “RT” and names before it, other links into it, and a few words behind it.

    Examples
    --------
    >>> text_key("RT @ann: SHAME on you, Northside!! https://x.org/1") == text_key("Shame on you  northside")
    True
    >>> text_key("RT @ann: not again")
    ''
    """
    read = content[:_READ_CHARS]
    words = _words(read if read.isascii() else unicodedata.normalize("NFKC", read))
    while words and words[0] in _PASSED_ON:
        del words[0]
    key = " ".join(words)
    if len(words) < FEWEST_WORDS and len(words) + len(_UNSPACED.findall(key)) // 2 < FEWEST_WORDS:
        return ""
    return key[:KEY_CHARS]


def _words(content: str) -> list[str]:
    text = content.casefold()
    if "://" in text or "www." in text:
        text = URL.sub(" ", text)
    return WORD.findall(NAME.sub(" ", text) if "@" in text else text)
