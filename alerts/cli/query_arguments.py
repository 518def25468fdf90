"""What ``tocsin query`` is given: a query and files, or a brand and files."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from alerts.cli.arguments import brand_named
from alerts.cli.query_trial import Tried
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from streams.queries.translation.dialects import DIALECTS
from streams.queries.translation.translate import translate


def text_tried(arguments: Sequence[str], suite: str = "", *, lenient: bool = False) -> tuple[Tried, list[str]]:
    """Return the query, which comes first, and the files.

    Parameters
    ----------
    suite
        Whose query it is, to be translated; empty for ours.
    lenient
        Leave out what has no equal, where that can only make the query match more.

    Raises
    ------
    AlertsError
        Where there is no query, or a file in its place; where the suite is unknown, or has what has no equal here.
    QueryError
        Where a suite's query cannot be read.
    """
    if not arguments:
        raise AlertsError("""no query is given; write it first, in quotation marks: tocsin query '"acme bank"' FILE""")
    query, *files = arguments
    if query == "-" or _is_file(query):
        raise AlertsError(f"{query} is a file; write the query before it, in quotation marks, or --brand ID")
    return (_translated(query, suite, lenient=lenient) if suite else Tried(query=query)), files


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False  # no name of a file is so long, or has such letters


def _translated(query: str, suite: str, *, lenient: bool) -> Tried:
    if suite not in DIALECTS:
        close = difflib.get_close_matches(suite.lower(), DIALECTS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(DIALECTS)}"
        raise AlertsError(f"no suite is called {suite!r}; {hint}")
    found = translate(query, suite)
    lines = tuple(str(one) for one in found.no_equals)
    if lines and not lenient:
        wider = f"; it would be:\n  {found.query}" if found.query else ", but nothing usable would be left"
        raise AlertsError(
            "\n".join((*lines, f"nothing was translated; --lenient leaves out what can only widen the query{wider}"))
        )
    if not found.query:
        raise AlertsError("\n".join((*lines, "nothing usable is left of the query")))
    return Tried(query=found.query, theirs=suite, left_out=lines, notes=found.notes)


def brand_tried(configuration: Configuration, brand_id: str) -> Tried:
    """Return the query of a brand.

    Raises
    ------
    AlertsError
        Where there is no such brand.
    """
    brand = brand_named(configuration, brand_id)
    return Tried(query=brand.query, name=brand.name, languages=brand.languages)
