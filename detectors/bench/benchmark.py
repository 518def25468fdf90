"""Measures the decision on simulated brands: how late it fires, and how often for nothing.

``python -m detectors.bench.benchmark`` prints the tables; ``--quick`` a part of them in a minute or two.
"""

import argparse
import math
import sys
from collections.abc import Iterator

from msgspec import Struct

from detectors.bench.budget import EASY, HARD, false_pages
from detectors.bench.delay import Delays, delays
from detectors.bench.feedback import feedback_rows, marked_pages
from detectors.bench.peers import PEERS, peer_delays
from detectors.bench.rough import PERIODS, period_cells, rough_rows, rough_size
from detectors.bench.worlds import Outbreak, World

BUDGET = 0.25
BUDGETS = (0.05, 0.25, 1.0)
RAMP_MIN = 30
SEED = 20_170_409


class DelayRow(Struct, frozen=True, kw_only=True):
    """Mean delay from an outbreak's beginning to the alert.

    Parameters
    ----------
    rate_per_min, dispersion, waves_min
        The world; dispersion 0 is a Poisson law, waves 0 are independent minutes.
    times, ramp_min, share, turned
        The outbreak: the rise, minutes until it is reached, negative share before and after.
    delay_s, bound_s
        Mean delay, and mean bound of Lorden for the total count plus one flush.
    ratio, missed, onsets
        Their ratio; how many of the onsets never rang.
    peers
        Ratios of the peers, which know the true rate; NaN where one never rang.
    """

    rate_per_min: float
    dispersion: float
    waves_min: float
    times: float
    ramp_min: int
    share: float
    turned: float
    delay_s: float
    bound_s: float
    ratio: float
    missed: int
    onsets: int
    peers: dict[str, float]
    peers_missed: dict[str, int]


class BudgetRow(Struct, frozen=True, kw_only=True):
    """False pages of quiet brands, as multiples of the budget: after the third week, and before."""

    world: str
    budget: float
    brand_weeks: float
    pages: int
    multiple: float
    first_weeks_multiple: float
    opportunities_a_week: float


def delay_rows(*, quick: bool = False) -> Iterator[DelayRow]:
    """Measure the delays, one row at a time."""
    rates = (1.0, 10.0) if quick else (0.1, 1.0, 10.0, 100.0, 1000.0)
    laws = ((8.0, 0.0),) if quick else ((0.0, 0.0), (2.0, 0.0), (8.0, 0.0), (50.0, 0.0), (8.0, 10.0))
    brands, onsets = (2, 10) if quick else (3, 16)
    for share, turned in ((0.2, 0.8), (0.7, 0.7)):
        for dispersion, waves_min in laws:
            for rate in rates:
                world = World(rate_per_min=rate, dispersion=dispersion, correlation_min=waves_min, share=share)
                ramps = (0, RAMP_MIN) if (dispersion, waves_min) == laws[len(laws) // 2] and not quick else (0,)
                outbreaks = [Outbreak(times=t, share=turned, ramp_min=r) for r in ramps for t in (10.0, 3.0, 1.5)]
                all_ours = delays(world, outbreaks, brands=brands, onsets=onsets, budget=BUDGET, seed=SEED)
                for outbreak, ours in zip(outbreaks, all_ours, strict=True):
                    yield _delay_row(world, outbreak, ours, onsets)


def _delay_row(world: World, outbreak: Outbreak, ours: Delays, onsets: int) -> DelayRow:
    others = peer_delays(world, outbreak, onsets=onsets, budget=BUDGET, seed=SEED)
    return DelayRow(
        rate_per_min=world.rate_per_min,
        dispersion=world.dispersion,
        waves_min=world.correlation_min,
        times=outbreak.times,
        ramp_min=outbreak.ramp_min,
        share=world.share,
        turned=outbreak.share,
        delay_s=sum(ours.delays_s) / len(ours.delays_s) if ours.delays_s else math.nan,
        bound_s=sum(ours.bounds_s) / len(ours.bounds_s) if ours.bounds_s else math.nan,
        ratio=ours.ratio,
        missed=ours.missed,
        onsets=ours.missed + len(ours.delays_s),
        peers={name: others[name].ratio for name in PEERS},
        peers_missed={name: others[name].missed for name in PEERS},
    )


def budget_rows(*, quick: bool = False) -> Iterator[BudgetRow]:
    """Measure the false pages, one row at a time."""
    for name, worlds, brands in (("easy", EASY, 1 if quick else 2), ("hard", HARD, 1 if quick else 3)):
        for budget in BUDGETS[1:2] if quick else BUDGETS:
            found = false_pages(worlds, budget=budget, brands=brands, seed=SEED)
            yield BudgetRow(
                world=name,
                budget=budget,
                brand_weeks=found.weeks,
                pages=found.pages,
                multiple=found.multiple(budget),
                first_weeks_multiple=found.early_multiple(budget),
                opportunities_a_week=found.opportunities / found.weeks,
            )


def main(arguments: list[str] | None = None) -> None:
    """Print the tables, row by row as they are measured."""
    parser = argparse.ArgumentParser(prog="python -m detectors.bench.benchmark", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a part of the tables, in a minute")
    parser.add_argument("--only", choices=("delay", "budget", "rough", "feedback"), help="one table alone")
    parser.add_argument("--seed", type=int, default=SEED, help="of the rough world: other brands of the same kinds")
    chosen = parser.parse_args(arguments)
    if chosen.only in {None, "delay"}:
        _print(
            "| rate/min | r | waves | rise | ramp | share | delay s | bound s | ratio | missed | CUSUM | EWMA | DES |"
        )
        _print("|--:|--:|--:|--:|--:|:-:|--:|--:|--:|--:|--:|--:|--:|")
        for row in delay_rows(quick=chosen.quick):
            peers = " | ".join(
                f"{row.peers[name]:.2f}" + (f" ({missed} missed)" if (missed := row.peers_missed[name]) else "")
                for name in PEERS
            )
            _print(
                f"| {row.rate_per_min:g} | {row.dispersion:g} | {row.waves_min:g} | ×{row.times:g} | {row.ramp_min} "
                f"| {row.share:g} → {row.turned:g} | {row.delay_s:.0f} | {row.bound_s:.0f} | {row.ratio:.2f} "
                f"| {row.missed}/{row.onsets} | {peers} |"
            )
    if chosen.only in {None, "budget"}:
        _print(
            "\n| world | budget a week | brand-weeks | pages | over budget | first three weeks | opportunities a week |"
        )
        _print("|:--|--:|--:|--:|--:|--:|--:|")
        for page in budget_rows(quick=chosen.quick):
            _print(
                f"| {page.world} | {page.budget:g} | {page.brand_weeks:g} | {page.pages} | ×{page.multiple:.2f} "
                f"| ×{page.first_weeks_multiple:.2f} | {page.opportunities_a_week:.2f} |"
            )
    if chosen.only in {None, "rough"}:
        _print_rough(quick=chosen.quick, seed=chosen.seed)
    if chosen.only in {None, "feedback"}:
        _print_feedback(quick=chosen.quick)


def _print_rough(*, quick: bool, seed: int) -> None:
    brands, weeks = rough_size(quick=quick)
    _print("\n| roughness | " + " | ".join(f"{name} | outbreaks" for name, _, _ in PERIODS) + " |")
    _print("|:--|" + "--:|--:|" * len(PERIODS))
    for row in rough_rows(budget=BUDGET, brands=brands, weeks=weeks, seed=seed):
        _print(f"| {row.roughness} | " + " | ".join(" | ".join(period_cells(one)) for one in row.periods) + " |")


def _print_feedback(*, quick: bool) -> None:
    brands, onsets, weeks = (1, 10, 12) if quick else (3, 24, 26)
    _print("\n| marks | budget | pages | a week | delay ×10 | ×3 | ×1.5, s | missed | weak missed |")
    _print("|:--|--:|--:|--:|--:|--:|--:|--:|--:|")
    for row in feedback_rows(budget=BUDGET, brands=brands, onsets=onsets, seed=SEED):
        marks = "none" if row.kind is None else f"{row.marks} × {row.kind.replace('_', ' ')}"
        seconds = " | ".join(f"{delay_s:.0f}" for delay_s in row.delays_s)
        a_week, weak = row.pages / row.brand_weeks, f"{row.weak_missed}/{row.weak}"
        _print(f"| {marks} | ×{row.factor:g} | {row.pages} | {a_week:.2f} | {seconds} | {row.missed} | {weak} |")
    lived, marked, unmarked = marked_pages(budget=BUDGET, weeks=weeks, brands=1, seed=SEED)
    _print(f"\nevery page marked: {marked} in {lived:.0f} brand-weeks; none marked: {unmarked}")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
