"""Invented stories that must ring: each is a shape in which a crisis is easily missed or seen too late."""

from datetime import timedelta

import msgspec

from alerts.simulation.stories.story import Story, StoryBrand, Truth
from alerts.simulation.stories.strands import KNOWN, MONDAY, Rates, called, days, invented, wave
from alerts.simulation.stories.texts.everyday import Sector
from alerts.simulation.stories.texts.grievances import (
    ADVERTISEMENT,
    DATA_LEAK,
    FROZEN_ACCOUNTS,
    PARKING_CHARGES,
    POISONING,
)
from alerts.simulation.stories.texts.outrage import Grievance, outrage, revolt, sarcasm
from alerts.simulation.stories.texts.praise import LAUNCH, RESCUE, praise
from alerts.simulation.stories.texts.sectors import CAMERA, RAIL
from alerts.simulation.stories.texts.services import AIRLINE, BANK, COUNCIL, FAST_FOOD, HOSPITAL, SHOP
from alerts.simulation.stories.theme import Theme
from detectors.assessment import Kind
from streams.watch.source_watch import SELF_BRAND

TRUST = called("northside", "Northside Hospital Trust (simulated)", "NorthsideNHS", "northside hospital")
TOWN = called("town-council", "Town council (simulated)", "TownCouncil", "town council")
SAVERS = called("savings-bank", "Savings bank (simulated)", "SavingsBank", "savings bank")
GROCER = called("grocer", "Grocer (simulated)", "CornerGrocer", "corner grocer")
SUPPLIER = called("meat-supplier", "Meat supplier (simulated)", "MeatSupplier", "meat supplier")
BURGERS = called("burger-chain", "Burger chain (simulated)", "BurgerChain", "burger chain")
AIR = called("island-air", "Island air (simulated)", "IslandAir", "island air")
CAMERAS = called("lens-maker", "Lens maker (simulated)", "LensMaker", "lens maker")
TRAINS = called("valley-trains", "Valley trains (simulated)", "ValleyTrains", "valley trains")
NEWBORN = called("new-venture", "New venture (simulated)", "NewVenture", "new venture")

SUDDEN: Rates = ((0, 0.1), (0.5, 2.0), (2, 4.0), (6, 2.5), (12, 1.0), (24, 0.3), (30, 0.0))


def crises() -> list[Story]:
    """Return the invented stories that must ring."""
    return [
        _simple(
            "car-park-charges", "A trust doubles its parking charges", TRUST, HOSPITAL, PARKING_CHARGES, at_h=KNOWN + 13
        ),
        _simple(
            "before-dawn",
            "A bank's accounts freeze at four in the morning",
            SAVERS,
            BANK,
            FROZEN_ACCOUNTS,
            at_h=KNOWN + 4,
        ),
        _simple(
            "saturday-night",
            "A council's leak comes out on Saturday night",
            TOWN,
            COUNCIL,
            DATA_LEAK,
            at_h=KNOWN + 2 * 24 + 22,
        ),
        _simple(
            "small-town",
            "A small council, and forty angry people",
            TOWN,
            COUNCIL,
            DATA_LEAK,
            at_h=KNOWN + 10,
            usual=0.02,
            rates=((0, 0.1), (1, 0.8), (3, 0.4), (6, 0.0)),
            within_h=2.0,
        ),
        _simple(
            "large-brand",
            "A large bank, where only the share and the negative volume stand out",
            SAVERS,
            BANK,
            FROZEN_ACCOUNTS,
            at_h=KNOWN + 10,
            usual=2.0,
            rates=((0, 1), (1, 6), (6, 6), (10, 0)),
            history_h=KNOWN / 3,
        ),
        _simple(
            "angry-brand",
            "A brand with many complaints, and a real crisis",
            TRAINS,
            RAIL,
            ADVERTISEMENT,
            at_h=KNOWN + 9,
            negative=0.75,
            rates=((0, 0.3), (1, 5.0), (4, 6.0), (10, 1.0), (14, 0.0)),
        ),
        _simple(
            "doubling",
            "Twice as many every forty minutes, from almost nothing",
            BURGERS,
            FAST_FOOD,
            POISONING,
            at_h=KNOWN + 12,
            rates=tuple((hour / 1.5, 0.02 * 2**hour) for hour in range(10)),
            within_h=4.0,
        ),
        _simple(
            "many-repeat-one",
            "One angry post that thousands repost: people, not a net",
            GROCER,
            SHOP,
            POISONING,
            at_h=KNOWN + 17,
            reposts=0.85,
        ),
        _simple(
            "praise-that-turns",
            "A launch is celebrated for three hours, then the lens catches fire",
            CAMERAS,
            CAMERA,
            POISONING,
            at_h=KNOWN + 15,
            before=(praise(LAUNCH), ((-3, 0), (-2.5, 3.0), (0, 3.0), (2, 0.5), (6, 0.0))),
        ),
        _simple(
            "storm-and-scandal",
            "A rescue is praised while the accounts freeze",
            SAVERS,
            BANK,
            FROZEN_ACCOUNTS,
            at_h=KNOWN + 12,
            before=(praise(RESCUE), ((-6, 0), (-5, 2.0), (6, 2.0), (8, 0.0))),
        ),
        _simple(
            "brief",
            "Twenty minutes of fury, then nothing",
            AIR,
            AIRLINE,
            ADVERTISEMENT,
            at_h=KNOWN + 18,
            rates=((0, 2.0), (0.05, 8.0), (0.35, 8.0), (0.4, 0.0)),
            within_h=0.34,
        ),
        _sarcastic(),
        _first_hour(),
        _relapse(),
        _two_brands(),
        _slow_burn(),
        _slower_burn(),
        _source_stops(),
    ]


def _simple(
    story_id: str,
    title: str,
    brand: StoryBrand,
    sector: Sector,
    grievance: Grievance,
    *,
    at_h: float,
    usual: float = 0.25,
    negative: float = 0.2,
    rates: Rates = SUDDEN,
    within_h: float = 1.0,
    history_h: float | None = None,
    reposts: float = 0.05,
    before: tuple[Theme, Rates] | None = None,
) -> Story:
    """Return ordinary days of one brand and one wave of outrage over them, with praise ``before`` it if any."""
    shorter = KNOWN - history_h if history_h is not None else 0.0
    at_h -= shorter - shorter % (7 * 24)
    strands = [
        days(brand, sector, usual, negative=negative, shape="office" if sector in {COUNCIL, HOSPITAL} else "evening"),
        wave(brand, revolt(grievance, negative=0.92), at_h, rates, outbreak=True, reposts=reposts),
    ]
    if before is not None:
        theme, high = before
        strands.append(wave(brand, ((theme, 1.0),), at_h, high))
    return invented(story_id, title, (brand,), strands, hours=at_h + 36, truth=(_rings(brand, at_h, within_h),))


def _sarcastic() -> Story:
    """Return a revolt that a scorer may well take for praise: an honest test of what cannot be heard."""
    at_h = KNOWN + 16
    mixture = ((sarcasm(FROZEN_ACCOUNTS), 0.7), (outrage(FROZEN_ACCOUNTS), 0.3))
    strands = [days(SAVERS, BANK, 0.25), wave(SAVERS, mixture, at_h, SUDDEN, outbreak=True)]
    return invented(
        "mostly-sarcasm",
        "Seven in ten angry posts say “well played”",
        (SAVERS,),
        strands,
        hours=at_h + 36,
        truth=(_rings(SAVERS, at_h, 6.0),),
    )


def _first_hour() -> Story:
    rates = ((0, 0.5), (0.1, 6.0), (2, 6.0), (6, 1.0), (12, 0.0))
    strands = [
        msgspec.structs.replace(days(NEWBORN, SHOP, 0.5), shape="flat"),
        wave(NEWBORN, revolt(POISONING), 0.6, rates, outbreak=True),
    ]
    return invented(
        "first-hour",
        "A crisis in the first hour of a brand's life",
        (NEWBORN,),
        strands,
        hours=24.0,
        truth=(_rings(NEWBORN, 0.6, 0.5),),
    )


def _relapse() -> Story:
    first, second = KNOWN + 14, KNOWN + 14 + 26
    strands = [
        days(BURGERS, FAST_FOOD, 0.25),
        wave(BURGERS, revolt(POISONING), first, ((0, 0.2), (1, 4), (4, 2), (8, 0.3), (12, 0)), outbreak=True),
        wave(BURGERS, revolt(POISONING), second, ((0, 0.2), (1, 5), (5, 3), (10, 0.5), (16, 0)), outbreak=True),
    ]
    return invented(
        "relapse",
        "It dies down, and comes back a day later",
        (BURGERS,),
        strands,
        hours=second + 36,
        truth=(_rings(BURGERS, first, 1.0), _rings(BURGERS, second, 2.0)),
    )


def _two_brands() -> Story:
    at_h = KNOWN + 15
    strands = [
        days(GROCER, SHOP, 0.3),
        days(SUPPLIER, FAST_FOOD, 0.05),
        wave(GROCER, revolt(POISONING), at_h, SUDDEN, outbreak=True, beside=(SUPPLIER.id,)),
    ]
    return invented(
        "two-brands",
        "One scandal names two brands in every post",
        (GROCER, SUPPLIER),
        strands,
        hours=at_h + 36,
        truth=(_rings(GROCER, at_h, 1.0), _rings(SUPPLIER, at_h, 1.0)),
    )


def _slow_burn() -> Story:
    at_h = KNOWN + 8
    rates = ((0, 0.0), (24, 0.15), (48, 0.3), (72, 0.45), (96, 0.6), (120, 0.0))
    strands = [
        days(TRUST, HOSPITAL, 0.25, shape="office"),
        wave(TRUST, revolt(PARKING_CHARGES), at_h, rates, outbreak=True, shape="office"),
    ]
    truth = _rings(TRUST, at_h, 60.0, must="slow_burn", also=("crisis",))
    return invented(
        "slow-burn",
        "A petition grows for four days, and no hour of it is loud",
        (TRUST,),
        strands,
        hours=at_h + 144,
        truth=(truth,),
    )


def _slower_burn() -> Story:
    at_h = KNOWN + 10
    rates = ((0, 0.0), (6, 0.2), (72, 0.2), (78, 0.0))
    strands = [
        days(SAVERS, BANK, 0.5),
        wave(SAVERS, revolt(DATA_LEAK), at_h, rates, outbreak=True, shape="evening"),
    ]
    truth = _rings(SAVERS, at_h, 48.0, must="slow_burn", also=("crisis",))
    return invented(
        "small-and-lasting",
        "Not half as many again, for three days, but all of them angry",
        (SAVERS,),
        strands,
        hours=at_h + 120,
        truth=(truth,),
    )


def _source_stops() -> Story:
    """Return a source that stops; its silence is told of the service, not of a brand, and needs a few known days."""
    at_h = KNOWN / 3 + 12
    feed = msgspec.structs.replace(
        days(GROCER, SHOP, 1.0), sources=(("simulated-microblog", 1.0),), points=((at_h, 1.0), (at_h + 0.01, 0.0))
    )
    rest = msgspec.structs.replace(days(GROCER, SHOP, 0.3), sources=(("simulated-forum", 1.0),))
    silent = msgspec.structs.replace(_rings(GROCER, at_h, 3.0, must="source_silent"), brand=SELF_BRAND.id)
    return invented(
        "source-stops",
        "The source of most mentions falls silent",
        (GROCER,),
        [feed, rest],
        hours=at_h + 24,
        truth=(silent, Truth(brand=GROCER.id)),
    )


def _rings(
    brand: StoryBrand, at_h: float, within_h: float, *, must: Kind = "crisis", also: tuple[Kind, ...] = ()
) -> Truth:
    began = (MONDAY + timedelta(hours=at_h)).timestamp()
    return Truth(brand=brand.id, must=must, began_at=began, by=began + within_h * 3_600, also=also)
