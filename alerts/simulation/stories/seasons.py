"""Invented stories of seasons, growth and gaps, in which nobody may be woken: they only look like a beginning."""

from datetime import UTC, datetime

import msgspec

from alerts.simulation.stories.controls import (
    BAKERY,
    CHARITY,
    COUNCILLORS,
    LAUNCH_PRAISE,
    MUTUAL,
    PHONES,
    RAILWAY,
    SERIES,
    SHOPS,
)
from alerts.simulation.stories.story import Story, Strand, Truth
from alerts.simulation.stories.strands import KNOWN, days, invented, wave
from alerts.simulation.stories.texts.curious import EPISODE
from alerts.simulation.stories.texts.everyday import chat, ordinary, trouble
from alerts.simulation.stories.texts.sectors import CAMERA, RAIL
from alerts.simulation.stories.texts.services import BANK, COUNCIL, HOSPITAL, SHOP, SOFTWARE
from streams.watch.source_watch import SELF_BRAND


def seasons() -> list[Story]:
    """Return the stories of quiet, regular, growing and interrupted talk."""
    return [
        _weekly(),
        _bad_days(),
        _backlog(),
        _holiday(),
        _growth(),
        _new_level(),
        _quiet(),
        _known_crowd(),
        _steep_newborn(),
    ]


def _weekly() -> Story:
    """Return a programme that is watched every Thursday evening: loud, and known to be."""
    evenings = [
        wave(
            SERIES,
            ((EPISODE, 0.9), (trouble(SHOP), 0.1)),
            24.0 * (3 + 7 * week) + 20,
            ((0, 1), (0.3, 4), (1, 4), (2, 0)),
        )
        for week in range(5)
    ]
    quiet = Strand(brand=SERIES.id, themes=((EPISODE, 1.0),), per_minute=0.2)
    return invented(
        "every-thursday",
        "A programme every Thursday evening, five weeks",
        (SERIES,),
        [quiet, *evenings],
        hours=24.0 * 35,
        truth=(Truth(brand=SERIES.id, also=("opportunity",)),),
    )


def _bad_days() -> Story:
    """Return a railway whose bad days, half as many mentions again, come about every fifth day."""
    points: list[tuple[float, float]] = []
    for day in (4, 9, 13, 18, 22, 26):
        points += [(24.0 * day, 1.0), (24.0 * day + 6, 1.5), (24.0 * day + 20, 1.5), (24.0 * day + 24, 1.0)]
    strand = msgspec.structs.replace(days(RAILWAY, RAIL, 0.4, negative=0.7, shape="office"), points=tuple(points))
    return invented(
        "bad-but-ordinary-day",
        "A railway on one more bad day",
        (RAILWAY,),
        [strand],
        hours=24.0 * 29,
        truth=(Truth(brand=RAILWAY.id),),
    )


def _backlog() -> Story:
    """Return ten hours of one source that arrive all at once when its connector comes back."""
    at_h = KNOWN / 3 + 6
    feed = msgspec.structs.replace(days(SHOPS, SHOP, 0.8), sources=(("simulated-microblog", 1.0),))
    before = msgspec.structs.replace(feed, points=((at_h, 1.0), (at_h + 0.001, 0.0)))
    held = msgspec.structs.replace(
        feed, points=((at_h, 0.0), (at_h + 0.001, 1.0), (at_h + 10, 1.0), (at_h + 10.001, 0.0)), held_until_h=at_h + 10
    )
    after = msgspec.structs.replace(feed, points=((at_h + 10, 0.0), (at_h + 10.001, 1.0)))
    rest = msgspec.structs.replace(days(SHOPS, SHOP, 0.3), sources=(("simulated-forum", 1.0),))
    return invented(
        "late-backlog",
        "Ten hours of a source arrive all at once",
        (SHOPS,),
        [before, held, after, rest],
        hours=at_h + 40,
        truth=(Truth(brand=SHOPS.id), Truth(brand=SELF_BRAND.id, also=("source_silent",))),
    )


def _holiday() -> Story:
    """Return a council that nobody talks about over Christmas, until they do again."""
    start = datetime(2023, 11, 27, tzinfo=UTC)
    off, back = 24.0 * 26, 24.0 * 36
    strand = msgspec.structs.replace(
        days(COUNCILLORS, COUNCIL, 0.35, shape="office"),
        points=((off, 1.0), (off + 12, 0.15), (back, 0.15), (back + 8, 1.1), (back + 48, 1.0)),
    )
    story = invented(
        "christmas",
        "Ten quiet days, and everybody is back",
        (COUNCILLORS,),
        [strand],
        hours=back + 96,
        truth=(Truth(brand=COUNCILLORS.id),),
    )
    return msgspec.structs.replace(story, start=start)


def _growth() -> Story:
    strand = msgspec.structs.replace(days(PHONES, CAMERA, 0.2), points=((0.0, 1.0), (24.0 * 35, 2.5)))
    return invented(
        "growth",
        "A brand grows by half every fortnight",
        (PHONES,),
        [strand],
        hours=24.0 * 35,
        truth=(Truth(brand=PHONES.id, also=("opportunity",)),),
    )


def _new_level() -> Story:
    at_h = KNOWN + 12
    stays = wave(PHONES, ((chat(CAMERA), 0.7), (LAUNCH_PRAISE, 0.3)), at_h, ((0, 0.0), (4, 0.6), (24.0 * 9, 0.6)))
    return invented(
        "new-level",
        "Three times as many from one day on, and it stays",
        (PHONES,),
        [days(PHONES, CAMERA, 0.25), stays],
        hours=at_h + 24.0 * 9,
        truth=(Truth(brand=PHONES.id, also=("opportunity",)),),
    )


def _quiet() -> Story:
    """Return four brands of which nothing is to be told, for four weeks: what false pages are counted on."""
    strands = [
        days(BAKERY, SHOP, 0.01),
        days(CHARITY, HOSPITAL, 0.1),
        days(COUNCILLORS, COUNCIL, 0.3, shape="office"),
        days(PHONES, SOFTWARE, 0.8, negative=0.3),
    ]
    brands = (BAKERY, CHARITY, COUNCILLORS, PHONES)
    truth = tuple(Truth(brand=brand.id) for brand in brands)
    return invented("quiet-weeks", "Four brands, four weeks, nothing", brands, strands, hours=24.0 * 28, truth=truth)


def _known_crowd() -> Story:
    """Return a support account's busy Monday mornings: negative, regular, and known."""
    mornings = [
        wave(MUTUAL, ordinary(BANK, negative=0.45), 24.0 * 7 * week + 8, ((0, 0), (0.5, 1.2), (2, 1.2), (3, 0)))
        for week in range(5)
    ]
    return invented(
        "monday-mornings",
        "More complaints every Monday morning",
        (MUTUAL,),
        [days(MUTUAL, BANK, 0.3), *mornings],
        hours=24.0 * 31,
        truth=(Truth(brand=MUTUAL.id, also=("opportunity",)),),
    )


def _steep_newborn() -> Story:
    """Return a railway that is watched from today on: complaints alone, fifty times as many at noon as at night."""
    return invented(
        "steep-newborn",
        "The first three days of a brand that is complained about in office hours",
        (RAILWAY,),
        [days(RAILWAY, RAIL, 0.45, negative=0.93, shape="office")],
        hours=24.0 * 3,
        truth=(Truth(brand=RAILWAY.id),),
    )
