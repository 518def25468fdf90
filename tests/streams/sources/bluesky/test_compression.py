"""Compressed frames, the dictionary they need, and what is no dictionary."""

import pytest
import zstandard

from streams.errors import BadMentionError
from streams.mention import MAX_BYTES
from streams.sources.bluesky.compression import LONGEST_FRAME, V1_DICTIONARY, Inflater, read_dictionary
from streams.sources.bluesky.frames import decode_v1
from streams.sources.bluesky.given_posts import GivenPosts
from streams.sources.bluesky.place import Cursor, Place
from streams.sources.bluesky.progress import Progress
from streams.sources.bluesky.reading import Reading
from streams.sources.source import SourceError
from tests.streams.sources.bluesky.dictionaries import compressed, dictionary
from tests.streams.sources.bluesky.posts import SEEN_US, record, v1

FRAME = v1({"record": record()})


def test_a_frame_that_is_compressed_by_the_dictionary_is_read(tmp_path):
    path = tmp_path / "zstd_dictionary"
    path.write_bytes(dictionary())

    inflate = read_dictionary(path)

    assert inflate.id == V1_DICTIONARY == 1_612_007_021
    assert inflate(compressed(FRAME, dictionary())) == FRAME


def test_a_frame_that_is_not_compressed_passes():
    assert Inflater()(FRAME) == FRAME
    assert Inflater(dictionary())(FRAME) == FRAME


@pytest.mark.parametrize(
    "frame",
    [
        compressed(FRAME, dictionary())[:-5],
        compressed(FRAME, dictionary(7)),
        zstandard.FRAME_HEADER,
        zstandard.ZstdCompressor().compress(b" " * (LONGEST_FRAME + 1)),
        zstandard.FRAME_HEADER + b"\xe0" + b"\xff" * 16,
    ],
    ids=["cut", "another dictionary", "a beginning", "too long", "a length that is a lie"],
)
def test_a_frame_that_cannot_be_decompressed_is_refused(frame):
    with pytest.raises(BadMentionError) as refused:
        Inflater(dictionary())(frame)

    assert refused.value.reason == "zstd"


def test_a_compressed_frame_that_nobody_asked_for_is_refused():
    with pytest.raises(BadMentionError, match="not asked for"):
        Inflater()(compressed(FRAME, dictionary()))


def test_a_refused_frame_goes_to_the_dead_letters_as_text_and_no_longer_than_they_take():
    place = Place(wire="v1", host="wss://a")
    reading = Reading(
        "wss://a", decode_v1, Inflater(dictionary()), Progress(place, "v1", "wss://a", Cursor()), GivenPosts(10)
    )
    broken = b'{"did": 7, "noise": "' + b"x" * 600_000 + b'"}'

    (refused,) = reading.take([compressed(broken, dictionary())], SEEN_US / 1e6).refused

    assert refused.data == broken[:MAX_BYTES]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file"),
        (b"", "no dictionary"),
        (b"<!DOCTYPE html>", "no dictionary"),
        (dictionary(7), "its id is 7"),
    ],
)
def test_what_is_no_dictionary_is_named_with_its_path(tmp_path, content, says):
    path = tmp_path / "zstd_dictionary"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SourceError, match=says) as refused:
        read_dictionary(path)

    assert str(path) in str(refused.value)
