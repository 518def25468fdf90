"""How people celebrate a brand."""

from msgspec import Struct

from alerts.simulation.stories.texts.feelings import FEELINGS
from alerts.simulation.stories.theme import Theme


class Event(Struct, frozen=True, kw_only=True):
    """What is celebrated: ``what`` a sentence without its full stop, ``short`` a noun phrase."""

    name: str
    what: tuple[str, ...]
    short: tuple[str, ...]
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def praise(event: Event) -> Theme:
    """People who are delighted."""
    return Theme(
        name=f"{event.name}: praise",
        lines=(
            "{what}. {delight} {brand}",
            "{delight} {what}. {brand}",
            "{brand}: {short}. {delight}",
            "just saw {short}. {delight} {brand}",
            "@{handle} {what}. {delight} {delight}",
            "{who} showed me {short} {when}. {delight} {brand}",
            "{short}, {when}! {delight} {brand}",
            "{brand}, {short}: take my money. {delight}",
            "everyone here talks about {short}. {delight} {brand}",
        ),
        words={**FEELINGS, "what": event.what, "short": event.short},
        tags=event.tags,
        tag_share=0.35,
        links=event.links,
        link_share=0.2,
    )


LAUNCH = Event(
    name="launch",
    what=(
        "the new pocket camera is here", "they made a camera that fits in a shirt", "the first pictures are in",
        "it weighs less than a phone", "they listened to photographers", "pre-orders are open",
    ),
    short=(
        "the new pocket camera", "that viewfinder", "the launch film", "the retro dials", "the first sample pictures",
        "the silver one", "the launch price",
    ),
    tags=("pocketcamera", "launchday"),
    links=("simulated.invalid/launch",),
)  # fmt: skip

AWARD = Event(
    name="award",
    what=("they won the national award", "the whole team was on stage", "voted the best in the country", "five stars"),
    short=("the award", "the acceptance speech", "the picture of the team", "first place"),
    tags=("winner", "proud"),
)

RESCUE = Event(
    name="rescue",
    what=(
        "they worked through the night and saved everyone", "the staff opened their doors to strangers",
        "free meals for every child this week", "they sent a bus for forty families",
    ),
    short=("what the staff did last night", "the free meals", "the night shift", "the kindness of those people"),
    tags=("heroes", "thankyou"),
)  # fmt: skip
