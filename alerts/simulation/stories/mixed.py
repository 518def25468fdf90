"""Invented stories of much talk that is no revolt: good news, and talk that is neither good nor angry enough."""

from datetime import timedelta

from alerts.simulation.stories.story import Story, StoryBrand, Truth
from alerts.simulation.stories.strands import KNOWN, MONDAY, called, days, invented, wave
from alerts.simulation.stories.texts.everyday import Mixture, chat, ordinary
from alerts.simulation.stories.texts.grievances import POISONING
from alerts.simulation.stories.texts.outrage import outrage
from alerts.simulation.stories.texts.praise import LAUNCH, praise
from alerts.simulation.stories.texts.sectors import CAMERA
from alerts.simulation.stories.texts.services import SHOP

SCOOTERS = called("scooter-share", "Scooter hire (simulated)", "ScooterShare", "scooter share")
SPEAKERS = called("speaker-maker", "Speaker maker (simulated)", "SpeakerMaker", "speaker maker")


def mixed() -> list[Story]:
    """Return the stories."""
    return [
        _wave(
            "rollout-suspended",
            "A roll-out is suspended: most pass the news on, three in ten are angry",
            SCOOTERS,
            ((chat(SHOP), 0.7), (outrage(POISONING), 0.3)),
            says="mixed",
        ),
        _wave(
            "adored",
            "A launch that nearly all love",
            SPEAKERS,
            ((praise(LAUNCH), 0.9), *((theme, 0.1 * weight) for theme, weight in ordinary(CAMERA, negative=0.1))),
            says="not in anger",
        ),
    ]


def _wave(story_id: str, title: str, brand: StoryBrand, themes: Mixture, *, says: str) -> Story:
    at_h = KNOWN + 15
    began_at = (MONDAY + timedelta(hours=at_h)).timestamp()
    strands = [
        days(brand, SHOP, 0.05, negative=0.1),
        wave(brand, themes, at_h, ((0, 0), (0.5, 1.5), (4, 1.5), (8, 0)), outbreak=True),
    ]
    must = Truth(brand=brand.id, must="opportunity", began_at=began_at, by=began_at + 4 * 3_600, says=says)
    return invented(story_id, title, (brand,), strands, hours=at_h + 36, truth=(must,))
