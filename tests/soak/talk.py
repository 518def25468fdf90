"""What is said of whom and when, from a seed: hours of ordinary talk, then a live part with one outbreak in it."""

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from random import Random

import msgspec
from msgspec import Struct

from streams.brand import Brand
from streams.mention import Author, Mention
from tests.soak.plan import Plan

NAMES = ("alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel")
"""Their crc32 puts some on each of four partitions."""
IN_CRISIS = NAMES[0]
BIN_S = 10
LATENESS_S = 120
"""Longer than the broker is away, its start on a loaded machine included."""
HISTORY_S = 1800
"""So much ordinary talk must be known before an outbreak is told from a brand's first morning."""
MARGIN_S = 600
"""Event time stays this far behind the clock, so that it can be moved on beyond the last mention."""
_ORDINARY = {1: 8.0, 10: 4.0}
"""Mentions a second of event time, all brands together, by speed: about as much work for a worker in either."""
_OUTBREAK = {1: 60.0, 10: 6.0}
_NEGATIVE = 0.15
_REPEATED = 0.01
_REPEATED_LATER = 0.02
_LATER_S = (LATENESS_S + 2 * BIN_S, 20 * 60.0)
"""After the original's bin has closed, when only what was kept of its id tells."""
_COMPLAINTS = (
    "{} lost my parcel again, this is a disgrace",
    "Terrible service from {}, I want my money back",
    "{} is the worst, never again",
    "Shame on {}! Two hours waiting and nobody answers",
    "{} lied to us about the prices, awful",
)
_CHATTER = (
    "Just passed by {} on my way to work",
    "{} opens a new branch on Monday",
    "Reading about {} in the paper",
    "My order from {} came today",
    "Had lunch near {}",
)


class Said(Struct, frozen=True, kw_only=True):
    """One mention, whom it is about, and how many seconds after its part's beginning it is sent."""

    due_s: float
    brand: str
    mention: Mention
    is_repeat: bool = False


def brands() -> tuple[Brand, ...]:
    """Return whom the workers watch."""
    return tuple(Brand(id=name, name=name.capitalize(), query=name) for name in NAMES)


def beginning(plan: Plan, now: float) -> int:
    """Return when event time begins (epoch seconds), if the run begins now: its end still lies in the past."""
    return int(now - HISTORY_S - plan.live_s * plan.speed - MARGIN_S) // BIN_S * BIN_S


def history(plan: Plan, begin: int) -> tuple[Said, ...]:
    """Return ordinary talk from ``begin`` on, all of it due at once."""
    return tuple(_said(plan, "history", begin, HISTORY_S, 1, (0.0, 0.0)))


def live(plan: Plan, begin: int) -> tuple[Said, ...]:
    """Return what is said while harm is done, in event time from ``begin`` on."""
    breaks_out = plan.outbreak_at_s * plan.speed
    outbreak = breaks_out, breaks_out + plan.outbreak_s * plan.speed
    return tuple(_said(plan, "live", begin, plan.live_s * plan.speed, plan.speed, outbreak))


def _said(
    plan: Plan, part: str, begin: int, length_s: float, speed: int, outbreak: tuple[float, float]
) -> Iterator[Said]:
    random = Random(f"{plan.seed}/{part}")
    at, number = 0.0, 0
    again: list[tuple[float, int, Said]] = []
    while True:
        angry = _OUTBREAK[plan.speed] if outbreak[0] <= at < outbreak[1] else 0.0
        total = _ORDINARY[plan.speed] + angry
        at += random.expovariate(total)
        while again and again[0][0] <= min(at, length_s):
            yield heapq.heappop(again)[2]
        if at >= length_s:
            return
        is_angry = random.random() < angry / total
        brand = IN_CRISIS if is_angry else random.choice(NAMES)
        lines = _COMPLAINTS if random.random() < (0.95 if is_angry else _NEGATIVE) else _CHATTER
        # A number makes each a text of its own: a few texts that many repeat are no outcry.
        said = f"{random.choice(lines).format(brand)} {number}"
        mention = _mention(f"soak:{part}:{number}", begin + at, said, random)
        number += 1
        yield Said(due_s=at / speed, brand=brand, mention=mention)
        if random.random() < _REPEATED:
            yield Said(due_s=at / speed, brand=brand, mention=mention, is_repeat=True)
        if random.random() < _REPEATED_LATER and not _forgets_ids(plan):
            later = at + random.uniform(*_LATER_S)
            moved = msgspec.structs.replace(mention, published=_time(begin + later))
            heapq.heappush(
                again, (later, number, Said(due_s=later / speed, brand=brand, mention=moved, is_repeat=True))
            )


def _forgets_ids(plan: Plan) -> bool:
    """Tell whether a repeat may count: with more partitions it may come to another; the version before forgets it."""
    return plan.fault == "upgrade" or any(action.what == "grow" for action in plan.actions)


def _mention(id_: str, at: float, content: str, random: Random) -> Mention:
    return Mention(
        id=id_,
        published=_time(at),
        content=content,
        source="soak",
        language="en",
        author=Author(id=f"soak:{random.randrange(100_000)}"),
    )


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(int(at * 1000) / 1000, UTC)


def bin_of(mention: Mention) -> int:
    """Return the first second of the bin that a mention belongs to."""
    return int(mention.published_s) // BIN_S * BIN_S


def counted(said: Iterable[Said]) -> dict[tuple[str, int], int]:
    """Count what is said, by brand and bin: from the input alone, without any code of the product."""
    bins: dict[tuple[str, int], int] = {}
    for each in said:
        if not each.is_repeat:
            key = each.brand, bin_of(each.mention)
            bins[key] = bins.get(key, 0) + 1
    return bins
