"""The first story: the revolt against a film rental's new prices, July 2011, from its published figures."""

from datetime import UTC, datetime

from alerts.simulation.stories.story import Story, StoryBrand, Strand, Truth
from alerts.simulation.stories.texts.everyday import ordinary
from alerts.simulation.stories.texts.grievances import PRICE_CHANGE
from alerts.simulation.stories.texts.outrage import revolt
from alerts.simulation.stories.texts.praise import LAUNCH, praise
from alerts.simulation.stories.texts.sectors import CAMERA, RAIL, RENTAL

START = datetime(2011, 6, 28, tzinfo=UTC)
ANNOUNCED = datetime(2011, 7, 12, 16, tzinfo=UTC)
"""9 in the morning, US Pacific. The day is published; the hour is an assumption."""
END = datetime(2011, 7, 16, tzinfo=UTC)

COMMENTS_WITHIN_HOURS = (5.0, 9_000)
"""“Within hours” is taken as five."""
COMMENTS_IN_A_DAY = (24.0, 28_000)
COMMENTS_BY_THE_15TH = (80.0, 60_000)

_HOUR = (ANNOUNCED - START).total_seconds() / 3_600.0
# Mentions a minute by hours since the announcement: what lies under the line is the published counts, and between
# them it dips in the American night (4 to 13 UTC).
_REVOLT = (
    (0.0, 0.0), (0.02, 4.0), (0.5, 22.0), (1.5, 36.0), (3.0, 35.0), (5.0, 26.0), (8.0, 24.0), (13.0, 13.0),
    (19.0, 10.2),
    (24.0, 21.0), (30.0, 18.2), (37.0, 8.2), (43.0, 5.1), (48.0, 11.2), (54.0, 12.2), (61.0, 5.1), (67.0, 3.6),
    (72.0, 8.1), (80.0, 7.0),
)  # fmt: skip

FILM_RENTAL = StoryBrand(
    id="film-rental",
    name="Film rental (2011)",
    query='filmrental OR @filmrental OR "film rental" OR #boycottfilmrental',
    calls=("FilmRental", "film rental", "@filmrental", "Film Rental"),
)
CAMERA_MAKER = StoryBrand(
    id="camera-maker",
    name="Camera maker (simulated)",
    query='cameramaker OR @cameramaker OR "camera maker"',
    calls=("CameraMaker", "@cameramaker", "camera maker", "Camera Maker"),
)
COAST_TRAINS = StoryBrand(
    id="coast-trains",
    name="Coast trains (simulated)",
    query='coasttrains OR @coasttrains OR "coast trains"',
    calls=("CoastTrains", "@coasttrains", "coast trains", "Coast Trains"),
)


def story() -> Story:
    """Return the fortnight before, the announcement, and the revolt, beside two brands that must stay quiet.

    The camera maker's launch, an hour before the announcement, multiplies its mentions by eight, all praise.
    The trains are complained about all day, every day, about as much as the film rental in its revolt.
    """
    launched = _HOUR - 1.0
    return Story(
        id="film-rental-2011",
        title="A film rental changes its prices, and its customers revolt",
        source=(
            "Price change of 12 July 2011: 9,000 comments on the announcement within hours, about 99 % negative; "
            "28,000 in 24 hours; 60,000 by the 15th. Assumed: 9 in the morning US Pacific, “within hours” is five, one "
            "mention a minute on ordinary days, one mention for each comment."
        ),
        start=START,
        hours=(END - START).total_seconds() / 3_600.0,
        brands=(FILM_RENTAL, CAMERA_MAKER, COAST_TRAINS),
        strands=(
            Strand(brand="film-rental", themes=ordinary(RENTAL), per_minute=1.0, utc_offset_h=-7),
            Strand(
                brand="film-rental",
                themes=revolt(PRICE_CHANGE, negative=0.97),
                per_minute=1.0,
                points=tuple((_HOUR + hour, rate) for hour, rate in _REVOLT),
                shape="flat",
                hourly_noise=0.03,
                authors=30_000,
                reposts=0.04,
                outbreak=True,
            ),
            Strand(brand="camera-maker", themes=ordinary(CAMERA, negative=0.12), per_minute=0.4, utc_offset_h=1),
            Strand(
                brand="camera-maker",
                themes=((praise(LAUNCH), 1.0),),
                per_minute=0.4,
                points=tuple(
                    (launched + hour, multiple)
                    for hour, multiple in ((0, 0), (0.5, 8), (6, 8), (10, 4), (24, 1.5), (48, 0.2), (60, 0))
                ),
                shape="flat",
                authors=9_000,
                reposts=0.1,
            ),
            Strand(brand="coast-trains", themes=ordinary(RAIL, negative=0.93), per_minute=0.45),
        ),
        truth=(
            Truth(
                brand="film-rental",
                must="crisis",
                began_at=ANNOUNCED.timestamp(),
                by=ANNOUNCED.timestamp() + 600.0,
            ),
            Truth(brand="camera-maker", also=("opportunity",)),
            Truth(brand="coast-trains"),
        ),
    )
