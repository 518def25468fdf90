"""Invented stories of five airlines that name each other as peers, in which it is one of them, or everybody.

They are no part of the catalogue, for nobody is wrong to page in a storm: ``alerts.simulation.benchmark.sector`` tells
them.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from alerts.simulation.stories.story import Story, StoryBrand, Strand, Truth
from alerts.simulation.stories.strands import KNOWN, MONDAY, Rates, called, days, invented, scaled, wave
from alerts.simulation.stories.texts.grievances import DATA_LEAK, LOST_BAGS, SNOWED_IN
from alerts.simulation.stories.texts.outrage import outrage
from alerts.simulation.stories.texts.services import AIRLINE

AT_H = KNOWN + 13.0
FAULT_AFTER_H = 2.0
STORM: Rates = ((0, 0.05), (1, 1.2), (3, 2.0), (8, 1.5), (12, 0.2), (15, 0.0))
FAULT: Rates = ((0, 0.1), (0.3, 2.0), (2, 3.0), (6, 1.0), (12, 0.0))
_NAMES = ("north", "harbour", "river", "prairie", "comet")
_USUAL = (0.12, 0.2, 0.08, 0.06, 0.16)
"""Mentions a minute on ordinary days; a storm comes over each in proportion."""
_LATE_H = (0.0, 0.1, 0.3, 0.5, 0.75)
"""Hours by which the storm reaches each of them later than the first."""


def _five() -> tuple[StoryBrand, ...]:
    plain = [called(f"{n}-air", f"{n.title()} Air (simulated)", f"{n.title()}Air", f"{n} air") for n in _NAMES]
    return tuple(replace(brand, peers=tuple(peer.id for peer in plain if peer != brand)) for brand in plain)


FIVE = _five()
OWN = FIVE[1]


def sector() -> list[Story]:
    """Return the stories."""
    at = (MONDAY + timedelta(hours=AT_H)).timestamp()
    fault_at = at + FAULT_AFTER_H * 3600
    fault = wave(OWN, ((outrage(DATA_LEAK), 1.0),), AT_H + FAULT_AFTER_H, FAULT, outbreak=True)
    alone = Truth(brand=OWN.id, must="crisis", began_at=fault_at, by=fault_at + 3600)
    its = Truth(brand=FIVE[0].id, must="crisis", began_at=at, by=at + 3600)
    return [
        _of_five("sector-storm", "Snow grounds five airlines: nobody can do anything", _storm(), ()),
        _of_five(
            "fault-in-storm", "Snow grounds five airlines, and one leaks its customers", [*_storm(), fault], (alone,)
        ),
        _of_five("fault-alone", "One of five airlines leaks its customers", [fault], (alone,)),
        _of_five("named-in-a-list", "One loses bags, and each post lists all five", [_list()], (its,)),
    ]


def _of_five(story_id: str, title: str, more: list[Strand], truth: tuple[Truth, ...]) -> Story:
    ordinary = [days(brand, AIRLINE, usual, negative=0.35) for brand, usual in zip(FIVE, _USUAL, strict=True)]
    return invented(story_id, title, FIVE, [*ordinary, *more], hours=AT_H + 20, truth=truth)


def _storm() -> list[Strand]:
    return list(_waves())


def _waves() -> Iterator[Strand]:
    for brand, usual, late_h in zip(FIVE, _USUAL, _LATE_H, strict=True):
        rates = scaled(STORM, 5.0 * usual)
        yield wave(brand, ((outrage(SNOWED_IN), 1.0),), AT_H + late_h, rates, author_prefix=f"stranded-{brand.id}")


def _list() -> Strand:
    first, *others = FIVE
    names = ", ".join(brand.calls[1] for brand in others)
    angry = outrage(LOST_BAGS)
    lines = [f"{line} (who else flies there: {names})" for line in angry.lines]
    lines += [f"flown this year: {names} and {{brand}}. {line}" for line in angry.lines]
    listing = replace(angry, name="a list of airlines", lines=tuple(lines))
    beside = tuple(brand.id for brand in others)
    return wave(first, ((listing, 1.0),), AT_H, scaled(FAULT, 0.5), beside=beside)
