"""Stories around published figures, thinned out where they were too large to replay, which ``scale`` says."""

from datetime import UTC, datetime

from alerts.simulation.stories import film_rental
from alerts.simulation.stories.story import Story, Truth
from alerts.simulation.stories.strands import called, days, wave
from alerts.simulation.stories.texts.everyday import chat
from alerts.simulation.stories.texts.grievances import (
    ADVERTISEMENT,
    DRAGGED_PASSENGER,
    FAULTY_UPDATE,
    LEGGINGS,
    NO_CHICKEN,
    RANSOMWARE,
)
from alerts.simulation.stories.texts.outrage import revolt
from alerts.simulation.stories.texts.services import AIRLINE, DRINK, FAST_FOOD, HOSPITAL, SOFTWARE

DAY_MIN = 1_440.0
HOUR_S = 3_600.0

THE_AIRLINE = called("airline-2017", "Airline (2017)", "BigAirline", "big airline")
THE_DRINK = called("soft-drink-2017", "Soft drink (2017)", "SoftDrinkCo", "soft drink company")
THE_HOSPITALS = called("hospital-service-2017", "Hospital service (2017)", "HospitalService", "hospital service")
THE_CHICKEN = called("fast-food-2018", "Fast food (2018)", "ChickenShop", "chicken shop")
THE_VENDOR = called("security-vendor-2024", "Security vendor (2024)", "SecurityVendor", "security vendor")


def published() -> list[Story]:
    """Return the stories, the oldest first."""
    return [film_rental.story(), _leggings(), _passenger(), _drink(), _hospitals(), _chicken(), _vendor()]


def _passenger() -> Story:
    scale = 0.01
    start, filmed = datetime(2017, 3, 16, tzinfo=UTC), datetime(2017, 4, 10, 0, tzinfo=UTC)
    at = (filmed - start).total_seconds() / HOUR_S
    peak = 1_520_000 * scale / DAY_MIN
    return Story(
        id="airline-2017-passenger",
        title="A passenger is dragged off an oversold flight",
        source=(
            "15 k mentions a day, then 1.52 M and 1.39 M on the two days after 9 April 2017, 68.6–69.2 % negative. "
            "Assumed: the film spreads from midnight UTC. One mention told for a hundred published."
        ),
        scale=scale,
        start=start,
        hours=at + 60,
        brands=(THE_AIRLINE,),
        strands=(
            days(THE_AIRLINE, AIRLINE, 15_000 * scale / DAY_MIN, negative=0.5),
            wave(
                THE_AIRLINE,
                revolt(DRAGGED_PASSENGER, negative=0.75, rest=chat(AIRLINE)),
                at,
                ((0, 0.3), (3, 0.3 * peak), (9, 0.6 * peak), (15, 1.7 * peak), (24, 1.35 * peak), (31, 0.5 * peak),
                 (39, 1.2 * peak), (48, 0.8 * peak), (60, 0.3 * peak)),
                outbreak=True,
                reposts=0.2,
            ),
        ),
        truth=(
            Truth(brand=THE_AIRLINE.id, must="crisis", began_at=filmed.timestamp(), by=filmed.timestamp() + 2 * HOUR_S),
        ),
    )  # fmt: skip


def _leggings() -> Story:
    scale = 0.02
    start = datetime(2017, 3, 2, tzinfo=UTC)
    at = (datetime(2017, 3, 26, 15, tzinfo=UTC) - start).total_seconds() / HOUR_S
    extra = 0.3 * 15_000 * scale / DAY_MIN
    return Story(
        id="airline-2017-leggings",
        title="The same airline two weeks before: as negative, and small",
        source=(
            "26 March 2017, 69 % negative, against 15 k mentions a day. Assumed: a third more mentions than usual for "
            "twelve hours, half of an ordinary day negative. One mention told for fifty published."
        ),
        scale=scale,
        start=start,
        hours=at + 40,
        brands=(THE_AIRLINE,),
        strands=(
            days(THE_AIRLINE, AIRLINE, 15_000 * scale / DAY_MIN, negative=0.5),
            wave(THE_AIRLINE, revolt(LEGGINGS, negative=0.9), at, ((0, 0), (2, extra), (10, extra), (14, 0))),
        ),
        truth=(Truth(brand=THE_AIRLINE.id),),
    )


def _drink() -> Story:
    scale = 0.02
    start, shown = datetime(2017, 3, 11, tzinfo=UTC), datetime(2017, 4, 4, 18, tzinfo=UTC)
    at = (shown - start).total_seconds() / HOUR_S
    first, second = 427_000 * scale / (18 * 60), 1_250_000 * scale / DAY_MIN
    return Story(
        id="soft-drink-2017",
        title="An advertisement makes a costume of a protest",
        source=(
            "5.8 k mentions a day, then 427 k and 1.25 M on 4–6 April 2017; negative 23, 53, 58.6 %. Assumed: shown at "
            "18:00 UTC on the 4th, the first figure falls on its first eighteen hours. One told for fifty published."
        ),
        scale=scale,
        start=start,
        hours=at + 60,
        brands=(THE_DRINK,),
        strands=(
            days(THE_DRINK, DRINK, 5_800 * scale / DAY_MIN, negative=0.23),
            wave(
                THE_DRINK,
                revolt(ADVERTISEMENT, negative=0.63, rest=chat(DRINK)),
                at,
                ((0, 0.1), (3, 0.5 * first), (9, 1.2 * first), (18, 1.6 * first), (21, 1.3 * second),
                 (30, 1.1 * second), (42, 0.7 * second), (60, 0.2 * second)),
                outbreak=True,
                reposts=0.2,
            ),
        ),
        truth=(
            Truth(brand=THE_DRINK.id, must="crisis", began_at=shown.timestamp(), by=shown.timestamp() + 2 * HOUR_S),
        ),
    )  # fmt: skip


def _hospitals() -> Story:
    start, locked = datetime(2017, 4, 18, tzinfo=UTC), datetime(2017, 5, 12, 12, tzinfo=UTC)
    at = (locked - start).total_seconds() / HOUR_S
    mean = 0.95 * 28_350 / (12 * 60)
    return Story(
        id="hospital-ransomware-2017",
        title="Ransomware locks the computers of a hospital service",
        source=(
            "108 mentions a day of the kind, 28.35 k on 12 May 2017. Assumed: all of them after noon UTC, seven in ten "
            "negative. Every mention told."
        ),
        start=start,
        hours=at + 24,
        brands=(THE_HOSPITALS,),
        strands=(
            days(THE_HOSPITALS, HOSPITAL, 108 / DAY_MIN, negative=0.3, shape="office"),
            wave(
                THE_HOSPITALS,
                revolt(RANSOMWARE, negative=0.75),
                at,
                ((0, 0.2), (2, 1.0 * mean), (4, 1.6 * mean), (8, 1.2 * mean), (12, 0.5 * mean), (24, 0.1 * mean)),
                outbreak=True,
                reposts=0.15,
            ),
        ),
        truth=(
            Truth(
                brand=THE_HOSPITALS.id,
                must="crisis",
                began_at=locked.timestamp(),
                by=locked.timestamp() + 0.75 * HOUR_S,
            ),
        ),
    )


def _chicken() -> Story:
    start, moved = datetime(2018, 1, 21, tzinfo=UTC), datetime(2018, 2, 14, 10, tzinfo=UTC)
    at = (moved - start).total_seconds() / HOUR_S
    usual = 0.25
    return Story(
        id="fast-food-2018-no-chicken",
        title="A fast-food chain runs out of chicken, a little more each day",
        source=(
            "14–23 February 2018, a slow burn over four days before it peaked; no counts are published. Assumed: 360 "
            "mentions on an ordinary day, and forty times as many at the peak."
        ),
        start=start,
        hours=at + 9 * 24,
        brands=(THE_CHICKEN,),
        strands=(
            days(THE_CHICKEN, FAST_FOOD, usual, negative=0.2),
            wave(
                THE_CHICKEN,
                revolt(NO_CHICKEN, negative=0.7),
                at,
                ((0, 0), (24, 0.5 * usual), (48, 1.2 * usual), (72, 3 * usual), (96, 8 * usual), (120, 40 * usual),
                 (144, 20 * usual), (192, 6 * usual), (216, 3 * usual)),
                outbreak=True,
                reposts=0.1,
            ),
        ),
        truth=(
            Truth(
                brand=THE_CHICKEN.id,
                must="slow_burn",
                began_at=moved.timestamp(),
                by=moved.timestamp() + 60 * HOUR_S,
                also=("crisis",),
            ),
        ),
    )  # fmt: skip


def _vendor() -> Story:
    scale = 0.02
    start, pushed = datetime(2024, 6, 25, tzinfo=UTC), datetime(2024, 7, 19, 4, 9, tzinfo=UTC)
    at = (pushed - start).total_seconds() / HOUR_S
    mean = 1_340_000 * scale / (20 * 60)
    return Story(
        id="security-vendor-2024",
        title="A security vendor's faulty update stops half the world's computers, before dawn",
        source=(
            "11 k mentions a day, 1.34 M on 19 July 2024. Assumed: all after the update at 04:09 UTC, three in four "
            "negative. One mention told for fifty published."
        ),
        scale=scale,
        start=start,
        hours=at + 44,
        brands=(THE_VENDOR,),
        strands=(
            days(THE_VENDOR, SOFTWARE, 11_000 * scale / DAY_MIN, negative=0.15, shape="office"),
            wave(
                THE_VENDOR,
                revolt(FAULTY_UPDATE, negative=0.8),
                at,
                ((0, 0.05), (1, 0.3 * mean), (3, 0.9 * mean), (6, 1.5 * mean), (12, 1.2 * mean), (20, 0.6 * mean),
                 (32, 0.4 * mean), (44, 0.15 * mean)),
                outbreak=True,
                reposts=0.2,
            ),
        ),
        truth=(Truth(brand=THE_VENDOR.id, must="crisis", began_at=pushed.timestamp(), by=pushed.timestamp() + HOUR_S),),
    )  # fmt: skip
