"""A body is bounded while it comes."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.answer_body import AnswerBody, BodyError


@given(st.binary(max_size=3000), st.integers(1, 700), st.sampled_from(["", "gzip", "deflate", "two members"]))
def test_a_body_is_what_was_sent_however_it_comes(body, size, encoding):
    match encoding:
        case "gzip":
            sent = gzip.compress(body)
        case "deflate":
            sent = zlib.compress(body)
        case "two members":
            sent, encoding = gzip.compress(body[:100]) + gzip.compress(body[100:]), "gzip"
        case _:
            sent = body
    read = AnswerBody(encoding, limit=len(body))
    for start in range(0, len(sent), size):
        read.add(sent[start : start + size])

    assert read.whole() == body


def test_a_small_body_that_unpacks_into_a_large_one_is_refused_before_it_is_in_memory():
    bomb = gzip.compress(b"\0" * 50_000_000)
    body = AnswerBody("gzip", limit=1_000_000)

    with pytest.raises(BodyError, match="more than 1,000,000 bytes"):
        body.add(bomb)


@pytest.mark.parametrize("sent", [gzip.compress(b"a" * 1000, mtime=0)[:-9], gzip.compress(b"abc", mtime=0)[:5]])
def test_a_packed_body_that_is_cut_is_none(sent):
    body = AnswerBody("gzip", limit=10_000)
    body.add(sent)

    with pytest.raises(BodyError, match="cut"):
        body.whole()


def test_what_is_not_packed_as_it_says_is_none():
    body = AnswerBody("gzip", limit=100)

    with pytest.raises(BodyError, match="cannot be unpacked"):
        body.add(b"<html>")
    with pytest.raises(BodyError, match="'br'"):
        AnswerBody("br", limit=100)


def test_an_empty_body_may_say_that_it_is_packed():
    assert AnswerBody("gzip", limit=100).whole() == b""
