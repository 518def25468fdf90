"""Files give their mentions in order; what is none is named with its line."""

import datetime as dt
import gzip
import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from streams.connectors.choose import choose_connector
from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.csv_file import CsvFile
from streams.connectors.jsonl import JsonLines
from streams.mention import MAX_BYTES, Author, Mention

GOOD = b'{"id": "a", "published": "2011-07-12T15:00:00Z", "content": "one"}\n'
ALSO_GOOD = b'{"id": "b", "published": "2011-07-12T17:00:01+02:00", "content": "two", "unheard_of": 1}\n'
AIRLINE = (
    "tweet_id,airline_sentiment,name,retweet_count,text,tweet_created,followers\n"
    '5675,negative,kbosspotter,0,"@united, no\nbags, ""no"" plane",2015-02-17 00:36:00 -0800,12\n'
)


def _ids(items: Iterable[Mention | Refused]) -> list[object]:
    return [item.id if isinstance(item, Mention) else (item.origin, item.reason) for item in items]


def _csv(tmp_path: Path, text: str | bytes, **options: Any) -> tuple[Path, list[Any]]:
    path = tmp_path / "mentions.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path, list(CsvFile(str(path), **options).read())


def test_lines_come_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(GOOD + b"\n" + ALSO_GOOD)

    assert _ids(JsonLines(str(path)).read()) == ["a", "b"]


@pytest.mark.parametrize(("suffix", "compress"), [(".gz", gzip.compress), (".zst", zstandard.compress)])
def test_a_compressed_file_reads_as_the_plain_one(tmp_path, suffix, compress):
    path = tmp_path / f"mentions.jsonl{suffix}"
    path.write_bytes(compress(GOOD) + compress(ALSO_GOOD))

    assert _ids(choose_connector(str(path)).read()) == ["a", "b"]


def test_a_dash_reads_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD + ALSO_GOOD)))

    assert _ids(JsonLines("-").read()) == ["a", "b"]


def test_a_bad_line_is_named_and_the_next_one_read(tmp_path):
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(GOOD + b'{"id": "x", "content": ""}\n{not json\n' + ALSO_GOOD)

    items = list(JsonLines(str(path)).read())

    assert _ids(items) == ["a", (f"{path}:2", "schema"), (f"{path}:3", "json"), "b"]
    assert isinstance(items[2], Refused)
    assert items[2].data == b"{not json"


def test_a_line_without_end_is_refused_by_its_size(tmp_path):
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(b"x" * (3 * MAX_BYTES) + b"\n" + GOOD)

    assert _ids(JsonLines(str(path)).read()) == [(f"{path}:1", "too_large"), "a"]


def test_the_largest_line_that_is_allowed_is_read(tmp_path):
    path = tmp_path / "mentions.jsonl"
    start, end = GOOD.rstrip().split(b"one")
    path.write_bytes(start + b"x" * (MAX_BYTES - len(start) - len(end)) + end + b"\n" + ALSO_GOOD)

    assert _ids(JsonLines(str(path)).read()) == ["a", "b"]


@pytest.mark.parametrize(("suffix", "compress"), [(".gz", gzip.compress), (".zst", zstandard.compress)])
def test_a_file_that_breaks_off_says_where(tmp_path, suffix, compress):
    path = tmp_path / f"mentions.jsonl{suffix}"
    whole = compress(b"".join(GOOD.replace(b'"a"', b'"%d"' % i) for i in range(5000)))
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ConnectorError, match=rf"mentions\.jsonl{suffix}:\d+: cannot be read any further"):
        list(JsonLines(str(path)).read())


def _lines(*numbers: int) -> list[bytes]:
    return [GOOD.replace(b'"a"', b'"p%d"' % number).rstrip() for number in numbers]


BROKEN = b'{"id": "x", "content": ""}'


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + b"\n".join(_lines(0, 1, 2)),
        b"\n".join(_lines(0, 1, 2)).decode().encode("utf-16"),
        b"\n".join(_lines(0, 1, 2)).decode().encode("utf-16-be"),
        b"[" + b",".join(_lines(0, 1, 2)) + b"]",
        b"[\n  " + b",\n  ".join(_lines(0, 1, 2)) + b"\n]\n",
        b"[\n" + b"]\n[".join(_lines(0, 1, 2)) + b"]",
        b"\n\n" + _lines(0)[0] + b"\n[" + b", ".join(_lines(1, 2)) + b"]\n",
        b"\n".join(line.replace(b", ", b",\n  ").replace(b"{", b"{\n  ") for line in _lines(0, 1, 2)),
    ],
    ids=["mark", "utf-16", "be", "one array", "array over lines", "arrays", "an array a line", "objects over lines"],
)
def test_json_is_read_however_it_is_laid_out(tmp_path, data):
    path = tmp_path / "mentions.json"
    path.write_bytes(data)

    assert _ids(choose_connector(str(path)).read()) == ["p0", "p1", "p2"]


def test_a_bad_element_of_an_array_is_named_and_the_next_one_read(tmp_path):
    path = tmp_path / "mentions.json"
    path.write_bytes(b"[\n" + b",\n".join([_lines(0)[0], BROKEN, b"7", _lines(1)[0]]) + b"\n]")

    items = list(JsonLines(str(path)).read())

    assert _ids(items)[0::3] == ["p0", "p1"]
    assert [item.data for item in items if isinstance(item, Refused)] == [BROKEN, b"7"]


def test_an_array_larger_than_what_is_held_is_read_whole(tmp_path):
    path = tmp_path / "mentions.json"
    filler = b'"content": "' + b"x" * 50_000
    path.write_bytes(b"[" + b",".join(line.replace(b'"content": "', filler) for line in _lines(*range(40))) + b"]")

    assert _ids(JsonLines(str(path)).read()) == [f"p{i}" for i in range(40)]


def test_an_array_that_breaks_off_or_is_broken_says_where_after_what_it_held(tmp_path):
    path = tmp_path / "mentions.json"
    for rest in (b",\n{broken},\n" + _lines(2)[0] + b"]", b",\n", b""):
        path.write_bytes(b"[\n" + b",\n".join(_lines(0, 1)) + rest)
        found: list[str] = []

        with pytest.raises(ConnectorError, match=r"mentions\.json:\d+: the JSON is broken or breaks off"):
            found.extend(item.id for item in JsonLines(str(path)).read() if isinstance(item, Mention))


def test_a_compressed_file_is_known_by_its_first_bytes(tmp_path):
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(gzip.compress(GOOD))

    assert _ids(JsonLines(str(path)).read()) == ["a"]


def test_a_pipe_gives_each_line_as_it_comes(monkeypatch):
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as ours, os.fdopen(writing, "wb", buffering=0) as theirs:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(ours))
        items = JsonLines("-").read()
        for line in (GOOD, ALSO_GOOD):
            theirs.write(line)

            assert isinstance(next(items), Mention)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConnectorError, match=r"nothing\.jsonl: cannot open it: No such file"):
        list(JsonLines(str(tmp_path / "nothing.jsonl")).read())


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(ConnectorError, match=r"save the workbook as \.xlsx or CSV UTF-8, and give a \.jsonl, \.json"):
        choose_connector("mentions.ods")


def test_columns_become_the_fields_that_the_caller_names(tmp_path):
    _, items = _csv(
        tmp_path,
        AIRLINE,
        columns={
            "id": "tweet_id", "published": "tweet_created", "content": "text", "author.id": "name",
            "author.followers": "followers", "reposts": "retweet_count",
        },
        constants={"source": "twitter"},
        time_format="%Y-%m-%d %H:%M:%S %z",
    )  # fmt: skip

    assert items == [
        Mention(
            id="5675",
            published=dt.datetime(2015, 2, 17, 8, 36, tzinfo=dt.UTC),
            content='@united, no\nbags, "no" plane',
            source="twitter",
            author=Author(id="kbosspotter", followers=12),
        )
    ]


def test_columns_with_a_field_s_own_name_need_no_mapping(tmp_path):
    _, items = _csv(
        tmp_path,
        'id,published,content,tags,deleted,likes,other\n1,2011-07-12T15:00:00Z,text,"#a, b",no,,x\n',
    )  # fmt: skip

    assert items == [
        Mention(id="1", published=dt.datetime(2011, 7, 12, 15, tzinfo=dt.UTC), content="text", tags=("a", "b"))
    ]


def test_times_without_an_offset_are_in_the_named_zone(tmp_path):
    _, items = _csv(tmp_path, "id,published,content\n1,2011-07-12 11:00:00,\n", time_zone="America/New_York")

    assert items[0].published == dt.datetime(2011, 7, 12, 15, tzinfo=dt.UTC)


def test_bad_rows_are_named_by_their_first_line(tmp_path):
    path, items = _csv(
        tmp_path,
        b'id,published,content,likes\n1,2011-07-12T15:00:00Z,"two\nlines",1\n2,2011-07-12 15:00:00,,1\n'
        b"3,2011-07-12T15:00:00Z\n4,2011-07-12T15:00:00Z,\xff,1\n5,2011-07-12T15:00:00Z,,many\n"
        b"6,2011-07-12T15:00:00Z,,2\n",
    )

    assert _ids(items) == [
        "1",
        (f"{path}:4", "timestamp"),
        (f"{path}:5", "csv"),
        (f"{path}:6", "utf8"),
        (f"{path}:7", "schema"),
        "6",
    ]
    assert items[3].data == b"4,2011-07-12T15:00:00Z,\xff,1"


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    with pytest.raises(ConnectorError, match=r"no column 'tweet'; there are id, published, content"):
        _csv(tmp_path, "id,published,content\n", columns={"content": "tweet"})


def test_a_needed_field_without_a_column_is_named(tmp_path):
    with pytest.raises(ConnectorError, match="no column for content"):
        _csv(tmp_path, "id,published,text\n")


def test_an_unknown_field_is_refused():
    with pytest.raises(ConnectorError, match="'contents' is no field"):
        CsvFile("x.csv", {"contents": "text"})


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(ConnectorError, match="'Mars/Olympus' is no time zone"):
        CsvFile("x.csv", time_zone="Mars/Olympus")
