"""``tocsin query``: how a query is understood, what it matches in files, what it nearly misses, how precise it is."""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from alerts.cli.answers import appended, ask, read_answers, written_id
from alerts.cli.kept_mentions import KeptMentions
from alerts.cli.query_precision import JUDGED, as_object, judged
from alerts.cli.query_report import Report
from alerts.cli.query_trial import Tried, trial_object, try_query, understood
from alerts.errors import AlertsError
from alerts.wording.shown_match import shown_match
from streams.connectors.connector import Connector
from streams.mention import Mention
from streams.queries.trial.judgement import drawn
from streams.queries.trial.tally import Tally


class Judging(Struct, frozen=True):
    """How a query's precision is found.

    Parameters
    ----------
    asks
        Whether to ask a person, on the terminal.
    answers
        A file of answers: read, and if a person is asked, written too.
    seed
        Draws the matches that are asked about, and those that are shown.
    """

    asks: bool = False
    answers: Path | None = None
    seed: int = 0


def run_query(
    tried: Tried,
    connectors: Sequence[Connector] = (),
    judging: Judging = Judging(),  # noqa: B008 - frozen
    *,
    as_json: bool = False,
    out: TextIO | None = None,
) -> None:
    """Print how a query is understood, and what it does on the mentions of files.

    Parameters
    ----------
    tried
        The query.
    connectors
        The files; without any, only how the query is understood is reported.
    judging
        Whether its precision is to be found, and how.
    as_json
        Print one object instead.
    out
        Where to; standard output by default.

    Raises
    ------
    AlertsError
        Where a person is to be asked and there is none, or answers cannot be read.
    QueryError
        Where the query cannot be used.
    TocsinError
        Where a file cannot be read, or holds no mention.
    """
    out = out or sys.stdout
    wants_precision = judging.asks or judging.answers is not None
    if wants_precision and not connectors:
        raise AlertsError("--judge and --answers are about matches: name a file of mentions")
    if judging.asks and not sys.stdin.isatty():
        raise AlertsError("--judge asks on a terminal, but this is not one; give the answers with --answers FILE")
    fields = understood(tried)
    report = Report(out)
    answers = _read(judging)
    if not as_json:
        report.understood(tried)
    if connectors:
        with closing(KeptMentions(connectors)) as kept:
            trial, tally = try_query(kept, tried, seed=judging.seed)
            fields |= trial_object(trial)
            if not as_json:
                report.trial(trial)
            if judging.asks:
                # What is printed as JSON holds nothing else.
                _ask(Report(sys.stderr) if as_json else report, kept, tally, judging, answers)
            if wants_precision:
                found = judged(kept, tried, [place for _, _, place in tally.places], answers)
                fields["precision"] = as_object(found)
                if not as_json:
                    report.judged(found, tally.matched)
    if as_json:
        out.write(json.dumps(fields, ensure_ascii=False) + "\n")


def _read(judging: Judging) -> dict[str, bool]:
    if judging.answers is None or (judging.asks and not judging.answers.exists()):
        return {}
    return read_answers(judging.answers)


def _ask(report: Report, kept: KeptMentions, tally: Tally, judging: Judging, answers: dict[str, bool]) -> None:
    """Ask of the matches drawn those that have no answer yet; each answer goes into ``answers``."""
    mentions = [kept.at(place) for place in drawn(tally.places, JUDGED, judging.seed)]
    open_ones = [mention for mention in mentions if written_id(mention.id) not in answers]
    nodes = [term.node for term in tally.tree.wanted]
    numbers = {mention.id: number for mention, number in zip(open_ones, count(1), strict=False)}
    write = appended(judging.answers)

    def show(mention: Mention) -> None:
        report.question(shown_match(mention, nodes, limit=500), numbers[mention.id], len(open_ones))

    def keep(mention_id: str, is_yes: bool) -> None:  # noqa: FBT001 - an answer is a yes or a no
        write(mention_id, is_yes)
        answers[mention_id] = is_yes

    report.line()
    ask(open_ones, show, sys.stdin.readline, keep)
