"""What the terminal shows at one moment, as plain values; ``view.py`` draws it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from alerts.incidents.incident import Incident
from alerts.simulation.demo.bin_series import BinSeries
from alerts.simulation.stories.film_rental import ANNOUNCED
from alerts.simulation.stories.story import Story, StoryBrand
from alerts.wording.moments import IN_UTC

_LONG_S = 4 * 86_400.0
_SHORT_S = 4 * 3_600.0


class Addresses(Struct, frozen=True, kw_only=True):
    """Where a person looks: short addresses on this machine."""

    page: str
    inbox: str
    metrics: tuple[str, ...]


class Frame(Struct, kw_only=True):
    """One moment of the demo.

    Parameters
    ----------
    brand
        Whose outbreak the story tells; the other brands of the story are controls.
    now
        Event time up to which bins have been closed, epoch seconds.
    doing
        What is going on, for whoever watches.
    rate
        Mentions sent a second on the wall.
    slack, page
        What Slack and the pager were last sent about ``brand``; empty before.
    incidents
        As they stand now.
    waits
        Whether the story waits for the person who watches.
    """

    story: Story
    brand: StoryBrand
    series: dict[str, BinSeries]
    now: float
    doing: str
    sent: int = 0
    rate: float = 0.0
    slack: str = ""
    page: str = ""
    incidents: Sequence[Incident] = ()
    addresses: Addresses | None = None
    waits: bool = False

    @property
    def crisis(self) -> Incident | None:
        """The incident that the story is about, once it has woken somebody."""
        return crisis_of(self.incidents, self.brand.id)

    @property
    def span_s(self) -> float:
        """How much time the picture shows: days in ordinary times, hours around the announcement."""
        near = -2 * 3_600.0 < self.now - ANNOUNCED.timestamp() < 5 * 3_600.0
        return _SHORT_S if near else _LONG_S

    @property
    def others(self) -> tuple[StoryBrand, ...]:
        """The controls."""
        return tuple(brand for brand in self.story.brands if brand.id != self.brand.id)

    def verdict_on(self, brand: StoryBrand) -> str:
        """Say in a few words what became of a control."""
        mine = [incident for incident in self.incidents if incident.brand == brand.id]
        if any(incident.paged for incident in mine):
            return "PAGED, and must not"
        if any(incident.kind == "opportunity" for incident in mine):
            return "praised, no page"
        return "no page"


def crisis_of(incidents: Sequence[Incident], brand: str) -> Incident | None:
    """Return the first incident of a brand that woke somebody after the announcement."""
    announced = ANNOUNCED.timestamp()
    paged = [each for each in incidents if each.brand == brand and each.paged and each.opened_at >= announced]
    return min(paged, key=lambda incident: incident.opened_at, default=None)


def day_and_time(at: float) -> str:
    """Say when, with the day of the week.

    Examples
    --------
    >>> day_and_time(1310486400)
    'Tuesday 12 July 2011, 16:00 UTC'
    """
    return f"{datetime.fromtimestamp(at, UTC):%A} {IN_UTC.moment(at)}"
