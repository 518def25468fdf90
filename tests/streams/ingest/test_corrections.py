"""Marks as their topic keeps them."""

import msgspec
import pytest

from detectors.negativity.marks import mark_of
from streams.ingest.corrections import Corrections, mark_key
from streams.ingest.post_key import post_key

VALUE = msgspec.json.encode(mark_of("closed again", 0.1, negative=True))


def test_a_mark_is_kept_under_its_brand():
    corrections = Corrections()

    assert corrections.take(mark_key("northside", post_key("p1")), VALUE) == "northside"

    assert bool(corrections)
    assert len(corrections.of("northside") or ()) == 1
    assert corrections.of("southside") is None


def test_a_record_read_again_changes_nothing():
    corrections = Corrections()
    for _ in range(2):
        corrections.take(mark_key("northside", post_key("p1")), VALUE)

    assert len(corrections.of("northside") or ()) == 1


def test_a_mark_taken_back_leaves_nothing():
    corrections = Corrections()
    corrections.take(mark_key("northside", post_key("p1")), VALUE)

    corrections.take(mark_key("northside", post_key("p1")), None)

    assert corrections.of("northside") is None
    assert not corrections


def test_what_is_no_mark_is_refused_and_changes_nothing():
    corrections = Corrections()

    with pytest.raises(msgspec.MsgspecError):
        corrections.take(mark_key("northside", post_key("p1")), b"{}")

    assert not corrections


def test_the_key_of_a_post_says_nothing_of_its_address():
    assert "example" not in mark_key("northside", post_key("https://example.org/ann/1")).decode()
