"""Marks as their topic keeps them."""

import msgspec
import pytest

from detectors.negativity.marks import mark_of
from streams.ingest.corrections import Marks, mark_key
from streams.ingest.post_key import post_key

VALUE = msgspec.json.encode(mark_of("closed again", 0.1, negative=True))


def test_a_mark_is_kept_under_its_brand():
    marks = Marks()

    assert marks.take(mark_key("northside", post_key("p1")), VALUE) == "northside"

    assert bool(marks)
    assert len(marks.of("northside") or ()) == 1
    assert marks.of("southside") is None


def test_a_record_read_again_changes_nothing():
    marks = Marks()
    for _ in range(2):
        marks.take(mark_key("northside", post_key("p1")), VALUE)

    assert len(marks.of("northside") or ()) == 1


def test_a_mark_taken_back_leaves_nothing():
    marks = Marks()
    marks.take(mark_key("northside", post_key("p1")), VALUE)

    marks.take(mark_key("northside", post_key("p1")), None)

    assert marks.of("northside") is None
    assert not marks


def test_what_is_no_mark_is_refused_and_changes_nothing():
    marks = Marks()

    with pytest.raises(msgspec.MsgspecError):
        marks.take(mark_key("northside", post_key("p1")), b"{}")

    assert not marks


def test_the_key_of_a_post_says_nothing_of_its_address():
    assert "example" not in mark_key("northside", post_key("https://example.org/ann/1")).decode()
