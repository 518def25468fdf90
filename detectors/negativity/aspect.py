"""Whom a text is angry with, where it names several: each party's own part of the text, and cues of direction.

The score of the whole text stays with the party that it is most against. Another party keeps it only where its own
part of the text, read by the same scorer, says as much; else it gets what its own part says. A text that names one
party alone is not touched.

A party's part is what stands nearest to its name: between two names the text is cut at the end of a sentence, else
before a word of contrast, else at a comma, an *and*, or a word like *what*, *after*, *than*; else before the
second name. Names side by side share their part. A text that begins with names speaks to them: what says *you* is
theirs. Sentences that name nobody are nobody's.
"""

import math
import re
from collections.abc import Sequence

from msgspec import Struct

CUE = 2.0
"""What a cue of direction weighs, in log-odds of negative: as much as a plainly angry word."""
CLOSE = 1.0
"""Parties closer than this in log-odds are blamed alike."""
MOST_CHARACTERS = 1000
"""What comes after is not read for direction; ten times an ordinary post."""
MOST_PLACES = 12
"""A text that names more is a list, and is not read for direction."""
_EDGE = 1e-6


class Place(Struct, frozen=True, order=True):
    """Where a party is named: characters ``begin`` to ``end`` of the text; parties count from 0."""

    begin: int
    end: int
    party: int


class Aspects(Struct, frozen=True):
    """What a text says of each party: its own part of the text (empty where it has none), and the cues for blame."""

    parts: tuple[str, ...]
    cues: tuple[float, ...]


_SENTENCE = re.compile(r"[.!?;…\n]+(?=\s|$|\")|\n")
_CONTRAST = re.compile(r"\b(?:but|while|whilst|whereas|though|although|however|yet|meanwhile|unlike)\b", re.IGNORECASE)
_COMMA = re.compile(r"[,:–—(]|\s-\s")
_AND = re.compile(r"\s(?:and|then|or)\s", re.IGNORECASE)
_LINK = re.compile(
    r"\b(?:what|that|who|which|when|where|how|why|after|before|because|since|than|as|with|for|from|to|by|like|if|via|"
    r"about|of)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[\s,&/+]*|\s+and\s+")
_QUOTES = "\"'“”‘’"
_GREETING = re.compile(r"\b(?:hey|hi|hello|dear|oi|yo|so|ok|well|sorry|please)\b", re.IGNORECASE)
_ACTS = re.compile(
    r"(?:'s|’s)? ?(?:is|are|was|were|has|have|had|never|always|keeps?|left|lost|broke|sold|kept|"
    r"gave|made|told|took|sent|got|let|went|hung|put|(?!this|thanks|pls|its|yes|us)\w+(?:ed|[a-z]s)|app|staff|and|&)\b",
    re.IGNORECASE,
)
"""What stands behind a name that a text is about, not spoken to: a verb of the third person, as a rule."""


class _Cue(Struct, frozen=True):
    """Words of direction: how those begin of which one must be there, and what then blames X or speaks for it."""

    stems: frozenset[str]
    against: re.Pattern[str] | None
    speaks_for: re.Pattern[str] | None


def _cue(stems: str, *, against: str = "", speaks_for: str = "") -> _Cue:
    return _Cue(
        frozenset(stems.split()),
        re.compile(against) if against else None,
        re.compile(speaks_for) if speaks_for else None,
    )


# X is the party in question, Y any other. How a word begins is its first four letters: nine posts in ten hold none.
_N = r"[^.!?;]{0,60}?"
_WORSE = r"(?:worse|slower|ruder|dirtier|more expensive|less \w+)"
_BETTER = r"(?:better|nicer|quicker|faster|cheaper|kinder|cleaner|friendlier|safer|smoother)"
_LEAVE = r"(?:switch\w*|mov(?:e|ed|ing)|chang(?:e|ed|ing)|leav\w+|left|swapp?\w*|ditch\w*|dump\w*)"
_CUES = (
    _cue(
        "than thx chee kudo prop shou well bles love lovi glad miss hell brav hats reco save resc help fixe",
        speaks_for=r"\b(?:thanks?|thx|cheers|kudos|props|shout ?-?out|well done|bless|thank god|love|loved|loving|glad|"
        r"miss|hello|bravo|hats off|recommend|saved|rescued|helped|fixed)"
        r"(?: (?:to|for|with|from|at|by|you|so much|everyone|all|the|staff|team)){0,4} X",
    ),
    _cue(
        "hate hati sham done fini sick tire fed furi good boyc angr agai avoi disa no comp",
        against=r"\b(?:hate|hating|shame on|done with|finished with|sick of|tired of|fed up with|furious (?:at|with)|"
        r"goodbye|boycott|angry (?:at|with)|never again|avoid|disappointed (?:in|with)|no thanks to|"
        r"complain\w* (?:about|against))(?: (?:the|at|with|staff)){0,2} X",
    ),
    _cue(
        "rt cc via h tell told ask aske see repo next way outs oppo list read watc acco",
        speaks_for=r"(?:^rt|\b(?:cc|via|h/t|tell|told|ask|asked|see|reported to|next to|on the way to|on my way to|"
        r"outside|opposite|listening to|reading|watching|according to)) X",
    ),
    _cue("says said repo", speaks_for=r"\bX (?:reports?|reported|says|said)\b"),
    _cue(
        "blam faul down beca",
        against=r"\b(?:fault of|blame|because of)(?: the| staff at)? X|\bX ?'?s fault",
        speaks_for=r"\b(?:don't|dont|do not|can't|cannot|stop|not|never) blam\w+ X|\bnot X ?'?s fault"
        r"|\b(?:fault of|blam\w+|down to) Y",
    ),
    _cue(
        "unli comp inst",
        against=r"\b(?:unlike|compared (?:to|with)|instead of) X",
        speaks_for=rf"\b(?:unlike|compared (?:to|with)|instead of) Y{_N}X|\bX instead\b",
    ),
    _cue(
        "than bad more beat if",
        against=rf"\bX{_N}\b{_WORSE}\b{_N}than Y|\b{_BETTER}\b{_N}than X|\bY (?:\w+ )?beats? X|\bX{_N} more like Y",
        speaks_for=rf"\b{_WORSE}\b{_N} than X|\bas bad as X|\bmore like X|\bX{_N}\b{_BETTER}\b{_N}than Y"
        r"|\bX (?:\w+ )?beats? Y|\bif X can\b",
    ),
    _cue(
        "swit move movi chan leav left swap ditc dump canc here",
        against=rf"\b{_LEAVE}(?: \w+){{0,2}} X{_N}\b(?:to|for) Y|\bcancel\w*{_N}with X",
        speaks_for=rf"\b{_LEAVE}{_N}\b(?:to|for) X|\bX here i come",
    ),
)
_STEMS = frozenset().union(*(cue.stems for cue in _CUES))
_WORDS = re.compile(r"[a-z]+")


def read(text: str, places: Sequence[Place], parties: int) -> Aspects:
    """Tell what a text says of each party that it names.

    Parameters
    ----------
    text
        As it was posted, ``MOST_CHARACTERS`` of it at most.
    places
        Where the parties are named, in order, without overlaps.
    parties
        How many there are; each is named once at least.

    Examples
    --------
    >>> text = "Finally @a fixed what @b broke"
    >>> read(text, [Place(8, 10, 0), Place(22, 24, 1)], 2).parts
    ('Finally @a fixed', 'what @b broke')
    """
    groups = _groups(text, places)
    parts: list[list[str]] = [[] for _ in range(parties)]
    begin = 0
    for index, (members, _, end) in enumerate(groups):
        last = index + 1 == len(groups)
        until = len(text) if last else end + _cut(text[end : groups[index + 1][1]])
        part = _named(text[begin:until], groups[index][1] - begin, end - begin)
        for party in members:
            parts[party].append(part)
        begin = until
    cues = _cues(text, places, parties)
    for members, first, end in groups:
        if _spoken_to(text, first, end):
            blamed = [
                part for party, own in enumerate(parts) if cues[party] > 0 and party not in members for part in own
            ]
            rest = text
            for part in blamed:
                rest = rest.replace(part, " ")
            for party in members:
                parts[party] = [rest]
    return Aspects(parts=tuple(" ".join(dict.fromkeys(part.strip() for part in own)) for own in parts), cues=cues)


def _spoken_to(text: str, begin: int, end: int) -> bool:
    """Tell whether a text speaks to those whom it names from ``begin`` to ``end``: at its head, or by quoting them."""
    if text.startswith(":", end):
        return text[:begin].strip(_QUOTES + " ").lower() != "rt"
    return not _GREETING.sub("", text[:begin]).strip(_QUOTES + " .,") and not _ACTS.match(text, end)


def settle(whole: float, parts: Sequence[float], cues: Sequence[float]) -> tuple[float, ...]:
    """Return P(negative) for each party of one text.

    Parameters
    ----------
    whole
        The score of the whole text, 0 to 1.
    parts
        The score of each party's own part.
    cues
        Of ``read``.

    Examples
    --------
    >>> [round(score, 2) for score in settle(0.8, [0.05, 0.8], [0.0, 0.0])]
    [0.05, 0.8]
    """
    own = [_log_odds(part) + CUE * cue for part, cue in zip(parts, cues, strict=True)]
    kept, odds = max(own) - CLOSE, _log_odds(whole)
    return tuple(whole if each >= min(kept, odds) else min(whole, 1.0 / (1.0 + math.exp(-each))) for each in own)


def _log_odds(chance: float) -> float:
    clipped = min(max(chance, _EDGE), 1.0 - _EDGE)
    return math.log(clipped / (1.0 - clipped))


def _groups(text: str, places: Sequence[Place]) -> list[tuple[set[int], int, int]]:
    """Return the names that stand side by side: the parties, and where the names begin and end."""
    groups: list[tuple[set[int], int, int]] = []
    for place in places:
        if groups and _BESIDE.fullmatch(text, groups[-1][2], place.begin):
            members, begin, _ = groups[-1]
            groups[-1] = ({*members, place.party}, begin, place.end)
        else:
            groups.append(({place.party}, place.begin, place.end))
    return groups


def _cut(gap: str) -> int:
    """Return where the text between two names is parted."""
    sentences = list(_SENTENCE.finditer(gap))
    if sentences:
        return sentences[-1].end()
    if found := _CONTRAST.search(gap):
        return found.start()
    for pattern in (_COMMA, _AND, _LINK):
        found_all = list(pattern.finditer(gap))
        if found_all:
            return found_all[-1].start()
    return len(gap)


def _named(part: str, begin: int, end: int) -> str:
    """Return the sentences of a part that hold the name, which stands at ``begin`` to ``end``."""
    first = max((found.end() for found in _SENTENCE.finditer(part, 0, begin)), default=0)
    after = _SENTENCE.search(part, end)
    return part[first : after.end() if after else len(part)]


def _cues(text: str, places: Sequence[Place], parties: int) -> tuple[float, ...]:
    """Return, for each party, 1 where the words around its name blame it, -1 where they speak for it."""
    lowered = text.lower()
    there = _STEMS.intersection(word[:4] for word in _WORDS.findall(lowered))
    asked = [cue for cue in _CUES if not there.isdisjoint(cue.stems)] if there else []
    if not asked:
        return (0.0,) * parties
    cues = []
    for party in range(parties):
        pieces: list[str] = []
        begin = 0
        for place in places:
            pieces += [lowered[begin : place.begin], "X" if place.party == party else "Y"]
            begin = place.end
        flat = " ".join("".join([*pieces, lowered[begin:]]).split()).replace("’", "'")
        is_blamed = any(cue.against is not None and cue.against.search(flat) for cue in asked)
        is_cleared = any(cue.speaks_for is not None and cue.speaks_for.search(flat) for cue in asked)
        cues.append(float(is_blamed) - float(is_cleared))
    return tuple(cues)
