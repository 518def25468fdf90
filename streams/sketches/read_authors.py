"""How one author is read: by one post of the bin, its text, mood and harm as one number; and how that goes on the wire.

The post is drawn by the smallest hash of what it says. So who posts much is read once like everybody else, and one who
says three things is as likely read by each, in whichever order and however often they come.
"""

from collections.abc import Iterable, Iterator

from streams.sketches.sketch import Draws
from streams.wire.flush import BinAuthor

ANGRY, CALM, UNSCORED = 0, 1, 2
"""Moods, as they rank where one text is scored in two ways."""
HARMFUL, HARMLESS, UNKNOWN, UNSTATED = 0, 1, 2, 3
"""What is told of harm to the brand, likewise: reported or asked for, not, in a language in which nobody knows, and by
a version before, which says nothing of it."""
MOOD = 3
"""Bits of a reading's mood, and of its harm."""
_TEXT_BITS = 0xFFFF_FFFF
_ON_THE_WIRE = (1, 0, 2, -1)


def reading(text: int, mood: int, harm: int = UNSTATED) -> int:
    """Return the number of a post, of the hash of its text, its mood and what it tells of harm."""
    return (text & _TEXT_BITS) << 4 | mood << 2 | harm


def mood_of(number: int) -> int:
    """Return the mood in which somebody is read."""
    return number >> 2 & MOOD


def harm_of(number: int) -> int:
    """Return what the post by which somebody is read tells of harm."""
    return number & MOOD


def text_of(number: int) -> int:
    """Return 32 bits of the hash of the text by which somebody is read."""
    return number >> 4


def on_the_wire(author: int, draws: Draws) -> Iterator[BinAuthor]:
    """Give the posts by which an author is read from some second of the bin on, as in a snapshot."""
    for second, number in draws:
        mood = mood_of(number)
        yield BinAuthor(
            author,
            second,
            second if mood == ANGRY else -1,
            -1 if mood == UNSCORED else second,
            text_of(number),
            _ON_THE_WIRE[harm_of(number)],
        )


def from_the_wire(authors: Iterable[BinAuthor]) -> Iterator[tuple[int, int, int]]:
    """Give author, second and number of the posts in a snapshot.

    What a version before tells is no post: when an author was first heard, first scored and first negative, in this
    order, and in no known text. The latest of these holds from its second on.
    """
    for each in authors:
        author, second, negative_s, scored_s = each.author, each.first_s, each.first_negative_s, each.first_scored_s
        if each.text >= 0:
            mood = ANGRY if negative_s >= 0 else UNSCORED if scored_s < 0 else CALM
            yield author, second, reading(each.text, mood, _stated(each.harm))
            continue
        yield author, second, reading(author, UNSCORED)
        if scored_s >= 0:
            yield author, scored_s, reading(author, CALM)
        if negative_s >= 0:
            yield author, negative_s, reading(author, ANGRY)


def _stated(harm: int) -> int:
    return _ON_THE_WIRE.index(harm) if harm in _ON_THE_WIRE else UNSTATED
