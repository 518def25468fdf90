"""How surely a text reports harm to somebody, or asks for it: events, what takes them back, and whose they are.

A headline is read as it is written: an event weighs what ``events`` says, the three heaviest of a sentence add up, and
the surest sentence counts. What stands before an event in its clause may take it back ("no evidence of a breach",
"cleared of fraud"), or behind it ("recall ends"), or make it another thing ("fraud prevention", "boss raid"); words of
films, matches, weather, grief and help weigh against. Where it is known whom a text is read for, events in which that
one acts, reports or helps are not its own, nor is what happens to another that is named.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from detectors.negativity.harm import context, events
from detectors.negativity.harm.calls import has_call

HARMFUL = 0.5
"""A text counts as one of harm from this on."""
ENOUGH, SLOPE = 2.2, 1.4
"""What the weights of a sentence must make for even odds, and by how much each more is surer."""
MOST_CHARACTERS = 1000
"""What comes after is not read for harm: a headline and its first lines."""
MOST_EVENTS, MOST = 3, 7.0
"""So many events of a sentence add up, and they weigh no more than this."""
_REQUEST = 4.0

BRAND = "§"
"""What stands for whom a text is read for."""

_WORD = re.compile(
    r"§|\d+(?:[.,]\d+)*\w*|[#@]?\w+(?:'\w+)?(?:-\w+(?:'\w+)?)*|[.!?…]+(?=[\s\"')\]]|$)|\n|[,;:—–|(?]|(?<=\s)-(?=\s)"
)
_LINK = re.compile(r"https?://\S+|www\.\S+")
_MADE_HARMLESS = frozenset(
    {"proof", "free", "resistant", "safe", "like", "themed", "inspired", "style", "friendly", "core", "tolerant"}
)
_SUMS = frozenset({"fine", "fines", "penalty", "penalties"})
_ENDS = frozenset(".!?…\n|;")
_REQUEST_STEMS = frozenset(
    """boycott boycotting uninstall unsubscribe delete cancel dump ditch quit drop leave ban defund divest deactivate
    unfollow return sell shut avoid stay steer walk switch abandon expose report refuse reject shun blacklist block
    scrap bin close terminate pull withdraw kick fire sack starve bankrupt bury sue stop don't dont never nobody take
    vote sign share join hold demand must should has needs empty spread name no do shutdown""".split()  # noqa: SIM905 - four lines
)
_KINDS = (
    (context.FICTION, 2.0, 4.0),
    (context.SPORT, 1.5, 3.5),
    (context.WEATHER, 1.6, 2.2),
    (context.GRIEF, 2.6, 4.0),
    (context.HELP, 1.8, 3.0),
    (context.ADVICE, 1.6, 3.2),
    (context.PERSONAL, 1.2, 1.2),
)
"""Kinds of a text in which an event is less likely harm: their words, what each takes, and what all take at most."""
_END, _INNOCENCE = 2.8, 4.5


class Event(Struct, frozen=True):
    """An event as it was found: its words, and what they weigh here."""

    words: str
    weight: float


def _lengths(phrases: Iterable[str]) -> dict[str, int]:
    """Return how long the longest phrase is that begins with a word."""
    lengths: dict[str, int] = {}
    for phrase in phrases:
        words = phrase.split()
        lengths[words[0]] = max(lengths.get(words[0], 0), len(words))
    return lengths


_LENGTHS = _lengths((*events.EVENTS, *events.IDIOMS))
_HYPHENED = {word for phrase in (*events.EVENTS, *events.IDIOMS) for word in phrase.split() if "-" in word}
_PAIRS = {word: [pair for pair in events.PAIRS if word in pair.words] for pair in events.PAIRS for word in pair.words}
_STARTS = _LENGTHS.keys() | _PAIRS.keys()
_KIND_OF = {phrase: kind for kind, (phrases, _, _) in enumerate(_KINDS) for phrase in phrases}
_KIND_LENGTHS = _lengths(_KIND_OF)
_TURN_LENGTHS = _lengths((*context.OVER, *context.CLEARED))


def harm_of(text: str, spans: Sequence[tuple[int, int]] = (), *, reports_count: bool = False) -> float:
    """Return how surely a text reports harm, 0 to 1: from one half on it counts.

    Parameters
    ----------
    text
        In English.
    spans
        Where it names the one that it is read for, first character and the one behind the last, in order; empty where
        that is not known: then harm to whomever it names counts.
    reports_count
        Read for nobody, a sentence counts too that begins with one who reports of another's harm.

    Examples
    --------
    >>> [round(harm_of(text), 2) for text in ("Lawsuit filed against Acme", "Acme wins lawsuit", "the Acme boss raid")]
    [0.75, 0.04, 0.04]
    >>> text = "The Courier reports on lawsuit against Acme"
    >>> harm_of(text, [(4, 11)]) < 0.5 < harm_of(text, [(39, 43)])
    True
    """
    asked, reported, words = _read(text, spans, reports_count=reports_count)
    request, surest = asked * _REQUEST, max((_sum(found, sentence) for found, sentence in reported), default=0.0)
    if max(request, surest) >= ENOUGH:
        away = _away(words)
        # Whom a request is of speaks as "you" and "we": that is not held against it.
        request, surest = request - max(away - 1.2, 0.0), surest - away
    return 1.0 / (1.0 + math.exp(-SLOPE * (max(request, surest, 0.0) - ENOUGH)))


def events_of(text: str, spans: Sequence[tuple[int, int]] = ()) -> list[Event]:
    """Return the events that a text is one of harm for, the heaviest first; ``REQUEST`` stands for a request to act."""
    asked, reported, _ = _read(text, spans)
    found = [event for own, _ in reported for event in own] + [Event(REQUEST, _REQUEST)] * asked
    return sorted(found, key=lambda event: -event.weight)


REQUEST = "(request)"


def _read(
    text: str, spans: Sequence[tuple[int, int]], *, reports_count: bool = False
) -> tuple[bool, list[tuple[list[Event], list[str]]], list[str]]:
    """Return whether a text asks others to act, its sentences that hold events, with these, and its words."""
    marked = _marked(text, spans)
    words = _words(marked.lower().replace("e. coli", "e-coli").replace("e.coli", "e-coli"))
    reported = []
    begin = 0
    for at in [*(place for place, word in enumerate(words) if word[0] in _ENDS), len(words)]:
        if found := _events(words[begin:at], marked, is_known=bool(spans), reports_count=reports_count):
            reported.append((found, words[begin : at + 1]))
        begin = at + 1
    return _asks(marked, words), [] if BRAND in words and _is_a_list(reported) else reported, words


def _is_a_list(reported: Sequence[tuple[list[Event], list[str]]]) -> bool:
    """Tell whether several sentences report harm and none of them names the one that the text is read for.

    Headlines of others follow each other in a list; what befalls one whom the sentence before names is told in one.
    """
    return len(reported) > 1 and not any(BRAND in sentence for _, sentence in reported)


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    pieces, begin = [], 0
    for first, end in spans:
        if first >= begin and end <= MOST_CHARACTERS:
            pieces += [text[begin:first], BRAND]
            begin = end
    whole = "".join([*pieces, text[begin:MOST_CHARACTERS]]).replace("’", "'")
    return _LINK.sub(" ", whole) if "http" in whole or "www." in whole else whole


def _words(text: str) -> list[str]:
    words: list[str] = []
    for word in _WORD.findall(text):
        plain = word.lstrip("#@") or word
        plain = plain.removesuffix("'s")
        if "-" not in plain or plain in _HYPHENED or len(plain) == 1:
            words.append(plain)
        else:
            parts = plain.split("-")
            words += [plain] if parts[-1] in _MADE_HARMLESS else [part for part in parts if part]
    return words


def _asks(text: str, words: list[str]) -> bool:
    return (not _REQUEST_STEMS.isdisjoint(words) or "#" in text) and has_call(text)


def _phrases(words: Sequence[str], lengths: dict[str, int]) -> Iterator[str]:
    """Yield what may be a phrase: each run of words no longer than a known one that begins so."""
    for at, word in enumerate(words):
        for length in range(1, lengths.get(word, 0) + 1):
            yield " ".join(words[at : at + length])


def _away(words: Sequence[str]) -> float:
    taken = [0.0] * len(_KINDS)
    for phrase in _phrases(words, _KIND_LENGTHS):
        if (kind := _KIND_OF.get(phrase)) is not None:
            taken[kind] += _KINDS[kind][1]
    return sum(min(each, most) for each, (_, _, most) in zip(taken, _KINDS, strict=True))


def _sum(found: Sequence[Event], words: Sequence[str]) -> float:
    """Return what the events of a sentence make together."""
    weights = {event.words: event.weight for event in found}.values()
    weight = sum(sorted(weights, reverse=True)[:MOST_EVENTS])
    weight += 0.5 * (not context.AMID.isdisjoint(words)) + 0.5 * (not events.ACCUSERS.isdisjoint(words))
    turns = set(_phrases(words, _TURN_LENGTHS))
    if not context.CLEARED.isdisjoint(turns):
        weight -= _INNOCENCE
    elif not context.OVER.isdisjoint(turns):
        weight -= _END
    return min(weight - 0.3 * ("?" in words[-1]), MOST)


def _events(words: list[str], text: str, *, is_known: bool, reports_count: bool) -> list[Event]:
    """Return the events of a sentence that are not taken back."""
    found = list(_found(words))
    if not found or _is_about_nobody(words):
        return []
    is_known = is_known and BRAND in words
    if not is_known and not reports_count and _is_a_report(words):
        return []
    until = _part_of_others(words) if is_known else len(words)
    return [
        Event(" ".join(words[begin:end]), weight)
        for begin, end, weight in found
        if begin < until
        and not _is_taken_back(words, begin, end)
        and not (is_known and _happens_to_another(words, text, begin, end))
    ]


def _found(words: list[str]) -> Iterator[tuple[int, int, float]]:
    """Yield events from the first to the last: where each begins and ends, and its weight; idioms are passed over."""
    until = 0
    for at, word in enumerate(words):
        if at < until or word not in _STARTS:
            continue
        weight = _with_neighbours(words, at) if word in _PAIRS else 0.0
        if word in _THERE and BRAND in words:
            weight = max(weight, _at_the_brand(words, at))
        taken = 1
        for length in range(_LENGTHS.get(word, 0), 0, -1):
            phrase = word if length == 1 else " ".join(words[at : at + length])
            own = events.EVENTS.get(phrase)
            if own is not None:
                weight, taken = max(own, weight), length
                break
            if phrase in events.IDIOMS:
                weight, taken = 0.0, length
                break
        if weight:
            yield at, at + taken, weight
        until = at + taken


def _with_neighbours(words: list[str], at: int) -> float:
    """Return what a word weighs with another near it: "cuts 300 jobs", "glass found", "shares fall"; else 0."""
    weight = 0.0
    for pair in _PAIRS[words[at]]:
        if pair.weight > weight and not pair.beside.isdisjoint(
            (*words[max(0, at - pair.before) : at], *words[at + 1 : at + 1 + pair.behind])
        ):
            weight = pair.weight
    if words[at] in _SUMS and any(word[0].isdigit() for word in words[max(0, at - 4) : at + 5]):
        return 3.0
    return weight


def _at_the_brand(words: list[str], at: int) -> float:
    """Return what a word weighs because of the brand beside it: "X down", "lead in X lunches", "dies at X"."""
    if words[at] == "down":
        return 2.6 if at and words[at - 1] == BRAND and (at + 1 == len(words) or words[at + 1] in _STILL) else 0.0
    behind = words[at + 1 : at + 5]
    if BRAND not in behind or behind[0] not in _WITHIN:
        return 0.0
    return 2.4


_STILL = frozenset(
    {"again", "for", "since", "right", "today", "?", "across", "everywhere", "globally", "worldwide", "in", "now"}
)
_WITHIN = frozenset({"in", "at", "on", "aboard", "inside", "after", "from", "near", "by"})
_THERE = events.PAIRS[2].words | events.PAIRS[9].words | events.PAIRS[10].words | {"down", "death", "shooting"}
"""Substances, hurts and fires: in a place they are one's own."""


_ITS_PEOPLE = events.PAIRS[0].beside | events.PAIRS[11].beside
"""What these do to others, they do to the brand."""


def _clause(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if word in context.BREAKS:
            return
        yield word


def _is_taken_back(words: list[str], begin: int, end: int) -> bool:
    is_quarrel = not context.QUARRELS.isdisjoint(words[begin : end + 2])
    for word in _clause(reversed(words[max(0, begin - 4) : begin])):
        if word in context.TAKEN_BACK_BEFORE and (is_quarrel or word not in context.QUARREL_BEFORE):
            return True
    after = list(_clause(words[end : end + 4]))
    if after and after[0] in context.NO_THREAT:
        return True
    for place, word in enumerate(after, end):
        if word not in context.TAKEN_BACK_AFTER or (word in context.OF_STRIKES and not is_quarrel):
            continue
        behind = words[place + 1] if place + 1 < len(words) else ""
        if word == "over":
            if not behind or behind in context.BREAKS or words[place - 1] in {"is", "now", "finally", "are"}:
                return True
        elif behind not in {"with", "in", "up", "by"}:
            return True
    return False


def _is_about_nobody(words: list[str]) -> bool:
    """Tell whether a sentence says that nobody was hurt: "no customers affected by the hack"."""
    return any(
        word in {"no", "none", "nobody"} and not _UNHURT.isdisjoint(words[at + 1 : at + 6])
        for at, word in enumerate(words)
    )


_UNHURT = frozenset({"affected", "hurt", "harmed", "injured", "compromised", "impacted", "exposed"})


def _is_a_report(words: list[str]) -> bool:
    """Tell whether a sentence, read for nobody in particular, begins with one who reports of others."""
    return any(
        " ".join(words[at : at + 2]) in context.REPORTS_ON or words[at] in {"covers", "covering"}
        for at in range(1, min(4, len(words)))
    )


def _part_of_others(words: list[str]) -> int:
    """Return from which word on a sentence tells what the brand did, reported or helped with; past its end where none.

    What stands before the brand is its own harm all the same: "Backlash as X raids its pension fund".
    """
    last = len(words) - 1
    places = [at for at, word in enumerate(words) if word == BRAND]
    if all(_is_source(words, at, is_last=at >= last - 1) or _ends_as_source(words, at) for at in places):
        return 0
    if all(_acts(words, at) or _is_source(words, at, is_last=at >= last - 1) for at in places):
        return places[0]
    return len(words)


def _acts(words: list[str], at: int) -> bool:
    """Tell whether the brand at a place is one that acts on others, reports of them, or helps or represents them."""
    verb_at = at + 1
    while verb_at < len(words) and verb_at <= at + 3 and words[verb_at] in context.AGENTS:
        verb_at += 1
    rest = words[verb_at + 1 : verb_at + 4]
    if verb_at >= len(words) or not words[verb_at][0].isalnum():
        return False
    verb, following = words[verb_at], rest[0] if rest else ""
    if verb in _FILES:
        return not _CLAIMS.isdisjoint(rest)
    if verb in _WARNS:
        return following in _WARNED
    if verb in context.ACTS_AGAINST:
        is_own = following == "for" or BRAND in rest or not events.PAIRS[0].beside.isdisjoint(rest)
        return not is_own and not _is_passive(verb, rest)
    is_trade = verb_at > at + 1 and verb not in _SUFFERS | _STARTS
    return verb in context.REPORTS or (verb in context.ASSISTS and following != "warning") or is_trade


_SUFFERS = frozenset({"is", "are", "was", "were", "gets", "being", "been"})
_FILES = frozenset({"file", "files", "filed", "filing"})
_CLAIMS = frozenset(
    {"suit", "lawsuit", "complaint", "claim", "motion", "class", "appeal", "brief", "petition", "case", "charges"}
)
_WARNS = frozenset({"warns", "warned", "warning", "alerts", "urges", "reminds"})
_WARNED = frozenset(
    {
        "customers",
        "users",
        "of",
        "about",
        "public",
        "parents",
        "drivers",
        "residents",
        "patients",
        "people",
        "shoppers",
        "against",
    }
)


def _is_passive(verb: str, rest: Sequence[str]) -> bool:
    return verb.endswith("ed") and (not rest or rest[0] in context.PASSIVE or not rest[0][0].isalnum())


def _is_source(words: list[str], at: int, *, is_last: bool) -> bool:
    """Tell whether the brand is where a text comes from: "– Reuters" at its end, "via X", "according to X"."""
    before = words[max(0, at - 2) : at]
    if (before and before[-1] in {"via", "per"}) or " ".join(before) in {"according to", "told to"}:
        return True
    return is_last and bool(before) and before[-1] in {"-", "–", "—"}


def _ends_as_source(words: list[str], at: int) -> bool:
    """Tell whether the brand is told to have written what stands before it: "Contoso hacked, X reports"."""
    return at + 2 == len(words) and at > 0 and words[at + 1] in context.REPORTS


def _happens_to_another(words: list[str], text: str, begin: int, end: int) -> bool:
    """Tell whether an event is one against somebody else that is named behind it: "probe into Contoso"."""
    behind = list(_clause(words[end : end + 6]))
    if not context.OTHERS.isdisjoint(words[max(0, begin - 2) : begin]):
        return BRAND not in behind[:3]
    toward = next((place for place, word in enumerate(behind[:2]) if word in {"against", "into"}), None)
    if toward is None:
        return False
    whom = behind[toward + 1 : toward + 5]
    if not whom or BRAND in whom:
        return False
    if not context.OTHERS.isdisjoint(whom[:2]):
        return True
    name = whom[1] if whom[0] in {"the", "a", "an"} and len(whom) > 1 else whom[0]
    capital = rf"\b(?i:against|into) (?:the |a |an )?(?:{re.escape(name.capitalize())}|{re.escape(name.upper())})\b"
    return re.search(capital, text) is not None
