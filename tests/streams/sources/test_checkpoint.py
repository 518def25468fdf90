"""A checkpoint is read as it was written, or not at all."""

import pytest

from streams.sources.checkpoint import BadCheckpointError, Checkpoint, Counts, decode_checkpoint, encode_checkpoint
from streams.sources.source import Health, Hole

WHOLE = Checkpoint(
    kind="feeds",
    position={"urls": {"a": [1, "x", None]}, "at": 1.5},
    updated=1.0,
    health=Health(state="catching_up", last_event=2.0, says="é", cost="$1"),
    counts=Counts(received=5, throttled_s=1.5),
    holes=(Hole(began=1.0, ended=2.0, share=0.5, reason="sampled", detail="one in two"),),
)


def test_a_checkpoint_is_read_as_it_was_written():
    assert decode_checkpoint("news", encode_checkpoint(WHOLE)) == WHOLE


def test_what_a_later_version_adds_does_no_harm():
    more = encode_checkpoint(WHOLE).replace(b'{"kind"', b'{"more":[1],"kind"', 1)

    assert decode_checkpoint("news", more) == WHOLE


@pytest.mark.parametrize("value", [b"", b"null", b"[]", b"{", b'{"v":1}', b'{"kind":"x","updated":"y"}', b"\xff"])
def test_what_is_no_checkpoint_is_not_taken_for_a_new_beginning(value):
    with pytest.raises(BadCheckpointError, match="source news: its checkpoint"):
        decode_checkpoint("news", value)


def test_a_checkpoint_of_a_later_layout_asks_for_the_later_tocsin():
    with pytest.raises(BadCheckpointError, match="version 2, written by a later Tocsin"):
        decode_checkpoint("news", b'{"v":2,"kind":"feeds"}')
