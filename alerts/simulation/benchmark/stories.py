"""Runs every labelled story through the product's own path, and compares what fired with what had to."""

import math
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import islice
from statistics import median
from typing import TypeVar

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.backtest.run import Backtest
from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.judging import OUTBREAKS, Answer, Judgement, alarms_of, judge
from alerts.simulation.benchmark.published_rules import RULES, rule_rings
from alerts.simulation.benchmark.story_peer import in_steps, peer_alarms
from alerts.simulation.stories.catalogue import stories, story_named
from alerts.simulation.stories.earlier_scorer import EarlierScorer, known_with
from alerts.simulation.stories.story import Story
from alerts.simulation.stories.synthetic_mentions import mentions
from detectors.negativity.model import load_scorer
from streams.mention import Mention
from streams.wire.observation_row import ObservationRow

QUICK = 10
_BATCH = 2_000
_PROCESSES = 2
Row = TypeVar("Row")


class StoryRow(Struct, frozen=True, kw_only=True):
    """One story: what had to fire, and the results of the product, the peer and each published rule."""

    story: str
    must: tuple[str, ...]
    mentions: int
    ours: Judgement
    right: bool
    peer: Judgement
    peer_right: bool
    rules: dict[str, Judgement] = {}

    @property
    def is_control(self) -> bool:
        """Whether nobody may be woken."""
        return not self.must


class RuleRow(Struct, frozen=True, kw_only=True):
    """What a published rule, or the product, made of all stories.

    ``minutes`` is the median time to a page over what it found in time, ``lag`` how many minutes it was behind the
    product at the median where both found the same; ``None`` where there is nothing to take it of.
    """

    rule: str
    right: int
    found: int
    to_find: int
    false_pages: int
    false_pages_in_controls: int
    minutes: float | None = None
    lag: float | None = None


class StoryFigures(Struct, frozen=True, kw_only=True):
    """All stories; pages are counted as false where they woke somebody for nothing, in any story."""

    seed: int
    stories: int
    right: int
    false_pages: int
    false_pages_in_controls: int
    peer_right: int
    peer_false_pages: int
    peer_false_pages_in_controls: int
    rows: tuple[StoryRow, ...]
    rules: tuple[RuleRow, ...] = ()

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table and its sums."""
        table = Table(title="Labelled stories", title_justify="left")
        for heading in ("story", "must fire", "min after onset", "false pages", "", "Holt–Winters z", "false", ""):
            table.add_column(heading, justify="left" if heading in {"story", "must fire"} else "right")
        for row in self.rows:
            table.add_row(
                row.story,
                ", ".join(row.must) or "nothing",
                _minutes(row.ours),
                _false(row.ours),
                "right" if row.right else "WRONG",
                _minutes(row.peer),
                str(len(row.peer.false_pages) or ""),
                "right" if row.peer_right else "wrong",
            )
        yield table
        yield (
            f"Right: {self.right} of {self.stories}; false pages: {self.false_pages}, of them in controls "
            f"{self.false_pages_in_controls}. Beside it, negative mentions 4 deviations above a Holt–Winters forecast, "
            f"twice running: right {self.peer_right}, false pages {self.peer_false_pages}, in controls "
            f"{self.peer_false_pages_in_controls}."
        )
        yield self._beside_rules()

    def _beside_rules(self) -> Table:
        table = Table(title="Beside rules that others publish, on the same mentions", title_justify="left")
        for heading in ("rule", "right", "found in time", "median min", "min behind", "false pages", "in controls"):
            table.add_column(heading, justify="left" if heading == "rule" else "right")
        for row in self.rules:
            says = RULES[row.rule].says if row.rule in RULES else row.rule
            table.add_row(
                says, f"{row.right}/{self.stories}", f"{row.found}/{row.to_find}", _number(row.minutes),
                _number(row.lag), str(row.false_pages), str(row.false_pages_in_controls),
            )  # fmt: skip
        return table


def measure_stories(bench: Bench) -> StoryFigures:
    """Tell the stories, the longest first, on two processes."""
    rows = of_each_story(
        bench, row_named, lambda row: f"{row.story}: {'right' if row.right else 'WRONG'}", section="stories"
    )
    return summed(rows, bench.seed)


def of_each_story(
    bench: Bench, judged: Callable[[str, int], Row], says: Callable[[Row], str], *, section: str
) -> list[Row]:
    """Return what ``judged`` makes of the id of each story and the seed, in the order of the catalogue.

    The longest come first, on two processes, so ``judged`` is a function of a module.

    Parameters
    ----------
    bench
        Where it is quick, only some of the shortest.
    says
        Returns what the log says of one.
    section
        What the log calls it.
    """
    chosen = stories()
    if bench.quick:
        chosen = sorted(chosen, key=lambda story: (story.hours, story.id))[:QUICK]
    rows: dict[str, Row] = {}
    # Not forked: a fork of a process that has threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(_PROCESSES, os.cpu_count() or 1), context) as pool:
        longest_first = sorted(chosen, key=lambda story: -story.hours)
        pending = {pool.submit(judged, story.id, bench.seed): story.id for story in longest_first}
        try:
            for done in as_completed(pending):
                rows[pending[done]] = row = done.result()
                bench.log(f"{section}: {len(rows)} of {len(chosen)}, {says(row)}")
        finally:
            pool.shutdown(cancel_futures=True)
    return [rows[story.id] for story in chosen]


def row_named(story_id: str, seed: int) -> StoryRow:
    """Tell one story of the catalogue and judge it."""
    return row_of(story_named(story_id), seed)


def row_of(story: Story, seed: int) -> StoryRow:
    """Tell one story and judge it."""
    run = _begun(story)
    rows: dict[str, list[ObservationRow]] = {brand.id: [] for brand in story.brands}
    replayed = mentions(story, seed)
    first = until_the_upgrade(story, replayed)
    while batch := list(islice(first, _BATCH)):
        for row in run.take(batch):
            rows[row.brand].append(row)
    run.use_scorer(load_scorer())
    while batch := list(islice(replayed, _BATCH)):
        for row in run.take(batch):
            rows[row.brand].append(row)
    for row in run.finish():
        rows[row.brand].append(row)
    ours = judge(story, alarms_of(run.incidents.values()))
    angry = {id_: in_steps((row.start, row.negatives) for row in closed) for id_, closed in rows.items()}
    peer = judge(story, [one for id_, steps in angry.items() for one in peer_alarms(id_, *steps)], tells_kinds=False)
    heard = {id_: in_steps((row.start, row.mentions) for row in closed) for id_, closed in rows.items()}
    rules = {
        name: judge(
            story, [one for id_, steps in heard.items() for one in rule_rings(id_, rule, *steps)], tells_kinds=False
        )
        for name, rule in RULES.items()
    }
    return StoryRow(
        story=story.id,
        must=tuple(truth.must for truth in story.truth if truth.must is not None),
        mentions=run.summary.mentions,
        ours=ours,
        right=ours.is_right,
        peer=peer,
        peer_right=peer.is_right,
        rules=rules,
    )


def _begun(story: Story) -> Backtest:
    """Return the run of a story, with the scorer that reads its first part."""
    brands, today = [brand.watched for brand in story.brands], load_scorer()
    if story.upgrade is None:
        return Backtest(brands, {}, today)
    return Backtest(brands, {}, EarlierScorer(today, story.upgrade), scorers=known_with(story.upgrade))


def until_the_upgrade(story: Story, replayed: Iterator[Mention]) -> Iterator[Mention]:
    """Yield the mentions before a story's upgrade, and the first one after it; all of them where it has none."""
    at_s = math.inf if story.upgrade is None else story.start_s + 3_600.0 * story.upgrade.at_h
    for mention in replayed:
        yield mention
        if mention.published_s >= at_s:
            return


def summed(rows: Sequence[StoryRow], seed: int) -> StoryFigures:
    """Return the rows with their sums."""
    return StoryFigures(
        seed=seed,
        stories=len(rows),
        right=sum(row.right for row in rows),
        false_pages=sum(len(row.ours.false_pages) for row in rows),
        false_pages_in_controls=sum(len(row.ours.false_pages) for row in rows if row.is_control),
        peer_right=sum(row.peer_right for row in rows),
        peer_false_pages=sum(len(row.peer.false_pages) for row in rows),
        peer_false_pages_in_controls=sum(len(row.peer.false_pages) for row in rows if row.is_control),
        rows=tuple(rows),
        rules=(
            _rule_row("Tocsin", rows, lambda row: row.ours),
            _rule_row("Holt–Winters z", rows, lambda row: row.peer),
            *(_rule_row(name, rows, _by(name)) for name in RULES),
        ),
    )


def _by(rule: str) -> Callable[[StoryRow], Judgement]:
    return lambda row: row.rules.get(rule, Judgement())


def _rule_row(name: str, rows: Sequence[StoryRow], of: Callable[[StoryRow], Judgement]) -> RuleRow:
    answers = [(answer.minutes, ours.minutes) for row in rows for answer, ours in _pairs(of(row), row.ours)]
    found = [minutes for minutes, _ in answers if minutes is not None]
    behind = [minutes - ours for minutes, ours in answers if minutes is not None and ours is not None]
    false = [(len(of(row).false_pages), row.is_control) for row in rows]
    return RuleRow(
        rule=name,
        right=sum(of(row).is_right for row in rows),
        found=len(found),
        to_find=len(answers),
        false_pages=sum(pages for pages, _ in false),
        false_pages_in_controls=sum(pages for pages, is_control in false if is_control),
        minutes=round(median(found), 1) if found else None,
        lag=round(median(behind), 1) if behind else None,
    )


def _pairs(one: Judgement, ours: Judgement) -> Iterator[tuple[Answer, Answer]]:
    """Yield each answer beside the product's to the same truth, of outbreaks alone: no rule hears a silent source."""
    pairs = zip(one.answers, ours.answers, strict=True) if one.answers else ()
    return (pair for pair in pairs if pair[0].must in OUTBREAKS)


def _minutes(judgement: Judgement) -> str:
    return ", ".join("never" if one.minutes is None else f"{one.minutes:g}" for one in judgement.answers)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _false(judgement: Judgement) -> str:
    return ", ".join(alarm.kind for alarm in judgement.false_pages)
