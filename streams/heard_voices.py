"""Who was counted in the last day: one who speaks all day is one voice, not one in every bin."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from streams.sketch import NEVER, Distinct, Seen

KEPT_S = 86_400
"""A voice is counted once a day …"""
KEPT = 512
"""… while no more than so many others were: where more speak, no single one decides."""
_KEY = 0xFFFF_FFFF
_HEARD, _ANGRY = 1, 2


class HeardVoices(Struct):
    """The voices of closed bins: the minute in which each was counted, and how, by 32 bits of the author's hash."""

    counted: dict[int, int] = {}

    def take(self, start: int, voices: Iterable[tuple[int, Seen]]) -> None:
        """Take the voices of a closed bin."""
        known = {key: how for key, how in self.counted.items() if (how >> 2) * 60 > start - KEPT_S}
        before = {key: how & 3 for key, how in known.items()}
        for key, how in said_in(voices).items():
            if how | before.get(key, 0) != before.get(key, 0):
                known.pop(key, None)
                known[key] = start // 60 << 2 | how | before.get(key, 0)
        self.counted = dict(list(known.items())[-KEPT:])

    def said(self) -> dict[int, int]:
        """Return how each was counted, as ``count_fresh`` takes it."""
        return {key: how & 3 for key, how in self.counted.items()}


def said_in(voices: Iterable[tuple[int, Seen]]) -> dict[int, int]:
    """Return how the voices of one bin count, in the order in which they spoke."""
    ordered = sorted(voices, key=lambda voice: (voice[1][0], voice[0]))
    return {author & _KEY: _HEARD if seen[1] == NEVER else _HEARD | _ANGRY for author, seen in ordered}


def count_fresh(voices: Iterable[tuple[int, Seen]], until_s: int, said: Sequence[Mapping[int, int]]) -> Distinct:
    """Count the voices of a bin that were not counted before; one that turns negative is counted anew.

    Parameters
    ----------
    voices
        Hash of the author, and seconds of the bin at which it was first heard, negative and scored.
    until_s
        Only what was said before this second of the bin.
    said
        How voices were counted in the bins before.
    """
    seen = scored = negative = 0
    for author, (first_s, negative_s, scored_s) in voices:
        if first_s >= until_s:
            continue
        how = 0
        for before in said:
            how |= before.get(author & _KEY, 0)
        if negative_s < until_s and not how & _ANGRY:
            seen, scored, negative = seen + 1, scored + 1, negative + 1
        elif not how:
            seen += 1
            scored += scored_s < until_s
    return Distinct(seen=seen, scored=scored, negative=negative)
