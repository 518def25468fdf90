"""``tocsin explain``: why a bin fired or did not, from Kafka or from files through the backtest."""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import TextIO

from msgspec.structs import replace
from rich.console import Console

from alerts.backtest.explained import as_object, print_around, print_bin
from alerts.backtest.nearby_bins import near, why_no_bin
from alerts.backtest.run import Backtest
from alerts.cli.arguments import brand_named, parse_moment
from alerts.cli.backtest import closed_bins
from alerts.cli.peers_of_a_bin import compared_at, read_levels, taken
from alerts.cli.sources import read_checkpoints
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from alerts.incidents.comparing import named_with_peers
from alerts.incidents.peer_levels import PeerLevels
from alerts.wording.conditions import is_explained, read_conditions
from alerts.wording.moments import rfc3339
from alerts.wording.numbers import exact
from detectors.negativity.model import load_scorer
from detectors.not_heard import NotHeard
from streams.adapters.observation_history import ObservationHistory
from streams.connectors.connector import Connector
from streams.sources.checkpoint import Checkpoint
from streams.sources.hearing import as_not_heard
from streams.watch.holes import Holes
from streams.wire.observation_row import ObservationRow

_WIDTH = 120
"""Columns where no terminal says how many it has."""


def run_explain(
    configuration: Configuration,
    brand_id: str,
    at: str,
    *,
    connectors: Sequence[Connector] = (),
    around_s: int = 0,
    as_json: bool = False,
    out: TextIO = sys.stdout,
) -> None:
    """Print what each condition was in the bin of a moment, and which one was missing.

    Parameters
    ----------
    configuration
        Its brands, and where Kafka is.
    brand_id, at
        Which brand, and the moment in RFC 3339.
    connectors
        Files to run through the cores; without any, the worker's observations on Kafka are read.
    around_s
        Show the bins so long before and after as well.

    Raises
    ------
    AlertsError
        Where the brand is unknown, the time is none, or there is no bin there.
    TocsinError
        Where a file or Kafka cannot be read.
    """
    brand = brand_named(configuration, brand_id)
    moment = parse_moment(at)
    levels = PeerLevels()
    names = named_with_peers(configuration.watched()).get(brand.id, {})
    if connectors:
        brands = [other for other in configuration.watched() if other.id in {brand.id, *names}]
        run = Backtest(brands, configuration.escalation(), load_scorer(), configuration.ingest_settings())
        rows = taken(levels, names, closed_bins(run, connectors)) if names else closed_bins(run, connectors)
        found = near((row for row in rows if row.brand == brand.id), moment, around_s)
        where, is_cut = "in these files", False
    else:
        history = ObservationHistory(configuration.kafka_settings(), brand.id)
        with closing(history.read(moment - around_s)) as recent:
            found = near(recent, moment, around_s)
        if found.at(moment) is None:
            # Only all that is kept can say why there is none.
            with closing(history.read()) as kept:
                found = near(kept, moment, around_s)
        where, is_cut = "on Kafka", history.is_cut
    row = found.at(moment)
    if row is None:
        raise AlertsError(why_no_bin(brand, moment, found, where, is_cut=is_cut))
    if not is_explained(row):
        raise AlertsError(
            f"the bin of {brand.id} at {rfc3339(row.start)} was written by an earlier version, without its conditions: "
            f"score {exact(row.score)}, threshold {exact(row.threshold)}; explain it from its mentions with --file"
        )
    if not connectors:
        row = replace(row, not_heard=_not_heard(configuration, row))
        read_levels(levels, configuration.kafka_settings(), names, row)
    comparison = compared_at(levels, names, row)
    conditions = read_conditions(row, floor=brand.floor)
    if as_json:
        shown = as_object(brand, moment, row, conditions, found.rows if around_s else None, comparison=comparison)
        out.write(json.dumps(shown, ensure_ascii=False) + "\n")
        return
    console = Console(file=out, highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(file=out, highlight=False, markup=False, width=_WIDTH)
    print_bin(console, brand, row, conditions, comparison)
    if around_s:
        print_around(console, found.rows, row)


def _not_heard(configuration: Configuration, row: ObservationRow) -> tuple[NotHeard, ...]:
    """Return the holes of a bin: those known when it closed, and those that the sources have found since."""
    holes = Holes()
    holes.take(row.not_heard)
    for name, found in read_checkpoints(configuration.kafka_settings()).items():
        if isinstance(found, Checkpoint):
            holes.take([as_not_heard(name, found.kind, hole) for hole in found.holes])
    return holes.between(row.start, row.start + row.span_s)
