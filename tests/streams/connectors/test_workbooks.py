"""A workbook reads as the table that it shows, in bounded memory; what cannot be read is refused with the remedy."""

import datetime as dt
import gzip
import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from streams.connectors.choose import TableOptions, choose_connector
from streams.connectors.connector import ConnectorError, Refused
from streams.mention import Mention
from tests.streams.connectors.exports import BRANDWATCH, LABELS, SPRINKLR, Table, text
from tests.streams.connectors.workbooks import STRINGS, as_excel, edited, long_workbook, workbook

HEADER = ["id", "published", "content", "likes"]
NOON = "2026-03-03T12:00:00Z"


def local(*parts: int) -> dt.datetime:
    """Give a time as Excel has it: without a zone."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def read(folder: Path, data: bytes, name: str = "table.xlsx", **options: Any) -> list[Mention | Refused]:
    path = folder / name
    path.write_bytes(data)
    return list(choose_connector(str(path), TableOptions(**options)).read())


def mentions(folder: Path, data: bytes, name: str = "table.xlsx", **options: Any) -> list[Mention]:
    items = read(folder, data, name, **options)
    assert not [item for item in items if isinstance(item, Refused)]
    return [item for item in items if isinstance(item, Mention)]


def refusal(folder: Path, data: bytes, name: str = "table.xlsx", **options: Any) -> str:
    with pytest.raises(ConnectorError) as refused:
        read(folder, data, name, **options)
    return str(refused.value)


@pytest.mark.parametrize("rows", [[*LABELS, *BRANDWATCH], SPRINKLR], ids=["brandwatch", "sprinklr"])
def test_an_export_reads_as_the_same_export_as_text(tmp_path, rows: Table):
    as_text = mentions(tmp_path, text(rows), "export.csv", time_zone="UTC")

    data = workbook(rows)

    assert as_excel(data) != data
    assert mentions(tmp_path, data, time_zone="UTC") == mentions(tmp_path, as_excel(data), time_zone="UTC") == as_text


# -- cells ---------------------------------------------------------------------------------------------------------


def at(folder: Path, cell: Any, form: str, edit: Any = lambda data: data) -> dt.datetime | str:
    data = edit(workbook([HEADER, ["p", cell, "hello", 1]], formats={"B": form}))
    (item,) = read(folder, data, time_zone="Europe/Berlin")
    return item.published.astimezone(dt.UTC) if isinstance(item, Mention) else item.detail


@pytest.mark.parametrize(
    ("form", "cell", "hour"),
    [
        ("yyyy-mm-dd hh:mm:ss", local(2026, 3, 3, 13, 0, 1), (12, 0, 1)),
        ("m/d/yy h:mm", local(2026, 3, 3, 13, 0, 1), (12, 0, 1)),
        ("yyyy-mm-dd hh:mm:ss", local(2026, 3, 4), (23, 0, 0)),
        ("General", "03.03.2026 13:00:01", (12, 0, 1)),
    ],
)
def test_a_time_is_read_as_excel_keeps_it(tmp_path, form, cell, hour):
    assert at(tmp_path, cell, form) == dt.datetime.combine(dt.date(2026, 3, 3), dt.time(*hour).replace(tzinfo=dt.UTC))


def test_a_day_without_an_hour_is_refused(tmp_path):
    assert "has no hour" in str(at(tmp_path, local(2026, 3, 3), "yyyy-mm-dd"))


def test_a_number_that_is_not_said_to_be_a_date_is_refused_with_the_remedy(tmp_path):
    assert "format the column as date and time" in str(at(tmp_path, 46084.5, "General"))


def test_a_workbook_that_counts_days_from_1904_is_read(tmp_path):
    def from_1904(data: bytes) -> bytes:
        book = load_workbook(io.BytesIO(data))
        book.epoch = CALENDAR_MAC_1904
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    assert at(tmp_path, local(2026, 3, 3, 13), "yyyy-mm-dd hh:mm", from_1904) == dt.datetime(
        2026, 3, 3, 12, tzinfo=dt.UTC
    )


def test_a_day_and_an_hour_in_two_columns_are_joined(tmp_path):
    rows: Table = [["id", "Date", "Time", "content"], ["p", local(2026, 3, 3), dt.time(12, 30), "hello"]]
    data = workbook(rows, formats={"B": "dd/mm/yyyy", "C": "hh:mm"})

    (mention,) = mentions(tmp_path, data, columns={"published": "Date+Time"}, time_zone="UTC")

    assert mention.published == dt.datetime(2026, 3, 3, 12, 30, tzinfo=dt.UTC)


def test_ids_that_are_numbers_are_read_and_rounded_ones_refused_with_the_remedy(tmp_path):
    data = workbook([HEADER, [7, NOON, "a", 1], [8, NOON, "b", 2], [1.43e18, NOON, "c", 3.0]])

    items = read(tmp_path, edited(data, lambda xml: xml.replace("<v>8</v>", "<v>1430000000000000123</v>")))

    assert [item.id for item in items if isinstance(item, Mention)] == ["7", "1430000000000000123"]
    (refused,) = [item for item in items if isinstance(item, Refused)]
    assert (refused.reason, refused.origin) == ("id", f"{tmp_path}/table.xlsx:4")
    assert "was rounded by a spreadsheet" in refused.detail


def test_formulas_count_by_their_value(tmp_path):
    plain = '<c r="D2" t="n"><v>5</v></c>'
    data = edited(
        workbook([HEADER, ["p", NOON, "hello", 5]]), lambda xml: xml.replace(plain, '<c r="D2"><f>2+5</f><v>7</v></c>')
    )

    (mention,) = mentions(tmp_path, data)

    assert mention.likes == 7


def test_cells_that_say_nothing_are_absent_values(tmp_path):
    rows: Table = [[*HEADER, "language", "author.name"], ["p", NOON, "hello", None, "#N/A", None], [None] * 6]

    (mention,) = mentions(tmp_path, workbook(rows))

    assert (mention.likes, mention.language, mention.author) == (0, "", None)


# -- where the table is ------------------------------------------------------------------------------------------------


def test_the_first_sheet_with_a_fitting_header_is_read(tmp_path):
    sheets: list[Table] = [
        [["Report"], ["made by", "us"]],
        [HEADER, ["p", NOON, "a", 1]],
        [HEADER, ["q", NOON, "b", 2]],
    ]

    assert [mention.id for mention in mentions(tmp_path, workbook(*sheets))] == ["p"]


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path):
    told = refusal(tmp_path, workbook([["Link", "Says"], ["a", "b"]]))

    assert "table.xlsx:1: no column for id; name one with --column id=COLUMN, of Link, Says" in told


def test_an_extent_that_is_stated_wrongly_loses_no_row(tmp_path):
    data = workbook([HEADER, *([f"p{i}", NOON, "a", i] for i in range(9))])

    wrong = edited(data, lambda xml: xml.replace('ref="A1:D10"', 'ref="A1"'))

    assert wrong != data
    assert len(mentions(tmp_path, wrong)) == 9


def test_rows_are_skipped_as_told(tmp_path):
    rows: Table = [HEADER, ["a label", "x", "y", "z"], HEADER, ["p", NOON, "hello", 1]]

    assert [mention.id for mention in mentions(tmp_path, workbook(rows), skip=2)] == ["p"]


def test_a_compressed_workbook_is_read(tmp_path):
    data = gzip.compress(workbook([HEADER, ["p", NOON, "hello", 1]]))

    assert [mention.id for mention in mentions(tmp_path, data, "table.xlsx.gz")] == ["p"]


# -- memory ------------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_rows(tmp_path):
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.xlsx"
        path.write_bytes(long_workbook(rows, "words " * 300))
        tracemalloc.start()
        try:
            assert sum(isinstance(item, Mention) for item in choose_connector(str(path)).read()) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(9_000) < 1.3 * peak(3_000)


def test_entities_that_multiply_cost_no_memory(tmp_path):
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    declared = f'<!DOCTYPE worksheet [<!ENTITY e0 "{"x" * 100}">{entities}]>'
    data = edited(
        workbook([HEADER, ["p", NOON, "hello", 1]]),
        lambda xml: declared + xml.removeprefix('<?xml version="1.0"?>').replace("hello", "&e9;"),
    )

    assert "amplification" in refusal(tmp_path, data)


# -- what is refused ---------------------------------------------------------------------------------------------------


def other_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return out.getvalue()


WHOLE = workbook([HEADER, *([f"p{i}", NOON, f"text {i}", i] for i in range(500))])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is protected by a password, or an old one (.xls)"),
        (b"id,published,content\n", "the workbook is cut off or damaged"),
        (b"", "the workbook is cut off or damaged"),
        (WHOLE[: len(WHOLE) // 2], "the workbook is cut off or damaged"),
        (edited(WHOLE, lambda xml: xml[: len(xml) // 2]), "the workbook is cut off or damaged"),
        (other_zip(), "this is no workbook of Excel's; open it, and save it as .xlsx or CSV UTF-8"),
        (workbook([]), "there is no row: the file is empty"),
    ],
    ids=["password", "text", "empty", "half a zip", "half a sheet", "another zip", "no row"],
)
def test_what_is_no_workbook_is_refused_with_its_cause(tmp_path, data, told):
    assert told in refusal(tmp_path, data)


def test_a_workbook_whose_texts_would_not_fit_in_memory_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr("streams.connectors.workbook._MOST_STRINGS", 1 << 20)
    data = edited(as_excel(WHOLE), lambda xml: xml + " " * (1 << 20), STRINGS)

    assert "take more than 1 MB; save it as CSV UTF-8" in refusal(tmp_path, data)


@pytest.mark.parametrize("name", ["table.xls", "table.ods", "table.xlsb", "table.numbers"])
def test_a_workbook_of_another_kind_is_refused_with_the_remedy(tmp_path, name):
    assert "save the workbook as .xlsx or CSV UTF-8" in refusal(tmp_path, b"", name)


def test_a_workbook_has_no_encoding_and_no_delimiter(tmp_path):
    assert "encodings and delimiters are for tables of text" in refusal(tmp_path, WHOLE, delimiter=";")
