"""Invented stories whose last days the scorer of a new release reads: it finds more that is negative, or less."""

from datetime import timedelta

import msgspec

from alerts.simulation.stories.story import Story, Truth, Upgrade
from alerts.simulation.stories.strands import KNOWN, MONDAY, called, days, invented, wave
from alerts.simulation.stories.texts.everyday import ordinary
from alerts.simulation.stories.texts.grievances import DATA_LEAK
from alerts.simulation.stories.texts.outrage import revolt
from alerts.simulation.stories.texts.sectors import CAMERA, RAIL

_FERRY = called("ferry-line", "Ferry line (simulated)", "FerryLine", "ferry line")
_OPTICIAN = called("optician", "Optician (simulated)", "CornerOptician", "corner optician")
_LIVELY = 6.0
"""Hours after the upgrade at which there is half as much again of a brand's ordinary talk for some hours …"""
_CRISIS = 9.0
"""… and another brand is in a crisis."""


def upgrades() -> list[Story]:
    """Return the stories."""
    return [
        _story("new-scorer-finds-more", "An upgrade: the new scorer finds much more that is negative", less=0.4),
        _story("new-scorer-finds-less", "An upgrade: the new scorer takes much less for negative", more=0.15),
    ]


def _story(story_id: str, title: str, *, more: float = 0.0, less: float = 0.0) -> Story:
    at_h = KNOWN + 4
    crisis_at = (MONDAY + timedelta(hours=at_h + _CRISIS)).timestamp()
    lively = wave(_FERRY, ordinary(RAIL, negative=0.6), at_h + _LIVELY, ((0, 0), (0.5, 0.15), (3, 0.15), (4, 0)))
    revolting = wave(
        _OPTICIAN,
        revolt(DATA_LEAK, negative=0.7),
        at_h + _CRISIS,
        ((0, 0.05), (1, 0.3), (4, 0.6), (8, 0.2)),
        outbreak=True,
    )
    story = invented(
        story_id,
        title,
        (_FERRY, _OPTICIAN),
        [days(_FERRY, RAIL, 0.3, negative=0.6), lively, days(_OPTICIAN, CAMERA, 0.15, negative=0.3), revolting],
        hours=at_h + 36,
        truth=(
            Truth(brand=_FERRY.id),
            Truth(brand=_OPTICIAN.id, must="crisis", began_at=crisis_at, by=crisis_at + 4 * 3_600),
        ),
    )
    return msgspec.structs.replace(story, upgrade=Upgrade(at_h=at_h, more=more, less=less))
