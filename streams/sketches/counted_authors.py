"""Who was counted in the last day, and what they said, so that neither one author nor one text is a crowd.

Who speaks all day is one voice, and a text that many repeat weighs less than as many texts would. Of m authors who
are read by one negative text the first weighs 1, and all together √m: nine weigh three, four hundred twenty. They are
not m witnesses: the text is one, and the scorer is wrong about it once for all of them. Nor are they one: whoever
repeats a complaint shares it.
"""

import math
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from streams.sketches.sketch import Drawn
from streams.sketches.voices import ANGRY, UNSCORED, mood_of, text_of

KEPT_S = 86_400
"""A voice is counted once a day …"""
KEPT = 512
"""… while no more than so many others were: where more speak, no single one decides."""
KEPT_TEXTS = 128
"""Negative texts of the day that are remembered: where more are said, none of them decides."""
_COPIED_KEEPS_H = 4
"""A text that twice as many have said is kept so many hours longer than one that was said as lately."""
_KEY = 0xFFFF_FFFF
_HEARD, _TURNED, _HOW = 1, 2, 3
_TIMES_BITS = 12
_MOST_TIMES = (1 << _TIMES_BITS) - 1
"""Whoever repeats what thousands have said tells next to nothing."""


class Fresh(Struct, frozen=True):
    """How many voices of a bin were not counted before: all, those scored, and those negative.

    ``copied`` of the negative ones weigh nothing, for they say what others have said.
    """

    seen: int = 0
    scored: int = 0
    negative: int = 0
    copied: float = 0.0


class CountedAuthors(Struct, frozen=True):
    """The voices of the day before a bin.

    Parameters
    ----------
    counted
        By 32 bits of the author's hash how each was counted, and above that its minute.
    texts
        By 32 bits of the text's hash how many authors were read by it as negative, and above that the hour of the last.
    """

    counted: dict[int, int] = {}
    texts: dict[int, int] = {}

    def fresh(self, bin_: Drawn) -> Fresh:
        """Count the voices of a bin that were not counted before; one that turns negative is counted anew."""
        seen = scored = 0
        said: Counter[int] = Counter()
        counted = self.counted.get
        for author, number in bin_.said:
            how, mood = counted(author & _KEY, 0), mood_of(number)
            if mood == ANGRY and not how & _TURNED:
                seen, scored = seen + 1, scored + 1
                said[text_of(number)] += 1
            elif not how & _HOW:
                seen += 1
                scored += mood != UNSCORED
        negative = said.total()
        times = bin_.times
        copied = math.fsum(self._copied(text, heard, times) for text, heard in said.items()) if said else 0.0
        if times == 1.0:
            return Fresh(seen, scored, negative, copied)
        return Fresh(round(times * seen), round(times * scored), round(times * negative), copied)

    def _copied(self, text: int, heard: int, times: float) -> float:
        before = self.texts.get(text, 0) & _MOST_TIMES
        if heard == 1 and not before:
            return 0.0
        now = _in_all(heard, times)
        weight = (math.sqrt(before + now) - math.sqrt(before)) / now
        return times * heard * (1.0 - weight)

    def after(self, start: int, bin_: Drawn) -> "CountedAuthors":
        """Return the voices of the day before the next bin, this one having begun at ``start``."""
        known = {key: how for key, how in self.counted.items() if (how >> 2) * 60 > start - KEPT_S}
        hour = start // 3600
        first_hour = (start - KEPT_S) // 3600
        texts = {text: times for text, times in self.texts.items() if times >> _TIMES_BITS > first_hour}
        said: Counter[int] = Counter()
        for author, number in sorted(bin_.said):
            key, is_negative = author & _KEY, mood_of(number) == ANGRY
            before = known.get(key, 0) & _HOW
            how = _HEARD | (_TURNED if is_negative else 0)
            if how | before != before:
                known.pop(key, None)
                known[key] = start // 60 << 2 | how | before
                if is_negative:
                    said[text_of(number)] += 1
        for text, heard in sorted(said.items()):
            times = texts.pop(text, 0) & _MOST_TIMES
            texts[text] = hour << _TIMES_BITS | min(times + round(_in_all(heard, bin_.times)), _MOST_TIMES)
        return CountedAuthors(dict(list(known.items())[-KEPT:]), _kept(texts))


def _in_all(heard: int, times: float) -> float:
    """Return how many say a text that ``heard`` of a sample say: one that one says may well be said by one alone."""
    return 1.0 + (heard - 1) * times


def _kept(texts: Mapping[int, int]) -> dict[int, int]:
    if len(texts) <= KEPT_TEXTS:
        return dict(texts)
    newest_last = list(texts.items())
    places = sorted(range(len(newest_last)), key=lambda place: (_lasts(newest_last[place][1]), place))
    return dict(newest_last[place] for place in sorted(places[-KEPT_TEXTS:]))


def _lasts(times: int) -> int:
    return (times >> _TIMES_BITS) + _COPIED_KEEPS_H * ((times & _MOST_TIMES).bit_length() - 1)
