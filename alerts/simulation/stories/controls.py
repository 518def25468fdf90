"""Invented stories in which nobody may be woken: each is a shape that fools such systems."""

from alerts.simulation.stories.story import Points, Story, StoryBrand, Truth
from alerts.simulation.stories.strands import KNOWN, called, days, invented, wave
from alerts.simulation.stories.texts.curious import MATCH, MEME, MEMORIAL_RUN, MERGER, OBURZENIE, SALE
from alerts.simulation.stories.texts.everyday import Sector, trouble
from alerts.simulation.stories.texts.grievances import ADVERTISEMENT, POISONING
from alerts.simulation.stories.texts.outrage import outrage
from alerts.simulation.stories.texts.praise import AWARD, LAUNCH, RESCUE, praise
from alerts.simulation.stories.texts.sectors import CAMERA
from alerts.simulation.stories.texts.services import AIRLINE, BANK, CLUB, DRINK, HOSPITAL, SHOP
from alerts.simulation.stories.theme import Theme
from detectors.assessment import Kind

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
            rates=((0, 0), (1, 7), (6, 7), (12, 2), (24, 0)),
            also=praised,
        ),
        _loud(
            "award-night",
            "An award, ten times the ordinary",
            COLA,
            DRINK,
            AWARD_PRAISE,
            at_h=at + 6,
            rates=((0, 0), (0.2, 2.5), (3, 2.5), (8, 0)),
            also=praised,
        ),
        _loud(
            "launch-day",
            "A launch that most love and some mock",
            PHONES,
            CAMERA,
            LAUNCH_PRAISE,
            at_h=at,
            rates=((0, 0), (0.5, 5), (5, 4), (14, 1), (24, 0)),
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
            rates=((0, 0.5), (0.2, 10), (1.8, 10), (2.2, 4), (3, 0)),
            also=praised,
        ),
        _loud(
            "meme",
            "A joke about a brand goes round the world",
            SHOPS,
            SHOP,
            MEME,
            at_h=at,
            rates=((0, 0), (2, 8), (10, 6), (30, 1), (40, 0)),
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
            rates=((0, 0), (0.1, 4), (3, 2), (10, 0)),
            also=praised,
        ),
        _loud(
            "sale-day",
            "A sale day at the shops",
            SHOPS,
            SHOP,
            SALE,
            at_h=at - 6,
            rates=((0, 0), (2, 3), (10, 3), (14, 0)),
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
            rates=((0, 0), (1, 2), (5, 2), (7, 0)),
            also=praised,
        ),
        _loud(
            "unscored-language",
            "A revolt in a language that is not scored: it is not called praise either",
            FLYERS,
            AIRLINE,
            OBURZENIE,
            at_h=at,
            rates=((0, 0), (1, 4), (6, 4), (12, 0)),
            also=("crisis", "slow_burn"),
            language="pl",
        ),
        _loud(
            "handful-of-angry-posts",
            "A tiny brand, and a handful of angry people in an hour",
            BAKERY,
            SHOP,
            outrage(POISONING),
            at_h=at,
            rates=((0, 3 / 60), (1, 3 / 60)),
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
            rates=((0, 2.2), (3, 2.2)),
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
            rates=((0, 3), (2, 3)),
            also=("crisis", "slow_burn"),
            says="coordination",
            authors=300,
            copies=True,
            author_prefix="account",
            followers=3.0,
        ),
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
    rates: Points,
    usual: float = 0.25,
    also: tuple[Kind, ...] = (),
    says: str = "",
    beside_it: tuple[Theme, float] | None = None,
    **rest: object,
) -> Story:
    """Return ordinary days of one brand and one loud, harmless wave over them."""
    themes = ((theme, 1.0 - beside_it[1]), beside_it) if beside_it else ((theme, 1.0),)
    strands = [days(brand, sector, usual), wave(brand, themes, at_h, rates, **rest)]
    return invented(
        story_id, title, (brand,), strands, hours=at_h + 48, truth=(Truth(brand=brand.id, also=also, says=says),)
    )
