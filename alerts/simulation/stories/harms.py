"""Invented stories of harm that is told calmly, and of talk that only sounds like it."""

from datetime import timedelta

from alerts.simulation.stories.story import Story, StoryBrand, Strand, Truth
from alerts.simulation.stories.strands import KNOWN, MONDAY, Rates, called, days, invented, scaled, wave
from alerts.simulation.stories.texts.everyday import Mixture, Sector, chat, trouble
from alerts.simulation.stories.texts.headlines import (
    CALL,
    LAWSUIT,
    LAYOFFS,
    LIST,
    OTHERS_HARM,
    OUTAGE,
    RAID,
    RECALL,
    SUES_OTHERS,
    WEATHER,
)
from alerts.simulation.stories.texts.sectors import CAMERA, RAIL
from alerts.simulation.stories.texts.services import BANK, COUNCIL, SHOP
from alerts.simulation.stories.theme import Theme

KITCHEN = called("kitchen-maker", "Kitchen appliances (simulated)", "KitchenMaker", "kitchen maker")
LANDLORD = called("big-landlord", "Landlord (simulated)", "BigLandlord", "big landlord")
BUILDER = called("road-builder", "Road builder (simulated)", "RoadBuilder", "road builder")
PAYMENTS = called("payment-app", "Payment app (simulated)", "PaymentApp", "payment app")
LENSES = called("lens-works", "Lens works (simulated)", "LensWorks", "lens works")
PHOTOS = called("photo-network", "Photo network (simulated)", "PhotoNetwork", "photo network")
CHANNEL = called("news-channel", "News channel (simulated)", "NewsChannel", "news channel")
LAWYERS = called("claims-lawyers", "Claims lawyers (simulated)", "ClaimsLawyers", "claims lawyers")
HALL = called("town-hall", "Town hall (simulated)", "TownHall", "town hall")
RETAIL = called("listed-retailer", "Listed retailer (simulated)", "ListedRetailer", "listed retailer")

NEWS: Rates = ((0, 0.1), (0.3, 1.2), (2, 2.0), (6, 1.2), (12, 0.5), (24, 0.1), (30, 0.0))
PAPERS = (("simulated-news", 0.4), ("simulated-microblog", 0.5), ("simulated-forum", 0.1))


def harms() -> list[Story]:
    """Return the stories."""
    return [
        _harm("recall-in-headlines", "A recall, told as news", KITCHEN, CAMERA, RECALL),
        _harm("lawsuit-in-headlines", "A lawsuit, told as news", LANDLORD, COUNCIL, LAWSUIT, times=0.5),
        _harm("raid-in-headlines", "A raid, told as news, at a brand of few mentions", BUILDER, RAIL, RAID, usual=0.02),
        _harm("outage-in-headlines", "An app is down, told as news", PAYMENTS, BANK, OUTAGE, usual=0.5, times=1.5),
        _harm("layoffs-in-headlines", "Jobs go, told as news", LENSES, CAMERA, LAYOFFS, times=0.6),
        _harm("call-to-act", "“Delete it”, a thousand times and without a hard word", PHOTOS, CAMERA, CALL),
        _control("harm-of-others", "A channel reports the harm of others", CHANNEL, SHOP, OTHERS_HARM, every_day=0.08),
        _control("sues-others", "A law firm sues others, and wins", LAWYERS, BANK, SUES_OTHERS, every_day=0.03),
        _control("storm-and-grief", "A storm, and a mourned man", HALL, COUNCIL, WEATHER),
        _control("list-of-headlines", "Lists of headlines, one line of which is the brand's", RETAIL, SHOP, LIST),
    ]


def _harm(
    story_id: str,
    title: str,
    brand: StoryBrand,
    sector: Sector,
    theme: Theme,
    *,
    usual: float = 0.1,
    times: float = 1.0,
) -> Story:
    """Return ordinary days, and a wave of which three in four tell the harm; some chat, and some are angry."""
    at_h = KNOWN + 13
    mixture: Mixture = ((theme, 0.75), (chat(sector), 0.17), (trouble(sector), 0.08))
    strands = [days(brand, sector, usual), _wave(brand, mixture, at_h, times, outbreak=True)]
    began = (MONDAY + timedelta(hours=at_h)).timestamp()
    truth = Truth(brand=brand.id, must="crisis", began_at=began, by=began + 2 * 3_600, also=("slow_burn",))
    return invented(story_id, title, (brand,), strands, hours=at_h + 36, truth=(truth,))


def _control(
    story_id: str, title: str, brand: StoryBrand, sector: Sector, theme: Theme, *, every_day: float = 0.0
) -> Story:
    """Return ordinary days, and a wave that harms nobody who is watched; ``every_day`` a minute of it on any day."""
    at_h = KNOWN + 13
    strands = [days(brand, sector, 0.1), _wave(brand, ((theme, 0.85), (chat(sector), 0.15)), at_h, 1.0)]
    if every_day:
        strands.append(Strand(brand=brand.id, themes=((theme, 1.0),), per_minute=every_day, sources=PAPERS))
    truth = Truth(brand=brand.id, also=("opportunity",))
    return invented(story_id, title, (brand,), strands, hours=at_h + 36, truth=(truth,))


def _wave(brand: StoryBrand, mixture: Mixture, at_h: float, times: float, **rest: object) -> Strand:
    return wave(brand, mixture, at_h, scaled(NEWS, times), reposts=0.25, sources=PAPERS, **rest)
