"""``tocsin query``: how a query is understood, what it matches in files, and what it nearly misses."""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import TextIO

from alerts.cli.kept_mentions import KeptMentions
from alerts.cli.query_report import Report
from alerts.cli.query_trial import Tried, as_object, try_query, understood
from streams.connectors.connector import Connector


def run_query(
    tried: Tried, connectors: Sequence[Connector] = (), *, as_json: bool = False, out: TextIO | None = None
) -> None:
    """Print how a query is understood, and what it does on the mentions of files.

    Parameters
    ----------
    tried
        The query.
    connectors
        The files; without any, how it is understood is all that is told.
    as_json
        Print one object instead.
    out
        Where to; standard output by default.

    Raises
    ------
    QueryError
        Where the query cannot be used.
    TocsinError
        Where a file cannot be read, or holds no mention.
    """
    out = out or sys.stdout
    told = understood(tried)
    report = Report(out)
    if not as_json:
        report.understood(tried)
    if connectors:
        with closing(KeptMentions(connectors)) as kept:
            trial, _ = try_query(kept, tried)
        if as_json:
            told |= as_object(trial)
        else:
            report.trial(trial)
    if as_json:
        out.write(json.dumps(told, ensure_ascii=False) + "\n")
