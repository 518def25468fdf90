"""GDELT's files: how they are called, and what is in one. Pure."""

import datetime as dt
import io
import zipfile
import zlib

QUARTER_S = 900
MOST_BYTES = 256 * 1024 * 1024
"""Unpacked; some ten megabytes are usual."""


class BadFileError(ValueError):
    """What came is no archive of one table, or a part of one."""


def mark_before(at: float) -> int:
    """Return the last quarter of an hour before a moment, epoch seconds."""
    return int(at // QUARTER_S) * QUARTER_S


def name(mark: int) -> str:
    """Return a mark as it stands in files' names.

    Examples
    --------
    >>> name(1_795_946_400)
    '20261129100000'
    """
    return dt.datetime.fromtimestamp(mark, dt.UTC).strftime("%Y%m%d%H%M%S")


def path(mark: int, stream: str) -> str:
    """Return the path of a file: of the English ``stream``, which has no name, or of ``translation``.

    Examples
    --------
    >>> path(1_795_946_400, "translation")
    '/20261129100000.translation.gkg.csv.zip'
    """
    return f"/{name(mark)}.{stream}.gkg.csv.zip" if stream else f"/{name(mark)}.gkg.csv.zip"


def rows(packed: bytes) -> list[str]:
    """Return the lines of a file; bytes that are no UTF-8 cost a character and not a line.

    Raises
    ------
    BadFileError
        Where it cannot be opened.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            (inside,) = archive.infolist()
            with archive.open(inside) as table:
                data = table.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise BadFileError(f"{type(error).__name__}: {error}") from error
    if len(data) > MOST_BYTES:
        raise BadFileError(f"it unpacks to more than {MOST_BYTES // 1024 // 1024} MiB")
    return [line for line in data.decode("utf-8", "replace").split("\n") if line.strip()]
