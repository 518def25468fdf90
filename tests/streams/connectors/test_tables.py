"""Tables as the trade exports them: what is certain is found, what is not is refused with its cause, no row is lost."""

import codecs
import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.connectors.cell_times import TimeReader
from streams.connectors.cells import count_of
from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.csv_file import CsvFile
from streams.connectors.table_rows import read_rows
from streams.errors import BadMentionError
from streams.mention import Mention

NOON = "2011-07-12T12:00:00Z"
TEXT = "Schlimme Zustände: “größer” – café"


def table(rows: int = 40, *, delimiter: str = ",", text: str = TEXT) -> str:
    lines = [delimiter.join(("id", "published", "content", "likes"))]
    lines += [delimiter.join((f"p{i}", NOON, text, str(i))) for i in range(rows)]
    return "\r\n".join(lines) + "\r\n"


def read(folder: Path, data: str | bytes, **options: Any) -> list[Mention | Refused]:
    path = folder / "table.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(CsvFile(str(path), **options).read())


def mentions(items: list[Mention | Refused]) -> list[Mention]:
    assert not [item for item in items if isinstance(item, Refused)]
    return [item for item in items if isinstance(item, Mention)]


def refusal(folder: Path, data: str | bytes, **options: Any) -> str:
    with pytest.raises(ConnectorError) as refused:
        read(folder, data, **options)
    return str(refused.value)


# -- encodings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: text.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "utf-16-be", "le without mark", "be without mark", "utf-32", "cp1252"],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path, encode, delimiter):
    found = mentions(read(tmp_path, encode(table(delimiter=delimiter))))

    assert [(mention.content, mention.likes) for mention in found] == [(TEXT, i) for i in range(40)]


@pytest.mark.parametrize("encoding", ["cp1250", "cp1251", "koi8-r", "mac_roman", "shift_jis"])
def test_a_stated_encoding_is_read(tmp_path, encoding):
    text = {"cp1250": "zażółć", "cp1251": "очень плохо", "koi8-r": "очень плохо", "shift_jis": "東京電力"}.get(
        encoding, "né"
    )

    found = mentions(read(tmp_path, table(text=text).encode(encoding), encoding=encoding))

    assert {mention.content for mention in found} == {text}


def test_an_encoding_that_cannot_be_told_is_refused_with_its_line_and_the_likely_ones(tmp_path):
    told = refusal(tmp_path, table(text="это очень плохо, больница закрыта сегодня", delimiter=";").encode("cp1251"))

    assert "table.csv:2: not UTF-8 (at byte " in told
    assert "cp1251" in told
    assert "--encoding" in told


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"PK\x03\x04workbook", "a workbook (.xlsx)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old workbook (.xls)"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x7fELF\x00\x01\x02\x00\x00\x00", "this is no text"),
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
    ],
)
def test_what_is_no_table_is_named_for_what_it_is(tmp_path, data, cause):
    assert cause in refusal(tmp_path, data)


def test_an_unknown_encoding_is_named(tmp_path):
    assert "'klingon' is unknown" in refusal(tmp_path, table(), encoding="klingon")


# -- where the header stands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        "", "sep=;\r\n", '"sep=;"\r\n', "Report;Northside\r\nDate range;1 - 2 July\r\n\r\n", "Query: northside\r\n",
        'Exported by "us"\r\n' * 20, "\ufeffQuery;a;b;c;d;e;f\r\n",
    ],
)  # fmt: skip
def test_labels_before_the_header_are_passed_over(tmp_path, before):
    items = read(tmp_path, before + table(5, delimiter=";"))

    assert [item.id for item in items if isinstance(item, Mention)] == [f"p{i}" for i in range(5)]
    assert not [item for item in items if isinstance(item, Refused)]


def test_lines_are_skipped_as_told_and_counted_in_what_is_refused(tmp_path):
    items = read(tmp_path, "id,published,content\nlabel,x,y\n" + table(2) + "p9,never,x,1\n", skip=2)

    assert [item.id if isinstance(item, Mention) else item.origin for item in items] == [
        "p0",
        "p1",
        f"{tmp_path}/table.csv:6",
    ]


def test_names_of_columns_are_found_in_any_case_and_dates_and_hours_joined(tmp_path):
    data = 'ID, Date ,Time,Hit Sentence,Reach\n1,26-Aug-2021,08:57AM,hello,"1,234"\n'
    columns = {"published": "date+Time", "content": "hit sentence", "author.followers": "REACH"}

    (mention,) = mentions(read(tmp_path, data, columns=columns, time_zone="UTC"))

    assert (mention.published, mention.content) == (dt.datetime(2021, 8, 26, 8, 57, tzinfo=dt.UTC), "hello")
    assert mention.author is not None
    assert mention.author.followers == 1234


def test_a_missing_column_is_named_with_those_of_the_likeliest_header(tmp_path):
    told = refusal(tmp_path, "Report\nURL;When;Says\n" + "a;b;c\n" * 9, columns={"id": "URL", "published": "Date"})

    assert "table.csv:2: no column 'Date'; there are URL, When, Says" in told


def test_a_needed_column_that_stands_twice_is_refused(tmp_path):
    assert "'Date', the column of published, stands there more than once" in refusal(
        tmp_path, "id,Date,content,date\n", columns={"published": "Date"}
    )


@pytest.mark.parametrize("delimiter", ["", ";", "semicolon"])
def test_a_delimiter_may_be_said(tmp_path, delimiter):
    assert len(mentions(read(tmp_path, table(3, delimiter=";"), delimiter=delimiter))) == 3


def test_a_delimiter_that_is_none_is_refused(tmp_path):
    assert "--delimiter 'commas' is none" in refusal(tmp_path, table(), delimiter="commas")


# -- no row is lost ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken", ['p{},{},"never closed,{}', '"p{},{},x,{}', 'p{},{},"a "quoted" word,{}', 'p{},{},"a" b,{}']
)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("at", [0, 500, 999])
def test_a_quotation_mark_too_many_costs_its_own_row_alone(tmp_path, broken, quoting, at):
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting)
    for i in range(1000):
        writer.writerow([f"p{i}", NOON, f'text {i}, with "quotes"' if i % 3 else f"two\nlines {i}", i])
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    parts = []
    for i, row in enumerate(rows):
        one = io.StringIO()
        csv.writer(one, quoting=quoting).writerow(row)
        parts.append(one.getvalue() if i != at else broken.format(i, NOON, i) + "\r\n")

    items = read(tmp_path, "id,published,content,likes\n" + "".join(parts))

    assert [item.id for item in items if isinstance(item, Mention)] == [f"p{i}" for i in range(1000) if i != at]
    (refused,) = [item for item in items if isinstance(item, Refused)]
    assert refused.reason == "csv"
    assert "quotation mark" in refused.detail


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), max_size=8), st.sampled_from(",;\t|"))
@settings(deadline=None)
@example([["\r", "a", "b"]], ",")
def test_what_a_table_writer_writes_is_read_back(rows, delimiter):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)

    found = list(read_rows(io.StringIO(out.getvalue(), newline=""), delimiter, width=3))

    assert [row.cells for row in found] == rows
    assert not any(row.problem for row in found)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=12))
@settings(deadline=None)
def test_every_line_is_in_a_row_once_whatever_it_holds(lines):
    text = "".join(f"{line}\n" for line in lines)
    whole = list(io.StringIO(text, newline=""))

    rows = list(read_rows(whole, ",", width=3))

    assert "".join(row.text for row in rows if row.text.strip("\r\n")) == "".join(
        line for line in whole if line.strip("\r\n")
    )


def test_a_row_of_another_width_is_refused_and_one_with_empty_cells_at_its_end_is_read(tmp_path):
    items = read(tmp_path, f"id,published,content,likes\np0,{NOON},x,1,,\np1,{NOON},x\np2,{NOON},a,b,c\n")

    assert [item.id if isinstance(item, Mention) else item.detail for item in items] == [
        "p0", "3 fields where the header names 4", "5 fields where the header names 4",
    ]  # fmt: skip


# -- cells ---------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "'", "\u00a0", "\u202f"]))
@settings(deadline=None)
def test_a_count_is_read_however_its_thousands_are_grouped(count, sign):
    assert count_of("likes", f"{count:,}".replace(",", sign)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("12.0", 12), ("1.2K", 1200), ("3M", 3_000_000), ("1,5k", 1500), ("1,234.00", 1234), ("1E+05", 100_000)],
)
def test_a_count_is_read_however_it_is_shortened(text, count):
    assert count_of("likes", text) == count


@pytest.mark.parametrize("absent", ["", "N/A", "n/a", "null", "None", "NaN", "-", "—", "#N/A", " "])
def test_a_cell_that_says_that_there_is_nothing_is_an_absent_value(tmp_path, absent):
    (mention,) = mentions(
        read(tmp_path, f"id,published,content,likes,language,author.name\np,{NOON},x,{absent},{absent},{absent}\n")
    )

    assert (mention.likes, mention.language, mention.author) == (0, "", None)


def test_ids_that_a_spreadsheet_has_rounded_are_refused_with_the_remedy(tmp_path):
    items = read(tmp_path, f"id,published,content,repost_of\n1.43E+18,{NOON},x,\n7,{NOON},x,1.43E+18\n")

    assert isinstance(items[0], Refused)
    assert "'1.43E+18' was rounded by a spreadsheet" in items[0].detail
    assert isinstance(items[1], Mention)
    assert items[1].repost_of == ""


def test_ids_that_all_end_in_noughts_are_refused_whole(tmp_path):
    rows = "".join(f"14{i:013}0000,{NOON},x\n" for i in range(5))

    assert "the ids were rounded by a spreadsheet" in refusal(tmp_path, f"id,published,content\n{rows}9,{NOON},x\n")


# -- times ---------------------------------------------------------------------------------------------------------

AUGUST = dt.datetime(2021, 8, 26, 8, 57, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2021-08-26T08:57:00Z", "2021-08-26 08:57:00 UTC", "2021-08-26 10:57:00+02:00", "2021-08-26 08:57",
        "2021/08/26 08:57:00",
        "26-Aug-2021 08:57AM", "26 August 2021, 08:57", "Aug 26, 2021 8:57 AM", "Thu, 26 Aug 2021 08:57:00 +0000",
        "Thu Aug 26 08:57:00 +0000 2021", "26.08.2021 08:57", "26/08/2021 08:57", "08/26/2021 8:57 am", "1629968220",
        "1629968220.0", "1629968220000", "20210826T085700Z", "2021-08-26 04:57:00 GMT-4", "August 26, 2021 at 8:57 AM",
    ],
)  # fmt: skip
def test_a_time_is_read_in_any_usual_form(text):
    assert TimeReader(time_zone="UTC").read(text) == AUGUST


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo"])
def test_a_zone_that_a_time_names_goes_before_the_one_that_is_said(zone):
    assert TimeReader(time_zone=zone).read("2021-08-26 08:57:00 UTC") == AUGUST


@pytest.mark.parametrize(
    ("sample", "month"), [(["13/02/2021 10:00", "03/04/2021 10:00"], 4), (["02/13/2021 10:00", "03/04/2021 10:00"], 3)]
)
def test_day_and_month_are_told_apart_by_the_other_dates(sample, month):
    assert TimeReader(time_zone="UTC", sample=sample).read("03/04/2021 10:00").month == month


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("03/04/2021 10:00", "may be 3 Apr or 4 Mar"),
        ("2021-08-26", "has no hour"),
        ("44434.37", "a spreadsheet's number of a day"),
        ("2021-02-30 10:00", "is no time that is known"),
        ("yesterday", "is no time that is known"),
        ("2021-08-26 08:57 EST", "is no time that is known"),
        ("99999999999999999999", "is no time that is known"),
        ("2021-03-28 02:30", "does not exist in Europe/Berlin"),
    ],
)
def test_a_time_that_is_not_certain_is_refused_with_its_cause(text, told):
    with pytest.raises(BadMentionError, match="timestamp: published: ") as refused:
        TimeReader(time_zone="Europe/Berlin").read(text)

    assert told in str(refused.value)


def test_a_table_of_which_no_date_tells_day_and_month_apart_is_refused_whole(tmp_path):
    rows = "".join(f"{i},{i % 12 + 1:02}/03/2026 10:00,x\n" for i in range(50))

    assert "may be 1 Mar or 3 Jan; say which with --time-format" in refusal(tmp_path, f"id,published,content\n{rows}")
    assert (
        len(mentions(read(tmp_path, f"id,published,content\n{rows}", time_format="%d/%m/%Y %H:%M", time_zone="UTC")))
        == 50
    )


def test_a_time_without_a_zone_is_refused_where_none_is_said():
    with pytest.raises(BadMentionError, match="names no offset; say which time zone it is in, with --time-zone"):
        TimeReader().read("2021-08-26 08:57")


@given(st.lists(st.integers(0, 6 * 12), min_size=12, max_size=60), st.booleans())
@settings(deadline=None)
def test_in_the_hour_that_comes_twice_sorted_rows_keep_their_order(minutes, newest_first):
    begin = dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC)
    instants = sorted(
        (begin + dt.timedelta(minutes=5 * minute) for minute in {*minutes, *range(0, 73, 6)}), reverse=newest_first
    )
    local = [instant.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M") for instant in instants]

    reader = TimeReader(time_zone="Europe/Berlin", sample=local)

    assert [reader.read(text) for text in local] == instants


def test_in_the_hour_that_comes_twice_rows_in_no_order_are_refused():
    sample = ["2026-10-25 05:00", "2026-10-25 01:00", "2026-10-25 04:00", "2026-10-25 00:30"]

    with pytest.raises(BadMentionError, match="comes twice in Europe/Berlin, and the rows are not in order"):
        TimeReader(time_zone="Europe/Berlin", sample=sample).read("2026-10-25 02:30")
