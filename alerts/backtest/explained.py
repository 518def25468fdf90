"""A bin and its conditions as they are shown: on a terminal, or as one JSON object."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.presentation.public_incident import public_comparison, public_hole
from alerts.presentation.shown import shown_hole
from alerts.wording.conditions import ConditionRead, fired, harm_reported, is_explained, why
from alerts.wording.moments import rfc3339
from alerts.wording.not_heard import not_heard
from alerts.wording.numbers import exact, lasting, nats, percent
from alerts.wording.peers import compared
from alerts.wording.sparkline import scale, sparkline
from alerts.wording.threshold import how_moved
from detectors.verdict import Point
from streams.brand import Brand
from streams.wire.comparison import Comparison
from streams.wire.observation_row import ObservationRow


def _share(row: ObservationRow) -> float | None:
    return row.negative_authors / row.scored_authors if row.scored_authors else None


def print_bin(
    console: Console,
    brand: Brand,
    row: ObservationRow,
    conditions: Sequence[ConditionRead],
    comparison: Comparison | None = None,
) -> None:
    """Print the counts of a bin, each condition, and the sentence; and how the brand's peers stood, where known."""
    console.print(f"{brand.name} ({brand.id}), {row.span_s} s from {rfc3339(row.start)}", soft_wrap=True)
    seen = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    share = _share(row)
    heard = "none could be scored" if share is None else f"{percent(share)} of the {row.scored_authors} scored authors"
    seen.add_row("mentions", f"{row.mentions}, of them {row.negatives} negative and {row.unscored} not scored")
    seen.add_row("authors", f"{row.authors}, where {exact(row.expected)} were expected, upper edge {exact(row.upper)}")
    seen.add_row("negative", f"{heard}; usually {percent(row.expected_share)}")
    seen.add_row(
        "score",
        f"{nats(row.score)}, threshold {exact(row.threshold)} "
        f"(volume alone {exact(row.volume_score)}, negativity alone {exact(row.negativity_score)})",
    )
    if harm := harm_reported(row):
        seen.add_row("harm", harm)
    if moved := how_moved(row.moved):
        seen.add_row("feedback", moved)
    if row.run_began_at is not None:
        lasted_s = row.start + row.span_s - row.run_began_at
        seen.add_row("excess", f"for {lasting(lasted_s)}, since {rfc3339(row.run_began_at)}")
    if row.heard < 1.0:
        seen.add_row("heard", f"{percent(row.heard)} of what is ordinarily said of it: as much less is expected")
    if missing := not_heard([shown_hole(hole) for hole in row.not_heard]):
        seen.add_row("not heard", missing)
    console.print(seen)
    console.print()
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for condition in conditions:
        verdict = {True: Text("met"), False: Text("missing", "bold"), None: Text("–")}[condition.met]
        table.add_row(condition.name, verdict, condition.text)
    console.print(table)
    console.print()
    console.print(why(row, conditions), soft_wrap=True)
    if comparison is not None and (sentence := compared(comparison)):
        console.print(sentence, soft_wrap=True)


def print_around(console: Console, rows: Sequence[ObservationRow], asked: ObservationRow) -> None:
    """Print bins in order as a sparkline and a table, the one that was asked for in bold."""
    points = [Point(r.start, r.span_s, r.mentions, r.negatives, r.expected, r.upper) for r in rows]
    if drawn := sparkline(points):
        console.print()
        console.print(f"mentions  {drawn.seen}  {rfc3339(drawn.start)} to {rfc3339(drawn.end)}", soft_wrap=True)
        console.print(f"negative  {drawn.negatives}  {scale(drawn)}", soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("from (UTC)", no_wrap=True)
    for heading in ("mentions", "authors", "expected", "upper", "negative", "score", "threshold"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("missing", overflow="fold")
    for row in _with_silence(rows):
        if isinstance(row, int):
            table.add_row("", *("",) * 7, f"({row} in which nobody spoke)")
            continue
        share = _share(row)
        verdict = (row.kind or "") if fired(row) else ", ".join(row.missing) if is_explained(row) else "not told"
        table.add_row(
            f"{datetime.fromtimestamp(row.start, UTC):%H:%M:%S}", str(row.mentions), str(row.authors),
            f"{row.expected:.1f}", f"{row.upper:.1f}", "–" if share is None else percent(share),
            f"{row.score:.1f}", f"{row.threshold:.1f}", f"rang: {verdict}" if fired(row) else verdict,
            style="bold" if row is asked else None,
        )  # fmt: skip
    console.print()
    console.print(table)


def _with_silence(rows: Sequence[ObservationRow]) -> Iterator[ObservationRow | int]:
    """Yield the bins, and between them how many were silent."""
    end: int | None = None
    for row in rows:
        if end is not None and row.start > end:
            yield (row.start - end) // row.span_s
        yield row
        end = row.start + row.span_s


def as_object(
    brand: Brand,
    moment: int,
    row: ObservationRow,
    conditions: Sequence[ConditionRead],
    around: Sequence[ObservationRow] | None,
    *,
    comparison: Comparison | None = None,
) -> dict[str, Any]:
    """Return the same as one JSON object: times in RFC 3339, shares 0 to 1 or null, ``met`` null where not asked."""
    fields: dict[str, Any] = {
        "brand": brand.id,
        "brand_name": brand.name,
        "at": rfc3339(moment),
        **_json_row(row),
        "upper": row.upper,
        "unscored": row.unscored,
        "scored_voices": row.scored_authors,
        "negative_voices": row.negative_authors,
        "volume_score": row.volume_score,
        "negativity_score": row.negativity_score,
        "warming_up": row.warming_up,
        "feedback": {
            "budget_factor": row.moved.factor,
            "threshold_nats": row.moved.nats,
            "false_alarms": row.moved.false_alarms,
            "missed": row.moved.missed,
            "until": rfc3339(row.moved.until) if row.moved.until else None,
        },
        "run": None,
        "harm": None,
        "heard": row.heard,
        "not_heard": [public_hole(shown_hole(hole)) for hole in row.not_heard],
        "conditions": [{"name": c.name, "met": c.met, "said": c.text} for c in conditions],
        "reason": why(row, conditions),
        "peers": public_comparison(comparison),
    }
    if row.run_began_at is not None:
        fields["run"] = {
            "began_at": rfc3339(row.run_began_at),
            "seen": row.run_seen,
            "expected": row.run_expected,
            "scored": row.run_scored,
            "expected_scored": row.run_expected_scored,
            "negatives": row.run_negatives,
            "expected_negatives": row.run_expected_negatives,
        }
    if row.harm_score is not None:
        fields["harm"] = {
            "voices": row.harmful_authors,
            "expected": row.harm_expected,
            "score": row.harm_score,
            "threshold": row.harm_threshold,
            "missing": list(row.harm_missing),
        }
    if around is not None:
        fields["around"] = [_json_row(other) for other in around]
    return fields


def _json_row(row: ObservationRow) -> dict[str, Any]:
    return {
        "start": rfc3339(row.start),
        "span_s": row.span_s,
        "rang": fired(row),
        "kind": row.kind,
        "driver": row.driver,
        "missing": list(row.missing),
        "mentions": row.mentions,
        "negatives": row.negatives,
        "voices": row.authors,
        "expected": row.expected,
        "negative_share": _share(row),
        "expected_negative_share": row.expected_share,
        "score": row.score,
        "threshold": row.threshold,
    }
