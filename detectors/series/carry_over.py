"""How much of a figure on labelled series will hold elsewhere: brands left out, and altered copies.

``python -m detectors.series.carry_over FOLDER [COPIES]`` prints it for the detector and its peers, with so many copies
of each kind of each series (default 3); FOLDER as for ``detectors.series.benchmark``.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from detectors.series.altered import ALTERATIONS, altered
from detectors.series.benchmark import BUDGETS, best_setting, load_labelled, tally_ours, tally_theirs
from detectors.series.peers import PEERS
from detectors.series.score import PROFILES, Tally

COPIES = 3
DRAWS = 2000
"""How often the brands are resampled for an interval."""

BrandTallies = list[list[Tally]]
"""For each brand, a tally for each setting."""


class CarryOver(Struct, frozen=True, kw_only=True):
    """One line of the table: the standard score of a detector on the series and on their altered copies.

    ``chosen`` is ``shipped`` (one default for all) or ``leaving one out`` (for each brand, the setting that is best on
    the copies of the others). The intervals hold 95 % where the brands are drawn anew.
    """

    detector: str
    chosen: str
    original: float
    original_between: tuple[float, float]
    altered: float
    altered_between: tuple[float, float]
    found: float
    false_alarms_per_week: float
    by_kind: dict[str, float]

    @property
    def gap(self) -> float:
        """What is lost from the series to their copies."""
        return self.original - self.altered


def measure_carry_over(folder: Path, copies: int = COPIES) -> list[CarryOver]:
    """Measure the detector and its peers on series and altered copies of them; some minutes on five series.

    Raises
    ------
    DetectorsError
        Where the folder lacks ``windows.json`` or a series, or one cannot be read.
    """
    data = load_labelled(folder)
    original: dict[str, BrandTallies] = {"Tocsin": [tally_ours(series) for series in data]}
    for name, scorer in PEERS.items():
        original[name] = [tally_theirs(series, scorer) for series in data]
    by_kind: dict[str, dict[str, BrandTallies]] = {name: {} for name in original}
    for kind in ALTERATIONS:
        for number in range(len(data)):
            made = [altered(kind, data, number, seed) for seed in range(copies)]
            by_kind["Tocsin"].setdefault(kind, []).append(_added([tally_ours(copy) for copy in made]))
            for name, scorer in PEERS.items():
                mine = _added([tally_theirs(copy, scorer) for copy in made])
                by_kind[name].setdefault(kind, []).append(mine)
    default = [BUDGETS.index(0.5)] * len(data)
    figures = [_figures("Tocsin", "shipped", default, original["Tocsin"], by_kind["Tocsin"])]
    for name, on_series in original.items():
        kinds = by_kind[name]
        pooled = [_added([kinds[kind][brand] for kind in kinds]) for brand in range(len(data))]
        settings = [best_setting([mine for mine in pooled if mine is not own] or [own]) for own in pooled]
        figures.append(_figures(name, "leaving one out", settings, on_series, kinds))
    return figures


def table(figures: Sequence[CarryOver]) -> Iterator[str]:
    """Yield the lines of two tables in Markdown: all copies together, and each kind."""
    yield "| detector | settings | on the series | on the copies | lost | found | false alarms a week |"
    yield "|---|---|---|---|---|---|---|"
    for one in figures:
        yield (
            f"| {one.detector} | {one.chosen} | {_with_interval(one.original, one.original_between)} | "
            f"{_with_interval(one.altered, one.altered_between)} | {one.gap:.1f} | {one.found:.0%} | "
            f"{one.false_alarms_per_week:.2f} |"
        )
    yield ""
    yield f"| on the copies | {' | '.join(f'{one.detector}, {one.chosen}' for one in figures)} |"
    yield "|---" * (1 + len(figures)) + "|"
    for kind in figures[0].by_kind:
        yield f"| {kind} | {' | '.join(f'{one.by_kind[kind]:.1f}' for one in figures)} |"


def _figures(
    detector: str, chosen: str, settings: Sequence[int], original: BrandTallies, kinds: dict[str, BrandTallies]
) -> CarryOver:
    def taken(tallies: BrandTallies) -> list[Tally]:
        return [mine[setting] for mine, setting in zip(tallies, settings, strict=True)]

    on_series = taken(original)
    on_copies = [_sum([taken(tallies)[brand] for tallies in kinds.values()]) for brand in range(len(settings))]
    total = _sum(on_copies)
    return CarryOver(
        detector=detector,
        chosen=chosen,
        original=_standard(on_series),
        original_between=_between(on_series),
        altered=_standard(on_copies),
        altered_between=_between(on_copies),
        found=total.found / total.windows,
        false_alarms_per_week=total.false_alarms_per_week,
        by_kind={kind: _standard(taken(tallies)) for kind, tallies in kinds.items()},
    )


def _between(brands: Sequence[Tally]) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    drawn = [_standard([brands[one] for one in rng.integers(len(brands), size=len(brands))]) for _ in range(DRAWS)]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _standard(tallies: Sequence[Tally]) -> float:
    return _sum(tallies).score(PROFILES["standard"])


def _sum(tallies: Sequence[Tally]) -> Tally:
    return sum(tallies, Tally())


def _added(by_setting: Sequence[Sequence[Tally]]) -> list[Tally]:
    return [_sum(one) for one in zip(*by_setting, strict=True)]


def _with_interval(score: float, between: tuple[float, float]) -> str:
    return f"{score:.1f} ({between[0]:.0f}–{between[1]:.0f})"


if __name__ == "__main__":
    shown = measure_carry_over(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else COPIES)
    sys.stdout.writelines(f"{line}\n" for line in table(shown))
