"""Finds the connector for what was named on the command line."""

from collections.abc import Mapping
from pathlib import Path

from streams.connectors.connector import Connector, ConnectorError
from streams.connectors.csv_file import CsvFile
from streams.connectors.files import STDIN
from streams.connectors.jsonl import JsonLines


def choose_connector(
    source: str,
    *,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    time_format: str = "",
    time_zone: str = "",
) -> Connector:
    """Return the connector of a file by its name's end; ``-`` is JSON lines unless columns are named.

    Raises
    ------
    ConnectorError
        Where no connector reads such a file, or the options are of another one.

    Examples
    --------
    >>> choose_connector("posts.jsonl.gz").name
    'jsonl'
    >>> choose_connector("tweets.csv", columns={"content": "text"}).name
    'csv'
    """
    name = Path(source).name.lower().removesuffix(".gz").removesuffix(".zst")
    options = columns or constants or time_format or time_zone
    if name.endswith(".csv") or (source == STDIN and options):
        return CsvFile(source, columns, constants, time_format, time_zone)
    if name.endswith((".jsonl", ".ndjson")) or source == STDIN:
        if options:
            raise ConnectorError(f"{source}: columns, constants and time formats are for .csv files")
        return JsonLines(source)
    raise ConnectorError(
        f"{source}: no connector reads this; give a .jsonl or .csv file (.gz, .zst too), or - for stdin"
    )
