"""A feed's word on its encoding is believed less than its bytes."""

import pytest

from streams.sources.feeds.decoding import decode

SAID = "<a>Käse – “gut”, 12 €</a>"


@pytest.mark.parametrize("stated", ["iso-8859-1", "windows-1252", "us-ascii", "utf-16", "utf-8", "x-unknown", "base64"])
def test_utf_8_is_read_whatever_is_said_of_it(stated):
    document = f'<?xml version="1.0" encoding="{stated}"?>{SAID}'.encode()

    assert decode(document) == SAID
    assert decode(document, f"text/xml; charset={stated}") == SAID


@pytest.mark.parametrize("stated", ["iso-8859-1", "windows-1252", "utf-8", ""])
def test_windows_characters_are_read_where_utf_8_or_latin_1_is_stated(stated):
    declaration = f'<?xml version="1.0" encoding="{stated}"?>' if stated else ""

    assert decode(f"{declaration}{SAID}".encode("cp1252")) == SAID


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("windows-1251", "<a>Отзыв</a>"), ("gb2312", "<a>召回产品</a>"), ("shift_jis", "<a>リコール</a>"),
     ("iso-2022-jp", "<a>リコール</a>"), ("euc-kr", "<a>리콜</a>"), ("iso-8859-2", "<a>łódź</a>")],
)  # fmt: skip
def test_what_is_stated_truly_is_believed(encoding, said):
    assert decode(f'<?xml version="1.0" encoding="{encoding}"?>{said}'.encode(encoding)) == said
    assert decode(said.encode(encoding), f'application/rss+xml; charset="{encoding}"') == said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_marks_of_the_byte_order_go_before_everything(encoding):
    assert decode(f'<?xml version="1.0" encoding="iso-8859-1"?>{SAID}'.encode(encoding), "text/xml") == SAID


def test_a_few_broken_bytes_spoil_no_others():
    document = "<a>Käse über Käse – “gut”</a>".encode().replace("ü".encode(), b"\xfc", 1)

    assert decode(document) == "<a>Käse \N{REPLACEMENT CHARACTER}ber Käse – “gut”</a>"


def test_a_document_cut_within_a_character_keeps_all_before_it():
    assert decode("<a>Käse – “gut".encode()[:-3] + "“".encode()[:2]).startswith("<a>Käse – “")
