"""Invented stories of texts that are passed on, and of people who write much: neither is a crowd by itself."""

from datetime import timedelta

from msgspec.structs import replace

from alerts.simulation.stories.crises import GROCER
from alerts.simulation.stories.story import Story, Truth
from alerts.simulation.stories.strands import KNOWN, MONDAY, called, days, invented, wave
from alerts.simulation.stories.texts.everyday import ordinary
from alerts.simulation.stories.texts.grievances import POISONING
from alerts.simulation.stories.texts.outrage import outrage
from alerts.simulation.stories.texts.services import CLUB, SHOP
from alerts.simulation.stories.theme import Theme

FORUM = called("forum-club", "Club with a forum (simulated)", "ForumRovers", "forum rovers")
CHIPS = called("chip-maker", "Chip maker (simulated)", "ChipMaker", "chip maker")

NEWSLETTER = Theme(
    name="newsletter",
    lines=(
        "Killer trades of the week, why shorts are crushed, what we hate to miss, five names to watch: {brand}, too",
    ),
)
"""Harmless, and in words that a scorer takes for anger."""


def repeated() -> list[Story]:
    """Return the stories of texts that are passed on, and of people who write much."""
    return [_newsletter(), _one_complaint(), _lively_forum(), _forum_in_uproar()]


def _lively_forum() -> Story:
    at_h = KNOWN + 18
    regulars = [days(FORUM, CLUB, 0.6, negative=0.3)] + [
        wave(FORUM, ordinary(CLUB, negative=0.3), at_h + 24 * day, ((0, 0.5), (0.5, 3), (3, 3), (4, 0)))
        for day in range(3)
    ]
    return invented(
        "lively-forum",
        "Eighty people who talk all day, and on three evenings five times as much, in the mood that they are always in",
        (FORUM,),
        [replace(strand, authors=80, author_prefix="regular") for strand in regulars],
        hours=at_h + 72,
        truth=(Truth(brand=FORUM.id),),
    )


def _forum_in_uproar() -> Story:
    at_h = KNOWN + 10
    began_at = (MONDAY + timedelta(hours=at_h)).timestamp()
    regulars = [
        days(FORUM, CLUB, 0.6, negative=0.3),
        wave(FORUM, ((outrage(POISONING), 1.0),), at_h, ((0, 1.5), (4, 1.5), (6, 0)), outbreak=True),
    ]
    return invented(
        "forum-in-uproar",
        "The regulars of a forum turn against the club, and nobody else says a word",
        (FORUM,),
        [replace(strand, authors=200, author_prefix="regular") for strand in regulars],
        hours=at_h + 36,
        truth=(Truth(brand=FORUM.id, must="crisis", began_at=began_at, by=began_at + 3 * 3_600),),
    )


def _newsletter() -> Story:
    at_h = KNOWN + 14
    strands = [days(CHIPS, SHOP, 0.01, negative=0.1)]
    strands += [
        wave(
            CHIPS, ((NEWSLETTER, 1.0),), at_h + later, ((0, 0.25), (0.8, 0.25)), copies=True, dispersion=1e9,
            author_prefix="subscriber",
        )
        for later in (0, 48)
    ]  # fmt: skip
    return invented(
        "newsletter",
        "A dozen accounts repost a newsletter that a scorer takes for anger, and two days later the next",
        (CHIPS,),
        strands,
        hours=at_h + 72,
        truth=(Truth(brand=CHIPS.id),),
    )


def _one_complaint() -> Story:
    at_h = KNOWN + 17
    began_at = (MONDAY + timedelta(hours=at_h)).timestamp()
    strands = [
        days(GROCER, SHOP, 0.25),
        wave(GROCER, ((outrage(POISONING), 1.0),), at_h, ((0, 4), (1.7, 4)), copies=True, outbreak=True),
    ]
    return invented(
        "one-complaint-400-times",
        "Four hundred people repeat one complaint, and nobody adds a word",
        (GROCER,),
        strands,
        hours=at_h + 36,
        truth=(Truth(brand=GROCER.id, must="crisis", began_at=began_at, by=began_at + 3_600),),
    )
