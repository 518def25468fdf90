"""Who was counted in the last day: one who speaks all day is one voice, not one in every bin."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from streams.sketches.sketch import NEVER, Distinct, Seen

KEPT_S = 86_400
"""A voice is counted once a day …"""
KEPT = 512
"""… while no more than so many others were: where more speak, no single one decides."""
_KEY = 0xFFFF_FFFF
_HEARD, _ANGRY, _HOW = 1, 2, 3


class CountedAuthors(Struct):
    """The voices of closed bins, by 32 bits of the author's hash: how each was counted, and above that its minute."""

    counted: dict[int, int] = {}

    def take(self, start: int, voices: Iterable[tuple[int, Seen]]) -> None:
        """Take the voices of a closed bin."""
        known = {key: how for key, how in self.counted.items() if (how >> 2) * 60 > start - KEPT_S}
        in_order = sorted(voices, key=lambda voice: (voice[1][0], voice[0]))
        for key, how in said_in(in_order).items():
            before = known.get(key, 0) & _HOW
            if how | before != before:
                known.pop(key, None)
                known[key] = start // 60 << 2 | how | before
        self.counted = dict(list(known.items())[-KEPT:])


def said_in(voices: Iterable[tuple[int, Seen]]) -> dict[int, int]:
    """Return how the voices of one bin count, as ``count_fresh`` takes it."""
    said: dict[int, int] = {}
    for author, (_, negative_s, _) in voices:
        key = author & _KEY
        said[key] = said.get(key, 0) | _HEARD | (0 if negative_s == NEVER else _ANGRY)
    return said


def count_fresh(voices: Iterable[tuple[int, Seen]], until_s: int, said: Mapping[int, int]) -> Distinct:
    """Count the voices of a bin that were not counted before; one that turns negative is counted anew.

    Parameters
    ----------
    voices
        Hash of the author, and seconds of the bin at which it was first heard, negative and scored.
    until_s
        Only what was said before this second of the bin.
    said
        How voices were counted in the bins before: ``CountedAuthors.counted``, or ``said_in`` one.
    """
    seen = scored = negative = 0
    counted = said.get
    for author, (first_s, negative_s, scored_s) in voices:
        if first_s >= until_s:
            continue
        how = counted(author & _KEY, 0)
        if negative_s < until_s and not how & _ANGRY:
            seen, scored, negative = seen + 1, scored + 1, negative + 1
        elif not how & _HOW:
            seen += 1
            scored += scored_s < until_s
    return Distinct(seen=seen, scored=scored, negative=negative)
