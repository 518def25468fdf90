"""Whatever a stream is cut into, its chunks are the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.talkwalker.chunks import Chunks, trouble_of

CHUNKS = [{"chunk_type": "CT_CONTROL", "n": 1}, {"text": 'a "quoted" } { é ♥ \n'}, {"deep": [{"a": {}}]}]


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=30), indent=st.sampled_from([None, 4]))
def test_pieces_may_be_cut_anywhere(sizes, indent):
    body = "\n".join(json.dumps(chunk, indent=indent, ensure_ascii=False) for chunk in CHUNKS).encode()
    chunks, found, begin, turn = Chunks(), [], 0, 0
    while begin < len(body):
        size = sizes[turn % len(sizes)]
        found += chunks.add(body[begin : begin + size])
        begin, turn = begin + size, turn + 1

    assert found == CHUNKS
    assert chunks.is_whole


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"\xff", b'{"a": 1} x'])
def test_what_is_no_chunk_is_said_at_once(body):
    with pytest.raises(ValueError, match=r"begins with|invalid start byte"):
        Chunks().add(body)


@pytest.mark.parametrize(
    ("chunk", "code"),
    [
        ({"status_code": "0", "status_message": "OK"}, ""),
        ({"chunk_type": "CT_RESULT", "chunk_result": {}}, ""),
        ({"status_code": "7"}, "7"),
        ({"chunk_type": "CT_ERROR", "chunk_error": {"status_code": 24}}, "24"),
        ({"chunk_type": "CT_ERROR", "chunk_error": {"error": {"status_code": "30"}}}, "30"),
        ({"chunk_type": "CT_ERROR"}, "25"),
    ],
)
def test_an_error_is_found_wherever_it_stands(chunk, code):
    trouble = trouble_of(chunk)

    assert (trouble.code if trouble else "") == code


def test_what_passes_is_waited_for_and_what_does_not_is_told():
    later, never = (trouble_of({"status_code": code}) for code in ("24", "15"))
    assert later
    assert never
    assert isinstance(later.as_error("u"), SourceUnavailableError)
    assert "give Tocsin one of its own" in str(later.as_error("u"))
    assert isinstance(never.as_error("u"), SourceError)
