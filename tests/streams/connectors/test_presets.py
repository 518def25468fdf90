"""A suite's export is told by its header alone, and reads without a word; what no preset knows reads as before."""

import datetime as dt
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.connectors.choose import TableOptions, choose_connector
from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.presets.registry import PRESETS, SUITES, presets_for
from streams.connectors.table_layout import FIELDS, REQUIRED
from streams.mention import Author, Mention
from tests.streams.connectors.exports import (
    BRANDWATCH,
    EXPORTS,
    HEADERS,
    MELTWATER,
    MELTWATER_IN_TWO,
    SPRINKLR,
    TALKWALKER,
    Export,
    text,
)  # fmt: skip

ANN = "A&E shut again, shameful northside"


def read(
    folder: Path, data: bytes, name: str = "export.csv", **options: Any
) -> tuple[list[Mention | Refused], list[str]]:
    path = folder / name
    path.write_bytes(data)
    told: list[str] = []
    table = TableOptions(**{"time_zone": "UTC"} | options)
    return list(choose_connector(str(path), table, told.append).read()), told


def mentions(folder: Path, data: bytes, name: str = "export.csv", **options: Any) -> list[Mention]:
    items, _ = read(folder, data, name, **options)
    assert not [item for item in items if isinstance(item, Refused)]
    return [item for item in items if isinstance(item, Mention)]


# -- each suite ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_an_export_is_read_without_a_word_and_said_to_be_whose_it_is(tmp_path, export: Export):
    items, told = read(tmp_path, export.data, export.name)

    assert isinstance(items[0], Mention)
    assert items[0].content == ANN
    assert items[0].source == "twitter"
    assert items[0].author is not None
    assert items[0].author.id.lstrip("@") == "ann"
    assert items[0].author.followers == 1234
    assert told == [
        f"{tmp_path}/{export.name} is read as an export of {export.suite}; --preset none reads it by its own names"
    ]


def test_brandwatch(tmp_path):
    post, repost = mentions(tmp_path, EXPORTS[0].data)

    assert post == Mention(
        id="r-1", published=dt.datetime(2026, 3, 3, 12, 0, 1, tzinfo=dt.UTC), content=ANN, source="twitter",
        url="http://x.com/ann/statuses/12", language="en", author=Author(id="ann", name="Ann Lee", followers=1234),
        tags=("northside",), likes=5, reposts=2, views=1950,
    )  # fmt: skip
    assert (repost.id, repost.repost_of) == ("http://x.com/bob/statuses/13", "http://x.com/ann/statuses/12")


def test_brandwatch_before_the_network_was_renamed(tmp_path):
    rows = [[name.replace("X ", "Twitter ").replace("Repost", "Retweet") for name in BRANDWATCH[0]], *BRANDWATCH[1:]]

    post, repost = mentions(tmp_path, text(rows))

    assert (post.likes, post.reposts) == (5, 2)
    assert repost.repost_of == "http://x.com/ann/statuses/12"


def test_meltwater(tmp_path):
    post, article = mentions(tmp_path, text(MELTWATER, "utf-16", "\t"))

    assert post == Mention(
        id="http://twitter.com/ann/statuses/12", published=dt.datetime(2026, 3, 3, 8, 57, tzinfo=dt.UTC), content=ANN,
        source="twitter", url="http://twitter.com/ann/statuses/12", language="en",
        author=Author(id="@ann", name="Ann Lee", followers=1234, url="https://twitter.com/ann"),
    )  # fmt: skip
    assert article == Mention(
        id="https://news.example/9", published=dt.datetime(2026, 3, 3, 21, 10, tzinfo=dt.UTC),
        content="Northside closes for a week.", name="Northside closes its A&E", source="Example News",
        url="https://news.example/9", language="fr", author=Author(followers=250_000),
    )  # fmt: skip


def test_meltwater_with_date_and_time_in_two_columns(tmp_path):
    (post,) = mentions(tmp_path, text(MELTWATER_IN_TWO, "utf-16", "\t"))

    assert post == Mention(
        id="d-1", published=dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC), content=ANN, source="twitter",
        url="https://x.com/ann/status/12", language="en", author=Author(id="@ann", name="Ann Lee", followers=1234),
        tags=("northside",), likes=5, replies=1, reposts=2, views=1950,
    )  # fmt: skip


def test_talkwalker(tmp_path):
    (post,) = mentions(tmp_path, text(TALKWALKER))

    assert post == Mention(
        id="http://twitter.com/ann/status/12", published=dt.datetime(2026, 3, 3, 12, 0, 1, tzinfo=dt.UTC), content=ANN,
        source="twitter", url="http://twitter.com/ann/status/12", language="en",
        author=Author(id="ann", name="Ann Lee", followers=1234, url="http://twitter.com/ann"),
        likes=5, replies=1, reposts=2,
    )  # fmt: skip


def test_sprinklr(tmp_path):
    (post,) = mentions(tmp_path, text(SPRINKLR))

    assert post == Mention(
        id="https://twitter.com/ann/status/12", published=dt.datetime(2026, 3, 3, 12, 0, 1, tzinfo=dt.UTC), content=ANN,
        source="twitter", url="https://twitter.com/ann/status/12", author=Author(id="ann", name="ann", followers=1234),
    )  # fmt: skip


# -- rows that are rough ---------------------------------------------------------------------------------------------


def changed(rows: list[list[Any]], **cells: str) -> list[list[Any]]:
    header, row, *_ = rows
    given = {name.replace("_", " "): cell for name, cell in cells.items()}
    assert given.keys() <= set(header)
    return [header, [given.get(name, cell) for name, cell in zip(header, row, strict=True)]]


def test_where_the_best_column_is_empty_the_next_one_is_taken(tmp_path):
    rows = changed(BRANDWATCH, Full_Text="", Resource_Id="1.43E+18", X_Followers="0", Author="N/A")

    (post,) = mentions(tmp_path, text(rows))

    assert (post.content, post.id) == ("northside shut", "http://x.com/ann/statuses/12")
    assert post.author == Author(name="Ann Lee")


def test_a_row_whose_ids_are_all_spoilt_is_refused_with_the_remedy(tmp_path):
    rows = changed(BRANDWATCH, Url="", Resource_Id="1.43E+18")

    (refused,), _ = read(tmp_path, text(rows))

    assert isinstance(refused, Refused)
    assert "'1.43E+18' was rounded by a spreadsheet" in refused.detail


def test_a_text_of_x_that_begins_with_rt_is_a_repost_and_another_networks_is_none(tmp_path):
    text_of = "RT @ann: shameful northside"

    (x,) = mentions(tmp_path, text(changed(MELTWATER, Hit_Sentence=text_of)))
    (other,) = mentions(tmp_path, text(changed(MELTWATER, Hit_Sentence=text_of, Source="Reddit")))

    assert (x.repost_of, other.repost_of) == ("https://x.com/ann", "")


def test_a_title_is_told_once(tmp_path):
    (same,) = mentions(tmp_path, text(changed(MELTWATER, Headline="A&E shut again")))
    (other,) = mentions(tmp_path, text(changed(MELTWATER, Headline="Trust in trouble")))

    assert (same.name, other.name) == ("", "Trust in trouble")


def test_times_without_a_zone_are_refused_once_for_all_with_the_remedy(tmp_path):
    with pytest.raises(ConnectorError) as refused:
        read(tmp_path, text(BRANDWATCH), time_zone="")

    assert str(refused.value).endswith(
        "'2026-03-03 12:00:01.0' names no time zone; say the one that brandwatch is set to, such as --time-zone "
        "Europe/Berlin"
    )


def test_times_that_name_their_zone_need_no_word(tmp_path):
    (post,) = mentions(tmp_path, text(changed(BRANDWATCH, Date="2026-03-03T13:00:01+01:00")), time_zone="")

    assert post.published == dt.datetime(2026, 3, 3, 12, 0, 1, tzinfo=dt.UTC)


# -- told by the header, and by nothing else -------------------------------------------------------------------------

_NAMES = {name.casefold() for preset in PRESETS for group in preset.known_by for name in group}
EXTRA = st.text(st.characters(codec="utf-8", exclude_characters=',;\t|"\r\n+'), max_size=12).filter(
    lambda name: name.strip().casefold() not in _NAMES
)
CASES = st.sampled_from([str, str.lower, str.upper, str.title, lambda name: f" {name} "])


@given(st.data())
@settings(deadline=None)
def test_a_header_is_found_in_any_order_and_case_with_any_other_columns(data):
    suite = data.draw(st.sampled_from(sorted(HEADERS)))
    names = data.draw(st.permutations([*HEADERS[suite], *data.draw(st.lists(EXTRA, max_size=5))]))
    header = [data.draw(CASES)(name) for name in names]

    assert [preset.suite for preset in presets_for(header)] == [suite.split()[0]]


@pytest.mark.parametrize(("one", "other"), [*combinations(HEADERS, 2)])
def test_a_header_with_the_columns_of_two_is_claimed_by_none(one, other):
    assert not presets_for([*HEADERS[one], *HEADERS[other]])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.suite)
def test_all_columns_of_a_preset_are_claimed_by_itself_alone(preset):
    known = {name for group in preset.known_by for name in group}
    columns = {part for names in preset.columns.values() for name in names for part in name.split("+")}

    assert presets_for(known | columns) == [preset]


@pytest.mark.parametrize("suite", HEADERS)
def test_each_known_header_fits_one_preset_alone(suite):
    assert sum(preset.fits(HEADERS[suite]) for preset in PRESETS) == 1


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.suite)
def test_a_preset_says_where_each_field_that_is_needed_stands(preset):
    assert {*REQUIRED} <= preset.columns.keys() <= FIELDS
    assert all(columns for columns in preset.columns.values())


def test_a_table_of_no_suite_reads_by_its_own_names(tmp_path):
    items, told = read(tmp_path, b"id,published,content,Source,name\np,2026-03-03T12:00:00Z,hello,X,hell\n")

    assert isinstance(items[0], Mention)
    assert (items[0].source, items[0].name) == ("X", "hell")
    assert told == []


def test_a_header_in_another_language_gets_the_message_of_any_table(tmp_path):
    header = "Datum,Überschrift,URL,Einleitungstext,Treffersatz,Quelle,Influencer,Land,Sprache,Reichweite\n"

    with pytest.raises(ConnectorError, match=r"export\.csv:1: no column for id; name one with --column id=COLUMN, of "):
        read(tmp_path, (header + "1,2,3,4,5,6,7,8,9,10\n" * 9).encode())


# -- the caller's word goes before -----------------------------------------------------------------------------------


def test_what_the_caller_says_goes_before_the_preset(tmp_path):
    options: dict[str, Any] = {"columns": {"content": "Snippet"}, "constants": {"source": "X", "author.id": "somebody"}}

    post, _ = mentions(tmp_path, text(BRANDWATCH), **options)

    assert (post.content, post.source) == ("northside shut", "X")
    assert post.author == Author(id="somebody", name="Ann Lee", followers=1234)
    assert post.likes == 5


def test_none_reads_an_export_by_its_own_names(tmp_path):
    with pytest.raises(ConnectorError, match="no column for id; name one with --column id=COLUMN"):
        read(tmp_path, text(BRANDWATCH), preset="none")


def test_a_suite_that_is_named_is_taken_though_the_header_does_not_say_so(tmp_path):
    rows = [["URL", "Date", "Hit Sentence"], ["u", "26-Aug-2021 08:57AM", "hello"]]

    items, told = read(tmp_path, text(rows), preset="Meltwater")

    assert isinstance(items[0], Mention)
    assert (items[0].id, items[0].content) == ("u", "hello")
    assert "as an export of meltwater" in told[0]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_a_suite_that_is_named_reads_its_own_exports_as_if_it_were_not(tmp_path, export: Export):
    assert mentions(tmp_path, export.data, preset=export.suite) == mentions(tmp_path, export.data)


def test_a_column_that_the_named_suite_would_have_is_named(tmp_path):
    with pytest.raises(ConnectorError) as refused:
        read(tmp_path, b"Url,Date,Says\n1,2,3\n1,2,3\n", preset="brandwatch")

    assert (
        "no column for content (in an export of brandwatch Full Text or Snippet or Title); name one with "
        "--column content=COLUMN, of Url, Date, Says"
    ) in str(refused.value)


def test_an_unknown_suite_is_refused_with_the_list(tmp_path):
    with pytest.raises(ConnectorError) as refused:
        read(tmp_path, b"", preset="mentionlytics")

    assert f"--preset 'mentionlytics' is none; choose of {', '.join(SUITES)}, or none" in str(refused.value)
