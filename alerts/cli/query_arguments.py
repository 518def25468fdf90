"""What ``tocsin query`` is given: a query and files, or a brand and files."""

from collections.abc import Sequence
from pathlib import Path

from alerts.cli.arguments import brand_named
from alerts.cli.query_trial import Tried
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError


def text_tried(arguments: Sequence[str]) -> tuple[Tried, list[str]]:
    """Return the query, which comes first, and the files.

    Raises
    ------
    AlertsError
        Where there is no query, or a file stands in its place.
    """
    if not arguments:
        raise AlertsError("""no query is given; write it first, in quotation marks: tocsin query '"acme bank"' FILE""")
    query, *files = arguments
    if query == "-" or (not query.startswith(('"', "(")) and Path(query[:200]).is_file()):
        raise AlertsError(f"{query} is a file; write the query before it, in quotation marks, or --brand ID")
    return Tried(query=query), files


def brand_tried(configuration: Configuration, brand_id: str) -> Tried:
    """Return the query of a brand.

    Raises
    ------
    AlertsError
        Where there is no such brand.
    """
    brand = brand_named(configuration, brand_id)
    return Tried(query=brand.query, name=brand.name, languages=brand.languages)
