"""All stories, by name."""

from alerts.errors import AlertsError
from alerts.simulation.stories.controls import controls
from alerts.simulation.stories.crises import crises
from alerts.simulation.stories.harms import harms
from alerts.simulation.stories.mixed import mixed
from alerts.simulation.stories.outages import outages
from alerts.simulation.stories.published import published
from alerts.simulation.stories.repeated import repeated
from alerts.simulation.stories.seasons import seasons
from alerts.simulation.stories.story import Story
from alerts.simulation.stories.upgrades import upgrades


def stories() -> list[Story]:
    """Return every story: around published figures, invented ones that must ring, and ones that must not.

    Examples
    --------
    >>> len(stories()) >= 30
    True
    """
    return [*published(), *crises(), *controls(), *seasons(), *outages(), *repeated(), *mixed(), *upgrades(), *harms()]


def story_named(story_id: str) -> Story:
    """Return one story.

    Raises
    ------
    AlertsError
        Where there is none of that name; the message lists those there are.
    """
    known = {story.id: story for story in stories()}
    if story_id not in known:
        raise AlertsError(f"there is no story {story_id!r}: choose one of {', '.join(sorted(known))}")
    return known[story_id]
