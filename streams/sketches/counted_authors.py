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

from detectors.observation import HarmCounts
from streams.sketches.read_authors import (
    ANGRY,
    CALM,
    HARMFUL,
    HARMLESS,
    UNKNOWN,
    UNSCORED,
    UNSTATED,
    harm_of,
    mood_of,
    text_of,
)
from streams.sketches.sketch import Drawn

KEPT_S = 86_400
"""A voice is counted once a day …"""
KEPT = 512
"""… while no more than so many others were: where more speak, no single one decides."""
MOST_READ = 15
"""Who has spoken calmly in so many bins of a day is read no more: a bot that posts each minute would drown a revolt. Of
people of whom every fourth post is negative it is one in a hundred."""
KEPT_TEXTS = 128
"""Negative texts of the day that are remembered, and harmful ones: where more are said, none of them decides."""
_COPIED_KEEPS_H = 4
"""A text that twice as many have said is kept so many hours longer than one that was said as lately."""
_KEY = 0xFFFF_FFFF
_HEARD, _TURNED, _HOW = 1, 2, 3
_HARMED = 1 << 31
"""Above the minute: has reported harm, or asked for it."""
_OF_HARM = 16
"""Unit of ``read`` in which harm is counted; below it, moods."""
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
        By the same in how many bins more each has been read without turning; times 16 the same of harm.
    texts, harmful_texts
        By 32 bits of the text's hash how many authors were read by it as negative, and above that the hour of the last;
        the same of harm.
    """

    counted: dict[int, int] = {}
    texts: dict[int, int] = {}
    read: dict[int, int] = {}
    harmful_texts: dict[int, int] = {}

    def fresh(self, bin_: Drawn) -> Fresh:
        """Count the voices of a bin, as far as they were not counted before: one that turns is, as a negative one."""
        seen = scored = turned = again = 0
        times_of: Counter[int] = Counter()
        counted = self.counted.get
        for author, number in bin_.drawn:
            how, mood = counted(author & _KEY, 0), mood_of(number)
            if not how:
                seen += 1
                scored += mood != UNSCORED
            elif how & _TURNED or mood == UNSCORED or self.read.get(author & _KEY, 0) % _OF_HARM >= MOST_READ:
                continue
            elif mood == ANGRY:
                turned += 1
            else:
                again += 1
            if mood == ANGRY:
                times_of[text_of(number)] += 1
        seen, scored, negative = seen + turned, scored + turned, times_of.total()
        times = bin_.times
        copied = _copied(self.texts, times_of, times)
        if times == 1.0:
            return Fresh(seen, scored, negative, copied, turned, again)
        return Fresh(
            round(times * seen), round(times * scored), round(times * negative), copied, round(times * turned),
            round(times * again),
        )  # fmt: skip

    def fresh_harm(self, bin_: Drawn) -> HarmCounts | None:
        """Count what the same voices tell of harm; ``None`` where none tells: a version before has read them.

        An author is read for harm as for anger, in each bin until one post is harmful, whichever it turned to first.
        """
        scored = turned = again = 0
        is_stated = False
        times_of: Counter[int] = Counter()
        for author, number in bin_.drawn:
            harm = harm_of(number)
            if harm >= UNKNOWN:
                is_stated |= harm != UNSTATED
                continue
            is_stated = True
            how = self.counted.get(author & _KEY, 0)
            if not how:
                scored += 1
            elif how & _HARMED or self.read.get(author & _KEY, 0) // _OF_HARM >= MOST_READ:
                continue
            elif harm == HARMFUL:
                turned += 1
            else:
                again += 1
            if harm == HARMFUL:
                times_of[text_of(number)] += 1
        if not is_stated:
            return None
        times = bin_.times
        copied = _copied(self.harmful_texts, times_of, times)
        counts = (scored + turned, times_of.total(), turned, again)
        scored, harmful, turned, again = counts if times == 1.0 else (round(times * count) for count in counts)
        return HarmCounts(scored, harmful, copied, turned, again)

    def after(self, start: int, bin_: Drawn) -> "CountedAuthors":
        """Return the voices of the day before the next bin, this one having begun at ``start``."""
        known = {key: how for key, how in self.counted.items() if (how % _HARMED >> 2) * 60 > start - KEPT_S}
        read = dict(self.read)
        hour = start // 3600
        first_hour = (start - KEPT_S) // 3600
        times_of: Counter[int] = Counter()
        harmful_times_of: Counter[int] = Counter()
        for author, number in sorted(bin_.drawn):
            key, mood = author & _KEY, mood_of(number)
            how = known.get(key, 0)
            before, reads = how & _HOW, read.get(key, 0) if how else 0
            harmed, reads, is_harmful = _read_for_harm(how, reads, harm_of(number))
            if is_harmful:
                harmful_times_of[text_of(number)] += 1
            if before & _TURNED or (before and (mood == UNSCORED or reads % _OF_HARM >= MOST_READ)):
                known[key] = how | harmed
            elif before and mood == CALM:
                known[key], reads = how | harmed, reads + 1
            else:
                known.pop(key, None)
                read.pop(key, None)
                reads -= reads % _OF_HARM
                known[key] = start // 60 << 2 | _HEARD | (_TURNED if mood == ANGRY else 0) | harmed
                if mood == ANGRY:
                    times_of[text_of(number)] += 1
            if reads:
                read[key] = reads
        known = dict(list(known.items())[-KEPT:])
        return CountedAuthors(
            known,
            _with_times(self.texts, times_of, hour, first_hour, bin_.times),
            {key: times for key, times in read.items() if known.get(key, 0) & (_HOW | _HARMED) not in _READ_NO_MORE},
            _with_times(self.harmful_texts, harmful_times_of, hour, first_hour, bin_.times),
        )


_READ_NO_MORE = frozenset({0, _HEARD | _TURNED | _HARMED})


def _read_for_harm(how: int, reads: int, harm: int) -> tuple[int, int, bool]:
    """Return the bit of an author who has reported harm, in how many bins it was read, and whether this is the first.

    Parameters
    ----------
    how, reads
        How the author was counted before, and in how many bins it was read without turning; 0 of a new one.
    harm
        What the author's post tells of it.
    """
    harmed = how & _HARMED
    if harmed or harm >= UNKNOWN or (how and reads // _OF_HARM >= MOST_READ):
        return harmed, reads, False
    if harm == HARMLESS:
        return 0, reads + (_OF_HARM if how else 0), False
    return _HARMED, reads % _OF_HARM, True


def _copied(known: Mapping[int, int], times_of: Mapping[int, int], times: float) -> float:
    """Return how many authors of a bin weigh nothing, for they are read by texts that others are read by."""
    return math.fsum(_copied_of(known.get(text, 0) & _MOST_TIMES, heard, times) for text, heard in times_of.items())


def _copied_of(before: int, heard: int, times: float) -> float:
    if heard == 1 and not before:
        return 0.0
    now = _in_all(heard, times)
    weight = (math.sqrt(before + now) - math.sqrt(before)) / now
    return times * heard * (1.0 - weight)


def _with_times(
    known: Mapping[int, int], times_of: Mapping[int, int], hour: int, first_hour: int, of_sample: float
) -> dict[int, int]:
    """Return the texts of the day with those of a bin."""
    texts = {text: times for text, times in known.items() if times >> _TIMES_BITS > first_hour}
    for text, heard in sorted(times_of.items()):
        times = texts.pop(text, 0) & _MOST_TIMES
        texts[text] = hour << _TIMES_BITS | min(times + round(_in_all(heard, of_sample)), _MOST_TIMES)
    return _kept(texts)


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
