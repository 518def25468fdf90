"""What is in one of GDELT's archives, whatever it is."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.gdelt import files
from streams.sources.gdelt.files import BadFileError, rows


def packed(*tables: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for number, table in enumerate(tables):
            written.writestr(f"{number}.csv", table)
    return archive.getvalue()


def test_lines_are_read_and_bytes_that_are_no_text_cost_a_character():
    assert rows(packed("Käse\tb\r\n\nc".encode() + b"\xff")) == ["Käse\tb\r", "c\N{REPLACEMENT CHARACTER}"]


def test_a_file_without_a_line_has_none():
    assert rows(packed(b"")) == []


@pytest.mark.parametrize(
    "archive",
    [b"", b"<html>", packed(), packed(b"a", b"b"), packed(b"abc" * 1000)[:-40]],
    ids=["nothing", "a web page", "without a file", "two files", "cut"],
)
def test_what_is_no_archive_of_one_table_is_refused(archive):
    with pytest.raises(BadFileError):
        rows(archive)


def test_a_bomb_is_unpacked_no_further_than_its_bound(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    with pytest.raises(BadFileError, match="unpacks to more than"):
        rows(packed(b"\0" * 10_000_000))


@given(st.integers(0, 400), st.integers(0, 255))
def test_an_archive_with_a_broken_byte_is_read_or_refused_and_nothing_else(place, byte):
    whole = bytearray(packed(b"a\tb\tc\n" * 50))
    whole[place % len(whole)] = byte
    try:
        read = rows(bytes(whole))
    except BadFileError:
        return
    assert all(isinstance(row, str) for row in read)
