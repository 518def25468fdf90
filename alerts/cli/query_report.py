"""The report of ``tocsin query`` for people."""

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from alerts.cli.query_precision import Judged
from alerts.cli.query_trial import ShownMiss, TermCount, Trial, Tried
from alerts.wording.foreign_text import sanitise
from alerts.wording.shown_match import ShownMatch, plainly_marked
from streams.queries.trial.changes import MOST_CHANGES
from streams.queries.words import described, warnings

_WIDTH = 120
"""Columns where no terminal says how many it has."""
_CHANGES_SHOWN = 15
_TERMS_SHOWN = 40
_VALUES_SHOWN = 8
_DAYS_SHOWN = 14


class Report:
    """Writes to a terminal in colour, to anything else plainly.

    Parameters
    ----------
    out
        Where to.
    """

    def __init__(self, out: TextIO) -> None:
        console = Console(file=out, highlight=False, markup=False, soft_wrap=True)
        self._in_colour = console.is_terminal and not console.no_color
        if not console.is_terminal:
            console = Console(file=out, highlight=False, markup=False, soft_wrap=True, width=_WIDTH)
        self._console = console

    def line(self, line: str = "", style: str = "") -> None:
        """Write a line."""
        self._console.print(Text(line, style=style))

    def understood(self, tried: Tried) -> None:
        """Print how a query is understood, and what is doubtful in it."""
        if tried.theirs:
            self.line(f"query: {tried.query}", "bold" if self._in_colour else "")
        for line in tried.left_out:
            self.line(f"left out: {line}")
        for note in tried.notes:
            self.line(f"note: {note}")
        self.line(f"finds: {described(tried.query)}")
        if tried.languages:
            self.line(f"in: {', '.join(tried.languages)}, and where the language is unknown")
        for warning in warnings(tried.query, tried.languages):
            self.line(f"note: {warning}")

    def trial(self, trial: Trial) -> None:
        """Say what a query matches, and what it nearly misses."""
        share = f" ({trial.matched / trial.mentions:.1%})" if trial.mentions else ""
        self.line()
        self.line(f"{trial.matched:,} of {trial.mentions:,} mentions match{share}", "bold")
        left_out = [
            f"{count:,} {what}"
            for count, what in (
                (trial.repeats, "repeats"),
                (trial.deleted, "taken down by their source"),
                (trial.refused, "lines refused"),
            )
            if count
        ]
        if left_out:
            self.line(f"not counted: {', '.join(left_out)}")
        self._values("language", trial.by_language)
        self._values("source", trial.by_source)
        self._days(trial.by_day)
        self._terms(trial.terms)
        if trial.sample:
            self._heading("Some matches, spread over the terms that found them")
            for match in trial.sample:
                self.match(match)
        self._misses(trial.misses, trial.nearly, trial.tried)
        self._words(trial)

    def _heading(self, text: str) -> None:
        self.line()
        self.line(text, "bold")

    def _values(self, what: str, counts: Mapping[str, int]) -> None:
        if not counts:
            return
        shown = [f"{name} {count:,}" for name, count in list(counts.items())[:_VALUES_SHOWN]]
        more = len(counts) - len(shown)
        self.line(f"  by {what}: {', '.join(shown)}" + (f" and {more:,} more" if more else ""))

    def _days(self, by_day: Mapping[str, int]) -> None:
        if not by_day:
            return
        days = list(by_day.items())
        shown = days if len(days) <= _DAYS_SHOWN else sorted(days, key=lambda day: -day[1])[:_DAYS_SHOWN]
        head = "by day" if len(days) <= _DAYS_SHOWN else f"by day, the {_DAYS_SHOWN} loudest of {len(days):,}"
        self.line(f"  {head} (UTC): {', '.join(f'{day} {count:,}' for day, count in shown)}")

    def _terms(self, terms: Sequence[TermCount]) -> None:
        self._heading("How many each term finds, and how many match only by it")
        for term in terms[:_TERMS_SHOWN]:
            self.line(f"  {term.mentions:>9,} {term.alone:>9,}  {term.term}")
        if len(terms) > _TERMS_SHOWN:
            self.line(f"  … and {len(terms) - _TERMS_SHOWN:,} more; --json lists all")
        if silent := [term.term for term in terms if not term.mentions]:
            self.line(f"  nothing here by {', '.join(silent[:10])}{' …' if len(silent) > 10 else ''}")

    def match(self, match: ShownMatch, indent: int = 2) -> None:
        """Show a mention, with what matched marked."""
        who = f"{match.author}, " if match.author else ""
        line = Text(f"{' ' * indent}{match.published[:16].replace('T', ' ')} {who}{match.source}: ")
        if self._in_colour:
            text = Text(match.text)
            for begin, end in match.marked:
                text.stylize("bold black on yellow", begin, end)
            line.append_text(text)
        else:
            line.append(plainly_marked(match))
        self._console.print(line)

    def judged(self, judged: Judged, matched: int) -> None:
        """Print how precise the query is, and which words would improve it."""
        self._heading("How precise it is")
        share = judged.precision
        if share is None:
            self.line("  no match was answered with yes or no")
        else:
            exactly = share.yes + share.no >= matched
            self.line(
                f"  {share.yes:,} of {share.yes + share.no:,} answers are yes: {share.share:.1%}"
                + (", of all matches" if exactly else f"; 95 times in 100 between {share.low:.1%} and {share.high:.1%}")
            )
        if judged.elsewhere_yes or judged.elsewhere_no:
            self.line(
                f"  of {judged.elsewhere_yes + judged.elsewhere_no:,} answered mentions that it does not match, "
                f"{judged.elsewhere_yes:,} are meant"
            )
        if judged.unknown:
            self.line(f"  note: {judged.unknown:,} answers are to mentions that are not in these files")
        of_no, of_yes = (share.no, share.yes) if share else (0, 0)
        for mend in judged.mends:
            word = mend.word
            self.line(
                f"  without {sanitise(word.phrase, 120)} it would lose {word.no:,} of {of_no:,} no and {word.yes:,} of "
                f"{of_yes:,} yes, {mend.matches:,} matches in all:"
            )
            self.line(f"    {word.query}")
        if share is not None and share.no and not judged.mends:
            self.line("  no word separates the noes from the yeses")

    def question(self, match: ShownMatch, number: int, of: int) -> None:
        """Show a match, and ask whether it is meant."""
        self.match(match)
        self._console.print(Text(f"  {number} of {of}: is it meant? y, n, s (skip), q (quit): "), end="")

    def _misses(self, misses: Sequence[ShownMiss], nearly: int, tried: int) -> None:
        self._heading(f"What it nearly misses: {nearly:,} more with one condition relaxed")
        for miss in misses[:_CHANGES_SHOWN]:
            self.line(f"  {miss.mentions:>9,} more {miss.change.what}", "bold" if self._in_colour else "")
            for example in miss.examples[:2]:
                self.match(example, indent=14)
        if tried >= MOST_CHANGES:
            self.line(f"  note: the query is long; only the first {tried:,} changes of it were tried")
        if len(misses) > _CHANGES_SHOWN:
            self.line(f"  … and {len(misses) - _CHANGES_SHOWN:,} more changes; --json lists all, each as a query")

    def _words(self, trial: Trial) -> None:
        if not trial.words:
            return
        matches, others = trial.read
        self._heading("Words of the matches that are not in the query: exclude unwanted ones, add wanted ones")
        for word in trial.words:
            inside, outside = word.inside / max(1, matches), word.outside / max(1, others)
            self.line(f"  in {inside:6.1%} of matches, {outside:6.1%} of the others  {sanitise(word.phrase, 120)}")
