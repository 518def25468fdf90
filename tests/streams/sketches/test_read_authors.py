"""By which post an author is read, and how that goes on the wire."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from streams.sketches.read_authors import (
    ANGRY,
    CALM,
    HARMFUL,
    HARMLESS,
    UNKNOWN,
    UNSCORED,
    UNSTATED,
    from_the_wire,
    harm_of,
    mood_of,
    on_the_wire,
    reading,
    text_of,
)
from streams.sketches.sketch import PrefixSketch
from streams.wire.flush import BinAuthor

MOODS = st.sampled_from([ANGRY, CALM, UNSCORED])
HARMS = st.sampled_from([HARMFUL, HARMLESS, UNKNOWN, UNSTATED])


@given(st.integers(0, 2**64 - 1), MOODS, HARMS)
def test_a_post_is_read_by_its_text_mood_and_harm(text, mood, harm):
    number = reading(text, mood, harm)

    assert (text_of(number), mood_of(number), harm_of(number)) == (text & 0xFFFF_FFFF, mood, harm)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), MOODS, MOODS, HARMS, HARMS)
def test_which_post_is_drawn_does_not_hang_on_harm(text, other, mood, other_mood, harm, other_harm):
    one, two = reading(text, mood), reading(other, other_mood)

    if one != two:
        assert (reading(text, mood, harm) < reading(other, other_mood, other_harm)) == (one < two)


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 2**64 - 1), MOODS, HARMS), min_size=1, max_size=9))
def test_what_is_kept_of_an_author_comes_over_the_wire(posts):
    sketch, again = PrefixSketch(4), PrefixSketch(4)
    for second, text, mood, harm in posts:
        sketch.see(1, second, reading(text, mood, harm))

    told = [each for author, said in sketch.items() for each in on_the_wire(author, said)]
    for author, second, number in from_the_wire(
        msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=list[BinAuthor])
    ):
        again.see(author, second, number)

    assert list(again.items()) == list(sketch.items())


class ReadBefore(Struct, frozen=True, array_like=True):
    """As a version before tells and reads it, which knows nothing of harm."""

    author: int
    first_s: int
    first_negative_s: int = -1
    first_scored_s: int = -1
    text: int = -1


def test_a_version_before_reads_ours_and_ours_reads_its_as_saying_nothing_of_harm():
    ours = BinAuthor(9, 3, 3, 3, 77, 1)

    read = msgspec.msgpack.decode(msgspec.msgpack.encode(ours), type=ReadBefore)
    told = msgspec.msgpack.decode(msgspec.msgpack.encode(read), type=BinAuthor)

    assert read == ReadBefore(9, 3, 3, 3, 77)
    assert list(from_the_wire([told])) == [(9, 3, reading(77, ANGRY, UNSTATED))]


class VoiceBefore(Struct, frozen=True, array_like=True):
    """As versions before tell and read it."""

    author: int
    first_s: int
    first_negative_s: int = -1
    first_scored_s: int = -1


@pytest.mark.parametrize(
    ("told", "moods"),
    [
        (VoiceBefore(9, 3), {3: None, 4: UNSCORED, 60: UNSCORED}),
        (VoiceBefore(9, 3, -1, 3), {3: None, 4: CALM, 60: CALM}),
        (VoiceBefore(9, 3, 3, 3), {4: ANGRY, 60: ANGRY}),
        (VoiceBefore(9, 3, 20, 5), {4: UNSCORED, 6: CALM, 20: CALM, 21: ANGRY, 60: ANGRY}),
    ],
)
def test_who_is_told_by_a_version_before_is_negative_once_any_post_is(told, moods):
    sketch = PrefixSketch(4)
    for author, second, number in from_the_wire([msgspec.convert(msgspec.to_builtins(told), BinAuthor)]):
        sketch.see(author, second, number)

    found = {second: [mood_of(number) for _, number in sketch.until(second).drawn] for second in moods}
    assert found == {second: [] if mood is None else [mood] for second, mood in moods.items()}


def test_a_version_before_reads_when_somebody_was_heard_and_turned():
    told = list(on_the_wire(9, ((3, reading(70, CALM)), (20, reading(60, ANGRY)), (30, reading(5, UNSCORED)))))

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=list[VoiceBefore]) == [
        VoiceBefore(9, 3, -1, 3), VoiceBefore(9, 20, 20, 20), VoiceBefore(9, 30, -1, -1),
    ]  # fmt: skip
