"""What a run over files could not judge: where that is much, it is said before anything else."""

from collections.abc import Iterator, Mapping

from alerts.backtest.summary import Summary

MUCH = 0.1
"""Share of a run that may be lost before its silence says nothing about the brand."""


def left_out(summary: Summary, observed: Mapping[str, int], unscored: Mapping[str, int]) -> list[str]:
    """Return a sentence for each cause that took more than a tenth of a run; none where it was judged whole.

    Parameters
    ----------
    observed, unscored
        By brand: mentions in closed bins, and those of them without a score.

    Examples
    --------
    >>> left_out(Summary(mentions=60, refused=40, reasons={"timestamp": 40}, matched={"northside": 9}), {}, {})
    ['40 of 100 lines (40 %) were refused: timestamp 40']
    >>> left_out(Summary(mentions=9, matched={"northside": 9}), {"northside": 9}, {"northside": 9})
    ['northside: 9 of 9 mentions (100 %) could not be scored and count for volume alone, never as calm']
    """
    return [*_of_all(summary), *_of_brands(summary, observed, unscored)]


def _of_all(summary: Summary) -> Iterator[str]:
    lines = summary.mentions + summary.refused
    if summary.refused > MUCH * lines:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(summary.reasons.items()))
        yield f"{_share(summary.refused, lines)} lines{_percent(summary.refused, lines)} were refused: {reasons}"
    matched = summary.late + sum(summary.matched.values())
    if summary.late > MUCH * matched:
        what = f"{_share(summary.late, matched)} matching mentions{_percent(summary.late, matched)}"
        yield f"{what} came after their bin had closed and were left out"
    if summary.mentions and not matched:
        yield f"none of {summary.mentions:,} mentions matches any brand's query: see `tocsin check`"


def _of_brands(summary: Summary, observed: Mapping[str, int], unscored: Mapping[str, int]) -> Iterator[str]:
    for brand in summary.matched:
        seen, lost = observed.get(brand, 0), unscored.get(brand, 0)
        if lost > MUCH * seen:
            what = f"{brand}: {_share(lost, seen)} mentions{_percent(lost, seen)}"
            yield f"{what} could not be scored and count for volume alone, never as calm"


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def _percent(part: int, whole: int) -> str:
    return f" ({part / whole:.0%})".replace("%", " %")
