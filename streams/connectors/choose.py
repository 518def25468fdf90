"""Finds the connector for what was named on the command line."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace

from streams.connectors.connector import Connector, ConnectorError
from streams.connectors.csv_file import CsvFile
from streams.connectors.files import STDIN
from streams.connectors.jsonl import JsonLines
from streams.connectors.x_archive import XArchive

_TABLES = (".csv", ".tsv", ".tab", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm")
_JSON = (".jsonl", ".ndjson", ".json")
_ARCHIVES = (".js", ".zip")
_OTHER_WORKBOOKS = (".xls", ".xlsb", ".ods", ".numbers")


class TableOptions(Struct, frozen=True, kw_only=True):
    """What a caller may say of a table; parameters as in ``TableFile``. ``encoding`` is of JSON files too."""

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    time_format: str = ""
    time_zone: str = ""
    encoding: str = ""
    delimiter: str = ""
    skip: int | None = None
    preset: str = ""


_NO_OPTIONS = TableOptions()


def choose_connector(
    source: str, options: TableOptions = _NO_OPTIONS, report: Callable[[str], None] = lambda _: None
) -> Connector:
    """Return the connector of a file by its name's ending; ``-`` is JSON unless a table option is given.

    Parameters
    ----------
    report
        Given a sentence on how a file is read, where more than its name decides.

    Raises
    ------
    ConnectorError
        Where no connector reads such a file, or the options are of another one.

    Examples
    --------
    >>> choose_connector("posts.jsonl.gz").name
    'jsonl'
    >>> choose_connector("tweets.tsv", TableOptions(columns={"content": "text"})).name
    'csv'
    """
    name = Path(source).name.lower().removesuffix(".gz").removesuffix(".zst")
    says_table = replace(options, encoding="") != _NO_OPTIONS
    if name.endswith(_TABLES) or (source == STDIN and says_table):
        return CsvFile(source, **asdict(options), report=report)
    if name.endswith(_WORKBOOKS):
        if options.encoding or options.delimiter:
            raise ConnectorError(f"{source}: encodings and delimiters are for tables of text, such as .csv")
        from streams.connectors.workbook import WorkbookFile  # it takes a second to load

        return WorkbookFile(source, **asdict(options), report=report)
    if name.endswith((*_JSON, *_ARCHIVES)) or source == STDIN:
        if says_table:
            raise ConnectorError(
                f"{source}: columns, constants, time formats and the like are for tables, such as .csv"
            )
        return XArchive(source) if name.endswith(_ARCHIVES) else JsonLines(source, encoding=options.encoding)
    hint = "save the workbook as .xlsx or CSV UTF-8, and " if name.endswith(_OTHER_WORKBOOKS) else ""
    raise ConnectorError(
        f"{source}: no connector reads this; {hint}give a .jsonl, .json, .csv, .tsv, .txt or .xlsx file (.gz, .zst "
        "too), X's archive (.zip, tweets.js), or - for stdin"
    )
