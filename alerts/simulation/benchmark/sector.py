"""What a rule that withholds pages while the peers are unusual too would win and lose: nothing of the product has it.

``python -m alerts.simulation.benchmark.sector --seeds 3`` tells the stories of ``alerts.simulation.stories.sector``.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import median

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from alerts.backtest.run import Backtest
from alerts.incidents.comparing import named_with_peers
from alerts.incidents.incident import Incident
from alerts.incidents.peer_levels import PeerLevels
from alerts.simulation.stories.sector import OWN, sector
from alerts.simulation.stories.story import Story
from alerts.simulation.stories.synthetic_mentions import mentions
from detectors.negativity.model import load_scorer
from streams.wire.comparison import Comparison
from streams.wire.observation_row import ObservationRow

_BATCH = 200
_BIN_S, _LATENESS_S = 60, 60
NONE = "none"
RULES = ("half", "half, unless twice as bad")


class Page(Struct, frozen=True, kw_only=True):
    """One page: whose, when, how the peers stood by the bins closed then, and by those closed two minutes later."""

    brand: str
    at: int
    change: str
    before: Comparison
    after: Comparison


def withholds(rule: str, made: Comparison) -> bool:
    """Return whether a rule would keep a page from leaving.

    ``half``: at least half of the peers that can be compared are unusual too. *Unless twice as bad*: and the brand has
    no more than twice their median, in multiples of the ordinary number of negative authors.
    """
    unusual = [level.times for level in made.unusual]
    if not unusual or len(unusual) < len(made.known) / 2:
        return False
    return rule == RULES[0] or made.own.times <= 2 * median(unusual)


def retold(story: Story, seed: int) -> tuple[list[Incident], list[Page]]:
    """Tell a story; return its crises as they stand at the end, and what was paged."""
    brands = [brand.watched for brand in story.brands]
    run = Backtest(brands, {}, load_scorer())
    replayed, rows = mentions(story, seed), list[ObservationRow]()
    while batch := list(islice(replayed, _BATCH)):
        rows += run.take(batch)
    rows += run.finish()
    levels = PeerLevels()
    for row in rows:
        levels.take(row)
    levels.close(0, max(row.start + row.span_s for row in rows))
    crises = [incident for incident in run.incidents.values() if incident.kind in {"crisis", "slow_burn"}]
    return crises, sorted(_pages(crises, levels, named_with_peers(brands)), key=lambda page: page.at)


def _pages(crises: Sequence[Incident], levels: PeerLevels, names: dict[str, dict[str, str]]) -> Iterator[Page]:
    for incident in crises:
        for change in incident.changes:
            if change.type not in {"opened", "reopened", "severity_raised"} or change.event_at is None:
                continue
            closed = (change.event_at - _LATENESS_S) // _BIN_S * _BIN_S
            ended = -(-change.event_at // _BIN_S) * _BIN_S
            before, after = (
                levels.compare(names[incident.brand], incident.began_at, at, lambda _: 0) for at in (closed, ended)
            )
            if before is not None and after is not None:
                yield Page(brand=incident.brand, at=change.event_at, change=change.type, before=before, after=after)


class Counts(Struct, kw_only=True):
    """Of one story: pages, and those that each rule would withhold, at once and after two minutes.

    ``minutes`` are those from the brand's own fault until its first page, by rule and telling; ``None`` is never.
    ``conclusions`` counts how many of the own brand's peers its crises call unusual at last.
    """

    pages: int = 0
    withheld: Counter[tuple[str, str]]
    minutes: dict[str, list[int | None]]
    conclusions: Counter[str]


def counted(story: Story, seeds: Sequence[int]) -> Counts:
    """Tell a story by several seeds and count."""
    counts = Counts(withheld=Counter(), minutes={}, conclusions=Counter())
    must = next((truth for truth in story.truth if truth.must), None)
    for seed in seeds:
        crises, pages = retold(story, seed)
        counts.pages += len(pages)
        for incident in crises:
            if incident.comparison is not None and incident.brand == OWN.id:
                made = incident.comparison
                counts.conclusions[f"{len(made.unusual)} of {len(made.peers)}"] += 1
        kept = {NONE: pages}
        for rule in RULES:
            kept[rule] = [page for page in pages if not withholds(rule, page.after)]
            counts.withheld[rule, "at once"] += sum(withholds(rule, page.before) for page in pages)
            counts.withheld[rule, "after 2 min"] += len(pages) - len(kept[rule])
        if must is not None and must.began_at is not None:
            for rule, left in kept.items():
                first = next((page for page in left if page.brand == must.brand and page.at >= must.began_at), None)
                minutes = None if first is None else round((first.at - must.began_at) / 60)
                counts.minutes.setdefault(rule, []).append(minutes)
    return counts


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="how often each story is told")
    parser.add_argument("--only", help="one story's name")
    asked = parser.parse_args()
    table = Table(title="Pages of five airlines, and those that a rule would withhold", title_justify="left")
    for heading in ("story", "rule", "pages", "withheld at once", "after 2 min", "own fault: min until paged"):
        table.add_column(heading)
    for story in sector():
        if asked.only not in {None, story.id}:
            continue
        counts = counted(story, range(1, asked.seeds + 1))
        table.add_row(story.id, NONE, str(counts.pages), "", "", _listed(counts.minutes.get(NONE, [])))
        for rule in RULES:
            withheld = (str(counts.withheld[rule, when]) for when in ("at once", "after 2 min"))
            table.add_row("", rule, "", *withheld, _listed(counts.minutes.get(rule, [])))
        concluded = ", ".join(f"{peers} peers unusual ({times})" for peers, times in counts.conclusions.items())
        table.add_row("", f"{OWN.name}: {concluded}", "", "", "", "")
    Console(width=150).print(table)


def _listed(minutes: Sequence[int | None]) -> str:
    return ", ".join("never" if one is None else str(one) for one in minutes)


if __name__ == "__main__":
    main()
