"""Texts from a grammar: a theme's lines, with slots that are filled from its own, the brand's and shared words."""

import re
from collections.abc import Mapping
from random import Random

from msgspec import Struct

from alerts.errors import AlertsError

Words = Mapping[str, tuple[str, ...]]

_SLOT = re.compile(r"\{(\w+)\}")
_DEEPEST = 5


class Theme(Struct, frozen=True, kw_only=True):
    """Something that people talk about, as a small grammar.

    Parameters
    ----------
    name
        What it is.
    lines
        Whole posts with slots: ``{brand}`` is how people call the brand, ``{handle}`` its name behind an ``@``,
        other slots are looked up in ``words``.
    words
        What the slots may become; may hold slots in turn.
    tags, tag_share
        Hashtags, and the share of posts that carry one.
    links, link_share
        Links without ``https://``, and the share of posts that carry one.
    is_negative
        Whether it is written against the brand: what a perfect reader would say of each of its posts.
    """

    name: str
    lines: tuple[str, ...]
    words: dict[str, tuple[str, ...]] = {}
    tags: tuple[str, ...] = ()
    tag_share: float = 0.25
    links: tuple[str, ...] = ()
    link_share: float = 0.15
    is_negative: bool = False


def write(line: str, words: Words, random: Random) -> str:
    """Fill a line's slots by chance.

    Raises
    ------
    AlertsError
        Where a slot has no words, or words hold themselves.

    Examples
    --------
    >>> write("{brand} {did} it", {"brand": ("FilmRental",), "did": ("{how} did",), "how": ("really",)}, Random(1))
    'FilmRental really did it'
    """
    return _fill(line, words, random, 0)


def _fill(line: str, words: Words, random: Random, depth: int) -> str:
    if "{" not in line:
        return line
    if depth > _DEEPEST:
        raise AlertsError(f"the words of a story hold themselves, at {line!r}: break the circle")

    def choose(slot: re.Match[str]) -> str:
        options = words.get(slot[1])
        if not options:
            raise AlertsError(f"no words for {{{slot[1]}}} in the line {line!r}: add them to the theme or the sector")
        # random() alone is promised to give the same numbers in every version of Python.
        return _fill(options[int(random.random() * len(options))], words, random, depth + 1)

    return _SLOT.sub(choose, line)


def in_a_persons_style(text: str, random: Random) -> str:
    """Write it as people type: some without capitals, some without the last full stop, some shouting a word.

    Examples
    --------
    >>> in_a_persons_style("it is late. why", Random(3))
    'It is late. Why'
    """
    capitals = random.random() >= 0.2
    text = re.sub(r"(^|[.!?] )([a-z])", lambda found: found[0].upper(), text) if capitals else text.lower()
    if text.endswith(".") and random.random() < 0.35:
        text = text[:-1]
    if text.endswith(".") and random.random() < 0.12:
        text = text[:-1] + "!"
    return text
