"""Invented stories of a rarely mentioned brand that fails for minutes: it rings, ends, and the next one rings.

At a brand of a dozen mentions a day what silence tells against an outbreak is next to nothing, so that such a one went
on for days, rang again by itself after a calm hour, and kept the next one from ringing.
"""

from datetime import timedelta

from alerts.simulation.stories.story import Story, Strand, Truth
from alerts.simulation.stories.strands import KNOWN, MONDAY, called, days, invented, wave
from alerts.simulation.stories.texts.grievances import FAULTY_UPDATE
from alerts.simulation.stories.texts.outrage import outrage
from alerts.simulation.stories.texts.services import SOFTWARE

NOTES = called("note-app", "Note-taking app (simulated)", "NoteApp", "note app")
USUAL = 0.01
"""Mentions a minute."""
DOWN_H = KNOWN + 14
LATER_H = 31.0
OVER_H = 18.0
FLOOD = ((0, 1.0), (0.1, 2.0), (0.4, 1.0), (0.6, 0.0))
"""Three dozen complaints within half an hour."""
ECHOES = ((0, 0.0), (3, 0.006), (60, 0.003), (72, 0.0))
"""A post every few hours that remembers it."""


def outages() -> list[Story]:
    """Return the stories of short failures."""
    return [_twice(), _remembered()]


def _twice() -> Story:
    """Return an app that fails twice, a day and a quarter apart: each time somebody must be woken."""
    return invented(
        "down-twice",
        "A small app fails for minutes, and again the next evening",
        (NOTES,),
        [
            days(NOTES, SOFTWARE, USUAL),
            *(_flood(at) for at in (DOWN_H, DOWN_H + LATER_H)),
        ],
        hours=DOWN_H + LATER_H + 30,
        truth=(_rings(DOWN_H), _rings(DOWN_H + LATER_H)),
    )


def _remembered() -> Story:
    """Return an app that fails once; people remember it for days, one by one, and nobody is woken for that."""
    echoes = wave(NOTES, ((outrage(FAULTY_UPDATE), 1.0),), DOWN_H, ECHOES, author_prefix="remembering")
    return invented(
        "down-and-remembered",
        "A small app fails for minutes, and is reminded of it for three days",
        (NOTES,),
        [days(NOTES, SOFTWARE, USUAL), _flood(DOWN_H), echoes],
        hours=DOWN_H + 96,
        truth=(_rings(DOWN_H, over_h=24.0),),
    )


def _flood(at_h: float) -> Strand:
    return wave(NOTES, ((outrage(FAULTY_UPDATE), 1.0),), at_h, FLOOD, outbreak=True)


def _rings(at_h: float, over_h: float = OVER_H) -> Truth:
    began = (MONDAY + timedelta(hours=at_h)).timestamp()
    return Truth(
        brand=NOTES.id,
        must="crisis",
        began_at=began,
        by=began + 3600,
        over_by=began + over_h * 3600,
    )
