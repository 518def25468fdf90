"""Invented stories in which nobody may be woken: each is a shape that fools such systems."""

from datetime import UTC, datetime

import msgspec

from alerts.stories.story import Points, Story, StoryBrand, Strand, Truth
from alerts.stories.strands import KNOWN, called, days, invented, wave
from alerts.stories.texts.curious import EPISODE, INDIGNACION, MATCH, MEME, MEMORIAL_RUN, MERGER, SALE
from alerts.stories.texts.everyday import Sector, chat, ordinary, trouble
from alerts.stories.texts.grievances import ADVERTISEMENT, POISONING
from alerts.stories.texts.outrage import outrage
from alerts.stories.texts.praise import AWARD, LAUNCH, RESCUE, praise
from alerts.stories.texts.sectors import CAMERA, RAIL
from alerts.stories.texts.services import AIRLINE, BANK, CLUB, COUNCIL, DRINK, HOSPITAL, SHOP, SOFTWARE
from alerts.stories.theme import Theme
from detectors.assessment import Kind
from streams.source_watch import SELF_BRAND

TEAM = called("football-club", "Football club (simulated)", "TownRovers", "town rovers")
SHOPS = called("department-store", "Department store (simulated)", "BigStore", "big store")
COUNCILLORS = called("county-council", "County council (simulated)", "CountyCouncil", "county council")
PHONES = called("gadget-maker", "Gadget maker (simulated)", "GadgetMaker", "gadget maker")
BAKERY = called("tiny-bakery", "Tiny bakery (simulated)", "TinyBakery", "tiny bakery")
SERIES = called("tv-series", "TV series (simulated)", "NightTrainTV", "night train tv")
CHARITY = called("charity", "Charity (simulated)", "HopeCharity", "hope charity")
CLINIC = called("clinic", "Clinic (simulated)", "CityClinic", "city clinic")
FLYERS = called("charter-line", "Charter line (simulated)", "CharterLine", "charter line")
RAILWAY = called("old-railway", "Old railway (simulated)", "OldRailway", "old railway")
MUTUAL = called("mutual-bank", "Mutual bank (simulated)", "MutualBank", "mutual bank")
COLA = called("lemonade", "Lemonade (simulated)", "LemonadeCo", "lemonade company")


def controls() -> list[Story]:
    """Return the invented stories in which nobody may be woken."""
    at = KNOWN + 14
    praised: tuple[Kind, ...] = ("opportunity",)
    return [
        _loud(
            "praise-storm",
            "A rescue is praised, thirty times the ordinary",
            CLINIC,
            HOSPITAL,
            RESCUE_PRAISE,
            at_h=at,
            course=((0, 0), (1, 7), (6, 7), (12, 2), (24, 0)),
            also=praised,
        ),
        _loud(
            "award-night",
            "An award, ten times the ordinary",
            COLA,
            DRINK,
            AWARD_PRAISE,
            at_h=at + 6,
            course=((0, 0), (0.2, 2.5), (3, 2.5), (8, 0)),
            also=praised,
        ),
        _loud(
            "launch-day",
            "A launch that most love and some mock",
            PHONES,
            CAMERA,
            LAUNCH_PRAISE,
            at_h=at,
            course=((0, 0), (0.5, 5), (5, 4), (14, 1), (24, 0)),
            also=praised,
            beside_it=(trouble(CAMERA), 0.12),
        ),
        _loud(
            "football-match",
            "A match: forty times the ordinary for two hours, joy and groans",
            TEAM,
            CLUB,
            MATCH,
            at_h=at + 5,
            course=((0, 0.5), (0.2, 10), (1.8, 10), (2.2, 4), (3, 0)),
            also=praised,
        ),
        _loud(
            "meme",
            "A joke about a brand goes round the world",
            SHOPS,
            SHOP,
            MEME,
            at_h=at,
            course=((0, 0), (2, 8), (10, 6), (30, 1), (40, 0)),
            also=praised,
            reposts=0.4,
        ),
        _loud(
            "merger",
            "Every paper reports a merger",
            MUTUAL,
            BANK,
            MERGER,
            at_h=at - 6,
            course=((0, 0), (0.1, 4), (3, 2), (10, 0)),
            also=praised,
        ),
        _loud(
            "sale-day",
            "A sale day at the shops",
            SHOPS,
            SHOP,
            SALE,
            at_h=at - 6,
            course=((0, 0), (2, 3), (10, 3), (14, 0)),
            also=praised,
            beside_it=(trouble(SHOP), 0.15),
        ),
        _loud(
            "memorial-run",
            "A charity run: the words of grief, and nobody is blamed",
            CHARITY,
            HOSPITAL,
            MEMORIAL_RUN,
            at_h=at - 4,
            course=((0, 0), (1, 2), (5, 2), (7, 0)),
            also=praised,
        ),
        _loud(
            "unscored-language",
            "A revolt in a language that is not scored: it is not called praise either",
            FLYERS,
            AIRLINE,
            INDIGNACION,
            at_h=at,
            course=((0, 0), (1, 4), (6, 4), (12, 0)),
            also=("crisis", "slow_burn"),
            language="es",
        ),
        _loud(
            "handful-of-angry-posts",
            "A tiny brand, and a handful of angry people in an hour",
            BAKERY,
            SHOP,
            outrage(POISONING),
            at_h=at,
            course=((0, 3 / 60), (1, 3 / 60)),
            usual=0.004,
            dispersion=1e9,
        ),
        _loud(
            "one-author-400-times",
            "One author posts four hundred times",
            COLA,
            DRINK,
            outrage(ADVERTISEMENT),
            at_h=at,
            course=((0, 2.2), (3, 2.2)),
            authors=1,
            author_prefix="troll",
        ),
        _loud(
            "bot-net",
            "Three hundred accounts, one text",
            COLA,
            DRINK,
            outrage(ADVERTISEMENT),
            at_h=at,
            course=((0, 3), (2, 3)),
            also=("crisis", "slow_burn"),
            says="coordination",
            authors=300,
            copies=True,
            author_prefix="account",
            followers=3.0,
        ),
        _weekly(),
        _bad_days(),
        _backlog(),
        _holiday(),
        _growth(),
        _new_level(),
        _quiet(),
        _known_crowd(),
    ]


RESCUE_PRAISE, AWARD_PRAISE, LAUNCH_PRAISE = praise(RESCUE), praise(AWARD), praise(LAUNCH)


def _loud(
    story_id: str,
    title: str,
    brand: StoryBrand,
    sector: Sector,
    theme: Theme,
    *,
    at_h: float,
    course: Points,
    usual: float = 0.25,
    also: tuple[Kind, ...] = (),
    says: str = "",
    beside_it: tuple[Theme, float] | None = None,
    **rest: object,
) -> Story:
    """Return ordinary days of one brand and one loud, harmless wave over them."""
    themes = ((theme, 1.0 - beside_it[1]), beside_it) if beside_it else ((theme, 1.0),)
    strands = [days(brand, sector, usual), wave(brand, themes, at_h, course, **rest)]
    return invented(
        story_id, title, (brand,), strands, hours=at_h + 48, truth=(Truth(brand=brand.id, also=also, says=says),)
    )


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
