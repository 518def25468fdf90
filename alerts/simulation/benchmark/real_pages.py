"""Two years of real posts that nobody here wrote: how often the product pages, and how often published rules would."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from statistics import median

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.backtest.run import Backtest
from alerts.configuration.configuration import load_configuration
from alerts.simulation.benchmark.figures import Bench, Figures, LeftOut
from alerts.simulation.benchmark.judging import OUTBREAKS, Alarm, alarms_of
from alerts.simulation.benchmark.published_rules import RULES, rule_rings
from alerts.simulation.benchmark.story_peer import in_steps, peer_alarms
from detectors.negativity.model import load_scorer
from streams.connectors.choose import choose_connector
from streams.connectors.event_order import in_event_order
from streams.mention import Mention
from streams.wire.observation_row import ObservationRow

HINT = "--data FOLDER with stocknet/tocsin.yml and stocknet/mentions.jsonl.zst: public posts that name companies"
_BATCH = 2_000
_SAME_S = 86_400
"""Two pages of one brand no further apart than this are of the same outbreak."""
_WEEK_S = 7 * 86_400.0


class PagesRow(Struct, frozen=True, kw_only=True):
    """What one rule paged.

    ``of_ours`` is how many of the product's pages it has one beside, a day off at most, and ``lag`` how many minutes
    later at the median (below nought: sooner).
    """

    rule: str
    pages: int
    a_brand_week: float
    of_ours: int
    lag: float | None


class PagesFigures(Struct, frozen=True, kw_only=True):
    """All rules over the same posts."""

    mentions: int
    brands: int
    brand_weeks: float
    rows: tuple[PagesRow, ...]

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table, and what it cannot say."""
        table = Table(
            title=f"Pages in {self.brand_weeks:,.0f} brand-weeks of {self.mentions:,} real posts", title_justify="left"
        )
        for heading in ("rule", "pages", "a brand and week", "beside one of ours", "min later"):
            table.add_column(heading, justify="left" if heading == "rule" else "right")
        for row in self.rows:
            says = RULES[row.rule].says if row.rule in RULES else row.rule
            lag = "–" if row.lag is None else f"{row.lag:g}"
            table.add_row(says, f"{row.pages:,}", f"{row.a_brand_week:.3f}", str(row.of_ours), lag)
        yield table
        yield "No label says which of these pages somebody would have wanted; the stories' table does."


def measure_pages(bench: Bench) -> Figures:
    """Run the posts below the data folder through the backtest and the rules, or say what is missing."""
    folder = None if bench.data is None else bench.data / "stocknet"
    if folder is None or not (folder / "mentions.jsonl.zst").exists():
        return LeftOut(HINT)
    bench.log("pages: some two minutes")
    configuration = load_configuration(folder / "tocsin.yml")
    run = Backtest(configuration.watched(), {}, load_scorer(), configuration.ingest_settings())
    heard: dict[str, dict[int, tuple[float, float]]] = {brand.id: {} for brand in configuration.brands}
    for row in _closed(run, str(folder / "mentions.jsonl.zst")):
        if row.mentions and row.brand in heard:
            mentions, negatives = heard[row.brand].get(row.start, (0.0, 0.0))
            heard[row.brand][row.start] = (mentions + row.mentions, negatives + row.negatives)
    weeks = len(configuration.brands) * ((run.summary.last or 0) - (run.summary.first or 0)) / _WEEK_S
    ours = [alarm for alarm in alarms_of(run.incidents.values()) if alarm.paged and alarm.kind in OUTBREAKS]
    paged = {"Tocsin": ours, **_by_rule(heard, run.summary.last or 0)}
    return PagesFigures(
        mentions=run.summary.mentions,
        brands=len(configuration.brands),
        brand_weeks=round(weeks, 1),
        rows=tuple(_row(name, alarms, ours, weeks) for name, alarms in paged.items()),
    )


def _closed(run: Backtest, path: str) -> Iterator[ObservationRow]:
    items = in_event_order([choose_connector(path)], now_s=time.time())
    mentions = (item for item in items if isinstance(item, Mention))
    while batch := list(islice(mentions, _BATCH)):
        yield from run.take(batch)
    yield from run.finish()


def _by_rule(heard: Mapping[str, Mapping[int, tuple[float, float]]], last: int) -> dict[str, list[Alarm]]:
    """Return the pages of the peer and of each published rule; ``last`` is when the last mention was."""
    paged: dict[str, list[Alarm]] = {name: [] for name in ("Holt–Winters z", *RULES)}
    for brand, counted in heard.items():
        first, mentions = in_steps([*((start, of[0]) for start, of in counted.items()), (last, 0.0)])
        negative = in_steps([*((start, of[1]) for start, of in counted.items()), (last, 0.0)])
        for name, rule in RULES.items():
            paged[name] += rule_rings(brand, rule, first, mentions)
        paged["Holt–Winters z"] += peer_alarms(brand, *negative)
    return paged


def _row(name: str, alarms: Sequence[Alarm], ours: Sequence[Alarm], weeks: float) -> PagesRow:
    lags = [
        min((alarm.at - our.at for alarm in alarms if alarm.brand == our.brand), key=abs, default=float("inf"))
        for our in ours
    ]
    beside = [lag / 60.0 for lag in lags if abs(lag) <= _SAME_S]
    return PagesRow(
        rule=name,
        pages=len(alarms),
        a_brand_week=round(len(alarms) / weeks, 4) if weeks else 0.0,
        of_ours=len(beside),
        lag=round(median(beside), 1) if beside else None,
    )
