"""How fast event time goes by in the replay: chapters, each with a speed, and one that waits for a person."""

import math
from collections.abc import Sequence

from msgspec import Struct

from alerts.simulation.stories.film_rental import ANNOUNCED

_HOUR_S = 3600.0


class Chapter(Struct, frozen=True, kw_only=True):
    """A part of the story.

    Parameters
    ----------
    until
        Event time at which it ends, epoch seconds.
    speed
        Seconds of event time for each second on the wall, 1 at least: a replay slower than the wall clock would
        come late, for event time goes on by itself where nothing is heard.
    says
        What is going on, for whoever watches.
    waits
        At its end the story goes on in real time until somebody has taken the incident.
    """

    until: float
    speed: float
    says: str
    waits: bool = False


class Speed:
    """Says up to which event time the story has been told. Pure: the time that passed is handed in.

    Parameters
    ----------
    start
        Event time at which the first chapter begins, epoch seconds.
    chapters
        In order.

    Examples
    --------
    >>> plan = (Chapter(until=100.0, speed=10.0, says="calm"), Chapter(until=200.0, speed=2.0, says="storm"))
    >>> speed = Speed(0.0, plan)
    >>> speed.advance(11.0, may_go_on=True)
    102.0
    """

    def __init__(self, start: float, chapters: Sequence[Chapter]) -> None:
        self.reached = start
        self._left = list(chapters)

    def advance(self, passed_s: float, *, may_go_on: bool) -> float:
        """Let so much time pass on the wall, and return the event time that is reached.

        Parameters
        ----------
        may_go_on
            Whether a chapter that waits has waited long enough.
        """
        while self._left:
            chapter = self._left[0]
            left_s = max(0.0, chapter.until - self.reached)
            if passed_s * chapter.speed < left_s:
                self.reached += passed_s * chapter.speed
                return self.reached
            self.reached += left_s
            passed_s -= left_s / chapter.speed
            if chapter.waits and not may_go_on:
                self.reached += passed_s
                return self.reached
            self._left.pop(0)
        self.reached += passed_s
        return self.reached


def chapters(end_s: float, *, in_a_hurry: bool) -> tuple[Chapter, ...]:
    """Return the chapters of the film rental's story.

    Parameters
    ----------
    end_s
        Event time at which the story ends, epoch seconds.
    in_a_hurry
        As fast as the broker takes it, for where nobody watches; it waits for the incident to be taken all the same.
    """
    announced = ANNOUNCED.timestamp()
    plan = (
        (announced - 1.5 * _HOUR_S, 14.0 * _HOUR_S, "A fortnight of ordinary talk: its days and nights are learned"),
        (announced - 240.0, 600.0, "A camera maker shows a new model, and praise pours in: loud, and no crisis"),
        (announced + 600.0, 60.0, "16:00 UTC, 12 July: the film rental announces its new prices"),
        (announced + 2.6 * _HOUR_S, 600.0, "The revolt grows towards its loudest hour"),
        (end_s, 8.0 * _HOUR_S, "The days after: the revolt wears on, and calms down"),
    )  # fmt: skip
    return tuple(
        Chapter(
            until=until,
            speed=math.inf if in_a_hurry else speed,
            says=says,
            waits=number == len(plan) - 2,
        )
        for number, (until, speed, says) in enumerate(plan)
    )


def chapter_at(plan: Sequence[Chapter], at: float) -> Chapter:
    """Return the chapter in which an event time lies; the last one after the end."""
    return next((chapter for chapter in plan if at < chapter.until), plan[-1])
