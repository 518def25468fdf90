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

from streams.sketches.read_authors import ANGRY, CALM, MOOD, UNSCORED, mood_of, text_of
from streams.sketches.sketch import Drawn

KEPT_S = 86_400
"""A voice is counted once a day …"""
KEPT = 512
"""… while no more than so many others were: where more speak, no single one decides."""
MOST_READ = 15
"""Who has spoken calmly in so many bins of a day is read no more: a bot that posts each minute would drown a revolt. Of
people of whom every fourth post is negative it is one in a hundred."""
KEPT_TEXTS = 128
"""Negative texts of the day that are remembered: where more are said, none of them decides."""
_COPIED_KEEPS_H = 4
"""A text that twice as many have said is kept so many hours longer than one that was said as lately."""
_KEY = 0xFFFF_FFFF
_HEARD, _TURNED, _HOW = 1, 2, 3
_TIMES_BITS = 12
_MOST_TIMES = (1 << _TIMES_BITS) - 1
"""An author who repeats what thousands have said adds next to nothing."""


class Fresh(Struct, frozen=True):
    """How many voices of a bin were not counted before: all, those scored, and those negative.

    ``turned`` of each of these have been counted in a bin before, and turn negative in this one; ``again`` others have
    been counted, and are read again without turning. ``copied`` of the negative ones weigh nothing, for they say what
    others have said.
    """

    seen: int = 0
    scored: int = 0
    negative: int = 0
    copied: float = 0.0
    turned: int = 0
    again: int = 0


class CountedAuthors(Struct, frozen=True):
    """The voices of the day before a bin.

    Parameters
    ----------
    counted
        By 32 bits of the author's hash how each was counted, and above that its minute.
    read
        By the same in how many bins more each has been read without turning.
    texts
        By 32 bits of the text's hash how many authors were read by it as negative, and above that the hour of the last.
    """

    counted: dict[int, int] = {}
    texts: dict[int, int] = {}
    read: dict[int, int] = {}

    def fresh(self, bin_: Drawn) -> Fresh:
        """Count the voices of a bin, as far as they were not counted before: one that turns is, as a negative one."""
        seen = scored = turned = again = 0
        times_of: Counter[int] = Counter()
        counted = self.counted.get
        for author, number in bin_.drawn:
            how, mood = counted(author & _KEY, 0), number & MOOD
            if not how:
                seen += 1
                scored += mood != UNSCORED
            elif how & _TURNED or mood == UNSCORED or self.read.get(author & _KEY, 0) >= MOST_READ:
                continue
            elif mood == ANGRY:
                turned += 1
            else:
                again += 1
            if mood == ANGRY:
                times_of[text_of(number)] += 1
        seen, scored, negative = seen + turned, scored + turned, times_of.total()
        times = bin_.times
        copied = math.fsum(self._copied(text, heard, times) for text, heard in times_of.items()) if times_of else 0.0
        if times == 1.0:
            return Fresh(seen, scored, negative, copied, turned, again)
        return Fresh(
            round(times * seen), round(times * scored), round(times * negative), copied, round(times * turned),
            round(times * again),
        )  # fmt: skip

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
        read = dict(self.read)
        hour = start // 3600
        first_hour = (start - KEPT_S) // 3600
        texts = {text: times for text, times in self.texts.items() if times >> _TIMES_BITS > first_hour}
        times_of: Counter[int] = Counter()
        for author, number in sorted(bin_.drawn):
            key, mood = author & _KEY, mood_of(number)
            before = known.get(key, 0) & _HOW
            if before & _TURNED or (before and (mood == UNSCORED or read.get(key, 0) >= MOST_READ)):
                continue
            if before and mood == CALM:
                read[key] = read.get(key, 0) + 1
                continue
            known.pop(key, None)
            read.pop(key, None)
            known[key] = start // 60 << 2 | _HEARD | (_TURNED if mood == ANGRY else 0)
            if mood == ANGRY:
                times_of[text_of(number)] += 1
        for text, heard in sorted(times_of.items()):
            times = texts.pop(text, 0) & _MOST_TIMES
            texts[text] = hour << _TIMES_BITS | min(times + round(_in_all(heard, bin_.times)), _MOST_TIMES)
        known = dict(list(known.items())[-KEPT:])
        return CountedAuthors(
            known, _kept(texts), {key: times for key, times in read.items() if known.get(key, 0) & _HOW == _HEARD}
        )


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
