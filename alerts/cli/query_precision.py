"""How precise a query is, by the answers to some of its matches: as JSON, and the words that would improve it."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from alerts.cli.answers import written_id
from alerts.cli.kept_mentions import KeptMentions
from alerts.cli.query_trial import Tried
from alerts.wording.foreign_text import sanitise
from streams.brand import Brand
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.queries.trial.apart import WordsApart
from streams.queries.trial.judgement import Clue, Precision, clues, precision

JUDGED = 20
"""Matches to ask about: a person answers this many in two minutes, and they separate a half from three quarters."""


class Mend(Struct, frozen=True):
    """A word to forbid, and how many of all matches that would take out."""

    word: Clue
    matches: int


class Judged(Struct, frozen=True):
    """The precision of a query by the answers.

    Parameters
    ----------
    precision
        ``None`` where no match was answered.
    elsewhere_yes, elsewhere_no
        Answers to mentions of these files that the query does not match: what was meant and is missed, and what it
        rightly leaves out.
    unknown
        Answers to mentions that do not stand in these files.
    mends
        Words that separate no from yes.
    """

    precision: Precision | None
    elsewhere_yes: int
    elsewhere_no: int
    unknown: int
    mends: tuple[Mend, ...]


def judged(kept: KeptMentions, tried: Tried, places: Sequence[int], answers: Mapping[str, bool]) -> Judged:
    """Judge a query by answers to mentions, identified by their ids.

    Parameters
    ----------
    places
        Of all matches.
    """
    matching = set(places)
    yes: list[Mention] = []
    no: list[Mention] = []
    elsewhere = [0, 0]
    known = set()
    for place, mention in kept:
        answer = answers.get(written := written_id(mention.id))
        if answer is None:
            continue
        known.add(written)
        if place in matching:
            (yes if answer else no).append(mention)
        else:
            elsewhere[answer] += 1
    own = WordsApart(tried.query, tried.name, matches=0, others=0).own
    words = clues(tried.query, yes, no, own)
    matcher = Matcher([Brand(id=word.phrase, name="", query=word.query) for word in words])
    left = [0] * len(words)
    for place in places if words else ():
        for at in matcher.match([kept.at(place)])[0]:
            left[at] += 1
    return Judged(
        precision=precision(len(yes), len(no), len(places)),
        elsewhere_yes=elsewhere[True],
        elsewhere_no=elsewhere[False],
        unknown=len(answers.keys() - known),
        mends=tuple(Mend(word, len(places) - count) for word, count in zip(words, left, strict=True)),
    )


def as_object(found: Judged) -> dict[str, Any]:
    """Return it as JSON."""
    share = found.precision
    return {
        "yes": share.yes if share else 0,
        "no": share.no if share else 0,
        "share": round(share.share, 4) if share else None,
        "interval": [round(share.low, 4), round(share.high, 4)] if share else None,
        "not_matched": {"yes": found.elsewhere_yes, "no": found.elsewhere_no},
        "unknown": found.unknown,
        "words": [
            {
                "phrase": sanitise(mend.word.phrase, 120),
                "query": mend.word.query,
                "no": mend.word.no,
                "yes": mend.word.yes,
                "matches": mend.matches,
            }
            for mend in found.mends
        ],
    }
